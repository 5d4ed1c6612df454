"""`enactctl uninstall` gives everything back."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.enactctl import Enactctl

TEXTS = [
    "{}",
    "{ }\n",
    '{"hooks": {}}',
    '{"hooks": {"PreToolUse": []}}\n',
    '{\r\n  "model": "opus"\r\n}\r\n',
    '{"env": {"A": "1"}, "hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "x"}]}]}}',
]


@pytest.mark.parametrize("text", TEXTS)
def test_exact_bytes_come_back(enactctl: Enactctl, text: str) -> None:
    """A settings file that nobody changed since is what it was, byte for byte."""
    enactctl.settings.parent.mkdir()
    enactctl.settings.write_bytes(text.encode())
    assert 0 == enactctl("init").code
    assert text.encode() != enactctl.settings.read_bytes()
    said = enactctl("uninstall")
    assert 0 == said.code, said.err
    assert text.encode() == enactctl.settings.read_bytes()


def test_nothing_was_there(enactctl: Enactctl) -> None:
    """What init made is gone, receipts stay, and that is said."""
    enactctl("init")
    said = enactctl("uninstall")
    assert 0 == said.code
    assert not enactctl.settings.parent.exists()
    assert not enactctl.layout.shim.exists()
    assert not enactctl.layout.data.exists()
    assert not enactctl.runs()
    assert any(enactctl.layout.receipts.glob("*.jsonl"))
    assert f"stays    receipts in {enactctl.layout.receipts}" in said.out
    assert "good" in enactctl("receipts", "verify").out


def test_later_changes_stay(enactctl: Enactctl) -> None:
    """What the person wrote after init is kept."""
    enactctl("init")
    text = enactctl.settings.read_text()
    enactctl.settings.write_text(text.replace("{", '{\n  "model": "opus",', 1))
    assert 0 == enactctl("uninstall").code
    assert '"model": "opus"' in enactctl.settings.read_text()
    assert "enact-hook" not in enactctl.settings.read_text()


def test_purge(enactctl: Enactctl) -> None:
    """`--purge` leaves nothing but what the person wrote."""
    enactctl("init")
    enactctl.layout.config_file.write_text('[freeze]\nreason = ""\n')
    said = enactctl("uninstall", "--purge")
    assert 0 == said.code
    assert [enactctl.layout.config_file] == [
        path for path in Path(str(enactctl.layout.root)).rglob("*") if path.is_file()
    ]
    assert "your settings and policies" in said.out


def test_every_file(enactctl: Enactctl) -> None:
    """Hooks go out of every file that they were put into, from wherever one stands."""
    project = enactctl.home / "app"
    (project / ".git").mkdir(parents=True)
    enactctl("init")
    enactctl("init", "--project", cwd=project)
    assert 0 == enactctl("uninstall").code
    assert not enactctl.settings.exists()
    assert not (project / ".claude").exists()


def test_another_gate_is_not_touched(enactctl: Enactctl, tmp_path: Path) -> None:
    """Hooks of another `--home` in the same file are not ours to remove."""
    other = Enactctl(tmp_path / "o")
    try:
        enactctl("init")
        assert 0 == other("init", "--claude-home", str(enactctl.home)).code
        before = enactctl.settings.read_bytes()
        assert 0 == enactctl("uninstall").code
        assert before == enactctl.settings.read_bytes()
    finally:
        other.end()


def test_unchangeable_settings_stop_it(enactctl: Enactctl) -> None:
    """While a settings file cannot be changed the daemon goes on: no agent is left with a dead hook."""
    enactctl("init")
    enactctl.settings.chmod(0o444)
    said = enactctl("uninstall")
    assert 1 == said.code
    assert "it is read-only" == said.error["cause"]
    assert enactctl.runs()


def test_broken_settings_stop_it(enactctl: Enactctl) -> None:
    """A file that names the shim and cannot be read is not guessed at."""
    enactctl("init")
    enactctl.settings.write_text(enactctl.settings.read_text()[:-5])
    said = enactctl("uninstall")
    assert 1 == said.code
    assert "nothing was changed; the gate works as before" == said.error["effect"]
    assert enactctl.runs()


def test_not_by_an_agent(enactctl: Enactctl) -> None:
    """What an agent runs may not take the gate away."""
    enactctl("init")
    said = enactctl("uninstall", CLAUDECODE="1")
    assert 2 == said.code
    assert enactctl.runs()
    assert "enact-hook" in enactctl.settings.read_text()


def test_nothing_to_remove(enactctl: Enactctl) -> None:
    """Where nothing was installed that is said, and not an error."""
    said = enactctl("uninstall")
    assert 0 == said.code
    assert "There was nothing to remove.\n" == said.out


def test_json(enactctl: Enactctl) -> None:
    """Programs read what went and what stays."""
    enactctl("init")
    value = enactctl("uninstall", "--json").json("uninstall")
    assert any(text.startswith("hooks in") for text in value["removed"])
    assert any(text.startswith("receipts in") for text in value["stays"])
