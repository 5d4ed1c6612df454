"""Findings, in the words of doctor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from enactd import agents
from enactd.config import Layout
from enactd.errors import ConfigError
from enactd.setup.findings import Finding, Patient, examine, mechanism, patient_of


@pytest.mark.parametrize(
    ("finding", "shown"),
    [
        (Finding(check="x"), "full"),
        (Finding(check="x", state="partial", why="half"), "partial (half)"),
        (Finding(check="x", state="none", why="no kernel"), "none (no kernel)"),
        (Finding(check="x", state="bad", why="w"), "BAD"),
        (mechanism("x", "full"), "full"),
        (mechanism("x", "partial (no (real) pin)"), "partial (no (real) pin)"),
        (mechanism("x", "none (why)"), "none (why)"),
    ],
)
def test_shown(finding: Finding, shown: str) -> None:
    """How much is there, in the three words that the daemon uses, too."""
    assert shown == finding.shown


def test_a_check_that_breaks_is_a_finding(tmp_path: Path) -> None:
    """The others are made all the same, and the fix of the fault is passed on."""

    def broken(_: Patient) -> Iterator[Finding]:
        raise ConfigError("the file is damaged", cause="line 3", fix="mend it")
        yield

    def gone(_: Patient) -> Iterator[Finding]:
        yield Finding(check="gone", detail=str((tmp_path / "none").stat()))

    def well(_: Patient) -> Iterator[Finding]:
        yield Finding(check="well")

    adapter = agents.find("claude-code")
    assert adapter is not None
    patient = patient_of(Layout.under(tmp_path), adapter, tmp_path, str(tmp_path))
    found = list(examine(patient, {"broken": broken, "gone": gone, "well": well}))
    assert [("broken", "bad", "mend it"), ("gone", "bad", ""), ("well", "full", "")] == [
        (one.check, one.state, one.fix) for one in found
    ]
    assert "the file is damaged: line 3" == found[0].detail
