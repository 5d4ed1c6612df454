"""Names that look like health or personal data: of files, tables, columns and hosts. A shape, never a proof.

What it finds is shown to an auditor as a place to look at; nothing is decided by it.
"""

from __future__ import annotations

import re
from typing import Final

_WORD: Final = r"(?:^|[^a-z]){}(?:[^a-z]|$)"
_HEALTH: Final = re.compile(
    "|".join(
        _WORD.format(word)
        for word in (
            r"patients?", r"phi", r"e?phi", r"ehr", r"emr", r"hl7", r"fhir", r"dicom", r"hipaa", r"medical(?:[_ -]?records?)?",
            r"diagnos[ie]s", r"prescriptions?", r"medications?", r"icd[_-]?10", r"loinc", r"snomed", r"lab[_-]?results?",
            r"clinical", r"health[_-]?(?:records?|plans?|data)", r"mrn", r"encounters?", r"immunizations?", r"allergies",
        )
    )
    + r"|\.(?:dcm|hl7|ccda?)$"
)  # fmt: skip
_PERSONAL: Final = re.compile(
    "|".join(
        _WORD.format(word)
        for word in (
            r"customers?", r"users?", r"people", r"persons?", r"contacts?", r"employees?", r"payroll", r"salar(?:y|ies)",
            r"passports?", r"ssn", r"social[_-]?security", r"date[_-]?of[_-]?birth", r"dob", r"pii", r"personal[_-]?data",
            r"iban", r"credit[_-]?cards?", r"tax[_-]?ids?", r"subscribers?", r"members", r"applicants?", r"cv", r"resumes?",
        )
    )
)  # fmt: skip
_CODE: Final = re.compile(
    r"\.(?:py|pyi|ts|tsx|js|jsx|go|rs|rb|java|kt|cs|c|h|cc|cpp|php|swift|scss|css|html|vue|svelte)$"
)


def health_shaped(name: str) -> bool:
    """Whether a name looks like one of health data (PHI)."""
    return _HEALTH.search(_split(name)) is not None and not _CODE.search(name.lower())


def personal_shaped(name: str) -> bool:
    """Whether a table, column or data file looks like one about people; source code about them is none."""
    return _PERSONAL.search(_split(name)) is not None and not _CODE.search(name.lower())


def _split(name: str) -> str:
    """In lower case, `PatientRecord` as two words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
