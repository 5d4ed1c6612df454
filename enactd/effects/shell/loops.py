"""Loops: over known lists they are unrolled; others go round until nothing new is forgotten."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enactd.effects.model import ForkBomb
from enactd.effects.shell.multiplying import endless_spawner, is_constant
from enactd.effects.shell.splitting import one_match
from enactd.effects.shell.state import State, Streams, forgotten, settle
from enactd.effects.shell.syntax import ArithCommand, ArithFor, For, Lit, Node, Script, While, Word
from enactd.effects.values import Value, known, unknown

if TYPE_CHECKING:
    from enactd.effects.shell.interpreter import Interpreter

UNROLL: Final = 64
_ROUNDS: Final = 5  # until what a loop changes is forgotten; each round forgets more


def run_for(shell: Interpreter, node: For, state: State, io: Streams) -> list[State]:
    """`for`, and `select`, which may choose any of its words, any number of times."""
    if node.words is None:
        items = list(state.positional) if state.positional is not None else [unknown("$@ is not known")]
    else:
        items = [field for word in node.words for field in shell.expander.fields(word, state, io)]
    if len(items) > UNROLL:
        items = [*items[:UNROLL], _any_of(items)]
    state.status = 0
    if node.select:
        return _run_select(shell, node, items, state, io)
    states = [state]
    left: list[State] = []
    skipped = [state.fork()] if any(not item.known or item.glob for item in items) else []
    for item in items:
        many = item.glob or not item.known
        for each in states:
            _bind(each, node.name, one_match(item) if item.glob else item)
        if many:
            states = [after for each in states for after in _unknown_loop(shell, node.body, each, io, node.name)]
        else:
            states = _iteration(shell, node.body, states, io)
        left += [each for each in states if each.control]
        states = settle([each for each in states if not each.control])
        if not states:
            break
    return _leave(settle(states + left + skipped))


def _bind(state: State, name: str, item: Value) -> None:
    """Give the loop's variable its next word: a reference refers to another variable."""
    if name in state.variables and state.variables[name].refers:
        state.refer(name, item.text)
    else:
        state.assign(name, item)


def _run_select(shell: Interpreter, node: For, items: list[Value], state: State, io: Streams) -> list[State]:
    """Any of the words may be chosen first, and any again afterwards."""
    found = [state.fork()]
    for item in items:
        chosen = state.fork()
        chosen.assign(node.name, one_match(item) if item.glob else item)
        found += _iteration(shell, node.body, [chosen], io)
    again = state.fork()
    again.assign(node.name, _any_of(items))
    if not all(each.control for each in found[1:]):
        found += _unknown_loop(shell, node.body, again, io, node.name)
    return _leave(settle(found))


def _any_of(items: list[Value]) -> Value:
    plain = all(item.text and item.text.replace("_", "").isalnum() for item in items)
    return unknown(
        f"one of {len(items)} items", *(o for item in items for o in item.origins), plain=plain, empty=not plain
    )


def _iteration(shell: Interpreter, body: Script, states: list[State], io: Streams) -> list[State]:
    states = settle(shell.script(body, states, io))
    for state in states:
        if state.control == "continue" and state.levels <= 1:
            state.control = ""
    return states


def _leave(states: list[State]) -> list[State]:
    """Behind the loop: a break or continue has one loop less to leave."""
    for state in states:
        if state.control in ("break", "continue"):
            state.levels -= 1
            if state.levels < 1:
                state.control, state.levels = "", 1
                state.status = 0
    return settle(states)


def run_arithmetic_for(shell: Interpreter, node: ArithFor, state: State, io: Streams) -> list[State]:
    """`for ((init; condition; step))`."""
    text = shell.expander.one(node.header[0], state, io).text
    init, condition, step = ([*text.split(";", 2), "", ""] if text is not None else ["", "", ""])[:3]
    shell.expander.arithmetic(known(init), state, io)
    state.status = 0
    if text is None or not condition.strip() or re.fullmatch(r"\s*0*[1-9]\d*\s*", condition):
        if endless_spawner(node.body):
            shell.emit(ForkBomb(how="an endless loop starts processes"))
        return _leave(_unknown_loop(shell, node.body, state, io))
    states = [state]
    left: list[State] = []
    for _ in range(UNROLL):
        truth = shell.expander.arithmetic(known(condition), states[0], io).text
        if truth is None or len(states) > 1:
            break
        if truth == "0":
            return _leave(states + left)
        states = _iteration(shell, node.body, states, io)
        left += [each for each in states if each.control]
        states = [each for each in states if not each.control]
        if not states:
            return _leave(left)
        for each in states:
            shell.expander.arithmetic(known(step), each, io)
    # The step is part of what each round changes.
    body = Script([*node.body.items, (ArithCommand(Word([Lit(step or "1", True)])), False)])
    return _leave([after for each in states for after in _unknown_loop(shell, body, each, io)] + left)


def _unknown_loop(shell: Interpreter, body: Script, state: State, io: Streams, name: str = "") -> list[State]:
    """Any number of rounds: again and again, with everything forgotten that a round changed."""
    shell.conditions += 1
    current = state
    left: list[State] = []
    result: list[State] = [state.fork()]
    for _ in range(_ROUNDS):
        before = current.fork()
        after = _iteration(shell, body, [current], io)
        left += [each for each in after if each.control]
        live = [each for each in after if not each.control]
        result += [each.fork() for each in live]
        merged = before
        for each in live:
            merged = forgotten(merged, each, "changes in a loop")
        if name:
            merged.variables = (
                {**merged.variables, name: before.variables[name]} if name in before.variables else merged.variables
            )
        if not live or merged.same(before):
            break
        current = merged
    shell.conditions -= 1
    return settle(result + left)


def run_while(shell: Interpreter, node: While, state: State, io: Streams) -> list[State]:
    """`while` and `until`: unrolled as long as the condition is known."""
    endless = False
    waiting, done = [state], []
    ended: int | None = 0  # the status of the last round
    for round_number in range(UNROLL):
        tested = _guarded(shell, node.condition, waiting, io)
        done += [s for s in tested if s.control]
        tested = [s for s in tested if not s.control]
        out = [s for s in tested if s.status is not None and (s.status == 0) is bool(node.until)]
        for s in out:
            s.status = ended
        done += out
        inside = [s for s in tested if s not in out]
        if not inside:
            return _leave(done)
        if round_number == 0 and is_constant(node.condition) and all(s.status is not None for s in inside):
            endless = True
            if endless_spawner(node.body):
                shell.emit(ForkBomb(how="an endless loop starts processes"))
        if any(s.status is None for s in inside) or endless or round_number == UNROLL - 1 or len(inside) > 1:
            return _leave(settle(done + _rounds(shell, node, inside, io, endless=endless)))
        waiting = _iteration(shell, node.body, inside, io)
        done += [s for s in waiting if s.control]
        waiting = [s for s in waiting if not s.control]
        ended = waiting[0].status if len(waiting) == 1 else None
    return _leave(settle(done + waiting))


def _guarded(shell: Interpreter, condition: Script, states: list[State], io: Streams) -> list[State]:
    shell.guarded += 1
    tested = shell.script(condition, states, io)
    shell.guarded -= 1
    return tested


def _rounds(shell: Interpreter, node: While, inside: list[State], io: Streams, *, endless: bool) -> list[State]:
    """The rest of a loop whose number of rounds is not known, each round with its condition at the end."""
    body = Script([*node.body.items, *([] if endless else _unguarded(node.condition))])
    found: list[State] = []
    for each in inside:
        after = _unknown_loop(shell, body, each, io)
        for state in after:
            if not state.control:
                state.status = None
        found += after
    return found


def _unguarded(condition: Script) -> list[tuple[Node, bool]]:
    """The condition as the end of the body; its failure ends the loop, not the shell."""
    from enactd.effects.shell.syntax import If

    return [(If([(condition, Script([]))], None), False)]
