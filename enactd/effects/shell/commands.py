"""Simple commands: expand the words, open the redirects, find out who runs, and record what that does."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

import msgspec

from enactd.effects.budget import FAULTS
from enactd.effects.invocation import Exit, Invocation, Output, Program, Yield, find_program
from enactd.effects.model import (
    NEAR,
    ChangeService,
    CopyPath,
    Database,
    Effect,
    MovePath,
    Opaque,
    ReadPath,
    RevealSecret,
    RunCode,
    SendData,
    WritePath,
)  # fmt: skip
from enactd.effects.secrets import secret_file
from enactd.effects.shell.assignments import declared, note_environment, store
from enactd.effects.shell.braces import braces
from enactd.effects.shell.builtins import find_builtin
from enactd.effects.shell.redirects import may_fail, redirect, rewritten
from enactd.effects.shell.state import Channel, State, Streams, Variable, settle
from enactd.effects.shell.syntax import Assign, Simple, Word
from enactd.effects.shell_hooks import prints_setup
from enactd.effects.sql.reading import read_sql
from enactd.effects.unfamiliar import PROJECT_TOOLS, grave_name, grave_verb, named_outputs, statements
from enactd.effects.values import EMPTY, FILE, NONE, SECRET, Value, concat, known, unknown
from enactd.risk import Risk

if TYPE_CHECKING:
    from enactd.effects.shell.interpreter import Interpreter

_SYSTEM_FOLDERS: Final = re.compile(
    r"^(?:/usr(?:/local)?/s?bin|/s?bin|/opt/homebrew/s?bin|/opt/local/bin|/snap/bin|/usr/lib/[^/]+(?:/bin)?|/nix/.*/bin"
    r"|.*/\.?venv/bin|.*/virtualenv/bin|.*/node_modules/\.bin|vendor/bin|.*/vendor/bin|/etc/(?:init|rc)\.d|/[a-z]/Program Files/.*|[A-Z]:/.*)$",
    re.I,
)
_SECRETS_NAMED: Final = 3  # of a folder all of which is read
_NAME_IN_PATH: Final = frozenset({"rails", "rake", "artisan", "manage.py", "console", "gradlew", "mvnw"})


def run_simple(shell: Interpreter, node: Simple, state: State, io: Streams) -> list[State]:
    """Run one simple command; usually gives back the same state, changed."""
    source = _shortened(shell.reader.unmarked(shell.text[node.start : node.end]).shown()) if node.end else ""
    streams = state.streams(io)
    before = state.fork() if may_fail(node.redirects) else None
    args = expand_words(shell, node, state, streams)
    if state.control:
        return [state]  # `${x?}`, or an unset variable under `set -u`
    if not args:
        with redirect(shell, node.redirects, state, streams, source=source):
            state.status = 0
            for assign in node.assigns:
                store(shell, assign, state, streams)
        after = [state]
    else:
        _run_as_meant(shell, node, args, state, streams, source)
        after = _run_words(shell, node, args, state, streams, io, source)
    if before is None:
        return after
    before.status = 1  # a redirect failed, and nothing ran
    if args and args[0].text == "exec":
        before.control = "exit"
    return settle([*after, before])


def _run_as_meant(
    shell: Interpreter, node: Simple, args: list[Value], state: State, streams: Streams, source: str
) -> None:
    """`X=/a rm -rf $X/b`: the shell expands X before it is set; what its author means counts, too."""
    own = [assign.name for assign in node.assigns if f"${assign.name}" in source or f"${{{assign.name}" in source]
    if not own or args[0].text is None or find_builtin(args[0].text) is not None:
        return
    meant = state.fork()
    for assign in node.assigns:
        store(shell, assign, meant, streams)
    words = expand_words(shell, node, meant, streams)
    if words and [word.pieces for word in words] != [word.pieces for word in args]:
        invoke(shell, words, meant, streams, shell.environment, source)


def _run_words(
    shell: Interpreter,
    node: Simple,
    args: list[Value],
    state: State,
    streams: Streams,
    around: Streams | None,
    source: str,
) -> list[State]:
    name = args[0].text
    environment = dict(shell.environment)
    given: dict[str, Value] = {}
    for assign in node.assigns:
        content = shell.expander.one(assign.value, state, streams)
        environment[assign.name] = given[assign.name] = content
        note_environment(shell, assign.name, content, source, name or "")
    inside = bool(given) and name is not None and (name in state.functions or find_builtin(name) is not None)
    hidden = {key: state.variables.get(key) for key in given} if inside else {}
    if inside:
        state.variables = {**state.variables, **{key: Variable(content, None, True) for key, content in given.items()}}
    around = around if name == "exec" else None
    with redirect(shell, node.redirects, state, streams, source=source, keep=around) as opened:
        states = invoke(shell, args, state, opened, environment, source, (node.start, node.end))
    for each in states if hidden else ():
        restored = {key: value for key, value in each.variables.items() if key not in hidden}
        each.variables = {**restored, **{key: value for key, value in hidden.items() if value is not None}}
    return states


def expand_words(shell: Interpreter, node: Simple, state: State, io: Streams) -> list[Value]:
    """The fields of all words; `declare x=…` keeps its assignments as words, already stored."""
    fields: list[Value] = []
    for word in node.words:
        if isinstance(word, Assign):
            for parts in braces(word.value.parts if word.value else [], shell.reader.marked):
                # Unlike a plain assignment, one behind `declare` expands braces: the last word counts.
                one = msgspec.structs.replace(word, value=Word(parts)) if word.value else word
                fields.append(declared(shell, one, fields, state, io))
        else:
            fields.extend(shell.expander.fields(word, state, io))
    shell.reader.budget.spend(len(fields) // 8)
    return fields


def invoke(
    shell: Interpreter, args: list[Value], state: State, io: Streams, environment: Mapping[str, Value], source: str,
    span: tuple[int, int] = (0, 0),
) -> list[State]:  # fmt: skip
    """Run a command whose words are expanded: function, builtin, or program."""
    shell.reader.budget.spend()
    name = args[0].text
    shell.reader.note(shell, state, args, source)
    if name is None:
        _unknown_program(shell, args, state, io, source)
        return [state]
    if name == "" and len(args) > 1 and not args[0].pieces:
        args, name = args[1:], args[1].text or ""
    if name in state.aliases:
        text = concat((state.aliases[name], known(" "), *(_quoted(a) for a in args[1:])))
        shell.evaluate(text, [state.fork()], io, what=f"the alias `{name}`")
    if name in state.functions:
        return shell.call_function(name, args[1:], state, io)
    if name in state.hashed:
        args = [state.hashed[name], *args[1:]]
        if args[0].text is None:
            _unknown_program(shell, args, state, io, source)
            return [state]
        name = args[0].text
    builtin = find_builtin(name)
    if builtin is not None:
        outcome = builtin(shell, args, state, io, environment, source)
        return outcome if isinstance(outcome, list) else [state]
    exported = {n: v.value for n, v in state.variables.items() if v.exported and v.value is not None}
    run_program(shell, args, state, io, {**exported, **environment}, source, span)
    return [state]


def _unknown_program(shell: Interpreter, args: list[Value], state: State, io: Streams, source: str) -> None:
    word = args[0]
    state.status = None
    suffix = posixpath.basename(word.suffix) if "/" in word.suffix else ""
    if suffix and find_program(suffix) is not None:
        # `$VENV/bin/pip`: whichever folder it is, the name says what it does.
        run_program(shell, [Value((suffix,)), *args[1:]], state, io, shell.environment, source)
        return
    if word.may_be_empty and len(args) > 1 and args[1].known:
        # `$SUDO rm -rf /`: if the variable is empty, the next word is the program.
        invoke(shell, args[1:], state.fork(), io, shell.environment, source)
    shell.emit(Opaque(reason=f"the program is known only at run time: {word.shown()}"), source)


def run_program(
    shell: Interpreter, args: list[Value], state: State, io: Streams, environment: Mapping[str, Value], source: str,
    span: tuple[int, int] = (0, 0),
) -> None:  # fmt: skip
    """Look the program up, let its module speak, and carry its output on."""
    word = args[0]
    text = (word.text or "").replace("\\", "/")
    name = posixpath.basename(text).removesuffix(".exe").removesuffix(".EXE")
    stdin = state.left_of(io.get(0))
    channel = io.get(1) or Channel("screen")
    call = Invocation(
        shell.reader, name, args[1:], word=word, stdin=stdin, stdout=channel.sink(), env=environment, cwd=state.cwd,
        place=shell.place, user=shell.user, chain=shell.chain, source=source or _shown(args), span=span,
        depth=shell.depth, conditional=bool(shell.conditions),
    )  # fmt: skip
    function = find_program(name)
    yields: list[Yield] = contained(function, call) if function is not None else []
    if channel.kind in ("capture", "pipe") and prints_setup(name, call.args):
        yields = [Output(EMPTY)]
    folder = posixpath.dirname(text)
    if folder and not _SYSTEM_FOLDERS.match(folder) and (function is None or name not in _NAME_IN_PATH):
        yields += call.script(word, args[1:]) if not shell.place else _script_elsewhere(call)
    elif function is None and not yields:
        yields += _unfamiliar(call)
    deliver(shell, call, yields, state, channel)


def contained(function: Program, call: Invocation) -> list[Yield]:
    """What a program's module says; where the module itself fails, that this program is not understood."""
    found: list[Yield] = []
    try:
        for item in function(call):
            found.append(item)
    except FAULTS as fault:
        reason = f"reading `{call.name}` failed: {type(fault).__name__}"
        found.append(Opaque(reason=reason, level=Risk.COMMITMENT))
    return found


def _script_elsewhere(call: Invocation) -> list[Effect]:
    """A program by its path on another machine, where nothing of it can be read; a container's is its image's own."""
    if call.place.startswith(NEAR) or {"--help", "--version", "-h"} & {arg.text for arg in call.args}:
        return []
    reason = f"`{call.word.shown(80)}` is a program on {call.place} that nobody read"
    return [Opaque(reason=reason, level=Risk.COMMITMENT)]


def _unfamiliar(call: Invocation) -> list[Effect]:
    """A program nobody described: it runs, and it may show the secrets that are named to it."""
    found: list[Effect] = [RunCode(language="program", origin="system", what=call.name)]
    if "/init.d/" in (call.word.text or "") and call.args and call.args[0].text not in ("status", "help"):
        found.append(ChangeService(tool="init.d", verb=call.args[0].shown(20), what=call.name))
    verb = "" if call.name in PROJECT_TOOLS else grave_verb(call.args) or grave_name(call.name, call.args)
    for statement in statements(call.args, call.stdin) if call.name not in PROJECT_TOOLS else ():
        found += read_sql(statement, "", Database())
    if verb:
        reason = f"nobody described `{call.name}`, and `{verb}` says that something is destroyed or sent"
        found.append(Opaque(reason=reason, level=Risk.COMMITMENT))
    found += [WritePath(target=call.target(word)) for word in named_outputs(call.args)]
    for arg in call.args:
        text = arg.text
        if text is None or text.startswith("-") or len(text) > 300 or "\n" in text or " " in text:
            continue
        if "/" not in text and "." not in text:
            continue
        target = call.target(arg)
        if target.secret:
            found.append(ReadPath(target=target))
    return found


def deliver(shell: Interpreter, call: Invocation, yields: Sequence[object], state: State, channel: Channel) -> None:
    """Stamp effects, remember files, pass output on."""
    state.status = None
    output: Value | None = None
    effects: list[Effect] = []
    for item in yields:
        if isinstance(item, Output):
            output = item.value if output is None else concat((output, item.value))
        elif isinstance(item, Exit):
            state.status = item.status
        elif isinstance(item, Effect):
            effects.append(item)
            for found in _secrets_among(call, item):
                effects.append(found)
                shell.emit(found, call.source, call.span)
            _remember(shell, call, item)  # first: what a file holds so far is unknown as soon as it changed
            shell.emit(item, call.source, call.span)
    if output is None:
        output = unknown(f"output of `{call.name}`", *_taints(call, effects))
    write(shell, output, channel, call.name, effects)


def _secrets_among(call: Invocation, effect: Effect) -> list[Effect]:
    """`find . -type f | xargs cat` shows any file: those with secrets that really lie there are read by name.

    Names that only a pattern of the shell's gives are left out where they begin with a dot, as the shell does.
    """
    if not isinstance(effect, ReadPath) or effect.how != "content" or not effect.shown or call.place:
        return []
    target = effect.target
    if target.path is None or target.secret or not (target.everything_in or target.pattern):
        return []
    pattern = posixpath.basename(target.pattern) if target.pattern else "*"
    dots = bool(target.why_unknown) or not target.word.endswith("*")
    names = call.reader.world.names(target.path) or ()
    wanted = [name for name in names if (dots or not name.startswith(".")) and fnmatchcase(name, pattern)]
    secret = [name for name in wanted if secret_file(posixpath.join(target.path, name))]
    return [
        ReadPath(target=call.target(known(posixpath.join(target.path, name))), shown=True)
        for name in secret[:_SECRETS_NAMED]
    ]


def write(shell: Interpreter, content: Value, channel: Channel, name: str, effects: list[Effect] = []) -> None:  # noqa: B006
    """Send output into a stream, and say so where a secret reaches a person, a model or a network."""
    channel.write(content, sure=shell.conditions <= channel.ways)
    if channel.kept is not None:
        rewritten(shell, channel, content, name)
    if channel.kind == "screen" and SECRET in content.origins:
        told = any(isinstance(e, RevealSecret) or (isinstance(e, ReadPath) and e.target.secret) for e in effects)
        if not told and not shell.reader.told_secret:
            shell.emit(RevealSecret(what=content.shown(60) if not content.known else "a secret", by=name))
    elif channel.kind == "network" and content.pieces:
        shell.emit(SendData(to=channel.host or None, by="/dev/tcp", carries=content.origins))
    elif channel.kind == "coproc" and channel.body is not None and content.pieces:
        body, channel.body = channel.body, None
        streams = {0: Channel("input", source=content), 1: Channel("capture"), 2: Channel("screen")}
        shell.node(body, [State(shell.reader.start)], streams)
        channel.body = body


def _taints(call: Invocation, effects: list[Effect]) -> frozenset[str]:
    found = call.stdin.origins if call.stdin is not None else NONE
    for effect in effects:
        if isinstance(effect, ReadPath) and effect.how in ("content", "search"):
            found |= {FILE, SECRET} if effect.target.secret else {FILE}
        elif isinstance(effect, RevealSecret):
            found |= {SECRET}
    return found


def _remember(shell: Interpreter, call: Invocation, effect: Effect) -> None:
    """What this call writes, later parts of the same call may read or run."""
    reader = shell.reader
    if call.place or effect.place:
        return
    if isinstance(effect, WritePath) and effect.target.path:
        path = effect.target.path
        if call.name in ("mkdir", "gmkdir") and not shell.conditions:
            reader.changes.made(path)
        if effect.how == "create" and effect.content == "" and reader.before(path).pieces:
            return  # what is there already keeps what it holds
        if effect.content is None or effect.how == "edit":
            reader.remember(path, unknown(f"what `{call.name}` writes", *effect.origins))
            return
        content = Value((effect.content,) if effect.content else (), False, effect.origins)
        before = reader.before(path) if effect.how == "append" else EMPTY
        reader.remember(path, concat((before, content)), sure=not shell.conditions)
    elif isinstance(effect, CopyPath | MovePath) and effect.to.path and effect.target.path:
        source, to = effect.target.path, effect.to.path
        if effect.to.kind != "file":
            inside = posixpath.join(to, posixpath.basename(source))
            reader.remember(inside, reader.content(known(source), call.cwd), sure=not shell.conditions)
        if effect.to.kind != "folder":
            reader.remember(to, reader.content(known(source), call.cwd), sure=not shell.conditions)


def _shown(args: list[Value]) -> str:
    return _shortened(" ".join(arg.shown(80) for arg in args[:20]))


def _shortened(text: str) -> str:
    return text if len(text) <= 200 else text[:199] + "…"


def _quoted(arg: Value) -> Value:
    text = arg.text
    if text is None:
        return arg
    return known("'" + text.replace("'", "'\\''") + "'")
