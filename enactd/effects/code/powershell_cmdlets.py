"""Commands of PowerShell: aliases, parameters with their abbreviations, functions of the text, cmdlets, programs.

Cmdlets that are not described are judged by their verb: what gets, tests or shows is quiet, what removes, sets or
stops asks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from enactd.effects.code import operations
from enactd.effects.code.objects import Thing, flattened, named, text, untold
from enactd.effects.code.powershell_members import slashed
from enactd.effects.invocation import find_program
from enactd.effects.model import ChangeInfrastructure, Effect, Opaque
from enactd.effects.values import NETWORK, Value, join, known
from enactd.risk import Risk

if TYPE_CHECKING:
    from enactd.effects.code.powershell_values import Expressions

_SWITCHES: Final = frozenset(
    """recurse force whatif confirm verbose debug append noclobber nonewline passthru usebasicparsing directory file hidden readonly
    system raw wait asplaintext skipcertificatecheck usessl notypeinformation noheader casesensitive simplematch list quiet allmatches
    notmatch leaf isvalid unique descending ascending ascsv full online detailed examples listavailable skippublishercheck
    allowclobber acceptlicense allowprerelease allusers includeusername fileversioninfo literal parallel_ nonewwindow asjob
    followsymlink tail_ noprofile nologo noninteractive sta mta noexit skip_ update resolve relative compress enumsonly asarray
    dontwait restart persist usedefaultcredentials disablekeepalive preserveauthorizationonredirect skipheadervalidation
    allowunencryptedauthentication skiphttperrorcheck resume fullscreen showwindow noelement nohide includeallrunning
    errorondirty autosize wrap hidetableheaders expand_ expandproperty_ notcontains eq ne like match contains in asstring
    stable binary forcehttp getlatest""".split()
)
_QUIET_VERBS: Final = frozenset(
    """get test show measure select where sort group write out convertto convertfrom compare find resolve split join wait read trace
    debug format push pop tee foreach assert should describe context it beforeeach aftereach beforeall afterall import use search
    limit confirm ping watch""".split()
)
_ALIASES: Final = {
    alias: name
    for name, aliases in {
        "remove-item": "rm del erase rd ri rmdir", "get-content": "cat gc type", "get-childitem": "ls dir gci",
        "copy-item": "cp copy cpi", "move-item": "mv move mi", "rename-item": "ren rni", "set-content": "sc", "add-content": "ac",
        "clear-content": "clc", "new-item": "ni md mkdir", "invoke-webrequest": "iwr", "invoke-restmethod": "irm",
        "invoke-expression": "iex", "select-string": "sls", "stop-process": "kill spps", "start-process": "saps start",
        "foreach-object": "% foreach", "where-object": "? where", "set-location": "cd chdir sl", "push-location": "pushd",
        "pop-location": "popd", "get-process": "ps gps", "write-output": "echo write", "set-item": "si", "get-item": "gi",
        "get-itemproperty": "gp", "set-itemproperty": "sp", "remove-itemproperty": "rp", "invoke-item": "ii", "invoke-command": "icm",
        "start-job": "sajb", "stop-service": "spsv", "start-service": "sasv", "tee-object": "tee", "select-object": "select",
        "sort-object": "sort", "measure-object": "measure", "get-location": "gl pwd", "set-variable": "sv set", "import-module": "ipmo",
        "enter-pssession": "etsn", "get-help": "help man", "clear-host": "cls clear", "out-host": "oh", "get-alias": "gal",
        "get-command": "gcm", "get-member": "gm", "compare-object": "compare diff", "format-table": "ft", "format-list": "fl",
        "start-sleep": "sleep", "get-history": "h history", "resolve-path": "rvpa", "get-variable": "gv", "group-object": "group",
        "remove-variable": "rv", "import-csv": "ipcsv", "export-csv": "epcsv", "out-file": "out", "get-unique": "gu",
    }.items()
    for alias in aliases.split()
}  # fmt: skip
# What these names mean where the words after them are options of the program of that name.
_PROGRAMS_TOO: Final = frozenset(
    "curl wget sort diff tee sleep man ps kill cp mv rm ls cat where set start mkdir".split()
)
Cmdlet = Callable[["Given"], "Thing | None"]
CMDLETS: Final[dict[str, Cmdlet]] = {}


class Word(msgspec.Struct):
    """One word after a command: a value, a parameter (`-Name`), or both glued (`-Name:value`)."""

    value: Thing | None
    name: str = ""
    raw: str = ""
    glued: bool = False


def cmdlet(*names: str) -> Callable[[Cmdlet], Cmdlet]:
    """Register what cmdlets of these names do."""

    def register(function: Cmdlet) -> Cmdlet:
        CMDLETS.update({name.lower(): function for name in names})
        return function

    return register


class Given:
    """A command with its words sorted out: named values, switches, the rest by position, and the input."""

    def __init__(self, reader: Expressions, command: Thing, words: list[Word], received: Thing | None) -> None:
        self.reader = reader
        self.command = command
        self.name = ""
        self.words = words
        self.input = received
        self.named: dict[str, Thing] = {}
        self.switches: set[str] = set()
        self.positional: list[Thing] = []
        self._sort()

    def _sort(self) -> None:
        index = 0
        while index < len(self.words):
            word = self.words[index]
            index += 1
            if re.match(r"@\w", word.raw) and word.value is not None:
                self._splat(word.value)
            elif not word.name:
                self.positional += [word.value] if word.value is not None else []
            elif word.glued:
                self._put(word)
            elif _is_switch(word.name) or index >= len(self.words) or self.words[index].name:
                self.switches.add(word.name)
            else:
                self.named[word.name] = self.words[index].value or untold()
                index += 1

    def _splat(self, value: Thing) -> None:
        """`@table` gives named words, `@list` further ones."""
        for name, thing in (value.fields or {}).items():
            self._put(Word(thing, name, glued=True))
        if value.fields is None:
            self.positional += flattened(value)

    def _put(self, word: Word) -> None:
        if (word.value is not None and word.value.plain) in ("True", "1") or (
            word.value is not None and word.value.plain is None and _is_switch(word.name)
        ):
            self.switches.add(word.name)
        elif word.value is not None and word.value.plain not in ("False", "0"):
            self.named[word.name] = word.value

    def switch(self, *names: str) -> bool:
        """Whether a switch is on; any unambiguous beginning of its name will do."""
        return any(
            name == s or (name.startswith(s) and (len(s) > 1 or (name == "recurse" and s == "r")))
            for name in names
            for s in self.switches
        )

    def value(self, *names: str, at: int | None = None) -> Thing | None:
        """A named value (or a beginning of its name), else the one at this position."""
        for name in names:
            for told, thing in self.named.items():
                if (
                    told == name
                    or (len(told) > 1 and name.startswith(told))
                    or (len(told) == 1 and name.startswith(told))
                ):
                    return thing
        return self.positional[at] if at is not None and at < len(self.positional) else None

    def paths(self, *names: str, at: int | None = 0, several: bool = False) -> list[Value]:
        """Paths by name or position, or what came through the pipe. Wildcards count, but not in literal paths."""
        literal = self.value("literalpath", "pspath", "lp")
        told = literal or self.value(*(names or ("path", "filepath")), at=at)
        things = flattened(told) if told is not None else []
        if several and told is not None and literal is None and not any(n in self.named for n in ("path", "filepath")):
            things = [part for thing in self.positional[at or 0 :] for part in flattened(thing)]
        if told is None and self.input is not None:
            things = flattened(self.input)
        return [self.path(value, literal=literal is not None) for thing in things[:64] for value in thing.texts]

    def path(self, value: Value, *, literal: bool = False) -> Value:
        """A path as the tool takes it: slashes, `~`, wildcards."""
        found = slashed(value) or value
        if found.startswith("~/") or found.text == "~":
            found = Value((self.reader.home + found.prefix[1:], *found.pieces[1:]), found.glob, found.origins)
        return Value(found.pieces, not literal and re.search(r"[*?\[]", found.visible) is not None, found.origins)

    def what(self) -> str:
        """The thing it is done to, for people."""
        told = self.value("name", "displayname", "taskname", "path", at=0) or self.input
        return told.text.shown(60) if told is not None else ""

    def emit(self, effects: Iterator[Effect]) -> list[Effect]:
        return self.reader.emit(effects)

    def run(self, block: Thing | None, **names: Thing) -> Thing:
        """Run a script block with names bound."""
        if block is None or block.function is None:
            return untold()
        return self.reader.run_text(block.function, **names)


def _is_switch(name: str) -> bool:
    if name in _SWITCHES:
        return True
    # `-rf` and the like come from another shell; their meaning is plain.
    return name in ("r", "rf", "fr", "rec", "recur", "fo", "f", "s", "q", "v", "wi", "ea0")


def invoke(reader: Expressions, given: Given) -> Thing:
    """What a command does: a function of the text, a cmdlet, a script, or a program."""
    name = given.command.plain
    if name is None:
        return _unknown_command(given)
    lower = name.lower().rpartition("\\")[2] if re.match(r"[\w.]+\\[\w-]+$", name) else name.lower()
    if lower in reader.functions:
        return _function(reader, given, lower)
    given.name = _ALIASES.get(lower, lower)
    if lower in _PROGRAMS_TOO and _looks_native(given):
        return native(given, lower)
    handler = CMDLETS.get(given.name)
    if handler is not None:
        if (given.switch("whatif") or given.switch("wi")) and not given.name.startswith(
            ("foreach", "where", "invoke-expression")
        ):
            return untold()
        found = handler(given)
        return found if found is not None else Thing((known(""),))
    if re.fullmatch(r"[a-z]+-[a-z][\w]*", given.name) and find_program(lower) is None:
        return _by_verb(given)
    return native(given, name)


def _unknown_command(given: Given) -> Thing:
    visible = given.command.text.visible.replace("\\", "/")
    tail = visible.rpartition("/")[2].lower()
    if "/" in visible and find_program(tail.removesuffix(".exe")) is not None:
        return native(given, tail)
    given.reader.hidden(f"the command {given.command.text.shown(60)}")
    return untold()


def _looks_native(given: Given) -> bool:
    """curl, wget and others with options of their own, and everything that is no alias outside Windows."""
    lower = (given.command.plain or "").lower()
    raw = [word.raw for word in given.words if word.raw.startswith("-")]
    if lower in ("curl", "wget"):
        return not any(
            re.match(r"-(?:uri|outfile|method|body|headers|usebasicparsing|infile)\b", word, re.IGNORECASE)
            for word in raw
        )
    return any(word.startswith("--") for word in raw) and lower not in ("rm",)


def _function(reader: Expressions, given: Given, name: str) -> Thing:
    """A function of the text: parameters by name or position; it is not read inside itself."""
    body = reader.functions.pop(name)
    match = re.match(r"\s*param\s*\(", body, re.IGNORECASE)
    names = re.findall(r"\$(\w+)", _first_bracket(body)) if match else []
    bound = {n.lower(): given.positional[i] for i, n in enumerate(names) if i < len(given.positional)}
    bound |= given.named
    bound["args"] = Thing((known(""),), "[]", given.positional)
    before = dict(reader.names)
    found = reader.run_text(body, **bound)
    reader.names = {**reader.names, **{n: before[n] for n in bound if n in before}}
    reader.functions[name] = body
    return found


def _first_bracket(body: str) -> str:
    start = body.index("(")
    depth = 0
    for index in range(start, len(body)):
        depth += {"(": 1, ")": -1}.get(body[index], 0)
        if not depth:
            return body[start:index]
    return body[start:]


def _by_verb(given: Given) -> Thing:
    """A cmdlet that nobody described."""
    for thing in [*given.positional, *given.named.values()]:
        given.run(thing)
    verb, _, noun = given.name.partition("-")
    cloud = re.match(r"az(?!ure)[a-z]|azure|ec2|s3|mg[a-z]|gce|gcs|ad(?:user|group|computer|object|org)", noun)
    if cloud and verb not in _QUIET_VERBS:
        meaning = {
            "remove": "delete",
            "new": "create",
            "stop": "restart",
            "restart": "restart",
            "start": "restart",
        }.get(verb, "change")
        given.emit(iter([ChangeInfrastructure(tool="powershell", verb=meaning, what=noun)]))
    elif re.match(r"az\w*secret|secret\b|secret$", noun) and verb == "get":
        given.emit(iter([ChangeInfrastructure(tool="powershell", verb="secret-read", what=noun)]))
    elif verb not in _QUIET_VERBS:
        given.emit(
            iter(
                [
                    Opaque(
                        reason=f"`{given.name}` is a cmdlet that nobody described, and its verb says that it changes something",
                        level=Risk.SENSITIVE,
                    )
                ]
            )
        )
    origins = given.input.all_origins() if given.input is not None else frozenset[str]()
    return Thing((named(given.name).text.tainted(*origins),))


def native(given: Given, name: str) -> Thing:
    """A program, or a script file; words go to it as they are written."""
    reader, call = given.reader, given.reader.call
    path = (slashed(known(name)) or known(name)).text or name
    arguments = [argument for word in given.words for argument in _native_words(word)]
    if path.lower() in ("cmd", "cmd.exe") and any('\\"' in word.raw for word in given.words):
        arguments = _nested_quotes(given)
    lower = path.lower()
    changes = {"env": {**call.env, **reader.environment}} if reader.environment else {}
    if lower.endswith((".ps1", ".psm1")):
        found = given.emit(operations.only_effects(call.script(known(path), arguments, language="powershell")))
    else:
        bare = re.sub(r"\.(?:exe|cmd|bat|com)$", "", path, flags=re.IGNORECASE)
        bare = (
            bare.rpartition("/")[2] if re.match(r"[A-Za-z]:/(?:Program Files|Windows)", bare, re.IGNORECASE) else bare
        )
        told = bare if find_program(bare) is not None or find_program(bare.lower()) is None else bare.lower()
        told = path if "/" in bare else told
        fed = given.input.text if given.input is not None else None
        found = given.emit(operations.run(call, [known(told), *arguments], stdin=fed, **changes))
    origins = {NETWORK} if any(type(effect).__name__ == "Request" for effect in found) else set()
    if given.input is not None:
        origins |= given.input.all_origins()
    return Thing((untold(f"output of `{name}`", origins).texts[0],))


def _nested_quotes(given: Given) -> list[Value]:
    """`cmd /c "rd \\"x y\\""`: the backslash does not quote here, but whoever wrote it meant it to."""
    switch = given.words[0].raw if given.words else "/c"
    line = " ".join(word.raw for word in given.words[1:]).strip()
    if line.startswith('"'):
        line = line[1:].removesuffix('"')
    return [known(switch), known(line.replace('\\"', '"'))]


def _native_words(word: Word) -> list[Value]:
    """A parameter as it was written; a list as separate words."""
    if word.name and not word.glued and word.value is None:
        return [known(word.raw)]
    if word.glued and word.value is not None:
        return [join([known(f"-{word.raw[1:].split(':')[0]}:"), word.value.text], "")]
    thing = word.value or text("")
    if thing.function is not None and thing.name == "{block}":
        return [known("{" + str(thing.function) + "}")]
    if thing.items is not None and "," in word.raw and not word.raw.startswith(("$", "@", "(")):
        return [join([part.text for part in thing.items], ",")]
    return [part.text for part in flattened(thing)]
