"""What a person needs to decide a call: its exact text, its effects in words, and what of it lasts.

Pure and bounded: everything comes from the call and what was found out about it, nothing is run. The gravest
comes first and is never what is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, Protocol

from msgspec.structs import replace

from enactd.approvals.lasting import lasting
from enactd.approvals.wording import call_text, redacted, visible
from enactd.effects import words
from enactd.effects.budget import FAULTS
from enactd.effects.model import Effect, GitDiscard, GitPush, Target
from enactd.effects.steps import Step
from enactd.effects.words.history import EXAMPLES
from enactd.effects.words.phrase import Names, Phrase
from enactd.levels import level_of
from enactd.receipts.redact import NO_RULES, Redactor, Rules
from enactd.risk import Risk
from enactd.toolcall import ToolCall
from enactd.verdict import Verdict
from enactd.world import World

SENTENCES: Final = 24
"""Sentences about effects before the rest is counted."""
SENTENCE_LIMIT: Final = 700


class Judged(Protocol):
    """What is needed of a judgement."""

    @property
    def verdict(self) -> Verdict:
        """With the findings that stopped the call."""

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What the call would do."""


class Description(NamedTuple):
    """The three texts of a `Request`; see there."""

    call: str
    effects: tuple[str, ...]
    lasting: tuple[str, ...]


class _Group:
    """Effects that are told in one sentence."""

    def __init__(self, level: Risk, phrase: Phrase, around: str, stopped: bool) -> None:
        self.level = level
        self.phrase = phrase
        self.around = around
        self.stopped = stopped
        self.whats: list[tuple[int, str]] = []

    def sentence(self) -> str:
        heavy_first = sorted(self.whats, key=lambda pair: pair[0], reverse=True)
        whats = list(dict.fromkeys(what for _, what in heavy_first))
        told = self.phrase.alone() if len(whats) == 1 else self.phrase.together(whats)
        return told + self.around


def describe(
    call: ToolCall,
    judged: Judged,
    *,
    workspace: str,
    home: str,
    rules: Rules = NO_RULES,
    world: World | None = None,
) -> Description:
    """The texts of a request. `rules` are what else is redacted; `world` may be asked what git would lose.

    Never raises for what an agent sent. Takes some milliseconds, more with a large `world`: not for an event loop.
    """
    redactor = Redactor(rules)
    stopping = {finding.effect for finding in judged.verdict.stopping}
    effects = judged.effects
    trace: tuple[Step, ...] = getattr(judged, "trace", ())
    known = sorted(index for index in stopping if 0 <= index < len(effects))
    heavy_first = sorted(
        (effects[index] for index in known), key=lambda one: (level_of(one), _heavy(one)), reverse=True
    )
    stopped = [effect.source for effect in heavy_first]
    return Description(
        call_text(call, stopped, redactor),
        _plain(sentences(effects, Names(workspace, home), stopping=stopping, world=world, trace=trace), redactor),
        _plain(lasting(sorted(effects, key=level_of, reverse=True)), redactor),
    )


def sentences(
    effects: Sequence[Effect],
    names: Names,
    *,
    stopping: Iterable[int] = (),
    world: World | None = None,
    trace: Sequence[Step] = (),
) -> tuple[str, ...]:
    """Effects in words: the gravest first, among those what stopped the call; several of a kind as one sentence."""
    stopped = frozenset(stopping)
    groups: dict[tuple[object, ...], _Group] = {}
    for index, effect in enumerate(effects):
        phrase = _known_loss(_phrase(effect, names), effect, world, trace)
        level, around = level_of(effect), words.circumstances(effect)
        alone = "" if phrase.kind else phrase.what
        key = (level, phrase.does, phrase.kind, phrase.more, around, alone, index in stopped)
        group = groups.setdefault(key, _Group(level, phrase, around, index in stopped))
        group.whats.append((_weight(effect), phrase.what))
    ordered = sorted(groups.values(), key=lambda group: (group.level, group.stopped), reverse=True)
    told = [group.sentence() for group in ordered[:SENTENCES]]
    rest = ordered[SENTENCES:]
    if rest:
        told.append(f"and {len(rest)} more effects, none graver than {rest[0].level}")
    return tuple(told)


def _phrase(effect: Effect, names: Names) -> Phrase:
    """An effect in words; one that breaks them is named, because a person must hear of it all the same."""
    try:
        return words.phrase(effect, names)
    except FAULTS as fault:
        return Phrase("does", effect.type_name, more=f", which could not be put in words ({type(fault).__name__})")


def _heavy(effect: Effect) -> tuple[int, ...]:
    """The same of an effect alone; what lies elsewhere weighs more than the project's own, a folder more than a file."""
    target = getattr(effect, "target", None)
    if not isinstance(target, Target):
        return (_weight(effect), 0, 0)
    return (_weight(effect), target.area not in ("workspace", "temp", "agent"), target.kind == "folder")


def _weight(effect: Effect) -> int:
    """Of several things of one kind, those a person would want to see first: unknown ones, secrets, data."""
    target = getattr(effect, "target", None)
    if not isinstance(target, Target):
        return 0
    if target.path is None or target.secret:
        return 3
    if {"database", "personal", "private"} & set(target.nature):
        return 2
    return int(target.area not in ("workspace", "temp", "agent") or target.git in ("modified", "untracked"))


def _known_loss(phrase: Phrase, effect: Effect, world: World | None, trace: Sequence[Step]) -> Phrase:
    """A discard with how much really goes, a forced push with how many commits it overwrites as far as this clone knows."""
    if isinstance(effect, GitDiscard) and world is not None:
        return _counted(phrase, effect, world, trace)
    if not isinstance(effect, GitPush) or not effect.force or effect.branch is None or effect.deletes or effect.place:
        return phrase
    lost = (
        _overwritten(effect, world, _folder(effect, trace) or world.cwd)
        if world is not None and effect.own_branch
        else None
    )
    if lost is None:
        known = ", how many commits there would be lost is not known here"
    elif lost == 0:
        known = ", no commit would be lost there as far as this clone has fetched"
    else:
        known = f", {lost} commit{'s' if lost > 1 else ''} there would be lost"
    return replace(phrase, more=phrase.more + known)


def _folder(effect: Effect, trace: Sequence[Step]) -> str:
    """Where the command behind an effect runs; empty where the reading does not say."""
    return next((step.folder for step in trace if effect.source in (step.source, step.command)), "")


def _counted(phrase: Phrase, effect: GitDiscard, world: World, trace: Sequence[Step]) -> Phrase:
    """A reading keeps a few names; where everything goes, the repository knows how many there are."""
    whole = not effect.paths or (effect.paths == (".",) and _folder(effect, trace) == effect.repository)
    if not whole or effect.place or effect.what not in ("changes", "untracked") or len(effect.examples) < EXAMPLES:
        return phrase
    repository = world.repository(effect.repository or world.cwd)
    changes = repository.changes(untracked=effect.what == "untracked") if repository is not None else None
    if changes is None or changes.more:
        return phrase
    found = changes.untracked if effect.what == "untracked" else {*changes.modified, *changes.staged}
    if len(found) < len(effect.examples):
        return phrase
    rest = f" and {len(found) - len(effect.examples)} more" if len(found) > len(effect.examples) else ""
    what = phrase.what.replace("at least ", "").replace(str(len(effect.examples)), str(len(found)), 1)
    last = effect.examples[-1]
    head, found_last, tail = phrase.more.rpartition(last)
    return replace(phrase, what=what, more=f"{head}{last}{rest}{tail}" if found_last else phrase.more)


def _overwritten(effect: GitPush, world: World, folder: str) -> int | None:
    repository = world.repository(folder) if folder.startswith("/") else None
    if repository is None:
        return None
    there, here = f"refs/remotes/{effect.remote}/{effect.branch}", f"refs/heads/{effect.branch}"
    return repository.ahead(there, here)


def _plain(texts: Iterable[str], redactor: Redactor) -> tuple[str, ...]:
    """One line each, without secrets, both ends of what is too long."""
    return tuple(_short(visible(redacted(text, redactor))) for text in texts)


def _short(text: str) -> str:
    if len(text) <= SENTENCE_LIMIT:
        return text
    half = SENTENCE_LIMIT // 2
    return f"{text[:half]} [{len(text) - 2 * half} characters more] {text[-half:]}"
