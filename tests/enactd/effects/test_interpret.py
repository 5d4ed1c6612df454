"""From a tool call to effects: the registry of tools, and totality."""

from __future__ import annotations

from typing import Any

import pytest
from support.reading import CWD, HOME, call_effects

from enactd.effects import interpret
from enactd.effects.areas import Places
from enactd.effects.interpret import ToolUse, find_tool, tool_reader, unreadable
from enactd.effects.model import DeletePath, ReadPath, StoreSecret, UnknownTool, WritePath
from enactd.effects.reading import Reading
from enactd.risk import Risk
from enactd.toolcall import ToolCall
from enactd.world import AssumedWorld

KEY = "ghp_" + "k3Yq9ZtR1vXw7LmN5bPdS2fHjU8aCeG4iOxT"


def use(**arguments: Any) -> ToolUse:
    world = AssumedWorld(cwd=CWD, workspace=CWD, home=HOME)
    call = ToolCall(agent="a", session="s", tool="T", input=arguments, cwd=CWD)
    return ToolUse(call, Reading(world, Places(workspace=CWD, home=HOME)))


def test_names_are_compared_without_case() -> None:
    """Agents do not agree on capitals."""
    assert find_tool("Bash") is find_tool("bash") is find_tool("BASH")
    assert find_tool("no-such-tool") is None


def test_an_unknown_tool_says_so() -> None:
    """What nobody described is not nothing."""
    (effect,) = call_effects("SomeFutureTool", {"x": 1})
    assert isinstance(effect, UnknownTool)
    assert ("SomeFutureTool", False, "SomeFutureTool") == (effect.tool, effect.reads, effect.source)


def test_a_tool_of_a_known_server_is_read_as_one_of_mcp() -> None:
    """Agents that name the server beside the tool need no prefix."""
    world = AssumedWorld(cwd=CWD, workspace=CWD, home=HOME)
    call = ToolCall(agent="a", session="s", tool="frob_file", input={"path": "~/.ssh/id_rsa"}, cwd=CWD, mcp_server="fs")
    (effect,) = interpret.interpret(call, world, Places(workspace=CWD, home=HOME)).effects
    assert isinstance(effect, ReadPath)
    assert effect.target.secret


def test_every_effect_has_a_source_and_no_effect_comes_twice() -> None:
    """People are shown where an effect comes from; one that is found by two ways is told once."""
    effects = call_effects("Bash", {"command": "cat a; cat a; cat b"})
    assert ["cat a", "cat a", "cat b"] == [effect.source for effect in effects]
    assert 3 == len(set(effects))
    assert ["Read"] == [effect.source for effect in call_effects("Read", {"file_path": "a"})]


def test_consequences_are_part_of_the_reading() -> None:
    """A key in a written file is stored there, by whatever tool."""
    assert [WritePath, StoreSecret] == [type(e) for e in call_effects("Write", {"file_path": "a", "content": KEY})]


def test_git_states_are_filled_in_for_every_tool() -> None:
    """A native deletion knows what git would give back, as the shell's does."""
    (effect,) = call_effects("delete_file", {"path": "src/a.py"})
    assert isinstance(effect, DeletePath)
    assert "clean" == effect.target.git


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"file_path": "a"}, "a"), ({"filePath": "a"}, "a"), ({"FilePath": "a"}, "a"), ({"file-path": "a"}, "a"),
        ({"FILE_PATH": "b", "file_path": "a"}, "a"), ({"file_path": 4, "path": "c"}, "c"), ({"file_path": None}, None), ({}, None),
    ],
)  # fmt: skip
def test_arguments_are_found_in_any_case_style(arguments: dict[str, Any], expected: str | None) -> None:
    """The exact name first; what is no text is none."""
    assert expected == use(**arguments).text("file_path", "path")


def test_a_reader_can_be_registered_and_the_last_one_wins() -> None:
    """The folder is the registry; a test may add to it."""

    @tool_reader("TestOnlyTool")
    def reader(tool_use: ToolUse) -> Any:
        yield ReadPath(target=tool_use.invocation.target("x"))

    try:
        assert [ReadPath] == [type(effect) for effect in call_effects("testonlytool", {})]
    finally:
        del interpret._TOOLS["testonlytool"]


def test_what_broke_the_reader_asks() -> None:
    """With a reason, as a commitment."""
    read = unreadable(ToolCall(agent="a", session="s", tool="T", input={}, cwd="/"), "it broke")
    assert [("it broke", Risk.COMMITMENT, "T")] == [(e.reason, e.level, e.source) for e in read.effects]  # type: ignore[attr-defined]
