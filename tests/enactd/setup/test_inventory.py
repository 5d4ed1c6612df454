"""What was put where is remembered."""

from __future__ import annotations

from pathlib import Path

import pytest

from enactd.config import Layout
from enactd.errors import InstallError
from enactd.setup import inventory
from enactd.setup.inventory import Inventory, SettingsFile


def test_round_trip(tmp_path: Path) -> None:
    """What is saved is loaded; nothing is known before and after."""
    layout = Layout.under(tmp_path)
    assert Inventory() == inventory.load(layout)
    layout.data.mkdir()
    known = Inventory(files=(SettingsFile(agent="a", layer="user", path="/x", made=True),), agent_home="/h")
    inventory.save(layout, known)
    assert known == inventory.load(layout)
    assert 0o600 == inventory.place(layout).stat().st_mode & 0o777
    inventory.forget(layout)
    inventory.forget(layout)
    assert Inventory() == inventory.load(layout)


def test_first_word_holds() -> None:
    """A second init does not forget that the file did not exist before the first."""
    first = SettingsFile(agent="a", layer="user", path="/x", made=True)
    again = SettingsFile(agent="a", layer="user", path="/x")
    assert (first,) == Inventory(files=(first,)).with_file(again).files


def test_damaged(tmp_path: Path) -> None:
    """A list that cannot be read is an error, not an empty list."""
    layout = Layout.under(tmp_path)
    layout.data.mkdir()
    inventory.place(layout).write_text("{")
    with pytest.raises(InstallError, match="cannot be read"):
        inventory.load(layout)


def test_no_folder(tmp_path: Path) -> None:
    """Where nothing can be remembered nothing is to be registered."""
    with pytest.raises(InstallError, match="cannot be written"):
        inventory.save(Layout.under(tmp_path / "none"), Inventory())
