"""One reading of one tool call: the budget, the files it writes, and what programs may ask for.

This is the `Reader` that `invocation.py` describes. A reading is used once; its effects, facts and trace
are what the judge gets.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from enactd.effects import scripts
from enactd.effects.areas import Places
from enactd.effects.budget import Budget, BudgetSpent
from enactd.effects.changes import ChangedWorld
from enactd.effects.invocation import Invocation, Output, Yield
from enactd.effects.marks import Marks
from enactd.effects.model import Effect, Opaque, RunCode, Target
from enactd.effects.paths import PathReader
from enactd.effects.shell import commands
from enactd.effects.shell.interpreter import Interpreter
from enactd.effects.shell.parser import parse
from enactd.effects.shell.readers import Asked, Readers
from enactd.effects.shell.redirects import redirect as _redirect  # noqa: F401 - loaded before the first call
from enactd.effects.shell.state import Channel, State, Streams
from enactd.effects.shell.syntax import Node, Script, SyntaxProblem
from enactd.effects.steps import Step, step
from enactd.effects.values import DECODED, EMPTY, FILE, NETWORK, OUTSIDE, SECRET, Value, known, unknown
from enactd.risk import Risk
from enactd.world import World

MAX_DEPTH: Final = 14
MAX_TEXT: Final = 65_536
_NO_ENVIRONMENT: Final[Mapping[str, Value]] = {}


class Reading:
    """Reads one call. `effects` grow as it goes; `trace` keeps how each command was understood."""

    def __init__(self, world: World, places: Places, readers: Readers | None = None) -> None:
        self.changes = ChangedWorld(world)
        self.world: World = self.changes
        self.places = places
        self.paths = PathReader(places, self.world)
        self.readers = readers
        self.budget = Budget()
        self.files: dict[str, Value] = {}
        self.versions: dict[str, list[Value]] = {}  # what a file holds instead, where writing it was not sure
        self.functions: dict[str, Node] = {}  # exported ones
        self.start = known(world.cwd)
        self.trace: list[Step] = []
        self.told_secret = False
        self.required: set[str] = set()  # modules that code of this call has loaded
        self._marks = Marks()
        self._pipes = 0

    # --- entry -------------------------------------------------------------------------------------

    def bash(self, text: str) -> list[Effect]:
        """The effects of a Bash tool's command."""
        shell = Interpreter(self, text=self.marked(known(text)))
        try:
            script = self.parse(known(text), shell, "the command", later=True)
            if script is not None:
                asked = self.readers.ask(shell.text) if self.readers is not None else None
                shell.finish(shell.script(script, [State(self.start)], _terminal()), _terminal())
                self._compare(shell, script, shell.text, asked)
        except BudgetSpent as spent:
            self._give_up(shell, f"too much to read: {spent}")
        except RecursionError:
            self._give_up(shell, "nested too deep to read")
        return unique(shell.effects)

    def _give_up(self, shell: Interpreter, reason: str) -> None:
        """Say so without spending: the budget may be what is gone."""
        shell.effects.append(self.stamped(Opaque(reason=reason, level=Risk.COMMITMENT), shell, "", (0, 0)))

    def invocation(self, name: str = "", *, cwd: Value | None = None, source: str = "") -> Invocation:
        """A bare invocation for tools that are no shell command but mean the same things."""
        return Invocation(self, name, (), cwd=cwd or self.start, source=source or name)

    # --- the Reader protocol -----------------------------------------------------------------------

    def target(self, call: Invocation, word: Value, pattern: str, everything: bool, place: str | None) -> Target:
        return self.paths.target(
            word, call.cwd, place=call.place if place is None else place, pattern=pattern, everything=everything
        )

    def run(self, call: Invocation, argv: Sequence[Value], changes: Mapping[str, Any]) -> list[Yield]:
        if not argv:
            return []
        shell = self._child(call, changes)
        if shell is None:
            return [Opaque(reason="nested too deep to read", level=Risk.COMMITMENT)]
        streams, out = _streams(call, changes)
        state = State(changes.get("cwd", call.cwd))
        state.functions = dict(self.functions)
        states = commands.invoke(shell, list(argv), state, streams, shell.environment, "")
        return _result(shell, out, states)

    def shell(self, call: Invocation, script: Value, args: Sequence[Value], changes: Mapping[str, Any]) -> list[Yield]:
        if scripts.is_committed(self, changes.get("written_in")):
            return scripts.project_shell(self, call, script, args, {**changes, "written_in": None})
        shell = self._child(call, changes)
        if shell is None:
            return [Opaque(reason="nested too deep to read", level=Risk.COMMITMENT)]
        parsed = self.parse(script, shell, call.name, origin=changes.get("origin", "argument"))
        if parsed is None:
            return [*shell.effects]
        shell.text = self.marked(script)
        streams, out = _streams(call, changes)
        state = State(changes.get("cwd", call.cwd))
        state.functions = dict(self.functions)
        if args:
            shell.name = args[0]
        state.positional = tuple(args[1:])
        try:
            states = shell.finish(shell.script(parsed, [state], streams), streams)
        except BudgetSpent:
            if not changes.get("partly"):
                raise
            return [*shell.effects, Opaque(reason=f"{call.name} reads more than is read", level=Risk.SENSITIVE)]
        return _result(shell, out, states)

    def code(
        self, call: Invocation, language: str, text: Value, origin: str, changes: Mapping[str, Any]
    ) -> list[Yield]:
        if language in scripts.SHELLS:
            return self.shell(call, text, (), {"origin": origin, **changes})
        return scripts.read_code(call, language, text, origin, changes)

    def apart(self, part: Iterable[Yield], language: str) -> list[Yield]:
        """A part of the project's code, with a share of the budget: what is too much of it keeps nothing else unread."""
        found: list[Yield] = []
        rest = self.budget
        self.budget = rest.share()
        try:
            found.extend(part)  # keeps what came before it was too much
        except BudgetSpent:
            found.append(RunCode(language=language, origin="workspace", what="more code than is read"))
        finally:
            rest.left += max(self.budget.left, 0)
            self.budget = rest
        return found

    def script(
        self, call: Invocation, path: Value, args: Sequence[Value], language: str, changes: Mapping[str, Any]
    ) -> list[Yield]:
        found = scripts.run_file(self, call, path, args, language, changes)
        target = self.paths.target(path, call.cwd, place=call.place)
        newest = self.files.get(target.path or "")
        if newest is None or target.path is None or call.place:
            return found
        for older in self.versions.get(target.path, [])[:4]:
            # Writing the file depended on a condition: what it held before may run instead.
            self.files[target.path] = older
            found += scripts.run_file(self, call, path, args, language, changes)
        self.files[target.path] = newest
        return found

    def text_of(self, call: Invocation, path: Value) -> Value:
        return self.content(path, call.cwd, call.place)

    # --- what the interpreter asks for -------------------------------------------------------------

    def content(self, word: Value, cwd: Value, place: str = "") -> Value:
        """A file's text: written earlier in this call, else from the world, else unknown with its taints."""
        text = word.text
        if text is not None and text in self.files:
            return self.files[text]
        if place:
            return unknown(f"content of {word.shown(60)} on {place}", FILE)
        target = self.paths.target(word, cwd)
        if target.path == "/dev/null":
            return EMPTY
        if target.path is None or target.pattern or target.everything_in:
            known_place = target.path is not None and scripts.origin_of(target) != "outside"
            taints = [FILE] if known_place else [FILE, OUTSIDE]
            return unknown(f"content of {word.shown(60)}", *taints, *([SECRET] if target.secret else []))
        for name in (target.path, target.named):
            if name in self.files:
                return self.files[name]
        taints = [FILE, SECRET] if target.secret else [FILE]
        if scripts.origin_of(target) not in ("workspace", "system", "own"):
            taints.append(OUTSIDE)
        found = self.world.text(target.path) if not target.secret else None
        return known(found, *taints) if found is not None else unknown(f"content of {word.shown(60)}", *taints)

    def contents(self, word: Value, cwd: Value, place: str = "") -> list[Value]:
        """All texts that a file may have when it is run: one, unless writing it depended on a condition."""
        target = self.paths.target(word, cwd) if word.text is not None and not place else None
        older = self.versions.get(target.path, []) if target is not None and target.path is not None else []
        return [self.content(word, cwd, place), *older]

    def remember(self, path: str, content: Value, *, sure: bool = True) -> None:
        """A file was written. Where that is not sure, what it held before stays possible."""
        if sure:
            self.versions.pop(path, None)
        elif path in self.files or self.changes.base.stat(path).kind not in ("missing", "unknown"):
            before = self.before(path)
            if before != content:
                self.versions.setdefault(path, []).append(before)
        self.files[path] = content

    def before(self, path: str) -> Value:
        """What a file holds now; nothing where there is none."""
        if path in self.files:
            return self.files[path]
        kind = self.changes.base.stat(path).kind
        if kind == "missing":
            return EMPTY
        text = self.world.text(path)
        return known(text, FILE) if text is not None else unknown(f"content of {path}", FILE)

    def parse(
        self, text: Value, shell: Interpreter, what: str, *, origin: str = "argument", later: bool = False
    ) -> Script | None:
        """A script from text that may have holes; what cannot be read is an effect. `later`: the caller compares."""
        if not text.visible.strip() and text.holes:
            shell.emit(RunCode(language="shell", origin=scripts.text_origin(text, origin), what=text.shown(80)))
            return None
        if text.origins & {NETWORK, DECODED}:
            shell.emit(RunCode(language="shell", origin=scripts.text_origin(text, origin), what=text.shown(80)))
        marked = self.marked(text)
        if len(marked) > MAX_TEXT:
            shell.emit(Opaque(reason=f"{what} has {len(marked)} characters, more than is read", level=Risk.COMMITMENT))
            return None
        if "\0" in marked:
            shell.emit(Opaque(reason=f"{what} holds a NUL character", level=Risk.COMMITMENT))
            return None
        self.budget.spend(len(marked) // 64)
        try:
            script = parse(marked)
        except SyntaxProblem as problem:
            shell.emit(
                Opaque(reason=f"{what} is no shell text that can be read: {problem.reason}", level=Risk.COMMITMENT)
            )
            return None
        if not later:
            self._compare(shell, script, marked)
        return script

    def _compare(self, shell: Interpreter, script: Script, marked: str, asked: Asked | None = None) -> None:
        doubt = self.readers.doubt(marked, script, self.budget, asked) if self.readers is not None else None
        if doubt:
            shell.emit(Opaque(reason=doubt, level=Risk.COMMITMENT))

    def source(self, shell: Interpreter, word: Value, content: Value, state: State, io: Streams) -> list[State]:
        """`source file`: text run in this very shell."""
        if not content.known:
            target = self.paths.target(word, state.cwd, place=shell.place)
            origin = scripts.text_origin(content, scripts.origin_of(target))
            shell.emit(RunCode(language="shell", origin=origin, what=word.shown(80), target=target))
            state.status = None
            added = scripts.appended(content)
            if added is None:
                return [state]
            content = added
        after = shell.evaluate(content, [state], io, what=f"source {word.shown(40)}")
        for each in after:
            if each.control == "return":
                each.control = ""
        return after

    def trial(self, text: Value, shell: Interpreter) -> list[Effect] | None:
        """What a text would do if it were run, without recording it; None where it cannot be read."""
        child = Interpreter(self, place=shell.place, environment=shell.environment, depth=shell.depth + 1)
        script = self.parse(text, child, "a variable")
        if script is None or child.effects:
            return None
        child.script(script, [State(self.start)], {**_terminal(), 1: Channel("capture")})
        return child.effects

    def stamped(self, effect: Effect, shell: Interpreter, source: str, span: tuple[int, int]) -> Effect:
        """Fill in where an effect comes from, unless an inner shell has done so."""
        if effect.source:
            return effect
        return msgspec.structs.replace(
            self._with_git(effect) if not shell.place else effect,
            source=source or effect.source or "(text)", chain=shell.chain, place=effect.place or shell.place,
            user=effect.user or shell.user, conditional=bool(shell.conditions), span=span,
        )  # fmt: skip

    def settled(self, effect: Effect, source: str) -> Effect:
        """An effect of a tool that is no shell: its source is the tool, its git state is looked up."""
        return msgspec.structs.replace(self._with_git(effect), source=source)

    def note(self, shell: Interpreter, state: State, args: Sequence[Value], source: str) -> None:
        """Keep how a command was understood, for `--explain`."""
        if len(self.trace) < 200:
            self.trace.append(step(shell, state, args, source))

    def new_pipe(self) -> str:
        self._pipes += 1
        return f"/dev/fd/{62 + self._pipes}"

    # --- inside ------------------------------------------------------------------------------------

    def _child(self, call: Invocation, changes: Mapping[str, Any]) -> Interpreter | None:
        if call.depth >= MAX_DEPTH:
            return None
        via = changes.get("via", call.name)
        place = changes.get("place", call.place)
        environment = changes.get("env", call.env if place == call.place else _NO_ENVIRONMENT)
        return Interpreter(
            self, place=place, user=changes.get("user", call.user), chain=(*call.chain, via) if via else call.chain,
            environment=environment, depth=call.depth + 1, conditional=changes.get("conditional", call.conditional),
        )  # fmt: skip

    def marked(self, text: Value) -> str:
        """Text with each hole as a mark that the lexer takes for letters and the expander turns back."""
        return self._marks.marked(text)

    def unmarked(self, text: str) -> Value:
        """Marks back to holes."""
        return self._marks.unmarked(text)

    def _with_git(self, effect: Effect) -> Effect:
        """Fill in the git state of targets that are about to change."""
        changed: dict[str, Any] = {}
        for name in ("target", "to"):
            target = getattr(effect, name, None)
            if isinstance(target, Target) and type(effect).__name__ in _NEED_GIT and target.git == "unknown":
                found = self._git_state(target)
                if found is not target:
                    changed[name] = found
        return msgspec.structs.replace(effect, **changed) if changed else effect

    def _git_state(self, target: Target) -> Target:
        if target.path is None or target.area in _NO_GIT:
            return target
        path = target.path
        if target.everything_in or "**" in target.pattern:
            return target
        if target.pattern:
            if not self.world.assumed:
                return target
            path = posixpath.join(path, target.pattern)
        state = self.world.git_state(path)
        return msgspec.structs.replace(target, git=state) if state != "unknown" else target


_NEED_GIT: Final = frozenset({"DeletePath", "WritePath", "MovePath", "CopyPath", "ChangeMode"})
_NO_GIT: Final = frozenset({"root", "home", "system-root", "system", "device", "stream", "temp", "temp-root"})


def _terminal() -> dict[int, Channel]:
    return {0: Channel("input"), 1: Channel("screen"), 2: Channel("screen")}


def _streams(call: Invocation, changes: Mapping[str, Any]) -> tuple[dict[int, Channel], Channel]:
    sink = changes.get("stdout", call.stdout)
    out = Channel(sink.kind if sink.kind != "network" else "pipe", target=sink.target)
    return {0: Channel("input", source=changes.get("stdin", call.stdin)), 1: out, 2: Channel("screen")}, out


def _result(shell: Interpreter, out: Channel, states: list[State]) -> list[Yield]:
    return [*shell.effects, Output(out.written())]


def unique(effects: Sequence[Effect]) -> list[Effect]:
    """Effects without repetitions, in the order they were found."""
    seen: dict[bytes, Effect] = {}
    for effect in effects:
        seen.setdefault(_encode(effect), effect)
    return list(seen.values())


_encode = msgspec.json.Encoder().encode


def base_name(path: str) -> str:
    return posixpath.basename(path.rstrip("/"))


__all__ = ["EMPTY", "Reading", "base_name", "unique"]
