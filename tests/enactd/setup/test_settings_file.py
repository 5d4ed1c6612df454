"""An agent's settings file is replaced whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from enactd.errors import InstallError
from enactd.setup import settings_file


def test_replace_keeps_mode_and_link(tmp_path: Path) -> None:
    """Mode and link stay; no other file is left beside it."""
    real, link = tmp_path / "real.json", tmp_path / "settings.json"
    real.write_text("a")
    real.chmod(0o604)
    link.symlink_to(real)
    settings_file.replace(link, "a", "b")
    assert ("b", 0o604, True) == (real.read_text(), real.stat().st_mode & 0o777, link.is_symlink())
    assert {"real.json", "settings.json"} == set(os.listdir(tmp_path))


def test_new_file(tmp_path: Path) -> None:
    """A new file is private, with its folder, unless it is meant for all."""
    path = tmp_path / ".claude" / "settings.json"
    settings_file.replace(path, None, "x")
    assert (0o600, 0o700) == (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777)
    shared = tmp_path / "etc" / "managed.json"
    settings_file.replace(shared, None, "x", mode=0o644)
    assert 0o644 == shared.stat().st_mode & 0o777


def test_changed_meanwhile(tmp_path: Path) -> None:
    """What somebody else wrote since we looked is not overwritten."""
    path = tmp_path / "settings.json"
    path.write_text("theirs")
    with pytest.raises(InstallError, match="cannot be changed") as caught:
        settings_file.replace(path, "before", "ours")
    assert "somebody else changed it" in caught.value.cause
    assert "theirs" == path.read_text()
    assert ["settings.json"] == os.listdir(tmp_path)


def test_read_refuses_what_is_no_settings_file(tmp_path: Path) -> None:
    """None for a missing one; an error for a folder, other encodings, and what is far too large."""
    assert settings_file.read(tmp_path / "none") is None
    (tmp_path / "latin").write_bytes(b"\xff")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(settings_file.LIMIT + 1)
    for name in (".", "latin", "large", "latin/below"):
        with pytest.raises(InstallError):
            settings_file.read(tmp_path / name)


def test_remove(tmp_path: Path) -> None:
    """The folder goes only where nothing else is in it."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "settings.json").write_text("{}")
    (tmp_path / "two" / "other").write_text("")
    for name in ("one", "two"):
        settings_file.remove(tmp_path / name / "settings.json", folder=True)
    assert ["two"] == os.listdir(tmp_path)
    assert ["other"] == os.listdir(tmp_path / "two")


def test_only_regular_files_are_replaced(tmp_path: Path) -> None:
    """A link to a pipe or a device is no settings file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    link = tmp_path / "settings.json"
    link.symlink_to(pipe)
    with pytest.raises(InstallError, match="cannot be changed"):
        settings_file.replace(link, None, "{}")
    assert pipe.is_fifo()
