"""What `claude_settings` says about settings files is what the real Claude Code does with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.claude import Claude, bash, turn
from support.scripted_shim import ScriptedShim

from enactd.agents.claude_code import ADAPTER
from enactd.verdict import Decision

BROKEN_GROUP = {"hooks": [{"type": "command"}]}


def run_with(claude: Claude, project: Path, shim: ScriptedShim, layers: dict[str, str]) -> bool:
    """Whether the gate's hook stopped a call under these settings."""
    files = ADAPTER.settings_files(home=str(claude.home), project=str(project))
    for layer, text in layers.items():
        Path(files[layer]).parent.mkdir(exist_ok=True)
        Path(files[layer]).write_text(text)
    shim.on("PreToolUse", "STOPME", ADAPTER.render("PreToolUse", Decision.DENY, "stopped"))
    run = claude.run(turn(bash("echo STOPME > ran.txt")), turn(text="ok"), cwd=project)
    stopped = "stopped" in run.told["0.0"]
    assert stopped != (project / "ran.txt").exists()
    return stopped


def user(shim: ScriptedShim, **changes: Any) -> str:
    """The user's settings with the gate registered, and something changed."""
    return json.dumps({**json.loads(ADAPTER.register("", shim.registration)), **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"disableAllHooks": True},
        {"disableAllHooks": None},
        {"disableAllHooks": "yes"},
        {"permissions": {"allow": "Bash"}},
        {"permissions": {"allow": ["Bash(("]}},
        {"permissions": {"defaultMode": "banana"}},
        {"env": []},
        {"env": {"A": 1}},
        {"env": {"CLAUDE_CONFIG_DIR": "/nonexistent"}},
        {"env": {"CLAUDE_CODE_SIMPLE": "1"}},
        {"env": {"CLAUDE_CODE_SIMPLE": "0"}},
        {"env": {"CLAUDE_CODE_SAFE_MODE": "1"}},
        {"env": {"HOME": "/nonexistent"}},
        {"model": 7},
        {"not-a-setting": 1},
        {"allowManagedHooksOnly": True},
    ],
    ids=json.dumps,
)
def test_changes_of_the_registering_file(
    claude: Claude, project: Path, shim: ScriptedShim, changes: dict[str, Any]
) -> None:
    """Named as disarming exactly where the call was not stopped."""
    text = user(shim, **changes)
    disarmed = ADAPTER.disarms({"user_settings": text}, shim.registration)
    assert (disarmed is None) == run_with(claude, project, shim, {"user_settings": text})


@pytest.mark.parametrize(
    "spelling",
    [
        lambda text: "// note\n" + text,
        lambda text: text[:-1] + ",}",
        lambda text: "\ufeff" + text,
        lambda text: text[:-1] + ', "hooks": {}}',
    ],
    ids=["comment", "trailing-comma", "byte-order-mark", "repeated-key"],
)
def test_spellings_of_the_registering_file(claude: Claude, project: Path, shim: ScriptedShim, spelling: Any) -> None:
    """Claude Code reads plain JSON, the last of repeated keys, and drops what is anything else."""
    text = spelling(user(shim))
    assert (ADAPTER.registered(text, shim.registration) is None) == run_with(
        claude, project, shim, {"user_settings": text}
    )


@pytest.mark.parametrize(
    ("entry", "group"),
    [
        ({"async": True}, None),
        ({"if": "Bash(git *)"}, None),
        ({}, BROKEN_GROUP),
        ({}, {"hooks": [{"type": "command", "command": "true", "timeout": "3"}]}),
        ({}, {"hooks": [{"type": "command", "command": "true", "onFailure": "banana"}]}),
        ({}, {"matcher": 7, "hooks": []}),
        ({}, {"matcher": "Bash", "hooks": []}),
    ],
    ids=str,
)
def test_shapes_of_the_registration(
    claude: Claude, project: Path, shim: ScriptedShim, entry: dict[str, Any], group: Any
) -> None:
    """A changed entry, or a malformed neighbour, costs the guard, and is seen."""
    value = json.loads(user(shim))
    value["hooks"]["PreToolUse"][0]["hooks"][0].update(entry)
    value["hooks"]["PreToolUse"] += [group] if group else []
    text = json.dumps(value)
    assert (ADAPTER.registered(text, shim.registration) is None) == run_with(
        claude, project, shim, {"user_settings": text}
    )


@pytest.mark.parametrize("layer", ["project_settings", "local_settings"])
@pytest.mark.parametrize(
    "text",
    [
        '{"disableAllHooks": true}',
        '{"disableAllHooks": "true"}',
        "{",
        '{"allowManagedHooksOnly": true}',
        '{"disableAllHooks": true, "x": ' + "[" * 3000 + "]" * 3000 + "}",
        '{"disableAllHooks": true, "x": ' + "1" * 5000 + "}",
        '{"disableAllHooks": true}' + " " * (1 << 20),
    ],
    ids=["off", "wrong-type", "broken", "managed-only", "deep", "long-number", "large"],
)
def test_files_of_a_repository(claude: Claude, project: Path, shim: ScriptedShim, layer: str, text: str) -> None:
    """Only a well-formed `disableAllHooks` reaches the user's hooks."""
    layers = {"user_settings": user(shim), layer: text}
    disarmed = ADAPTER.disarms(layers, shim.registration)
    assert (disarmed is None) == run_with(claude, project, shim, layers)
