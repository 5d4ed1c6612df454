"""Read one command as the product does, for tests of program families."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from enactd.effects.invocation import Invocation, find_program, known
from enactd.effects.model import Effect, Target
from enactd.effects.values import Value
from enactd.world import World

CWD = "/home/u/proj"


class _Direct:
    """A stand-in reader until the interpreter lands: one program, plain words."""

    def __init__(self, world: World) -> None:
        self.world = world

    def target(self, call: Invocation, word: Value, pattern: str, everything: bool, place: str | None) -> Target:
        import os

        text = word.text
        path = None if text is None else os.path.normpath(os.path.join(call.cwd.text or "/", text))
        return Target(word=word.shown(), path=path, pattern=pattern, everything_in=everything)

    def run(self, call: Invocation, argv: Any, changes: Mapping[str, Any]) -> list[Any]:
        argv = list(argv)
        function = find_program((argv[0].text or "").rsplit("/", 1)[-1]) if argv else None
        if function is None:
            return []
        nested = Invocation(self, (argv[0].text or "").rsplit("/", 1)[-1], argv[1:], cwd=call.cwd,
                            stdin=changes.get("stdin", call.stdin), env=changes.get("env", call.env),
                            chain=(*call.chain, changes.get("via", call.name)), user=changes.get("user", call.user),
                            place=changes.get("place", call.place))
        return list(function(nested))

    def shell(self, call: Invocation, script: Value, args: Any, changes: Mapping[str, Any]) -> list[Any]:
        text = script.text
        return [] if text is None else self.run(call, [known(w) for w in shlex.split(text)], changes)

    def code(self, call: Invocation, language: str, text: Value, origin: str, changes: Mapping[str, Any]) -> list[Any]:
        return []

    def script(self, call: Invocation, path: Value, args: Any, language: str, changes: Mapping[str, Any]) -> list[Any]:
        return []

    def text_of(self, call: Invocation, path: Value) -> Value:
        from enactd.effects.values import unknown

        return unknown(f"content of {path.shown()}")


def effects(command: str, *, cwd: str = CWD, stdin: str | None = None) -> list[Effect]:
    """What the command would do, in order."""
    words = shlex.split(command)
    world = World(cwd=cwd, workspace=cwd, home="/home/u")
    call = Invocation(_Direct(world), "", [], cwd=known(cwd), stdin=None if stdin is None else known(stdin))
    return [item for item in _Direct(world).run(call, [known(w) for w in words], {"via": ""}) if isinstance(item, Effect)]
