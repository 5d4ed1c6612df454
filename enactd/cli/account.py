"""The account of a reading: what each command was taken for, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator

from enactd.effects.model import Effect
from enactd.effects.steps import Step
from enactd.judge import Judgement
from enactd.levels import level_of

_APART = {"source", "chain", "place", "user", "conditional", "span", "content"}


def account(judgement: Judgement) -> list[str]:
    """Commands in the order they were read, wrappers above what they run; then the effects, each with its cause."""
    read = [line for step in judgement.trace for line in _step(step)] or ["  (no command)"]
    follows = [f"  {level_of(effect)}  {described(effect)}" for effect in judgement.effects] or ["  none"]
    return ["read as", *map(_one_line, read), "effects", *map(_one_line, follows)]


def _one_line(text: str) -> str:
    return text.replace("\n", "␤")


def _step(step: Step) -> Iterator[str]:
    indent = "  " * (step.depth + 1)
    where = f"in {step.folder}"
    where += f" on {step.place}" if step.place else ""
    where += f" as {step.user}" if step.user else ""
    yield f"{indent}{step.command}    ({where})"
    if step.source:
        held = ", ".join(f"{name} = {text}" for name, text in step.variables)
        yield f"{indent}    written  {step.source}" + (f"    where {held}" if held else "")


def described(effect: Effect) -> str:
    """One line about an effect: what it is, what it touches, what is known of that, and the command that does it."""
    parts: list[str] = []
    for name in effect.__struct_fields__:
        found = getattr(effect, name)
        if name in _APART or found in ("", None, False, (), frozenset()):
            continue
        shown = getattr(found, "shown", None)
        if found is True:
            parts.append(name)
        elif shown is not None:
            known = [word for word in (found.secret, found.area, found.git) if word not in ("", "unknown")]
            facts = f" [{', '.join(known)}]" if known else ""
            parts.append(f"{'' if name == 'target' else name + ' '}{shown}{facts}")
        else:
            parts.append(f"{name}={','.join(sorted(found)) if isinstance(found, frozenset) else found}")
    maybe = ", maybe" if effect.conditional else ""
    place = f" on {effect.place}" if effect.place else ""
    chain = f" via {' > '.join(effect.chain)}" if effect.chain else ""
    cause = f"    by `{effect.source}`{chain}" if effect.source else chain
    return f"{type(effect).__name__}{place}  {', '.join(parts)}{maybe}{cause}"
