"""The gate's hooks come into a settings file whole, once, and leave it without a trace."""

from __future__ import annotations

import json
from typing import Any

import pytest

from enactd.agents import claude_registration as registration
from enactd.agents.base import Registration
from enactd.errors import ConfigError, InstallError

GATE = Registration(shim="/home/ada/.local/share/enactd/enact-hook", home="/home/ada/.local/share/enactd/gate")
THEIRS = {"matcher": "Bash", "hooks": [{"type": "command", "command": "echo hi"}]}


def test_a_new_file_holds_every_event() -> None:
    """From nothing to in force, in exec form with absolute paths."""
    text = registration.register("", GATE)
    hooks = json.loads(text)["hooks"]
    assert list(registration.EVENTS) == list(hooks)
    expected = {
        "type": "command",
        "command": GATE.shim,
        "args": ["claude-code", "PreToolUse", "--home", GATE.home],
        "timeout": 30,
        "onFailure": "block",
    }
    assert [{"matcher": "*", "hooks": [expected]}] == hooks["PreToolUse"]
    assert registration.registered(text, GATE) is None


def test_the_usual_places_need_no_home() -> None:
    """The shim reads no variable, so without `--home` it has one place to look as well."""
    usual = Registration(shim=GATE.shim, home="")
    text = registration.register("", usual)
    assert "--home" not in text
    assert registration.registered(text, usual) is None
    assert registration.registered(text, GATE)


def test_only_deciding_events_close_on_failure() -> None:
    """A missing shim must stop calls, and must not turn a finished call into an error."""
    hooks = json.loads(registration.register("", GATE))["hooks"]
    closing = [event for event in hooks if hooks[event][0]["hooks"][0].get("onFailure") == "block"]
    assert list(registration.CLOSING) == closing


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"model":"opus"}',
        json.dumps({"hooks": {"PreToolUse": [THEIRS], "Stop": [{"hooks": []}]}, "permissions": {"allow": ["Bash"]}}),
        json.dumps({"env": {"A": "1"}, "hooks": {"PreToolUse": [THEIRS, THEIRS]}}, indent=4) + "\n",
        json.dumps({"hooks": {"SessionStart": [THEIRS]}}, indent="\t").replace("\n", "\r\n"),
    ],
)
def test_registering_twice_is_registering_once(text: str) -> None:
    """Idempotent, and what others registered keeps its place."""
    once = registration.register(text, GATE)
    assert once == registration.register(once, GATE)
    before, after = json.loads(text or "{}"), json.loads(once)
    for event, groups in before.get("hooks", {}).items():
        assert groups == after["hooks"][event][: len(groups)]
    assert {k: v for k, v in before.items() if k != "hooks"} == {k: v for k, v in after.items() if k != "hooks"}


@pytest.mark.parametrize(
    "text",
    [
        '{"model":"opus"}',
        json.dumps({"hooks": {"PreToolUse": [THEIRS]}}),
        json.dumps({"a": 1, "hooks": {"PreToolUse": [THEIRS, THEIRS], "Stop": []}, "z": []}, indent=4) + "\n",
        '{\n  "hooks": {"PreToolUse": [{"matcher":"Bash","hooks":[]}]},\n  "x":   1\n}\n',
    ],
)
def test_unregistering_leaves_no_trace(text: str) -> None:
    """In and out again: the same bytes."""
    assert text == registration.unregister(registration.register(text, GATE))


def test_unregistering_what_was_never_registered_changes_nothing() -> None:
    """Not a byte."""
    text = '{ "hooks" : { "PreToolUse" : [ ] , "Stop":[] } }'
    assert text == registration.unregister(text)


def test_an_old_registration_is_replaced() -> None:
    """Another shim path, another form, twice: one registration is left."""
    old = Registration(shim="/old/enact-hook", home="/old")
    text = registration.register("", old)
    value = json.loads(text)
    shell_form = {"type": "command", "command": "/opt/'enact-hook' claude-code PreToolUse --home /x"}
    value["hooks"]["PreToolUse"].append({"matcher": "Bash", "hooks": [shell_form, THEIRS["hooks"][0]]})
    renewed = registration.register(json.dumps(value), GATE)
    assert "/old" not in renewed
    assert "/opt" not in renewed
    assert 6 == renewed.count(GATE.shim)
    assert "echo hi" in renewed
    assert registration.registered(renewed, GATE) is None


@pytest.mark.parametrize(
    "text", ["[]", '{"hooks": []}', '{"hooks": {"PreToolUse": {}}}', "// c\n{}", '{"a":1,}', "nul"]
)
def test_a_file_of_another_shape_is_refused(text: str) -> None:
    """The agent would ignore such a file: say so instead of adding to it."""
    with pytest.raises(ConfigError):
        registration.register(text, GATE)


def test_a_broken_neighbour_is_refused() -> None:
    """One malformed entry beside ours makes Claude Code drop the whole file."""
    text = json.dumps({"hooks": {"PreToolUse": [{"hooks": [{"type": "command"}]}]}})
    with pytest.raises(ConfigError, match="wrong shape"):
        registration.register(text, GATE)


@pytest.mark.parametrize("gate", [Registration(shim="enact-hook", home="/h"), Registration(shim="/s", home="h")])
def test_relative_paths_are_refused(gate: Registration) -> None:
    """A relative command is looked up in a PATH that a repository can set."""
    with pytest.raises(ConfigError, match="absolute"):
        registration.register("", gate)


def changed(event: str = "PreToolUse", matcher: Any = "*", **fields: Any) -> str:
    value = json.loads(registration.register("", GATE))
    group = value["hooks"][event][0]
    group["matcher"] = matcher
    entry = group["hooks"][0]
    entry.update(fields)
    for key in [key for key in entry if entry[key] is ...]:
        del entry[key]
    return json.dumps(value)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "{",
        "[]",
        "{}",
        '{"hooks": {}}',
        changed(command="/tmp/enact-hook"),
        changed(command=...),
        changed(args=["claude-code", "PreToolUse", "--home", "/tmp"]),
        changed(args=...),
        changed(timeout=1),
        changed(timeout=-1),
        changed(timeout="30"),
        changed(timeout=True),
        changed(onFailure="continue"),
        changed(onFailure=...),
        changed(onFailure="banana"),
        changed(type="http"),
        changed(**{"if": "Bash(rm *)"}),
        changed(**{"async": True}),
        changed(asyncRewake=True),
        changed(once=True),
        changed(matcher="Bash"),
        changed(matcher="mcp__.*"),
        changed(matcher=7),
        changed("ConfigChange", onFailure="continue"),
        changed("PostToolUse", command="/bin/true"),
        registration.register("", GATE).replace('"SessionEnd"', '"SessionEnde"', 1),
    ],
)
def test_anything_short_of_in_force_is_named(text: str | None) -> None:
    """Each way to weaken a registration is seen."""
    assert registration.registered(text, GATE)


@pytest.mark.parametrize(
    "text",
    [
        changed(matcher=""),
        changed(matcher=".*"),
        changed(timeout=600),
        changed(timeout=...),
        changed(statusMessage="policy check"),
        "\ufeff" + registration.register("", GATE),
    ],
)
def test_harmless_differences_are_in_force(text: str) -> None:
    """What was seen to work as well is accepted."""
    assert registration.registered(text, GATE) is None


@pytest.mark.parametrize("text", ["2.1.295 (Claude Code)", "2.1.330 (Claude Code)\n", "3.0.0", "claude 2.2.0-beta"])
def test_new_versions_pass(text: str) -> None:
    """From 2.1.295 on a hook that cannot run blocks."""
    assert registration.check_version(text)


@pytest.mark.parametrize("text", ["2.1.294 (Claude Code)", "2.1.197", "2.0.999", "1.9.9"])
def test_old_versions_are_refused_with_the_way_out(text: str) -> None:
    """The usual cause is an old Node."""
    with pytest.raises(InstallError) as caught:
        registration.check_version(text)
    assert "Node 22" in caught.value.fix
    assert "Node 20" in caught.value.cause


@pytest.mark.parametrize("text", ["", "command not found", "v2", "2.1"])
def test_no_version_is_refused(text: str) -> None:
    """What cannot be told is not assumed to be new."""
    with pytest.raises(InstallError, match="cannot tell"):
        registration.check_version(text)


def test_a_call_may_wait_for_a_person_and_its_time_out_is_later_by_that() -> None:
    """Only the event that asks; a registration of another wait is in force, too, as long as its time-out is beyond it."""
    held = Registration(shim=GATE.shim, home=GATE.home, hold_s=60)
    text = registration.register("", held)
    hooks = json.loads(text)["hooks"]
    asking, config = hooks["PreToolUse"][0]["hooks"][0], hooks["ConfigChange"][0]["hooks"][0]
    assert (["--hold", "60"], 90) == (asking["args"][-2:], asking["timeout"])
    assert ("--hold" not in config["args"], 30) == (True, config["timeout"])
    assert registration.registered(text, held) is None
    assert registration.registered(text, GATE) is None
    assert registration.registered(text.replace('"timeout": 90', '"timeout": 60'), held) is not None
    assert registration.registered(text.replace('"60"', '"600"'), held) is not None
    assert text == registration.register(text, held)
    assert "--hold" not in registration.register(text, GATE)
