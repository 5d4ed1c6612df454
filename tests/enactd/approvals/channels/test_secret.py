"""Passwords come from private files, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from enactd.approvals.channels.secret import secret
from enactd.errors import ChannelError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "mail.password"
    made.touch(mode=0o600)
    made.write_text("hunter2 and more\nsecond line\n")
    return made


def test_it_is_the_first_line_of_the_file(file: Path, tmp_path: Path) -> None:
    """Named from the keys folder, or by its whole path."""
    for name in ("mail.password", str(file)):
        assert "hunter2 and more" == secret(name, tmp_path, "password")


def linked(file: Path) -> None:
    file.rename(file.with_name("other"))
    file.symlink_to("other")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.chmod(0o640),
        lambda file: file.chmod(0o604),
        lambda file: file.write_text(""),
        lambda file: file.write_text("\nx"),
        lambda file: file.write_bytes(b"\xff\xfe"),
        lambda file: file.write_text("a\rb"),
        lambda file: file.unlink(),
        lambda file: (file.unlink(), file.mkdir()),
        linked,
    ],
)
def test_any_other_file_is_refused(file: Path, tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    """With its name and never with what it holds."""
    spoil(file)
    with pytest.raises(ChannelError) as caught:
        secret("mail.password", tmp_path, "password")
    assert "hunter2" not in str(caught.value)
    assert caught.value.effect
