"""env, printenv and the loaders of dotenv files: what a command sees, and who prints the environment."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Final

from enactd.effects.invocation import (
    EMPTY,
    Effects,
    Invocation,
    Line,
    Options,
    Output,
    Value,
    known,
    program,
    unknown,
    value,
)
from enactd.effects.model import Opaque, ReadPath, RevealSecret, SetEnvironment, WritePath
from enactd.effects.programs.streams import shown_by, without_output
from enactd.effects.secrets import secret_variable
from enactd.effects.sql.connection import names_production
from enactd.effects.values import ENVIRONMENT, SECRET
from enactd.risk import Risk

_ENV: Final = Options(
    "-i --ignore-environment", "-u --unset NAME", "-C --chdir DIR", "-S --split-string TEXT", "-0 --null", "-v --debug",
    "-a --argv0 NAME", "--block-signal [SIG]", "--default-signal [SIG]", "--ignore-signal [SIG]", "-P PATH",
    "--list-signal-handling", "-L USER", "-U USER", "--help", "--version",
    stop_at_operand=True,
)  # fmt: skip
_ASSIGNMENT: Final = re.compile(r"(?:BASH_FUNC_[^=]+|[A-Za-z_]\w*)=")


def assignment(word: Value) -> tuple[str, Value] | None:
    """Name and value of `NAME=value`, or None."""
    match = _ASSIGNMENT.match(word.prefix)
    if match is None:
        return None
    name = match.group()[:-1]
    return name, word.cut(len(name) + 1)


def leading_assignments(words: Sequence[Value]) -> tuple[dict[str, Value], list[Value]]:
    """The assignments before a command, and the command."""
    found: dict[str, Value] = {}
    rest = list(words)
    while rest and (pair := assignment(rest[0])) is not None:
        found[pair[0]] = pair[1]
        rest.pop(0)
    return found, rest


def dangerous(call: Invocation, assignments: Mapping[str, Value], command: Sequence[Value]) -> Effects:
    """What setting these variables means: the shell's own reader of assignments judges them."""
    name = posixpath.basename(command[0].text or "") if command else ""
    program_name = "python --version" if name.startswith("python") else ":"
    for variable, given in assignments.items():
        if variable.startswith("BASH_FUNC_"):
            yield SetEnvironment(name=variable, value=given.text, readable=False)
            continue
        pieces = [shlex.quote(piece) if isinstance(piece, str) else piece for piece in given.pieces]
        text = value(f"{variable}=", *pieces, f" {program_name}", origins=given.origins)
        yield from without_output(call.shell(text))


def split_string(text: str) -> list[str] | None:
    """The words of `env -S`; None where it cannot be read."""
    try:
        return shlex.split(text, comments=True)
    except ValueError:
        return None


def _parsed(call: Invocation) -> tuple[Line, list[tuple[str, Value | None]], bool]:
    """The line with every `-S` unfolded, the options met on the way, and whether one could not be read."""
    args = list(call.args)
    seen: list[tuple[str, Value | None]] = []
    line = _ENV.parse(args)
    for _ in range(8):
        given = line.value("-S")
        if given is None:
            return line, seen + line.found, False
        words = split_string(given.text) if given.text is not None else None
        seen += [(name, item) for name, item in line.found if name != "-S"]
        if words is None:
            return line, seen, True
        args = [*(value(word, origins=given.origins) for word in words), *line.operands]
        line = _ENV.parse(args)
    return line, seen, True


@program("env", "genv")
def env(call: Invocation) -> Effects:
    """Assignments, `-u` and `-i` change what the command sees; alone it prints everything."""
    line, options, unreadable = _parsed(call)
    if line.has("--help", "--version"):
        return
    if unreadable:
        yield Opaque(reason="what `env -S` splits is known only at run time", level=Risk.COMMITMENT)
    operands = list(line.operands)
    clean = any(name == "-i" for name, _ in options)
    if operands and operands[0].text == "-":
        clean = True
        operands.pop(0)
    assignments, command = leading_assignments(operands)
    yield from dangerous(call, assignments, command)
    if not command:
        if not unreadable and not clean:
            yield from _printed(call)
        return
    variables = {} if clean else dict(call.env)
    for name, given in options:
        if name == "-u" and given is not None and given.text is not None:
            variables[given.text] = EMPTY
    variables.update(assignments)
    folder = next((given for name, given in options if name == "-C" and given is not None), None)
    changes = {} if folder is None else {"cwd": _within(call.cwd, folder)}
    yield from call.run(command, env=variables, **changes)


def _within(cwd: Value, folder: Value) -> Value:
    if folder.startswith("/") or not cwd.pieces:
        return folder
    return value(*cwd.pieces, "/", *folder.pieces)


def _printed(call: Invocation) -> Effects:
    # What the next program takes is judged by what it does with it: counts and names tell nothing.
    if shown_by(call) and call.stdout.kind != "pipe":
        yield RevealSecret(what="the whole environment", by=call.name)
    yield Output(unknown("the whole environment", ENVIRONMENT, SECRET))


@program("printenv", "gprintenv")
def printenv(call: Invocation) -> Effects:
    """All variables, or the values of those named."""
    line = Options("-0 --null", "--help", "--version").parse(call.args)
    if line.has("--help", "--version"):
        return
    if not line.operands:
        yield from _printed(call)
        return
    texts: list[Value] = []
    for word in line.operands:
        name = word.text
        if name is None or secret_variable(name):
            if shown_by(call):
                yield RevealSecret(what=f"the variable {word.shown(60)}", by="printenv")
            texts.append(unknown(f"the variable {word.shown(60)}", SECRET))
        else:
            texts.append(call.variable(name) or unknown(f"the variable {name}"))
    yield Output(value(*(piece for text in texts for piece in (*text.pieces, "\n")),
                       origins=frozenset().union(*(text.origins for text in texts))))  # fmt: skip


@program("dotenv", "dotenvx", "env-cmd", "dotenv-cli")
def dotenv(call: Invocation) -> Effects:
    """Loads a dotenv file for a command: `dotenv -e .env -- CMD`, `dotenv run CMD`; `list` and `get` print it."""
    options = Options("-f --file --env-file FILE", "-e --environments FILE", "-c [NAME]", "-o --override", "-v V", "-q --quote M",
                      "--export", "--no-override", "--fallback", "--verbose", "--silent", "--use-shell", "-x", "--overload",
                      "--help -h", "--version", stop_at_operand=True)  # fmt: skip
    line = options.parse(call.args)
    if line.has("--help", "--version"):
        return
    rest = line.operands
    verb = rest[0].text if rest and call.name in ("dotenv", "dotenvx") else None
    inner = options.parse(rest[1:]) if verb == "run" else line
    files = [*line.values("-f"), *line.values("-e"), *(inner.values("-f") if inner is not line else [])] or [
        known(".env")
    ]
    if verb in ("list", "get", "decrypt", "keypair"):
        yield RevealSecret(what="the variables of a dotenv file", by=f"{call.name} {verb}")
    elif verb in ("set", "unset", "encrypt", "rotate"):
        yield WritePath(target=call.target(files[0]), how="edit")
    else:
        for word in files:
            yield ReadPath(target=call.target(word), shown=False)
        if inner.operands:
            yield from call.run(inner.operands, env=staged(call.env, [word.visible for word in files]))


def staged(env: Mapping[str, Value], names: Sequence[str]) -> dict[str, Value]:
    """The variables of a command that gets its settings from what is so named: from production's, if a name says so."""
    if not any(names_production(name) for name in names):
        return dict(env)
    return {"ENVIRONMENT": known("production"), **env}


@program("direnv")
def direnv(call: Invocation) -> Effects:
    """`direnv exec DIR CMD` loads `.envrc` and runs; `allow` lets it run from now on."""
    words = list(call.args)
    verb = words[0].text if words else ""
    if verb == "exec" and len(words) > 2:
        yield from _envrc(call, value(*words[1].pieces, "/.envrc"))
        yield from call.run(words[2:])
    elif verb in ("allow", "permit", "grant", "reload", "export"):
        yield from _envrc(
            call, words[1] if len(words) > 1 and verb in ("allow", "permit", "grant") else known(".envrc")
        )
    elif verb == "edit":
        yield WritePath(target=call.target(words[1] if len(words) > 1 else ".envrc"), how="edit")


def _envrc(call: Invocation, path: Value) -> Effects:
    if path.text is not None and not path.text.endswith(".envrc"):
        path = known(path.text.rstrip("/") + "/.envrc")
    yield from (item for item in call.script(path, language="sh") if not isinstance(item, Output))
