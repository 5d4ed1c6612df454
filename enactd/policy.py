"""How a policy is written; the only module that `policies/` may import.

    @policy(watches=DeletePath, severity="critical", stage="stable", since="0.1", incidents=("FS-01",),
            denies=("rm -rf ~",), asks=("rm -r ../sibling",), allows=("rm -rf build",), misses=())
    def check(delete: DeletePath, context: Context) -> Opinions:
        if delete.target.area == "home":
            yield Deny(...)

A policy is a pure function from one effect and its context to opinions: no clock, no files, no network,
no globals. It never returns early, because opinions combine by strictness and not by order. Its id is
its path (`policies/files/recursive_delete.py` is `files.recursive-delete`), its title, why, instead and
blind spots are its module's docstring.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import msgspec

from enactd.effects import model
from enactd.effects.model import *  # noqa: F403 - policies see the whole vocabulary of effects
from enactd.effects.model import Effect, Target
from enactd.effects.subjects import about, given_back, plain_table, subject  # noqa: F401 - policies import them from here
from enactd.risk import Risk
from enactd.site import Site
from enactd.verdict import Allow, Ask, Deny, Opinion, Opinions  # noqa: F401 - policies import it from here

Severity = Literal["low", "medium", "high", "critical"]
Stage = Literal["trial", "stable", "retired"]


class Example(msgspec.Struct, frozen=True):
    """A call that a policy's declaration names, with what is needed to make it true.

    A bare string in a declaration is a Bash command. Otherwise `tool` and `input` as an agent sends them.
    `given` names states of the world, see `examples.py`: "dirty", "untracked x", "branch main", "freeze".
    `after` are Bash commands of the same session before it: they run if they are allowed, and are refused if not;
    "failed: cp a b" ran and failed, "approved: rm a" ran because a person said yes.
    """

    tool: str
    input: dict[str, Any]
    given: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def __str__(self) -> str:
        command = self.input.get("command")
        shown = command if self.tool == "Bash" and isinstance(command, str) else f"{self.tool} {self.input}"
        earlier = tuple(f"after `{step}`" for step in self.after)
        return shown + (f"  [{', '.join((*self.given, *earlier))}]" if self.given or self.after else "")


def bash(command: str, *, given: str | tuple[str, ...] = (), after: tuple[str, ...] = ()) -> Example:
    """A Bash example with a state of the world, or after earlier calls of the session."""
    return Example("Bash", {"command": command}, (given,) if isinstance(given, str) else given, after)


def tool(name: str, /, **arguments: Any) -> Example:
    """An example for another tool: `tool("Read", file_path=".env")`."""
    return Example(name, arguments)


class Session(msgspec.Struct, frozen=True):
    """What a session has done so far, as policies see it.

    `refused` names what stopped calls would have done (`DeletePath /a`) and was not approved since.
    """

    level: Risk = Risk.SAFE
    taints: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    refused: tuple[str, ...] = ()
    renamed: Mapping[str, str] = {}  # table now -> table before
    downloads: frozenset[str] = frozenset()
    deeds: frozenset[str] = frozenset()  # what earlier calls have done: "copied /a", "moved-to /b"
    failed: frozenset[str] = frozenset()  # deeds that were tried last and failed
    destructive: int = 0  # how many of the last calls in a row destroyed something


class Context(msgspec.Struct, frozen=True):
    """Everything a policy may know beside the effect. All values, nothing live."""

    workspace: str
    home: str
    cwd: str
    agent: str = ""
    tool: str = ""
    branch: str | None = None
    session: Session = Session()
    frozen: str = ""  # why a freeze is on; empty: none
    site: Site = Site()  # what the settings protect and call production
    settings: Mapping[str, Any] = {}
    effects: tuple[Effect, ...] = ()
    input: Mapping[str, Any] = {}  # the tool's own arguments, for policies about the call as a whole

    def setting(self, name: str, default: Any) -> Any:
        """A parameter of this policy from the configuration, else the default."""
        return self.settings.get(name, default)

    def refused(self, effect: Effect) -> bool:
        """Whether an earlier call was stopped for this very effect, in whatever spelling, and not approved since."""
        return bool(self.session.refused) and about(effect) in self.session.refused

    def floor(self, effect: Effect, reason: str, instead: str = "") -> Opinion:
        """The floor on this machine; on another one, where a person may want it, a question."""
        if effect.place:
            return Ask(f"on {effect.place}: {reason}", instead)
        return Deny(reason, instead)

    def recoverable(self, target: Target) -> bool:
        """Whether git, a build, or nothing gives the target back: clean, made again, temporary, a mere link, or not there."""
        return given_back(target)


Check = Callable[[Any, Context], Opinions]


class Declaration(msgspec.Struct, frozen=True):
    """A policy's metadata and its function; what `bundle.py` collects."""

    check: Check
    watches: tuple[type[Effect], ...]
    severity: Severity
    stage: Stage
    since: str
    incidents: tuple[str, ...]
    denies: tuple[Example, ...]
    asks: tuple[Example, ...]
    allows: tuple[Example, ...]
    misses: tuple[Example, ...]
    protects_gate: bool = False
    optional: bool = False


def policy(
    *,
    watches: type[Effect] | tuple[type[Effect], ...],
    severity: Severity,
    stage: Stage,
    since: str,
    incidents: tuple[str, ...] = (),
    denies: Iterable[str | Example] = (),
    asks: Iterable[str | Example] = (),
    allows: Iterable[str | Example] = (),
    misses: Iterable[str | Example] = (),
    protects_gate: bool = False,
    optional: bool = False,
) -> Callable[[Check], Declaration]:
    """Declare a policy. `watches` are the effect types it is shown; `model.Effect` means all of them.

    An `optional` one is off until the settings say `enabled = true`.
    """

    def declare(check: Check) -> Declaration:
        return Declaration(
            check,
            watches if isinstance(watches, tuple) else (watches,),
            severity,
            stage,
            since,
            tuple(incidents),
            _examples(denies),
            _examples(asks),
            _examples(allows),
            _examples(misses),
            protects_gate,
            optional,
        )

    return declare


def _examples(given: Iterable[str | Example]) -> tuple[Example, ...]:
    return tuple(bash(item) if isinstance(item, str) else item for item in given)


_VOCABULARY = [name for name in vars(model) if name[:1].isupper() and name not in {"Literal", "AnyEffect", "Risk"}]
_OURS = [
    "Allow",
    "Ask",
    "Context",
    "Deny",
    "Example",
    "Opinion",
    "Opinions",
    "Risk",
    "Session",
    "about",
    "bash",
    "plain_table",
    "policy",
    "subject",
    "tool",
]

__all__ = _OURS + _VOCABULARY  # noqa: PLE0605 - the vocabulary grows with the model
