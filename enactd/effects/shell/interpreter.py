"""The abstract interpreter: follows a script's control flow with everything that may hold at each point.

Both ways of a condition that only the run decides are followed; loops over known lists are unrolled,
others run twice with what they change forgotten in between. Simple commands are in `commands.py`.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from enactd.effects.model import Effect, ForkBomb, Opaque
from enactd.effects.shell import commands
from enactd.effects.shell.expansion import Expander
from enactd.effects.shell.multiplying import endless_spawner, self_multiplying
from enactd.effects.shell.redirects import redirect
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
    Lit,
    Node,
    Pipeline,
    Proc,
    Script,
    Simple,
    SyntaxProblem,
    While,
    Word,
)  # fmt: skip
from enactd.effects.values import EMPTY, NETWORK, Value, known, unknown

if TYPE_CHECKING:
    from enactd.effects.reading import Reading

UNROLL: Final = 64
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
        self.calls: tuple[str, ...] = ()
        self.expander = Expander(self)
        self.effects: list[Effect] = []
        self.exit_traps: list[Value] = []  # what `trap … EXIT` leaves for the end

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
                    self.node(node, [state.fork()], io)
                    state.status = 0
            else:
                live = self.node(node, live, io)
            states = settle(live + done)
        return states

    def node(self, node: Node, states: list[State], io: Streams) -> list[State]:
        """Run one node in every state."""
        self.reader.budget.spend()
        if isinstance(node, Simple):
            return [after for state in states for after in commands.run_simple(self, node, state, io)]
        if isinstance(node, Script):
            return self.script(node, states, io)
        if isinstance(node, AndOr):
            return self._and_or(node, states, io)
        return settle([after for state in states for after in self._compound(node, state, io)])

    def _compound(self, node: Node, state: State, io: Streams) -> list[State]:
        readers: dict[type, Callable[..., list[State]]] = {
            Pipeline: self._pipeline, Compound: self._group, If: self._if, For: self._for, ArithFor: self._arith_for,
            While: self._while, Case: self._case, Cond: self._condition, ArithCommand: self._arithmetic,
            Function: self._define, Coproc: self._coprocess,
        }  # fmt: skip
        return readers[type(node)](node, state, io)

    def _and_or(self, node: AndOr, states: list[State], io: Streams) -> list[State]:
        states = self.node(node.left, states, io)
        wanted = node.op == "&&"
        stay, go, maybe = [], [], []
        for state in states:
            if state.control or (state.status is not None and (state.status == 0) is not wanted):
                stay.append(state)
            elif state.status is None:
                maybe.append(state)
            else:
                go.append(state)
        for state in maybe:
            skipped = state.fork()
            skipped.status = 1 if wanted else 0
            stay.append(skipped)
        result = self.node(node.right, go, io) if go else []
        if maybe:
            self.conditions += 1
            result += self.node(node.right, maybe, io)
            self.conditions -= 1
        return settle(result + stay)

    def _pipeline(self, node: Pipeline, state: State, io: Streams) -> list[State]:
        flowing: Value | None = None
        after: list[State] = []
        for index, command in enumerate(node.commands):
            last = index == len(node.commands) - 1
            streams = dict(io)
            if index:
                streams[0] = Channel("input", source=flowing)
            if not last:
                streams[1] = Channel("pipe")
                if node.both[index]:
                    streams[2] = streams[1]
            after = self.node(command, [state.fork()], streams)
            flowing = streams[1].written() if not last else None
        status = after[0].status if after and all(s.status == after[0].status for s in after) else None
        if node.negated and status is not None:
            status = 0 if status else 1
        if "lastpipe" in state.options or len(node.commands) == 1:
            for other in after:
                other.status = status if node.negated else other.status
            return after
        state.status = status
        return [state]

    def _group(self, node: Compound, state: State, io: Streams) -> list[State]:
        with redirect(self, node.redirects, state, io) as streams:
            if not node.subshell:
                return self.node(node.body, [state], streams)
            after = self.node(node.body, [state.fork()], streams)
        state.status = after[0].status if after and all(s.status == after[0].status for s in after) else None
        return [state]

    def _if(self, node: If, state: State, io: Streams) -> list[State]:
        waiting, done = [state], []
        uncertain = 0
        for condition, body in node.branches:
            tested = self.script(condition, waiting, io)
            done += [s for s in tested if s.control]
            tested = [s for s in tested if not s.control]
            waiting = [s.fork() if s.status is None else s for s in tested if s.status != 0]
            if any(s.status is None for s in tested):
                uncertain += 1
                self.conditions += 1
            done += self.script(body, [s for s in tested if s.status in (0, None)], io)
        if node.otherwise is not None:
            done += self.script(node.otherwise, waiting, io) if waiting else []
        else:
            for other in waiting:
                other.status = 0
            done += waiting
        self.conditions -= uncertain
        return done

    def _for(self, node: For, state: State, io: Streams) -> list[State]:
        if node.words is None:
            items = list(state.positional) if state.positional is not None else [unknown("$@ is not known")]
        else:
            items = [field for word in node.words for field in self.expander.fields(word, state, io)]
        if len(items) > UNROLL:
            items = [*items[:UNROLL], unknown(f"one of {len(items)} items")]
        states = [state]
        skipped: list[State] = []
        if any(not item.known or item.glob for item in items):
            skipped.append(state.fork())
        for item in items:
            for each in states:
                each.assign(node.name, item)
            states = self._iteration(node.body, states, io)
        return self._leave_loop(states) + skipped

    def _iteration(self, body: Script, states: list[State], io: Streams) -> list[State]:
        states = settle(self.script(body, states, io))
        for state in states:
            if state.control == "continue":
                state.control = ""
        return states

    @staticmethod
    def _leave_loop(states: list[State]) -> list[State]:
        for state in states:
            if state.control in ("break", "continue"):
                state.control = ""
        return states

    def _arith_for(self, node: ArithFor, state: State, io: Streams) -> list[State]:
        text = self.expander.one(node.header[0], state, io).text
        init, condition, step = ([*text.split(";", 2), "", ""] if text is not None else ["", "", ""])[:3]
        self.expander.arithmetic(known(init), state, io)
        if text is None or not condition.strip():
            if endless_spawner(node.body):
                self.emit(ForkBomb(how="an endless loop starts processes"))
            return self._unknown_loop(node.body, state, io)
        states = [state]
        for _ in range(UNROLL):
            truth = self.expander.arithmetic(known(condition), states[0], io).text
            if truth is None or not states or states[0].control:
                return self._unknown_loop(node.body, states[0], io)
            if truth == "0":
                break
            states = self._iteration(node.body, states, io)
            for each in states:
                self.expander.arithmetic(known(step), each, io)
        return self._leave_loop(states)

    def _unknown_loop(self, body: Script, state: State, io: Streams) -> list[State]:
        """Twice around: once as it is, once with everything forgotten that the first round changed."""
        before = state.fork()
        states = self._iteration(body, [state], io)
        for each in states:
            for name, variable in each.variables.items():
                if before.variables.get(name) != variable and not each.control:
                    each.set(name, Variable(unknown(f"${name} changes in a loop")))
        live = [s for s in states if not s.control]
        if live and any(not s.same(before) for s in live):
            states = [s for s in states if s.control] + self._iteration(body, live, io)
        return self._leave_loop([before, *states])

    def _while(self, node: While, state: State, io: Streams) -> list[State]:
        endless = _always(node.condition, not node.until)
        if endless and endless_spawner(node.body):
            self.emit(ForkBomb(how="an endless loop starts processes"))
        waiting, done = [state], []
        for _round in range(UNROLL):
            tested = self.script(node.condition, waiting, io)
            wanted = 1 if node.until else 0
            out = [s for s in tested if s.control or (s.status is not None and (s.status == 0) is bool(node.until))]
            done += out
            inside = [s for s in tested if s not in out]
            if not inside:
                return self._leave_loop(done)
            if any(s.status is None for s in inside) or endless or _round == UNROLL - 1:
                done += [s.fork() for s in inside if not endless]
                for s in inside:
                    done += self._unknown_loop(Script([*node.body.items, *node.condition.items]), s, io)
                return self._leave_loop(settle(done))
            for s in inside:
                s.status = wanted
            waiting = self._iteration(node.body, inside, io)
            done += [s for s in waiting if s.control]
            waiting = [s for s in waiting if not s.control]
        return self._leave_loop(settle(done + waiting))

    def _case(self, node: Case, state: State, io: Streams) -> list[State]:
        subject = self.expander.one(node.word, state, io)
        text = subject.text
        waiting, done = [state], []
        falls: list[State] = []
        for patterns, body, terminator in node.items:
            if not waiting and not falls:
                break
            verdicts = [self._matches(text, pattern, state, io) for pattern in patterns]
            match = True if True in verdicts else None if None in verdicts else False
            entering = [*falls, *([s.fork() if match is None else s for s in waiting] if match is not False else [])]
            falls = []
            if match is True and terminator != ";;&":
                waiting = []
            if not entering:
                continue
            self.conditions += match is None
            after = self.script(body, entering, io)
            self.conditions -= match is None
            if terminator == ";&":
                falls = after
            else:
                done += after
        return done + falls + waiting

    def _matches(self, text: str | None, pattern: Word, state: State, io: Streams) -> bool | None:
        known_pattern = self.expander.pattern(pattern, state, io)
        if known_pattern == "*":
            return True
        if text is None or known_pattern is None or re.search(r"[?*+@!]\(", known_pattern):
            return None
        return fnmatch.fnmatchcase(text, known_pattern)

    def _condition(self, node: Cond, state: State, io: Streams) -> list[State]:
        values = [self.expander.one(word, state, io) for word in node.words]
        state.status = None
        if len(values) == 3 and (op := values[1].text) in ("=", "==", "!="):
            left, right = values[0].text, self.expander.pattern(node.words[2], state, io)
            if left is not None and right is not None:
                state.status = 0 if fnmatch.fnmatchcase(left, right) is (op != "!=") else 1
        elif len(values) == 2 and values[0].text in ("-z", "-n") and values[1].text is not None:
            state.status = 0 if (values[1].text == "") is (values[0].text == "-z") else 1
        return [state]

    def _arithmetic(self, node: ArithCommand, state: State, io: Streams) -> list[State]:
        number = self.expander.arithmetic(self.expander.one(node.expression, state, io), state, io).text
        state.status = None if number is None else int(number == "0")
        return [state]

    def _define(self, node: Function, state: State, io: Streams) -> list[State]:
        state.functions = {**state.functions, node.name: node.body}
        state.status = 0
        return [state]

    def _coprocess(self, node: Coproc, state: State, io: Streams) -> list[State]:
        output = Channel("capture")
        streams = {**io, 0: Channel("input", source=unknown("what is written to the coprocess")), 1: output}
        self.node(node.body, [state.fork()], streams)
        state.fds = {**state.fds, 63: Channel("input", source=output.written()), 60: Channel("coproc", body=node.body)}
        state.set(node.name, Variable(None, {"0": known("63"), "1": known("60")}))
        state.status = 0
        return [state]

    # --- what expansion needs ----------------------------------------------------------------------

    def substitute(self, body: Script, state: State, io: Streams) -> Value:
        """The output of `$( … )`, trailing newlines cut."""
        output = Channel("capture")
        if len(body.items) == 1 and isinstance(body.items[0][0], Simple) and not body.items[0][1]:
            simple = body.items[0][0]
            if not simple.words and not simple.assigns and [r.op for r in simple.redirects] == ["<"]:
                with redirect(self, simple.redirects, state, io) as streams:
                    source = streams[0].source
                return _trimmed(source if source is not None else EMPTY)
        after = self.script(body, [state.fork()], {**io, 1: output})
        state.status = after[0].status if len(after) == 1 else None
        written = output.written()
        if len(after) > 1 and len(output.parts) > 1:
            return unknown("output that depends on a condition", *written.origins)
        return _trimmed(written)

    def process(self, part: Proc, state: State, io: Streams) -> Value:
        """The path that a process substitution stands for."""
        path = self.reader.new_pipe()
        if part.direction == "<":
            output = Channel("capture")
            self.script(part.body, [state.fork()], {**io, 1: output})
            self.reader.files[path] = output.written()
        else:
            self.script(
                part.body,
                [state.fork()],
                {**io, 0: Channel("input", source=unknown("what is written to `>( )`", NETWORK))},
            )
        return known(path)

    def call_function(self, name: str, args: list[Value], state: State, io: Streams) -> list[State]:
        """Run a function's body with its own positional parameters."""
        body = state.functions[name]
        if self_multiplying(name, body):
            self.emit(ForkBomb(how=f"`{name}` starts itself more than once"))
            state.status = None
            return [state]
        if self.calls.count(name) > 2 or len(self.calls) >= CALL_DEPTH:
            self.emit(Opaque(reason=f"`{name}` calls itself too deep to follow"))
            state.status = None
            return [state]
        self.calls = (*self.calls, name)
        outer, state.positional = state.positional, tuple(args)
        states = self.node(body, [state], io)
        self.calls = self.calls[:-1]
        for each in states:
            each.positional = outer
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
        outer, self.text = self.text, text.text or ""
        self.depth += 1
        try:
            return self.script(parsed, states, io)
        finally:
            self.text = outer
            self.depth -= 1

    def finish(self, states: list[State], io: Streams) -> list[State]:
        """Run what was left for the exit, in every state the script may end in."""
        for text in self.exit_traps:
            for state in states:
                after = state.fork()
                after.control = ""
                self.evaluate(text, [after], io, what="trap")
        return states

    def emit(self, effect: Effect, source: str = "", span: tuple[int, int] = (0, 0)) -> None:
        """Record an effect of this shell with where it came from."""
        self.effects.append(self.reader.stamped(effect, self, source, span))


def _trimmed(text: Value) -> Value:
    if text.pieces and isinstance(text.pieces[-1], str) and text.pieces[-1].endswith("\n"):
        last = text.pieces[-1].rstrip("\n")
        return Value((*text.pieces[:-1], *((last,) if last else ())), text.glob, text.origins)
    return text


def _always(condition: Script, wanted: bool) -> bool:
    """Whether a loop's condition is one of the words for ever true (or, for `until`, false)."""
    if len(condition.items) != 1:
        return False
    node = condition.items[0][0]
    if isinstance(node, Simple) and len(node.words) == 1 and isinstance(node.words[0], Word):
        return node.words[0].literal in ((":", "true", "/bin/true") if wanted else ("false", "/bin/false"))
    if isinstance(node, ArithCommand):
        parts = node.expression.parts
        return wanted and len(parts) == 1 and isinstance(parts[0], Lit) and parts[0].text.strip() == "1"
    return False


__all__ = ["Interpreter", "SyntaxProblem"]
