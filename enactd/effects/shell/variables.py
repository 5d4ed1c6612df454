"""What parameters hold: variables, positional and special parameters, arrays, and the environment below them."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from enactd.effects.secrets import secret_variable
from enactd.effects.shell.arithmetic import evaluate
from enactd.effects.shell.splitting import one_match
from enactd.effects.shell.state import ANY, Variable
from enactd.effects.shell.syntax import Param, Word
from enactd.effects.values import EMPTY, ENVIRONMENT, SECRET, Value, concat, join, known, unknown

if TYPE_CHECKING:
    from enactd.effects.shell.interpreter import Interpreter
    from enactd.effects.shell.state import State, Streams

_PLAIN_HOLES: Final = {
    "$": "the process id", "!": "a process id", "PPID": "a process id", "BASHPID": "a process id",
    "RANDOM": "$RANDOM", "SRANDOM": "$SRANDOM", "SECONDS": "$SECONDS", "EPOCHSECONDS": "$EPOCHSECONDS",
    "LINENO": "$LINENO", "-": "$-", "SHLVL": "$SHLVL", "COLUMNS": "$COLUMNS", "LINES": "$LINES", "UID": "$UID",
    "EUID": "$EUID", "HOSTNAME": "$HOSTNAME", "HOSTTYPE": "$HOSTTYPE", "OSTYPE": "$OSTYPE",
    "BASH_VERSION": "$BASH_VERSION", "EPOCHREALTIME": "$EPOCHREALTIME",
}  # fmt: skip

_RUNNER_FILES: Final = frozenset(
    "GITHUB_ENV GITHUB_OUTPUT GITHUB_PATH GITHUB_STATE GITHUB_STEP_SUMMARY RUNNER_TEMP".split()
)
"""Files that a CI runner makes for each step; a line that names them was cut out of a workflow."""

_UNSET: Final = Variable(None)


class Variables:
    """Looks parameters up for one interpreter."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.shell = interpreter

    # Provided by the expander.
    def one(self, word: Word | None, state: State, io: Streams) -> Value:
        raise NotImplementedError

    def variable(self, name: str, state: State) -> Value:
        """A plain `$name`, secret variables tainted; unset ones are empty."""
        goal = state.meant(name)
        if goal is None or (goal not in state.variables and ANY in state.variables):
            return unknown(f"${name}, or what it refers to")
        name = goal
        variable = state.variables.get(name)
        if variable is not None:
            if variable.items is not None:
                found = variable.items.get("0", EMPTY)
            else:
                found = variable.value if variable.value is not None else EMPTY
        else:
            found = self._ambient(name, state)
        return found.tainted(SECRET) if secret_variable(name) and found.pieces else found

    def _ambient(self, name: str, state: State) -> Value:
        """A variable that the script did not set."""
        world = self.shell.reader.world
        if name == "PWD":
            return state.cwd
        if name in _PLAIN_HOLES:
            return unknown(_PLAIN_HOLES[name], plain=True, empty=False)
        if self.shell.place:
            return unknown(f"${name} over there")
        if name in self.shell.environment:
            return self.shell.environment[name]
        text = world.variable(name)
        if text is not None:
            return known(text)
        home = self.shell.reader.places.home
        match name:
            case "HOME":
                return known(home)
            case "OLDPWD":
                return unknown("$OLDPWD")
            case "USER" | "LOGNAME":
                return known(posixpath.basename(home))
            case "TMPDIR" if not world.complete:
                return known("/tmp")  # the system's default: `$TMPDIR/x` is a temporary file, `$TMPDIR` is not
            case _ if name in _RUNNER_FILES and not world.complete:
                return known(f"/tmp/runner/{name.lower()}")
            case "IFS":
                return known(" \t\n")
        return EMPTY if world.complete else unknown(f"${name} is not known")

    def beginning(self, prefix: str, state: State) -> list[Value]:
        """`${!prefix*}`: the names of all variables that begin so, those of the environment, too."""
        world = self.shell.reader.world
        everywhere = {*world.environment, *self.shell.environment, *state.variables}
        names = sorted(n for n in everywhere if n.startswith(prefix) and n.isidentifier())
        found = [known(n) for n in names if n not in state.variables or state.variables[n] != _UNSET]
        if world.complete and ANY not in state.variables:
            return found
        return [*found, unknown(f"a name that begins with `{prefix}`")]

    def any_of(self, name: Value) -> tuple[str, ...]:
        """What the value of a variable carries whose name only the run knows: it may be a secret one."""
        if name.known or (name.visible and not secret_variable(name.visible.strip("_") + "_" + name.suffix.strip("_"))):
            return ()
        return (SECRET, ENVIRONMENT)

    def is_set(self, param: Param, state: State, io: Streams) -> bool | None:
        """Whether the parameter is set; None where that is not known."""
        name = state.meant(param.name)
        if name is None or (name not in state.variables and ANY in state.variables):
            return None
        if name in ("@", "*"):
            return None if state.positional is None else bool(state.positional)
        if name in state.variables:
            variable = state.variables[name]
            if variable.items is not None:
                return self._element_is_set(variable, param, state, io)
            if variable.value is None or param.index is None or param.index.literal in ("@", "*"):
                return variable.value is not None
            key = self._key(variable, param.index, state, io)
            return None if key is None else key in ("0", "-1")
        if name.isdigit():
            return None if state.positional is None else name == "0" or int(name) <= len(state.positional)
        if name in ("#", "?", "$", "-"):
            return True
        if name == "_":
            return None
        found = self._ambient(name, state)
        if found.text is not None:
            return bool(found.text) or name in self.shell.environment
        return None if found.may_be_empty else True

    def _element_is_set(self, variable: Variable, param: Param, state: State, io: Streams) -> bool | None:
        items = variable.items or {}
        if param.index is None:
            return "0" in items
        if param.index.literal in ("@", "*"):
            return bool(items)
        key = self._key(variable, param.index, state, io)
        return None if key is None else key in items

    def lookup(self, param: Param, state: State, io: Streams) -> Value:
        """A parameter that is no list, operators left aside."""
        name = param.name
        if param.index is not None:
            return self._element(param, state, io)
        if name.isdigit():
            return self._positional(int(name[:9]), state)
        if name in ("@", "*"):
            return join(self.items(param, state, io))
        if name == "?":
            return _number(state.status, "a status")
        if name == "#":
            counted = state.positional is not None and not any(item.glob for item in state.positional)
            return _number(len(state.positional or ()) if counted else None, "$#")
        if name == "_":
            return unknown("$_")
        return self.variable(name, state)

    def _element(self, param: Param, state: State, io: Streams) -> Value:
        goal = state.meant(param.name)
        variable = None if goal is None else state.variables.get(goal)
        if goal is None or (variable is None and ANY in state.variables):
            return unknown(f"${{{param.name}[…]}}")
        if variable is None and self.shell.reader.world.complete and param.name not in self.shell.environment:
            return EMPTY
        if variable is None or param.index is None:
            return unknown(f"${{{param.name}[…]}}")
        key = self._key(variable, param.index, state, io)
        if key is None:
            return unknown(f"${{{param.name}[…]}}")
        if variable.items is None:
            return (variable.value or EMPTY) if key in ("0", "-1") else EMPTY
        if key not in variable.items and any(known_key == "?" for known_key in variable.items):
            return unknown(f"${{{param.name}[…]}}")
        return variable.items.get(key, EMPTY)

    def _key(self, variable: Variable, index: Word, state: State, io: Streams) -> str | None:
        """The key that a subscript means; a negative one counts from the end."""
        text = self.one(index, state, io)
        if variable.assoc:
            return text.text
        number = self.arithmetic(text, state, io).text
        if number is not None and number.startswith("-") and variable.items:
            return str(max((int(k) for k in variable.items if k.isdigit()), default=-1) + 1 + int(number))
        return number

    def key_for(self, name: str, index: Word, state: State, io: Streams) -> str:
        """The key that an assignment to an element means; `?` where it is not known."""
        found = self._key(state.variables.get(state.meant(name) or "") or _indexed(), index, state, io)
        return "?" if found is None else found

    def _positional(self, number: int, state: State) -> Value:
        if number == 0:
            return unknown("$0", empty=False) if self.shell.name is None else self.shell.name
        if state.positional is None:
            return unknown(f"${number} is not known")
        many = next((i for i, item in enumerate(state.positional) if item.glob), None)
        if many is not None and number > many:
            # A pattern became any number of words, and those behind it moved.
            return one_match(state.positional[many]) if number == many + 1 else unknown(f"${number} is not known")
        return state.positional[number - 1] if number <= len(state.positional) else EMPTY

    def items(self, param: Param, state: State, io: Streams) -> list[Value]:
        """The elements of `$@`, `$*`, `${a[@]}`, in order."""
        if param.name in ("@", "*"):
            return [unknown("$@ is not known")] if state.positional is None else list(state.positional)
        variable = state.variables.get(state.meant(param.name) or "")
        if variable is None:
            found = self.variable(param.name, state)
            return [found] if found.pieces else []
        if variable.items is None:
            return [] if variable.value is None else [variable.value]
        return [content for _, content in in_order(variable)]

    def keys(self, name: str, state: State) -> list[Value]:
        """`${!a[@]}`."""
        variable = state.variables.get(state.meant(name) or "")
        if variable is None or variable.items is None:
            present = variable.value is not None if variable is not None else self.variable(name, state).pieces
            return [known("0")] if present else []
        return [known(key) if key != "?" else unknown("a key") for key, _ in in_order(variable)]

    def arithmetic(self, text: Value, state: State, io: Streams) -> Value:
        """The number an expression gives; assignments in it change the state, substitutions in it run."""

        def lookup(name: str) -> str | None:
            found = self.variable(name, state).text
            self._run_hidden(found, state, io)
            return found

        def assign(name: str, number: int | None) -> None:
            state.assign(name, _number(number, f"${name}"))

        self._run_hidden(text.text, state, io)
        return _number(None if text.text is None else evaluate(text.text, lookup, assign), "a computed number")

    def _run_hidden(self, text: str | None, state: State, io: Streams) -> None:
        """`x='a[$(cmd)]'; echo $((x))` runs the command: subscripts are expanded when they are computed."""
        if text is not None and ("$(" in text or "`" in text):
            quoted = text.replace("\\", "\\\\").replace('"', '\\"')
            self.shell.evaluate(known(f': "{quoted}"'), [state.fork()], io, what="arithmetic")


def in_order(variable: Variable) -> list[tuple[str, Value]]:
    """Keys and elements of an array as bash lists them."""
    items: Mapping[str, Value] = variable.items or {}
    if variable.assoc:
        return list(items.items())
    return sorted(items.items(), key=lambda item: int(item[0]) if item[0].isdigit() else len(items))


def listed(items: list[Value], separators: str | None) -> Value:
    """`"$*"`: all elements in one word, joined by the first separator."""
    if separators is None:
        return concat(items) if len(items) == 1 else unknown("a list joined by an unknown separator")
    return join(items, separators[:1]) if separators else concat(items) if items else EMPTY


def _number(number: int | None, why: str) -> Value:
    return known(str(number)) if number is not None else unknown(why, plain=True, empty=False)


def _indexed() -> Variable:
    return Variable(None, {})
