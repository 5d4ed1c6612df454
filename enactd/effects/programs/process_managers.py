"""pm2, forever, honcho and the like: processes of a user stopped at large."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, program
from enactd.effects.model import SignalProcess

_STOPS: Final = frozenset("stop delete del kill restart stopall restartall killall reload resurrect".split())
_AT_LARGE: Final = frozenset("all kill killall stopall restartall".split())


@program("pm2", "forever", "overmind", "hivemind")
def process_manager(call: Invocation) -> Effects:
    """`delete all` and `kill` end everything it runs; one named process is one process."""
    words = [word.shown(60) for word in call.args if not word.prefix.startswith("-")]
    if not words or words[0] not in _STOPS or {"--help", "-h"} & {word.text for word in call.args}:
        return
    at_large = bool(_AT_LARGE & set(words)) or not words[1:]
    yield SignalProcess(scope="named" if at_large else "one", what=" ".join(words[1:]) or call.name)
