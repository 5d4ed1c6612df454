"""Errors tell problem, cause, effect, fix and a stable code."""

from __future__ import annotations

import inspect

import pytest

from enactd import errors
from enactd.errors import EnactError, ExitCode, TamperedError, UsageError

CLASSES = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, EnactError)]


def test_error_is_told_in_labelled_lines() -> None:
    """Every label that has something to say is one line, aligned, in a fixed order."""
    error = UsageError("`x` is wrong", cause="a typo", effect="nothing ran", fix="write `y`")
    assert [
        " error: `x` is wrong", " cause: a typo", "effect: nothing ran", "   fix: write `y`", "  code: E1001",
    ] == str(error).splitlines()  # fmt: skip


def test_silent_labels_are_left_out() -> None:
    """What is not known is not printed."""
    assert " error: it broke\n  code: E1000" == str(EnactError("it broke"))


def test_codes_are_unique_and_stable() -> None:
    """A code names one class, for ever."""
    expected = {
        "EnactError": "E1000", "UsageError": "E1001", "ConfigError": "E1002", "PolicyError": "E1003",
        "ChannelError": "E1004",
        "UnreachableError": "E2001", "ProtocolError": "E2002", "RefusedError": "E2003", "ScoutError": "E2006",
        "ReceiptError": "E3001",
        "TamperedError": "E3002", "InstallError": "E4001",
    }  # fmt: skip
    assert expected == {c.__name__: c.code for c in CLASSES}


@pytest.mark.parametrize("kind", CLASSES, ids=lambda c: c.__name__)
def test_every_class_has_an_exit_code_and_a_docstring(kind: type[EnactError]) -> None:
    """No failure exits with 0, and each class says what it is for."""
    assert kind.exit_code in ExitCode
    assert kind.exit_code != ExitCode.OK
    assert kind.__doc__


def test_tampering_names_the_first_bad_record() -> None:
    """The index of the first bad record travels with the error."""
    assert 7 == TamperedError("record 7 does not verify", index=7).index
    assert -1 == TamperedError("no key").index
