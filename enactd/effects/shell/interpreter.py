"""The abstract interpreter: follows a script's control flow with everything that may hold at each point.

Both ways of a condition that only the run decides are followed. Conditions are in `conditions.py`, loops in
`loops.py`, simple commands in `commands.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from enactd.effects.model import Effect, ForkBomb, Opaque
from enactd.effects.shell import commands, conditions, loops
from enactd.effects.shell.expansion import Expander
from enactd.effects.shell.multiplying import self_multiplying
from enactd.effects.shell.redirects import may_fail, redirect
from enactd.effects.shell.state import Channel, State, Streams, Variable, settle
from enactd.effects.shell.syntax import (
    AndOr,
    ArithCommand,
    ArithFor,
    Case,
    Compound,
    Cond,
    Coproc,
    For,
    Function,
    If,
    Node,
    Pipeline,
    Proc,
    Script,
    Simple,
    SyntaxProblem,
    While,
)  # fmt: skip
from enactd.effects.values import EMPTY, NETWORK, Value, known, unknown

if TYPE_CHECKING:
    from enactd.effects.reading import Reading

CALL_DEPTH: Final = 12


class Interpreter:
    """One shell process: its place, its user, the wrappers around it, and the variables it was given."""

    def __init__(
        self, reader: Reading, *, place: str = "", user: str = "", chain: tuple[str, ...] = (),
        environment: Mapping[str, Value] | None = None, name: Value | None = None, depth: int = 0, text: str = "",
        conditional: bool = False,
    ) -> None:  # fmt: skip
        self.reader = reader
        self.place = place
        self.user = user
        self.chain = chain
        self.environment: Mapping[str, Value] = environment or {}
        self.name = name
        self.depth = depth
        self.text = text
        self.conditions = int(conditional)
        self.guarded = 0  # how many conditions around this point keep `set -e` from ending the shell
        self.calls: tuple[str, ...] = ()
        self.expander = Expander(self)
        self.effects: list[Effect] = []

    # --- control flow ------------------------------------------------------------------------------

    def script(self, script: Script, states: list[State], io: Streams) -> list[State]:
        """Run commands in order; states that left the script (exit, return, break) stay as they are."""
        for node, background in script.items:
            live = [state for state in states if not state.control]
            if not live:
                break
            done = [state for state in states if state.control]
            if background:
                for state in live:
                    self.subshell(node, state, {**io, 0: Channel("null", source=EMPTY)} if 0 not in io else io)
                    state.status = 0
            else:
                live = self.node(node, live, io)
            states = settle(live + done)
        return states

    def node(self, node: Node, states: list[State], io: Streams) -> list[State]:
        """Run one node in every state."""
        self.reader.budget.spend()
        if isinstance(node, Script):
            return self.script(node, states, io)
        if isinstance(node, AndOr):
            return self._and_or(node, states, io)
        if isinstance(node, Simple):
            return self._ended(self._each(node, states, io))
        after = settle([after for state in states for after in self._compound(node, state, io)])
        ends = isinstance(node, (Cond, ArithCommand, Pipeline)) or (isinstance(node, Compound) and node.subshell)
        return self._ended(after) if ends and not (isinstance(node, Pipeline) and node.negated) else after

    def _each(self, node: Simple, states: list[State], io: Streams) -> list[State]:
        """Run a simple command in every state; what only some of them print is not sure."""
        out = io.get(1)
        if len(states) == 1 or out is None:
            return [after for state in states for after in commands.run_simple(self, node, state, io)]
        found: list[State] = []
        start = len(out.parts)
        printed: list[list[Value]] = []
        for state in states:
            mark = len(out.parts)
            found += commands.run_simple(self, node, state, io)
            printed.append(out.parts[mark:])
        if all(parts == printed[0] for parts in printed):
            del out.parts[start + len(printed[0]) :]
        else:
            out.sure = False
        return found

    def _ended(self, states: list[State]) -> list[State]:
        """`set -e`: a command that failed, or may have, ends the shell."""
        if self.guarded or not any("errexit" in state.options for state in states):
            return states
        result: list[State] = []
        for state in states:
            if state.control or "errexit" not in state.options or state.status == 0:
                result.append(state)
                continue
            left = state if state.status is not None else state.fork()
            left.control = "exit"
            result.append(left)
            if left is not state:
                state.status = 0
                result.append(state)
        return settle(result)

    def _compound(self, node: Node, state: State, io: Streams) -> list[State]:
        readers: dict[type, Callable[..., list[State]]] = {
            Pipeline: self._pipeline, Compound: self._group, If: conditions.run_if, For: loops.run_for,
            ArithFor: loops.run_arithmetic_for, While: loops.run_while, Case: conditions.run_case,
            Cond: conditions.run_condition, ArithCommand: self._arithmetic, Function: self._define,
            Coproc: self._coprocess,
        }  # fmt: skip
        reader = readers[type(node)]
        return reader(node, state, io) if hasattr(reader, "__self__") else reader(self, node, state, io)

    def _and_or(self, node: AndOr, states: list[State], io: Streams) -> list[State]:
        """A chain of `&&` and `||`, left to right."""
        chain: list[AndOr] = []
        first: Node = node
        while isinstance(first, AndOr):
            chain.append(first)
            first = first.left
        self.guarded += 1
        states = self.node(first, states, io)
        self.guarded -= 1
        for link in reversed(chain):
            last = link is node
            stay, go = _parted(states, wanted=link.op == "&&")
            self.conditions += bool(stay)
            self.guarded += not last
            result = self.node(link.right, go, io) if go else []
            self.guarded -= not last
            self.conditions -= bool(stay)
            states = settle(result + stay)
        return states

    def _pipeline(self, node: Pipeline, state: State, io: Streams) -> list[State]:
        flowing: Value | None = None
        after: list[State] = []
        statuses: list[int | None] = []
        self.guarded += node.negated
        for index, command in enumerate(node.commands):
            last = index == len(node.commands) - 1
            streams = dict(io)
            if index:
                streams[0] = Channel("input", source=flowing)
            if not last:
                streams[1] = Channel("pipe", ways=self.conditions)
                if node.both[index]:
                    streams[2] = streams[1]
            alone = last and (len(node.commands) == 1 or "lastpipe" in state.options)
            after = self.node(command, [state.fork()], streams) if alone else self.subshell(command, state, streams)
            statuses.append(_status(after))
            flowing = streams[1].written() if not last else None
        self.guarded -= node.negated
        if len(node.commands) == 1 or "lastpipe" in state.options:
            for other in after:
                other.status = _negated(other.status) if node.negated and not other.control else other.status
            return after
        status = _joint(statuses) if "pipefail" in state.options else statuses[-1]
        state.status = _negated(status) if node.negated else status
        return [state]

    def subshell(self, node: Node, state: State, io: Streams) -> list[State]:
        """Run a node in a process of its own; the states it ends in, its exit trap run."""
        inner = state.fork()
        inner.traps = {}
        return self.finish(self.node(node, [inner], io), io)

    def _group(self, node: Compound, state: State, io: Streams) -> list[State]:
        before = state.fork() if may_fail(node.redirects) else None
        with redirect(self, node.redirects, state, state.streams(io) if node.redirects else io) as streams:
            if node.subshell:
                state.status = _status(self.subshell(node.body, state, streams))
                after = [state]
            else:
                after = self.node(node.body, [state], streams)
        if before is None:
            return after
        before.status = 1  # the redirect failed, and nothing of the group ran
        return settle([*after, before])

    def _arithmetic(self, node: ArithCommand, state: State, io: Streams) -> list[State]:
        number = self.expander.arithmetic(self.expander.one(node.expression, state, io), state, io).text
        state.status = None if number is None else int(number == "0")
        return [state]

    def _define(self, node: Function, state: State, io: Streams) -> list[State]:
        state.functions = {**state.functions, node.name: node.body}
        state.status = 0
        return [state]

    def _coprocess(self, node: Coproc, state: State, io: Streams) -> list[State]:
        output = Channel("capture", ways=self.conditions)
        streams = {**io, 0: Channel("input", source=unknown("what is written to the coprocess")), 1: output}
        self.subshell(node.body, state, streams)
        state.keep(63, Channel("input", source=output.written()), {})
        state.keep(60, Channel("coproc", body=node.body), {})
        state.set(node.name, Variable(None, {"0": known("63"), "1": known("60")}))
        state.status = 0
        return [state]

    # --- what expansion needs ----------------------------------------------------------------------

    def substitute(self, body: Script, state: State, io: Streams) -> Value:
        """The output of `$( … )`, trailing newlines cut."""
        if len(body.items) == 1 and isinstance(body.items[0][0], Simple) and not body.items[0][1]:
            simple = body.items[0][0]
            if not simple.words and not simple.assigns and [r.op for r in simple.redirects] == ["<"]:
                with redirect(self, simple.redirects, state, state.streams(io)) as streams:
                    source = streams[0].source
                state.status = None
                return _trimmed(source if source is not None else EMPTY)
        output = Channel("capture", ways=self.conditions)
        guarded, self.guarded = self.guarded, self.guarded + 1
        state.status = _status(self.subshell(body, state, {**io, 1: output}))
        self.guarded = guarded
        written = output.written()
        if not output.sure:
            return unknown("output that depends on a condition", *written.origins)
        return _trimmed(written)

    def process(self, part: Proc, state: State, io: Streams) -> Value:
        """The path that a process substitution stands for."""
        path = self.reader.new_pipe()
        if part.direction == "<":
            output = Channel("capture", ways=self.conditions)
            self.subshell(part.body, state, {**io, 1: output})
            self.reader.files[path] = output.written()
        else:
            source = unknown("what is written to `>( )`", NETWORK)
            self.subshell(part.body, state, {**io, 0: Channel("input", source=source)})
        return known(path)

    def call_function(self, name: str, args: list[Value], state: State, io: Streams) -> list[State]:
        """Run a function's body with its own positional parameters and local variables."""
        body = state.functions[name]
        if self_multiplying(name, body, state.functions):
            self.emit(ForkBomb(how=f"`{name}` starts itself more than once"))
            state.status = None
            return [state]
        if self.calls.count(name) > 2 or len(self.calls) >= CALL_DEPTH:
            self.emit(Opaque(reason=f"`{name}` calls itself too deep to follow"))
            state.status = None
            return [state]
        self.reader.budget.spend()
        self.calls = (*self.calls, name)
        outer, state.positional = state.positional, tuple(args)
        state.locals = (*state.locals, {})
        states = self.node(body, [state], io)
        self.calls = self.calls[:-1]
        for each in states:
            each.positional = outer
            each.unhide()
            if each.control == "return":
                each.control = ""
        return states

    def evaluate(self, text: Value, states: list[State], io: Streams, *, what: str) -> list[State]:
        """Run text in this very shell: eval, source, trap, an alias."""
        parsed = self.reader.parse(text, self, what)
        if parsed is None:
            for state in states:
                state.status = None
            return states
        if self.depth > CALL_DEPTH:
            self.emit(Opaque(reason=f"{what} is nested too deep"))
            return states
        outer, self.text = self.text, self.reader.marked(text)
        self.depth += 1
        try:
            for state in states:
                state.status = 0
            return self.script(parsed, states, io)
        finally:
            self.text = outer
            self.depth -= 1

    def finish(self, states: list[State], io: Streams) -> list[State]:
        """Run the traps that a shell leaves behind, in every state that it may end in."""
        for state in states:
            for signal, text in state.traps.items():
                after = state.fork()
                after.control, after.traps = "", {}
                self.conditions += signal != "EXIT"
                self.evaluate(text, [after], io, what="trap")
                self.conditions -= signal != "EXIT"
        return states

    def emit(self, effect: Effect, source: str = "", span: tuple[int, int] = (0, 0)) -> None:
        """Record an effect of this shell with where it came from."""
        self.reader.budget.spend(2)
        self.reader.changes.observe(effect, self.place)
        self.effects.append(self.reader.stamped(effect, self, source, span))


def _parted(states: list[State], *, wanted: bool) -> tuple[list[State], list[State]]:
    """Those that stop here and those that go on; where the status is not known, a state does both."""
    stay: list[State] = []
    go: list[State] = []
    for state in states:
        if state.control or (state.status is not None and (state.status == 0) is not wanted):
            stay.append(state)
            continue
        if state.status is None:
            skipped = state.fork()
            skipped.status = 1 if wanted else 0
            stay.append(skipped)
        go.append(state)
    return stay, go


def _status(states: list[State]) -> int | None:
    """The one status in which all states end, None where they differ."""
    first = states[0].status if states else None
    return first if all(state.status == first for state in states) else None


def _joint(statuses: list[int | None]) -> int | None:
    """`pipefail`: the last failure counts."""
    for status in reversed(statuses):
        if status != 0:
            return status
    return 0


def _negated(status: int | None) -> int | None:
    return None if status is None else int(status == 0)


def _trimmed(text: Value) -> Value:
    if text.pieces and isinstance(text.pieces[-1], str) and text.pieces[-1].endswith("\n"):
        last = text.pieces[-1].rstrip("\n")
        return Value((*text.pieces[:-1], *((last,) if last else ())), text.glob, text.origins)
    return text


__all__ = ["Interpreter", "SyntaxProblem"]
