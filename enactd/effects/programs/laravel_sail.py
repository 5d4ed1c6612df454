"""Laravel Sail: the project's tools inside its containers."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, known, program

_ARTISAN: Final = frozenset({"artisan", "art", "a"})
_TOOLS: Final = frozenset("php composer npm npx yarn pnpm bun bunx node mysql psql redis mongodb pint phpunit".split())
_NAMES: Final = {"redis": "redis-cli", "mongodb": "mongosh"}
_COMPOSE: Final = frozenset("up down stop start restart ps logs build exec run rm pull".split())


@program("sail")
def sail(call: Invocation) -> Effects:
    """`sail artisan x`, `sail composer x`, else what docker compose does."""
    if not call.args:
        return
    first, rest = call.args[0].text or "", list(call.args[1:])
    if first in _ARTISAN:
        yield from call.run([known("php"), known("artisan"), *rest])
    elif first == "tinker":
        yield from call.run([known("php"), known("artisan"), known("tinker"), *rest])
    elif first in ("shell", "bash", "root-shell", "root-bash") and not rest:
        return
    elif first in _TOOLS:
        yield from call.run([known(_NAMES.get(first, first)), *rest])
    elif first in _COMPOSE:
        yield from call.run([known("docker"), known("compose"), *call.args])
