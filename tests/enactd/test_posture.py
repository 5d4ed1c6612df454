"""What holds where: overrides, repositories, and nothing of a hostile one."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support.repositories import make_repo

from enactd import config, manifest, posture
from enactd.config import Layout
from enactd.effects.shell.readers import Readers
from enactd.enclosure import look
from enactd.errors import ConfigError
from enactd.judge import Judge
from enactd.manifest import Bundle
from enactd.posture import Posture
from enactd.toolcall import ToolCall
from enactd.trust import TrustStore

POLICY = '''"""Of the repository.

Why
    x
Instead
    y
Blind spots
    z
"""

from enactd.policy import Context, Deny, Opinions, RunSql, policy


@policy(watches=RunSql, severity="low", stage="stable", since="0.1")
def check(sql: RunSql, context: Context) -> Opinions:
    yield Deny("no SQL here")
'''


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout.under(tmp_path / "e")
    made.prepare()
    return made


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = make_repo(tmp_path).top
    (folder / ".enact").mkdir()
    return folder


def decision(found: Posture, command: str, workspace: Path, agent: str = "claude-code") -> str:
    judge = Judge(found.policies, readers=Readers(None), rulings=found.rulings)
    call = ToolCall(agent=agent, session="s", tool="Bash", input={"command": command}, cwd=str(workspace))
    return str(judge.judge(call, workspace=str(workspace), home="/home/u").verdict.decision)


INSERT = 'psql app_dev -c "INSERT INTO invoices VALUES (1)"'


def test_without_settings_it_is_the_library(layout: Layout, tmp_path: Path) -> None:
    """And the same ruling for everybody."""
    found = posture.load(layout)
    assert "allow" == decision(found, INSERT, tmp_path)
    assert found.ruling("a", "/x") is found.ruling("b", "/y")
    assert found.policies.digest == found.ruling("", "").policies.digest


def test_what_protects_changes_the_digest(layout: Layout) -> None:
    """The digest of what decided is that of everything that decided."""
    before = posture.load(layout).policies.digest
    layout.config_file.write_text("[protect]\ntables = ['invoices']\n")
    assert before != posture.load(layout).policies.digest
    layout.config_file.write_text("[daemon]\nthreads = 2\n")
    assert before == posture.load(layout).policies.digest


def test_overrides_hold_where_they_say(layout: Layout, tmp_path: Path) -> None:
    """A workspace's, an agent's; each with a digest of its own."""
    layout.config_file.write_text(
        f"[workspaces.'{tmp_path}/one'.protect]\ntables = ['invoices']\n[agents.codex.policies.'shell.opaque']\nenabled = false\n"
    )
    found = posture.load(layout)
    assert "ask" == decision(found, INSERT, tmp_path / "one")
    assert "allow" == decision(found, INSERT, tmp_path / "two")
    digests = {
        found.ruling(agent, f"{tmp_path}/{name}").policies.digest for agent in ("codex", "x") for name in ("one", "two")
    }
    assert 4 == len(digests)
    assert "shell.opaque" not in found.ruling("codex", "").policies.by_id
    assert "shell.opaque" in found.ruling("x", "").policies.by_id


@pytest.mark.parametrize(
    "text",
    [
        "[policies.nope]\nenabled = false",
        "[agents.codex.policies.nope]\nenabled = false",
        "[workspaces.'/w'.policies.'files.overwrite']\nleast_byte = 1",
    ],
)
def test_policies_that_do_not_exist_are_told_at_once(layout: Layout, text: str) -> None:
    """Also in overrides that nobody has used yet."""
    layout.config_file.write_text(text)
    with pytest.raises(ConfigError, match="cannot be used"):
        posture.load(layout)


def test_a_repository_tightens_at_once(layout: Layout, repository: Path) -> None:
    """And again when it changes, without a reload; elsewhere nothing of it holds."""
    notes: list[tuple[str, Mapping[str, Any]]] = []
    found = posture.load(layout, note=lambda event, detail: notes.append((event, detail)))
    assert "allow" == decision(found, INSERT, repository)
    (repository / ".enact/config.toml").write_text("[protect]\ntables = ['invoices']\n")
    assert "ask" == decision(found, INSERT, repository)
    assert "allow" == decision(found, INSERT, repository.parent)
    time.sleep(0.01)
    (repository / ".enact/config.toml").write_text("[protect]\ntables = ['other___']\n")
    assert "allow" == decision(found, INSERT, repository)
    (repository / ".enact/config.toml").unlink()
    (repository / ".enact").rmdir()
    assert "allow" == decision(found, INSERT, repository)
    events = [event for event, _ in notes]
    assert ["repository-read", "repository-read", "repository-read", "repository-gone"] == events
    assert not notes[1][1]["trusted"]


LOOSENING = (
    "[policies.'database.destructive-sql']\nenabled = false\n[policies.'database.protected-tables']\nenabled = false\n"
    "[risk]\nirreversible = 'record'\n"
)
DROP = 'psql app_dev -c "DROP TABLE t"'


def test_it_loosens_and_brings_python_only_with_trust(layout: Layout, repository: Path) -> None:
    """Trust is in the content: one byte more, and it is gone."""
    (repository / ".enact/config.toml").write_text(LOOSENING)
    found = posture.load(layout)
    assert "ask" == decision(found, DROP, repository)
    assert {"database.destructive-sql", "database.protected-tables"} <= {
        one.key.split(".", 1)[1].rsplit(".", 1)[0] for one in found.ruling("", str(repository)).settings.ignored
    }
    seen = look(str(repository))
    assert seen is not None
    TrustStore(layout).add(seen, 1.0)
    assert "allow" == decision(posture.load(layout), DROP, repository)
    (repository / ".enact/policies").mkdir()
    (repository / ".enact/policies/no_sql.py").write_text(POLICY)
    assert "ask" == decision(posture.load(layout), DROP, repository)
    seen = look(str(repository))
    assert seen is not None
    TrustStore(layout).add(seen, 2.0)
    trusted = posture.load(layout)
    assert "deny" == decision(trusted, DROP, repository)
    rule = trusted.ruling("", str(repository)).policies.by_id["no-sql"]
    assert ("repository", True) == (rule.layer, rule.path.startswith(str(layout.state)))
    (repository / ".enact/policies/no_sql.py").write_text(POLICY + "\n")
    assert "ask" == decision(trusted, DROP, repository)


def test_trust_that_was_taken_back_is_gone_at_once(layout: Layout, repository: Path) -> None:
    """Not only when policies are read again, which may fail."""
    (repository / ".enact/config.toml").write_text(LOOSENING)
    seen = look(str(repository))
    assert seen is not None
    TrustStore(layout).add(seen, 1.0)
    found = posture.load(layout)
    assert "allow" == decision(found, DROP, repository)
    TrustStore(layout).remove(str(repository))
    assert "ask" == decision(found, DROP, repository)


def test_untrusted_python_is_not_run(layout: Layout, repository: Path, tmp_path: Path) -> None:
    """Neither when the repository is opened, nor when trust is only considered."""
    (repository / ".enact/policies").mkdir()
    (repository / ".enact/policies/a.py").write_text(POLICY + "\nx = 1 / 0\n")
    found = posture.load(layout)
    assert "allow" == decision(found, INSERT, repository)
    assert "" == getattr(found.repository(str(repository)), "problem", None)
    assert found.ruling("", str(repository), trusting=True).policies.by_id.keys() == found.policies.by_id.keys()


@pytest.mark.parametrize("text", ["a = ", "[daemon]\nspeed = 1", "[protect]\ntables = 3", "\x00", "x = " + "[" * 5000])
def test_what_cannot_be_used_changes_nothing(layout: Layout, repository: Path, text: str) -> None:
    """The last that could stays; from the start on there is none. It is told once."""
    notes: list[str] = []
    found = posture.load(layout, note=lambda event, detail: notes.append(event))
    (repository / ".enact/config.toml").write_text("[protect]\ntables = ['invoices']\n")
    assert "ask" == decision(found, INSERT, repository)
    time.sleep(0.01)
    (repository / ".enact/config.toml").write_text(text)
    for _ in range(2):
        assert "ask" == decision(found, INSERT, repository)
    assert ["repository-read", "repository-unusable"] == notes
    assert "allow" == decision(posture.load(layout), INSERT, repository)


def test_a_repository_names_policies_that_are_not_here(layout: Layout, repository: Path) -> None:
    """Of another version, maybe: left out, and no error for everybody who opens it."""
    (repository / ".enact/config.toml").write_text(
        "[policies.'of.tomorrow']\nlevel = 'deny'\n[protect]\ntables = ['invoices']\n"
    )
    assert "ask" == decision(posture.load(layout), INSERT, repository)


def test_a_repository_has_no_say_in_what_is_the_users(layout: Layout, repository: Path) -> None:
    """Limits of the daemon, silent approval, confirmation, overrides."""
    (repository / ".enact/config.toml").write_text(
        "allow = 'approve-safe'\nreload = 'confirm'\nobserve = true\n[daemon]\npatience_ms = 100\n"
        "[agents.claude-code]\nallow = 'approve-safe'\n[agents.claude-code.packages]\nregistries = ['evil']\n"
    )
    seen = look(str(repository))
    assert seen is not None
    TrustStore(layout).add(seen, 1.0)
    found = posture.load(layout).ruling("claude-code", str(repository)).settings
    assert ("silent", "at-once", False, 6000, ()) == (
        found.allow, found.reload, found.observe, found.daemon.patience_ms, found.packages.registries,
    )  # fmt: skip


def organisation(tmp_path: Path, text: str) -> Bundle:
    """A bundle that brings settings."""
    folder = tmp_path / "bundle"
    folder.mkdir(exist_ok=True)
    (folder / "no_sql.py").write_text(POLICY)
    (folder / "config.toml").write_text(text)
    manifest.build(str(folder), name="acme", version="1.0.0")
    return manifest.open_bundle(str(folder))


def test_a_bundle_brings_the_settings_of_an_organisation(layout: Layout, tmp_path: Path) -> None:
    """Below the machine's, above the user's: what it sets the user loosens only where it says so."""
    text = (
        "loosenable = ['policies.shell.*']\n[protect]\ntables = ['invoices']\n[packages]\nregistries = ['pypi.corp']\n"
    )
    bundle = organisation(tmp_path, text)
    layout.config_file.write_text(
        "allow = 'approve-safe'\n[packages]\nregistries = ['evil']\n[policies.'shell.opaque']\nenabled = false\n"
        "[policies.'database.destructive-sql']\nenabled = false\n"
    )
    found = posture.build(layout, config.load(layout), (bundle,))
    assert ["organisation acme", "user"] == [layer.name for layer in found.settings.layers]
    assert ("silent", ("pypi.corp",)) == (found.settings.allow, found.settings.packages.registries)
    assert "shell.opaque" not in found.policies.by_id
    assert "database.destructive-sql" in found.policies.by_id
    assert found.settings == posture.organised(layout, found.settings, (bundle,))
    assert ["user"] == [layer.name for layer in posture.organised(layout, found.settings, ()).layers]


@pytest.mark.parametrize("text", ["a = ", "[protect]\ntable = []", "[policies.nope]\nlevel = 'deny'"])
def test_settings_of_a_bundle_that_cannot_be_used_are_told(layout: Layout, tmp_path: Path, text: str) -> None:
    """Before it is installed, with the name of its file."""
    bundle = organisation(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        posture.build(layout, config.load(layout), (bundle,))
    assert "bundle/config.toml" in caught.value.problem
