"""make: the recipes of the goals and of what they need, read as the shell would read them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from enactd.effects.code.makefile import Makefile
from enactd.effects.code.operations import in_project
from enactd.effects.invocation import (
    Effects,
    Invocation,
    Options,
    Output,
    Value,
    Yield,
    concat,
    known,
    program,
    unknown,
    value,
)
from enactd.effects.model import Effect, Opaque, RunCode
from enactd.effects.programs.git_context import moved
from enactd.effects.scripts import origin_of
from enactd.risk import Risk

_MAKE: Final = Options(
    "-C --directory DIR", "-f --file --makefile FILE", "-n --just-print --dry-run --recon", "-q --question", "-p --print-data-base",
    "-v --version", "-h --help", "-j --jobs [N]", "-l --load-average --max-load [N]", "-k --keep-going", "-i --ignore-errors", "-B --always-make",
    "-s --silent --quiet", "--no-silent", "-S --no-keep-going --stop", "-t --touch", "-e --environment-overrides", "-r --no-builtin-rules",
    "-R --no-builtin-variables", "-I --include-dir DIR", "-o --old-file --assume-old FILE", "-W --what-if --new-file --assume-new FILE",
    "-w --print-directory", "--no-print-directory", "-d", "--debug [F]", "-O --output-sync [T]", "-L --check-symlink-times", "-b", "-m",
    "--trace", "--warn-undefined-variables", "-E --eval TEXT", "--shuffle [M]", "--jobserver-style S", "-D VAR", "-V VAR",
)  # fmt: skip
_NAMES: Final = ("GNUmakefile", "makefile", "Makefile", "BSDmakefile")
_SHELLS: Final = re.compile(r"(?:^|/)(?:ba|da|z|k|fi|a)?sh$")
_LINES: Final = 300  # recipe lines of one call
_TARGETS: Final = 1_000  # targets of one call
_DEEP: Final = 40  # targets that need one another in a row


@program("make", "gmake", "bmake", "remake", "colormake", "nmake", "mingw32-make", "pmake", "checkmake")
def make(call: Invocation) -> Effects:
    """The recipes of the goals. A dry run and a question run nothing; without a makefile only its name is told."""
    line = _MAKE.parse(call.args)
    if line.has("-n", "-q", "-v", "-h", "-V") or call.name == "checkmake":
        return
    overrides = {}
    goals: list[Value] = []
    for word in line.operands:
        match = re.match(r"([A-Za-z_][\w.]*)(?::{1,3}|\+|\?)?=", word.prefix)
        if match:
            overrides[match.group(1)] = word.cut(match.end())
        else:
            goals.append(word)
    if not _SHELLS.search(
        overrides.get("SHELL", known("/bin/sh")).suffix
    ):  # whatever stands there is started for every line
        yield from call.shell(overrides["SHELL"], via="make")
    inside = _inside(call, line.values("-C"))
    origin = _origin(inside, line.values("-f"))
    steps = _read(inside, line.values("-f"), line.values("-E"), overrides, goals, origin)
    yield from in_project(call.reader.apart(steps, "make") if origin == "workspace" else steps, origin, "make")


def _origin(call: Invocation, files: list[Value]) -> str:
    """Where the recipes come from: a makefile named outside the workspace is not the project's."""
    if call.place:
        return "unknown"
    found = [origin_of(call.target(file)) for file in files if file.text != "-"]
    return next((origin for origin in found if origin in ("outside", "unknown")), "workspace")


def _inside(call: Invocation, folders: list[Value]) -> Invocation:
    cwd = call.cwd
    for folder in folders:
        cwd = folder if folder.startswith("/") or not folder.pieces else concat((cwd, known("/"), folder))
    return moved(call, args=call.args, cwd=cwd)


def _read(
    call: Invocation,
    files: list[Value],
    texts: list[Value],
    overrides: dict[str, Value],
    goals: list[Value],
    origin: str,
) -> Effects:
    found: list[Effect] = []

    def shell(text: Value) -> Value:
        items = call.shell(text, via="$(shell)")
        found.extend(item for item in items if isinstance(item, Effect))
        printed = [item.value for item in items if isinstance(item, Output)]
        return _one_line(printed[-1]) if printed else unknown(f"what `{text.shown(40)}` prints")

    makefile = Makefile({"CURDIR": call.cwd, **overrides}, lambda name: _variable(call, name), shell)
    read = [_load(call, makefile, file) for file in files]
    read = read or [any(_load(call, makefile, known(name)) for name in _NAMES)]
    for text in texts:
        makefile.read(text.visible, lambda name: None)
    yield from found
    found.clear()
    if not all(read) or makefile.incomplete:
        yield RunCode(language="make", origin=origin, what=", ".join(g.shown() for g in goals) or "make")
        if not makefile.rules:
            return
    default = makefile.default_goal
    wanted = [goal.text for goal in goals] if goals else [default]
    steps = _Steps(call, makefile, _single(call, files) if not texts else None)
    for name in wanted:
        if name is not None:
            yield from steps.target(name)
            yield from found
            found.clear()
        elif goals:
            yield RunCode(language="make", origin="workspace", what="a goal known only at run time")
    if steps.unread or makefile.cut_off:
        yield Opaque(reason="the makefile asks for more than is read", level=Risk.SENSITIVE)


def _variable(call: Invocation, name: str) -> Value | None:
    """A variable of the environment; the home is known without it."""
    told = call.variable(name)
    return known(call.world.home) if told is None and name == "HOME" and not call.place else told


def _one_line(printed: Value) -> Value:
    """What `$(shell)` makes of an output: lines become words."""
    pieces = [piece.replace("\n", " ") if isinstance(piece, str) else piece for piece in printed.pieces]
    if pieces and isinstance(pieces[-1], str):
        pieces[-1] = pieces[-1].rstrip()
    return value(*pieces, origins=printed.origins)


def _single(call: Invocation, files: list[Value]) -> str | None:
    """The one makefile that is read."""
    if files:
        return call.target(files[0]).path if len(files) == 1 else None
    found = (call.target(name) for name in _NAMES)
    return next((target.path for target in found if target.kind == "file"), None)


def _load(call: Invocation, makefile: Makefile, file: Value) -> bool:
    """Read one makefile; False where it is not at hand."""
    content = call.stdin if file.text == "-" else call.text_of(file)
    if content is None or content.text is None:
        return False
    makefile.read(content.text, lambda name: call.text_of(name).text)
    return True


class _Steps:
    """Walks from goals to what they need; every target is made once. `unread` says that it was too much."""

    def __init__(self, call: Invocation, makefile: Makefile, file: str | None) -> None:
        self.call = call
        self.makefile = makefile
        self.made: set[str] = set()
        self.patterns = [name for name in makefile.rules if "%" in name]
        self.lines = _LINES
        self.unread = False
        self.file = file  # None where the recipes come from several files or from none at hand

    def target(self, name: str, depth: int = 0, used: frozenset[str] = frozenset()) -> Iterable[Yield]:
        """Prerequisites first, then the recipe. `used` are the pattern rules on the way: make takes none twice."""
        if name in self.made or self.unread:
            return
        if depth > _DEEP or self.lines <= 0 or len(self.made) >= _TARGETS:
            self.unread = True
            return
        self.made.add(name)
        stem = ""
        rules = self.makefile.rules.get(name, [])
        if not any(rule.recipe for rule in rules):
            pattern, stem = self._pattern(name, used)
            rules = [*rules, *self.makefile.rules.get(pattern, [])] if pattern else rules
            used = used | {pattern}
        needs = [need.replace("%", stem, 1) if stem else need for rule in rules for need in rule.prerequisites]
        for need in needs:
            yield from self.target(need, depth + 1, used)
        automatic = {
            "@": known(name), "*": known(stem) if stem else unknown("$*", plain=True), "?": known(" ".join(needs)),
            "<": known(needs[0]) if needs else known(""), "^": known(" ".join(needs)), "+": known(" ".join(needs)), "|": known(""),
        }  # fmt: skip
        for rule in rules:
            yield from self._recipe(name, rule.recipe, automatic)

    def _pattern(self, name: str, used: frozenset[str]) -> tuple[str, str]:
        for pattern in self.patterns:
            head, _, tail = pattern.partition("%")
            if (
                pattern not in used
                and name.startswith(head)
                and name.endswith(tail)
                and len(name) >= len(head) + len(tail)
            ):
                return pattern, name[len(head) : len(name) - len(tail)]
        return "", ""

    def _recipe(self, name: str, lines: list[str], automatic: dict[str, Value]) -> Iterable[Yield]:
        texts = [self.makefile.expand(line, automatic) for line in lines]
        if self.makefile.one_shell and texts:
            texts = [concat([part for text in texts for part in (text, known("\n"))])]
        elif not any("\\\n" in line for line in lines):
            # A variable of several lines (`define`) is several commands.
            texts = [single for text in texts for single in text.split("\n")]
        for text in texts:
            self.lines -= 1
            self.unread = self.unread or self.lines < 0
            command = _without_marks(text)
            if command.pieces and not self.unread:
                yield from (
                    e
                    for e in self.call.shell(command, via=f"make {name}", written_in=self.file)
                    if isinstance(e, Effect)
                )


def _without_marks(text: Value) -> Value:
    """A recipe line without `@`, `-` and `+` in front."""
    match = re.match(r"[\s@+-]*", text.prefix)
    return text.cut(match.end()) if match and match.end() else text
