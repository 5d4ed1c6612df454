"""One setting changes; everything else in the file stays as it was written."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from enactd.config.editing import changed, key_of, write
from enactd.errors import ConfigError, UsageError

FILE = Path("/x/config.toml")
TEXT = """# mine
[protect]
tables = ["a"]  # the ledger

[daemon]   # limits
threads = 2
"""


@pytest.mark.parametrize(
    ("key", "value", "how", "path", "expected"),
    [
        ("daemon.threads", "3", "set", ("daemon", "threads"), 3),
        ("allow", "approve-safe", "set", ("allow",), "approve-safe"),
        ("protect.tables", "b", "add", ("protect", "tables"), ["a", "b"]),
        ("protect.tables", "a", "add", ("protect", "tables"), ["a"]),
        ("protect.tables", "a", "remove", ("protect", "tables"), []),
        ("protect.tables", '["x", "y"]', "set", ("protect", "tables"), ["x", "y"]),
        ("protect.tables", "x", "set", ("protect", "tables"), ["x"]),
        ("protect.hosts", "db.corp", "add", ("protect", "hosts"), ["db.corp"]),
        ("environments.production.hosts", "db.corp", "add", ("environments", "production", "hosts"), ["db.corp"]),
        ("packages.only_listed", "true", "set", ("packages", "only_listed"), True),
        ("policies.git.force-push.level", "deny", "set", ("policies", "git.force-push", "level"), "deny"),
        ('policies."git.force-push".enabled', "false", "set", ("policies", "git.force-push", "enabled"), False),
        ("agents.codex.allow", "silent", "set", ("agents", "codex", "allow"), "silent"),
        ('workspaces."~/w.x".protect.tables', "t", "add", ("workspaces", "~/w.x", "protect", "tables"), ["t"]),
        ("freeze.until", "2027-01-01T00:00:00Z", "set", ("freeze", "until"), None),
    ],
)
def test_changes(key: str, value: str, how: str, path: tuple[str, ...], expected: object) -> None:
    """In the right table, whether it was there or not; comments stay."""
    fresh = changed(TEXT, key, value, how, FILE)  # type: ignore[arg-type]
    found: object = tomllib.loads(fresh)
    for name in path:
        found = found[name]  # type: ignore[index]
    if expected is not None:
        assert expected == found
    for comment in ("# mine", "# the ledger", "# limits"):
        assert comment in fresh or ("tables" in key and how == "set")
    assert path == key_of(key)


def test_unset_takes_a_line_out() -> None:
    """And nothing else."""
    assert TEXT.replace("threads = 2\n", "") == changed(TEXT, "daemon.threads", "", "unset", FILE)
    with pytest.raises(UsageError, match="is not set"):
        changed(TEXT, "freeze.reason", "", "unset", FILE)


@pytest.mark.parametrize(
    ("key", "value", "how"),
    [
        ("daemon.thread", "3", "set"),
        ("tables", "3", "set"),
        ("policies.x", "3", "set"),
        ("agents.codex.daemon.threads", "3", "set"),
        ("", "3", "set"),
        ("a..b", "3", "set"),
        ('"', "3", "set"),
        ("protect.tables", "zzz", "remove"),
        ("daemon.threads", "3", "add"),
    ],
)
def test_what_is_no_setting_is_told(key: str, value: str, how: str) -> None:
    """With the nearest key there is, where there is one."""
    with pytest.raises(UsageError):
        changed(TEXT, key, value, how, FILE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "value"), [("daemon.threads", "many"), ("daemon.threads", "0"), ("allow", "yes"), ("freeze.until", "soon")]
)
def test_values_that_do_not_fit_are_told(key: str, value: str) -> None:
    """Before anything is written."""
    with pytest.raises(ConfigError):
        changed(TEXT, key, value, "set", FILE)


def test_a_broken_file_is_not_made_worse() -> None:
    """It has to be mended by hand."""
    with pytest.raises(ConfigError):
        changed("a = ", "allow", "silent", "set", FILE)


def test_writing_keeps_rights_and_links(tmp_path: Path) -> None:
    """A file in a folder of dotfiles stays there."""
    real = tmp_path / "dotfiles/enactd.toml"
    real.parent.mkdir()
    real.write_text("x")
    real.chmod(0o640)
    link = tmp_path / "config.toml"
    link.symlink_to(real)
    write(link, "y")
    assert link.is_symlink()
    assert ("y", 0o640) == (real.read_text(), real.stat().st_mode & 0o777)
    write(tmp_path / "new/config.toml", "z")
    assert 0o600 == (tmp_path / "new/config.toml").stat().st_mode & 0o777


def test_only_regular_files_are_replaced(tmp_path: Path) -> None:
    """A link to a pipe or a device is no file to put settings in the place of."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    link = tmp_path / "config.toml"
    link.symlink_to(pipe)
    with pytest.raises(ConfigError, match="cannot be changed"):
        write(link, "a = 1\n")
    assert pipe.is_fifo()
