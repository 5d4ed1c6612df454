"""Read one command as the product does, for tests of program families."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from enactd.effects.areas import Places
from enactd.effects.interpret import interpret
from enactd.effects.model import Effect
from enactd.toolcall import ToolCall
from enactd.world import World, open_world

CWD = "/home/u/proj"
HOME = "/home/u"


def call_effects(
    tool: str,
    arguments: dict[str, Any],
    *,
    cwd: str = CWD,
    home: str = HOME,
    workspace: str | None = None,
    world: World | None = None,
    environment: Mapping[str, str] | None = None,
) -> list[Effect]:
    """What a tool call would do. Without a world it is read against an ordinary repository that is not there."""
    workspace = workspace or cwd
    world = world or open_world(
        cwd=cwd, workspace=workspace, home=home, environment=environment or {}, complete=environment is not None
    )
    call = ToolCall(agent="test", session="s", tool=tool, input=arguments, cwd=cwd)
    return list(interpret(call, world, Places(workspace=workspace, home=home)).effects)


def effects(command: str, *, cwd: str = CWD, stdin: str | None = None, **options: Any) -> list[Effect]:
    """What a Bash command would do, in order; `stdin` is fed by a here-document."""
    if stdin is not None:
        command = f"{command} <<'ENACTD_TEST_INPUT'\n{stdin}\nENACTD_TEST_INPUT"
    return call_effects("Bash", {"command": command}, cwd=cwd, **options)
