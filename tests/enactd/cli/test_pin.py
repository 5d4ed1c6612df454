"""`enactctl pin`, typed in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.enactctl import Enactctl, enactctl
from support.typed import typed

from enactd import instance
from enactd.errors import ExitCode

PIN = "4711-Ada"


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Enactctl]:
    with enactctl(tmp_path) as one:
        instance.start_in_background(one.layout)
        yield one


def test_the_pin_is_typed_and_never_shown(console: Enactctl) -> None:
    """Set, changed, removed; the old one is asked for where there is one."""
    said = typed(console, "pin", "set", answers=(("New PIN", PIN), ("Again", PIN)))
    assert (0, True) == (said.code, "the PIN is set" in said.out), said.out
    said = typed(console, "pin", "set", answers=(("PIN so far", "wrong-1"), ("New PIN", PIN), ("Again", PIN)))
    assert (ExitCode.STOPPED, True) == (said.code, "this is not the PIN" in said.out), said.out
    said = typed(console, "pin", "remove", answers=(("PIN", PIN),))
    assert (0, False) == (said.code, PIN in said.out), said.out


def test_an_agent_sets_no_pin(console: Enactctl) -> None:
    """Nor anybody with its marks."""
    said = console("pin", "set", stdin=f"{PIN}\n{PIN}\n", CLAUDECODE="1")
    assert (ExitCode.STOPPED, "this may not be done from here") == (said.code, said.error["error"])
