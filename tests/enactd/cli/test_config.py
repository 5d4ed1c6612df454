"""`enactctl config`: settings with their origin, and changing one."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from support.enactctl import Enactctl
from support.repositories import make_repo


def test_show(enactctl: Enactctl) -> None:
    """Every setting with value, default, origin and meaning."""
    enactctl.layout.config.mkdir(parents=True)
    enactctl.layout.config_file.write_text('[daemon]\nthreads = 2\n[freeze]\nreason = "launch"\n')
    rows = {s["key"]: s for s in enactctl("config", "show", "--json").json("config")}
    assert (2, 4, str(enactctl.layout.config_file)) == tuple(
        rows["daemon.threads"][k] for k in ("value", "default", "origin")
    )
    assert "default" == rows["daemon.log_level"]["origin"]
    said = enactctl("config", "show").out
    assert "launch" in said
    assert "more are at their default" in said
    assert "log_level" not in said
    assert "log_level" in enactctl("config", "show", "--all").out
    assert "threads" in enactctl("config", "show", "daemon").out
    wrong = enactctl("config", "show", "daemons")
    assert (2, True) == (wrong.code, "daemon" in wrong.error["cause"])


def test_show_what_is_not_in_force(enactctl: Enactctl) -> None:
    """A repository's wishes that need trust, with the reason; a scope has its own values."""
    project = make_repo(enactctl.home.parent).top
    (project / ".enact").mkdir()
    (project / ".enact/config.toml").write_text(
        "[protect]\ntables = ['t']\n[policies.'shell.opaque']\nenabled = false\n"
    )
    enactctl.layout.config.mkdir(parents=True)
    enactctl.layout.config_file.write_text('[agents.codex]\nallow = "approve-safe"\n')
    said = enactctl("config", "show", "--origin", "--workspace", str(project))
    assert "policies.shell.opaque.enabled" in said.out.partition("NOT IN FORCE")[2]
    assert "enactctl trust" in said.out
    assert f"{project}/.enact/config.toml" in said.out
    found = enactctl("config", "show", "--origin", "--json", "--agent", "codex").json("config")
    assert "approve-safe" == next(s["value"] for s in found["settings"] if s["key"] == "allow")
    assert "silent" in enactctl("config", "show", "allow", "--agent", "claude-code").out


def test_check(enactctl: Enactctl) -> None:
    """Whether it would load, and where not, file and key."""
    assert "settings  good" in enactctl("config", "check").out
    enactctl.layout.config.mkdir(parents=True)
    for text, cause in (
        ("a = ", "it is not TOML"),
        ("[daemon]\nspeed = 1", "speed"),
        ("[policies.nope]\na = 1", "no policy"),
        ("[policies.'files.overwrite']\nleast_byte = 1", "least_bytes"),
        ("tables = ['x']", "the nearest is `protect.tables`"),
    ):
        enactctl.layout.config_file.write_text(text)
        said = enactctl("config", "check")
        assert 2 == said.code
        assert cause in said.error["cause"]
        assert str(enactctl.layout.config_file) in said.error["error"]


def test_set(enactctl: Enactctl) -> None:
    """Set, add, remove, unset; what would not load is not written."""
    file = enactctl.layout.config_file
    assert 0 == enactctl("config", "set", "--add", "protect.tables", "invoices").code
    assert {"protect": {"tables": ["invoices"]}} == tomllib.loads(file.read_text())
    assert 0 == enactctl("config", "set", "policies.git.force-push.level", "deny").code
    assert "deny" == tomllib.loads(file.read_text())["policies"]["git.force-push"]["level"]
    assert 0 == enactctl("config", "set", "--unset", "policies.git.force-push.level").code
    before = file.read_text()
    for words in (
        ("policies.nope.level", "deny"),
        ("policies.files.overwrite.least_byte", "3"),
        ("daemon.threads", "x"),
        ("daemon.thread", "3"),
        ("daemon.threads",),
        ("--unset", "daemon.threads", "3"),
        ("--remove", "protect.tables", "nothing"),
    ):
        said = enactctl("config", "set", *words)
        assert 2 == said.code, words
        assert said.error
    assert before == file.read_text()
    assert 0 == enactctl("config", "set", "--remove", "protect.tables", "invoices").code


def test_set_in_a_repository(enactctl: Enactctl) -> None:
    """Its own file, from anywhere inside it."""
    project = make_repo(enactctl.home.parent).top
    said = enactctl("config", "set", "--repository", "--add", "protect.paths", "db", cwd=project / "src")
    assert 0 == said.code, said.err
    assert {"protect": {"paths": ["db"]}} == tomllib.loads((project / ".enact/config.toml").read_text())


@pytest.mark.parametrize("words", [("set", "allow", "approve-safe"), ("edit",)])
def test_agents_change_nothing(enactctl: Enactctl, words: tuple[str, ...]) -> None:
    """By their marks; what they try through the gate is stopped there."""
    said = enactctl("config", *words, CLAUDECODE="1")
    assert 2 == said.code
    assert not enactctl.layout.config_file.exists()


def test_edit(enactctl: Enactctl, tmp_path: Path) -> None:
    """A draft is taken when it would load; one that would not is shown again, or left."""
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\ncp "$DRAFT" "$1"\n')
    editor.chmod(0o755)
    draft = tmp_path / "draft.toml"
    draft.write_text('[protect]\ntables = ["x"]\n')
    said = enactctl("config", "edit", EDITOR=str(editor), DRAFT=str(draft))
    assert (0, draft.read_text()) == (said.code, enactctl.layout.config_file.read_text()), said.err
    draft.write_text("[protect]\ntable = 1\n")
    said = enactctl("config", "edit", stdin="n\n", EDITOR=str(editor), DRAFT=str(draft))
    assert 130 == said.code
    assert "protect.tables" in said.err
    assert "tables" in enactctl.layout.config_file.read_text()


def test_schema(enactctl: Enactctl) -> None:
    """JSON, with every policy."""
    found = json.loads(enactctl("config", "schema").out)
    assert "git.force-push" in found["properties"]["policies"]["properties"]
    assert "protect" in found["properties"]
