"""Which settings leave the gate's hooks in force.

Every row was seen on the real Claude Code 2.1.330; `tests/e2e/test_claude_settings.py` looks again.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from enactd.agents import claude_settings as settings
from enactd.agents.base import Registration
from enactd.agents.claude_registration import register

GATE = Registration(shim="/home/ada/.local/share/enactd/enact-hook", home="/home/ada/gate")
USER = register('{"model": "opus", "sandbox": {"enabled": false}}', GATE)
LAYERS: dict[str, str | None] = {
    "policy_settings": None,
    "user_settings": USER,
    "project_settings": None,
    "local_settings": None,
}


def user(**changes: Any) -> str:
    return json.dumps({**json.loads(USER), **changes})


def disarms(before: bool = True, **layers: str | None) -> str | None:
    return settings.disarms({**LAYERS, **layers}, GATE, LAYERS if before else None)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "{",
        "{}",
        "// note\n" + USER,
        USER[:-1] + ",}",
        USER[:-1] + ', "hooks": {}}',
        USER.replace("enact-hook", "true"),
        user(disableAllHooks=True),
        user(disableAllHooks="true"),
        user(disableAllHooks=None),
        user(permissions={"allow": "Bash"}),
        user(permissions={"defaultMode": "banana"}),
        user(permissions=[]),
        user(env=[]),
        user(env={"CLAUDE_CONFIG_DIR": "/tmp/x"}),
        user(env={"CLAUDE_CODE_SIMPLE": "1"}),
        user(env={"CLAUDE_CODE_SAFE_MODE": "1"}),
        user(env={"LD_PRELOAD": "/tmp/x.so"}),
        user(model=7),
        user(cleanupPeriodDays="x"),
        user(sandbox=7),
        user(sandbox={"enabled": "yes"}),
        user(tomorrow={"maybe": "typed"}),
    ],
)
def test_a_change_of_the_registering_file_that_would_drop_the_hooks_is_named(text: str | None) -> None:
    """Removal, disabling, a moved home, and every slip that makes Claude Code ignore the file."""
    assert disarms(user_settings=text)


@pytest.mark.parametrize(
    "text",
    [
        USER,
        USER + "\n\n",
        user(disableAllHooks=False),
        user(permissions={"allow": ["Bash(ls:*)"], "defaultMode": "plan"}),
        user(env={"FOO": "1", "CLAUDE_CODE_SIMPLE": "0"}),
        user(model="sonnet", alwaysThinkingEnabled=True, enabledMcpjsonServers=["a"]),
        json.dumps({k: v for k, v in json.loads(USER).items() if k != "sandbox"}),
        json.dumps(json.loads(USER), indent=7),
    ],
)
def test_a_harmless_change_of_the_registering_file_passes(text: str) -> None:
    """A person may go on using the settings."""
    assert disarms(user_settings=text) is None


def test_without_a_before_only_what_is_known_to_be_wrong_counts() -> None:
    """A daemon that has not seen the file before does not hold unusual settings against their owner."""
    assert disarms(before=False) is None
    assert disarms(before=False, user_settings=user(tomorrow={"maybe": "typed"})) is None
    assert disarms(before=False, user_settings=user(permissions={"allow": "Bash"}))
    assert disarms(before=False, user_settings=user(disableAllHooks=None))


@pytest.mark.parametrize("layer", ["project_settings", "local_settings"])
@pytest.mark.parametrize(
    "value", [{"disableAllHooks": True}, {"env": {"CLAUDE_CONFIG_DIR": "/x"}}, {"env": {"LD_AUDIT": "/x.so"}}]
)
def test_another_file_that_switches_hooks_off_is_named(layer: str, value: Any) -> None:
    """A repository cannot disarm what its user registered."""
    problem = disarms(**{layer: json.dumps(value)})
    assert problem
    assert layer.partition("_")[0] in problem


@pytest.mark.parametrize("layer", ["project_settings", "local_settings"])
@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "",
        None,
        '{"disableAllHooks": false}',
        '{"disableAllHooks": "yes"}',
        '{"allowManagedHooksOnly": true}',
        '{"hooks": {"PreToolUse": 7}}',
        '{"permissions": {"allow": ["Bash"]}, "env": {"A": "1"}, "anything": {"at": "all"}}',
    ],
)
def test_another_file_that_claude_code_ignores_or_adds_passes(layer: str, text: str | None) -> None:
    """Broken files of other layers cost only themselves."""
    assert disarms(**{layer: text}) is None


def test_a_project_registration_counts_as_well() -> None:
    """Any one layer in force is enough; without it the project's own loss is named."""
    only = {"user_settings": "{}", "project_settings": USER}
    assert disarms(before=False, **{**only, "project_settings": register("", GATE)}) is None
    assert "project" in str(disarms(**{**only, "project_settings": USER.replace('"ConfigChange"', '"Config"')}))


def test_managed_hooks_survive_everything_but_managed_settings() -> None:
    """The machine's file was seen to hold against every other."""
    managed = register("", GATE)
    assert disarms(policy_settings=managed, user_settings='{"disableAllHooks": true}') is None
    assert disarms(policy_settings=user(disableAllHooks=True))
    assert disarms(policy_settings='{"disableAllHooks": true}')
    assert disarms(policy_settings='{"allowManagedHooksOnly": true}')
    assert disarms(policy_settings='{"allowManagedHooksOnly": false}') is None


def test_files_are_where_claude_code_reads_them() -> None:
    """Project settings belong to the folder it was started in, not to the git top level."""
    found = settings.files(home="/home/ada", project="/home/ada/app")
    assert "/home/ada/.claude/settings.json" == found["user_settings"]
    assert "/home/ada/app/.claude/settings.local.json" == found["local_settings"]
    assert set(LAYERS) == set(found)


@pytest.mark.parametrize("text", [None, "{", "[]", "{}", '{"hooks": 7}', '{"hooks": {"PermissionRequest": []}}', "7"])
def test_nobody_else_answers_questions_without_a_hook_for_them(text: str | None) -> None:
    """No such hook: a dialog waits for the person."""
    assert not settings.answers_questions({"project_settings": text, "user_settings": text})


@pytest.mark.parametrize("layer", ["user_settings", "project_settings", "local_settings"])
@pytest.mark.parametrize("more", ['"x": ' + "[" * 50_000 + "]" * 50_000, '"x": ' + "1" * 10_000], ids=["deep", "long"])
@pytest.mark.parametrize("before", [True, False])
def test_what_only_claude_code_can_read_is_not_taken_for_broken(layer: str, more: str, before: bool) -> None:
    """A file that Python's parser gives up on still switches all hooks off."""
    assert disarms(before, **{layer: '{"disableAllHooks": true, ' + more + "}"})


def test_nesting_without_end_answers_questions() -> None:
    """Where it cannot be told whether a hook answers for a person, no person is counted on."""
    assert settings.answers_questions({"project_settings": "[" * 50_000})
