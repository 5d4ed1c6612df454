"""Assignments: plain ones, those to elements and arrays, those behind `declare` and its kin, and other names of variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import msgspec

from enactd.effects.model import SetEnvironment
from enactd.effects.shell.environment import runs_code
from enactd.effects.shell.splitting import one_match
from enactd.effects.shell.state import State, Streams, Variable
from enactd.effects.shell.syntax import Assign, Lit, Part, Word
from enactd.effects.values import EMPTY, Value, concat, known

if TYPE_CHECKING:
    from enactd.effects.shell.interpreter import Interpreter

REFERRING: Final = ("declare", "typeset", "local")
"""The builtins whose `-n` makes another name of a variable; that of `export` means something else."""


def declared(shell: Interpreter, word: Assign, before: list[Value], state: State, io: Streams) -> Value:
    """Store `x=…` behind `declare` and its kin; gives the word that the builtin sees."""
    name = next((f.text for f in before if f.text not in ("command", "builtin")), "")
    flags = "".join((f.text or "")[1:] for f in before[1:] if f.startswith("-"))
    if name in ("local", "declare", "typeset") and "g" not in flags:
        # The value is expanded first: `local x=$x` sees the outer one.
        content = None if word.array is not None else shell.expander.one(word.value, state, io)
        state.hide(word.name)
        if content is not None and word.index is None and not word.append:
            word = Assign(word.name, Word([Lit(shell.reader.marked(content), True)]))
        if not word.append:
            state.variables = {
                key: value for key, value in state.variables.items() if key != word.name or value.readonly
            }
    if "A" in flags:
        state.set(word.name, Variable(None, {}, assoc=True))
    if "n" in flags and name in REFERRING:
        state.refer(word.name, shell.expander.one(word.value, state, io).text)
        return known(word.name + "=")
    store(shell, word, state, io, exported=name == "export" or "x" in flags)
    variable = state.variables.get(word.name)
    return concat((known(word.name + "="), (variable.value if variable and variable.value else EMPTY)))


def store(shell: Interpreter, assign: Assign, state: State, io: Streams, *, exported: bool = False) -> None:
    """Carry out an assignment; one to a reference changes what it refers to."""
    goal = state.meant(assign.name)
    if goal is None:
        state.assign(assign.name, shell.expander.one(assign.value, state, io))
        return
    if goal != assign.name:
        assign = msgspec.structs.replace(assign, name=goal)
    old = state.variables.get(assign.name)
    if assign.array is not None:
        items = _array(shell, assign, old, state, io)
        state.set(assign.name, Variable(None, items, exported, assoc=old is not None and old.assoc))
        return
    content = shell.expander.one(assign.value, state, io)
    if assign.index is not None:
        key = shell.expander.key_for(assign.name, assign.index, state, io)
        items = dict(_items(old))
        if assign.append and key in items:
            content = concat((items[key], content))
        state.set(assign.name, Variable(None, {**items, key: content}, exported, assoc=old is not None and old.assoc))
        return
    if assign.append:
        before = EMPTY if old is not None and old.value is None and old.items is None else None
        content = concat((shell.expander.variable(assign.name, state) if before is None else before, content))
    state.assign(assign.name, content)
    if exported and not state.variables[assign.name].exported:
        state.set(assign.name, msgspec.structs.replace(state.variables[assign.name], exported=True))
    if exported or state.variables[assign.name].exported:
        note_environment(shell, assign.name, content, f"{assign.name}=…", "")


def _items(variable: Variable | None) -> Mapping[str, Value]:
    """The elements of a variable, a plain value as its first."""
    if variable is None:
        return {}
    if variable.items is not None:
        return variable.items
    return {"0": variable.value} if variable.value is not None else {}


def _array(shell: Interpreter, assign: Assign, old: Variable | None, state: State, io: Streams) -> dict[str, Value]:
    """The elements of `(a b [k]=v)`."""
    items: dict[str, Value] = dict(_items(old)) if assign.append else {}
    position = 1 + max((int(key) for key in items if key.isdigit()), default=-1)
    for word in assign.array or ():
        keyed = _keyed(word)
        if keyed is not None:
            key = shell.expander.key_for(assign.name, keyed[0], state, io)
            items[key] = shell.expander.one(keyed[1], state, io)
            position = int(key) + 1 if key.isdigit() else position
            continue
        for field in shell.expander.fields(word, state, io):
            items[str(position)] = one_match(field) if field.glob else field
            position += 1
    return items


def _keyed(word: Word) -> tuple[Word, Word] | None:
    """`[key]=value` as key and value; quotes and expansions in either stay what they are."""
    first = word.parts[0] if word.parts else None
    if not isinstance(first, Lit) or first.quoted or not first.text.startswith("["):
        return None
    key: list[Part] = []
    for index, part in enumerate(word.parts):
        text = part.text if isinstance(part, Lit) and not part.quoted else ""
        if index == 0:
            text = text[1:]
            if not text:
                continue
        head, close, rest = text.partition("]=")
        if close:
            key += [Lit(head)] if head else []
            return Word(key), Word([*([Lit(rest)] if rest else []), *word.parts[index + 1 :]])
        key.append(Lit(text) if text else part)
    return None


def note_environment(shell: Interpreter, name: str, content: Value, source: str, program: str) -> None:
    """Say so where a variable makes programs run code."""
    verdict = runs_code(shell, name, content, program)
    if verdict is not None:
        shell.emit(SetEnvironment(name=name, value=content.text, readable=verdict), source)
