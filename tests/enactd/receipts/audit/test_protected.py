"""Names that look like health or personal data; everyday names of code do not."""

from __future__ import annotations

import pytest

from enactd.receipts.audit.protected import health_shaped, personal_shaped


@pytest.mark.parametrize(
    "name",
    ["/data/patients.csv", "PatientRecord", "ehr.visits", "scan.dcm", "/srv/phi/x", "lab_results", "hl7/in.hl7", "mrn"],
)
def test_health(name: str) -> None:
    """Files, tables, columns."""
    assert health_shaped(name)


@pytest.mark.parametrize(
    "name", ["graphics.py", "sophie.txt", "/src/patients.py", "philosophy.md", "demr", "users", "outpatient" * 2]
)
def test_no_health(name: str) -> None:
    """A word inside another word is none, and source code is no data."""
    assert not health_shaped(name)


@pytest.mark.parametrize(
    "name", ["users", "public.customers", "/export/employees.xlsx", "ssn", "dateOfBirth", "pii.csv"]
)
def test_personal(name: str) -> None:
    """Tables and files about people."""
    assert personal_shaped(name)


@pytest.mark.parametrize("name", ["/src/users.ts", "userspace", "peopleware", "/src/User.java", "orders"])
def test_not_personal(name: str) -> None:
    """Code about them, and words that only begin so."""
    assert not personal_shaped(name)
