"""Tools that run a command, under the names agents give them."""

from __future__ import annotations

from typing import Any

import pytest
from support.reading import call_effects

from enactd.effects.model import AgentTool, DeletePath, Opaque

RM = "rm -rf ../other"


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("Bash", {"command": RM, "description": "ls"}),
        ("bash", {"command": RM}),
        ("BASH", {"command": RM}),
        ("run_shell_command", {"command": RM}),
        ("exec_command", {"cmd": RM}),
        ("shell", {"command": ["bash", "-lc", RM]}),
        ("shell", {"command": ["rm", "-rf", "../other"]}),
        ("local_shell", {"command": ["/bin/sh", "-c", RM]}),
        ("run_terminal_cmd", {"command": RM, "is_background": False}),
        ("run_in_terminal", {"command": RM, "explanation": "x"}),
        ("runTerminalCommand", {"command": RM}),
        ("execute_command", {"command": RM, "requires_approval": False}),
        ("run_commands", {"commands": ["ls", RM]}),
        ("run_command", {"CommandLine": RM, "Cwd": "/home/u/proj"}),
        ("execute_bash", {"command": RM}),
        ("Execute", {"command": RM, "riskLevel": "low"}),
        ("Monitor", {"command": RM}),
    ],
)
def test_every_shell_tool_is_read_as_shell(tool: str, arguments: dict[str, Any]) -> None:
    """The words of the call, not the tool's name or the agent's description, decide."""
    deleted = [effect for effect in call_effects(tool, arguments) if isinstance(effect, DeletePath)]
    assert [("/home/u/other", True)] == [(effect.target.path, effect.recursive) for effect in deleted]


@pytest.mark.parametrize("name", ["workdir", "working_directory", "dir_path", "directory", "cwd", "Cwd"])
def test_the_folder_of_the_call_counts(name: str) -> None:
    """A relative word is relative to the folder that the call names."""
    (effect,) = call_effects("run_shell_command", {"command": "rm -rf x", name: "/srv/data"})
    assert isinstance(effect, DeletePath)
    assert "/srv/data/x" == effect.target.path


def test_quoting_of_a_word_list_is_kept() -> None:
    """A list is words, not text: nothing in it is an operator."""
    (effect,) = call_effects("shell", {"command": ["rm", "a; rm -rf ~ '"]})
    assert isinstance(effect, DeletePath)
    assert "/home/u/proj/a; rm -rf ~ '" == effect.target.path


@pytest.mark.parametrize(
    "arguments", [{}, {"command": None}, {"command": 4}, {"command": {}}, {"command": ["a", 4]}, {"text": "ls"}]
)
def test_no_command_is_not_nothing(arguments: dict[str, Any]) -> None:
    """A shell call without a command that can be read asks."""
    assert [Opaque] == [type(effect) for effect in call_effects("Bash", arguments)]


def test_text_typed_into_a_terminal_is_a_command() -> None:
    """What a running shell gets is run; control characters are not."""
    assert DeletePath in [type(effect) for effect in call_effects("write_stdin", {"chars": RM + "\n"})]
    assert [AgentTool] == [type(effect) for effect in call_effects("write_stdin", {"chars": "\x03"})]
    assert [AgentTool] == [type(effect) for effect in call_effects("write_bash", {"shellId": 1})]
