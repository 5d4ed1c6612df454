"""`enactctl totp`, typed in a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.enactctl import Enactctl, enactctl
from support.typed import typed

from enactd import instance
from enactd.errors import ExitCode


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Enactctl]:
    with enactctl(tmp_path) as one:
        instance.start_in_background(one.layout)
        yield one


def test_a_secret_is_shown_once_and_void_after_a_wrong_code(console: Enactctl) -> None:
    """What is on the screen alone is worth nothing."""
    said = typed(console, "totp", "enroll", answers=(("Its code now", "000000"),))
    assert (ExitCode.USAGE, True) == (said.code, "is no code of the new secret" in said.out), said.out
    assert re.search(r"otpauth://totp/enactd:\S+\?secret=[A-Z2-7]{32}&issuer=enactd", said.out)
    said = typed(console, "totp", "remove", answers=(("Code", "123456"),))
    assert (ExitCode.STOPPED, True) == (said.code, "no authenticator is enrolled" in said.out), said.out


def test_an_agent_enrols_nothing(console: Enactctl) -> None:
    """Nor anybody with its marks."""
    said = console("totp", "enroll", CLAUDECODE="1")
    assert (ExitCode.STOPPED, "this may not be done from here") == (said.code, said.error["error"])
    assert "otpauth" not in said.out
