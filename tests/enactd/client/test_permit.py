"""The report of how a call went: once, with how long it took, and never in the way."""

from __future__ import annotations

from pathlib import Path

from support.scripted_gate import ScriptedGate

from enactd.client.messages import Ruling, new_call
from enactd.client.permit import Permit
from enactd.client.shim import Shim


def permit(home: Path) -> Permit:
    return Permit(new_call("t", {}, "s", "/"), Ruling("allow", receipt="1-a"), Shim(home))


def test_the_first_report_counts(tmp_path: Path) -> None:
    """A block that was reported in its middle is not reported again at its end."""
    scripted = ScriptedGate(tmp_path / "e")
    with permit(scripted.home) as leave:
        leave.done(ok=False, summary="half of it")
    (told,) = scripted.heard()
    assert ("half of it", False) == (told["summary"], told["ok"])


def test_what_never_ran_has_no_duration(tmp_path: Path) -> None:
    """A permit may be given back."""
    scripted = ScriptedGate(tmp_path / "e")
    permit(scripted.home).done(ran=False, ok=False)
    (told,) = scripted.heard()
    assert (False, -1) == (told["ran"], told["duration_ms"])


def test_a_gate_that_is_gone_is_no_error(tmp_path: Path) -> None:
    """The result of what has run is not lost over its report."""
    with permit(tmp_path):
        pass
