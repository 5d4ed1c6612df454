"""Expressions of PowerShell: variables, strings, lists, members, operators; and where its well-known places are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from enactd.effects.code import powershell_members as members
from enactd.effects.code.evaluation import Program
from enactd.effects.code.objects import Thing, either, element, flattened, joined, listed, named, text, untold
from enactd.effects.code.powershell_text import Part, TextCursor
from enactd.effects.invocation import Invocation
from enactd.effects.model import Opaque, RunCode
from enactd.effects.secrets import secret_variable
from enactd.effects.values import ENVIRONMENT, SECRET, Value, known, unknown
from enactd.risk import Risk

DEPTH: Final = 40
_STEPS: Final = 6_000
_OPERATOR: Final = re.compile(
    r"-(?:i|c)?(?:eq|ne|gt|ge|lt|le|like|notlike|match|notmatch|contains|notcontains|in|notin|is|isnot|as|and|or|xor|band|bor|bxor"
    r"|shl|shr|join|split|replace|f)\b|\+|-(?![A-Za-z])|\*|/|%|\.\.|\?\?|\?(?=\s)",
    re.IGNORECASE,
)
_TYPE: Final = re.compile(r"\[\s*([A-Za-z_][\w.+`]*)\s*(?:\[[^\]\n]*\])*\s*\]")
_NUMBER: Final = re.compile(r"0x[0-9A-Fa-f]+|\d+(?:\.\d+)?(?:[kmgtKMGT][bB])?")
_CONSTANTS: Final = {"true": "True", "false": "False", "null": "", "lastexitcode": "0", "iswindows": "True"}


class Expressions(Program):
    """The state of one reading, and what expressions come to."""

    def __init__(self, call: Invocation, changes: Mapping[str, Any]) -> None:
        super().__init__(call, changes)
        self.functions: dict[str, str] = {}
        self.environment: dict[str, Value] = {}
        self.cursor = TextCursor("")
        self.left = _STEPS
        self.windows = re.match(r"[A-Za-z]:", call.world.home or "") is not None

    def run_text(self, content: str, **names: Thing) -> Thing:
        """Read a piece of the text as statements; the last value is its result."""
        raise NotImplementedError

    def pipeline(self) -> Thing:
        """Read a pipeline; the class of statements says how."""
        raise NotImplementedError

    def spend(self) -> bool:
        """Whether there is still something left of the budget."""
        self.left -= 1
        if self.left == 0:
            self.found.append(Opaque(reason="more PowerShell than is read", level=Risk.SENSITIVE))
        return self.left > 0

    # Places

    @property
    def home(self) -> str:
        return self.call.world.home.replace("\\", "/")

    def environment_variable(self, name: str) -> Thing:
        """`$env:X`: the well-known folders, what was set before, or unknown."""
        lower = name.lower()
        if name in self.environment:
            return Thing((self.environment[name],))
        places = self._places()
        if lower in places:
            return text(places[lower])
        told = self.call.variable(name)
        content = told if told is not None else unknown(f"$env:{name}")
        return Thing((content.tainted(SECRET) if secret_variable(name) else content,))

    def _places(self) -> dict[str, str]:
        home = self.home
        if not self.windows:
            return {"home": home, "userprofile": home, "temp": "/tmp", "tmp": "/tmp", "tmpdir": "/tmp"}
        local = f"{home}/AppData/Local"
        return {
            "userprofile": home, "home": home, "temp": f"{local}/Temp", "tmp": f"{local}/Temp", "localappdata": local,
            "appdata": f"{home}/AppData/Roaming", "systemroot": "C:/Windows", "windir": "C:/Windows", "systemdrive": "C:",
            "homedrive": home[:2], "homepath": home[2:], "programfiles": "C:/Program Files", "programdata": "C:/ProgramData",
            "programfiles(x86)": "C:/Program Files (x86)", "public": "C:/Users/Public", "allusersprofile": "C:/ProgramData",
        }  # fmt: skip

    def variable(self, name: str) -> Thing:
        """A variable by its name without `$`; scopes and drives are part of it."""
        lower = name.lower()
        if lower.startswith("env:"):
            return self.environment_variable(name[4:])
        lower = re.sub(r"^(?:global|script|local|private|using|variable):", "", lower)
        if lower in self.names:
            return self.names[lower]
        if lower in _CONSTANTS:
            return text(_CONSTANTS[lower])
        if lower == "home":
            return text(self.home)
        if lower == "profile":
            folder = "Documents/PowerShell" if self.windows else ".config/powershell"
            return text(f"{self.home}/{folder}/Microsoft.PowerShell_profile.ps1")
        if lower == "pwd":
            return Thing((self.call.cwd,), "path")
        if lower in ("psscriptroot", "pscommandpath", "myinvocation"):
            beside = self.file.rpartition("/")[0] if self.file else None
            return Thing((known(beside) if beside else self.call.cwd,), "path")
        if lower == "args":
            return listed([Thing((arg,)) for arg in self.args])
        return Thing((unknown(f"${name}"),), f"${lower}")

    # Expressions

    def expression(self) -> Thing:
        """An expression with its operators, read from the left."""
        self.depth += 1
        if self.depth > DEPTH or not self.spend():
            self.depth -= 1
            self.cursor.at += 1
            return untold()
        left = self._list()
        while True:
            self.cursor.blank()
            match = _OPERATOR.match(self.cursor.text, self.cursor.at)
            if match is None or self.cursor.starts("++", "--", "+=", "-=", "*=", "/=", "%=", "??="):
                break
            self.cursor.at = match.end()
            self.cursor.blank(lines=True)
            left = self._applied(left, match.group().lower())
        self.depth -= 1
        return left

    def _applied(self, left: Thing, operator: str) -> Thing:
        sign = re.sub(r"^-[ic](?=join|split|replace)", "-", operator)
        if sign == "?":
            yes = self.expression()
            if self.cursor.starts(":"):
                self.cursor.at += 1
                yes = either([yes, self.expression()])
            return yes
        right = self._list()
        match sign:
            case "+":
                if left.items is not None:
                    return listed([*left.items, *flattened(right)])
                return joined([left, right])
            case "-f":
                return _formatted(left, right)
            case "-join":
                return joined(flattened(left)[:200], right.plain or "")
            case "-replace":
                return _replaced(left, right)
            case "-split":
                return Thing((unknown("parts", *left.origins),), "[]")
            case "*":
                count = int(right.plain or 0) if (right.plain or "").isdigit() else -1
                return (
                    text(left.plain * count)
                    if left.plain is not None and 0 <= count < 200
                    else untold("text", left.origins)
                )
            case "??":
                return either([left, right])
            case "-as":
                return left
        return Thing((unknown("a computed value", *(left.origins & {SECRET}), plain=True),))

    def _list(self) -> Thing:
        """One value, or several with commas between them."""
        first = self._unary()
        items = [first]
        while True:
            self.cursor.blank()
            if not self.cursor.starts(","):
                break
            self.cursor.at += 1
            self.cursor.blank(lines=True)
            items.append(self._unary())
            if not self.spend():
                break
        return first if len(items) == 1 else listed(items)

    def _unary(self) -> Thing:
        cursor = self.cursor
        cursor.blank()
        match = re.compile(r"(?:!|\+\+|--|-(?:not|bnot|join|split)\b|-(?=[\d($])|\+|,)\s*", re.IGNORECASE).match(
            cursor.text, cursor.at
        )
        if match:
            cursor.at = match.end()
            self.depth += 1
            inner = self._unary() if self.depth < DEPTH else untold()
            self.depth -= 1
            word = match.group().strip().lower()
            if word == "-join":
                return joined(flattened(inner)[:200])
            if word == "-" and inner.plain is not None:
                return text("-" + inner.plain)
            return inner if word in (",", "-split") else untold("a value")
        cast = _TYPE.match(cursor.text, cursor.at)
        if cast and not cursor.text.startswith("::", cast.end()):
            cursor.at = cast.end()
            self.depth += 1
            inner = self._unary() if self.depth < DEPTH else untold()
            self.depth -= 1
            return members.cast(cast.group(1).lower(), inner)
        return self.members_of(self.primary())

    def primary(self) -> Thing:
        """A string, variable, bracket, script block, number or type."""
        cursor = self.cursor
        char = cursor.char
        if char in "'‘’" and char:
            return Thing((self.call.reader.unmarked(cursor.single_quoted()),))
        if char in '"“”' and char:
            return self.from_parts(cursor.double_quoted())
        if char == "@":
            return self._at_sign()
        if char == "$":
            return self._dollar()
        if char == "(":
            return self.run_text(cursor.bracketed())
        if char == "{":
            return self.block(cursor.bracketed())
        number = _NUMBER.match(cursor.text, cursor.at)
        if number:
            cursor.at = number.end()
            found = text(number.group())
            found.number = float(int(number.group(), 16)) if number.group()[:2] == "0x" else _float(number.group())
            return found
        kind = _TYPE.match(cursor.text, cursor.at)
        if kind:
            cursor.at = kind.end()
            return named(f"[{kind.group(1).lower().removeprefix('system.')}]")
        if char:
            cursor.at += 1
        return untold()

    def block(self, content: str) -> Thing:
        """A script block: its text, for whoever runs it."""
        return Thing((known(content),), "{block}", function=content)

    def _at_sign(self) -> Thing:
        cursor = self.cursor
        here = cursor.here_string()
        if here is not None:
            return self.from_parts(here[1])
        if cursor.starts("@("):
            cursor.at += 1
            found = self.run_text(cursor.bracketed())
            return found if found.items is not None or found.name else listed([found])
        if cursor.starts("@{"):
            cursor.at += 1
            return self._table(cursor.bracketed())
        match = re.compile(r"@(\w+)").match(cursor.text, cursor.at)
        cursor.at = match.end() if match else cursor.at + 1
        return self.names.get(match.group(1).lower(), untold("splatted words")) if match else untold()

    def _table(self, content: str) -> Thing:
        """`@{ a = 1; b = 2 }`."""
        outer, self.cursor = self.cursor, TextCursor(content)
        fields: dict[str, Thing] = {}
        while self.cursor.at < len(content) and self.spend():
            self.cursor.blank(lines=True)
            match = re.compile(r"(?:([\w.-]+)|'([^']*)'|\"([^\"]*)\")\s*=\s*").match(content, self.cursor.at)
            if match is None:
                self.cursor.at += 1
                continue
            self.cursor.at = match.end()
            fields[(match.group(1) or match.group(2) or match.group(3) or "").lower()] = self.pipeline()
            self.cursor.blank()
            while self.cursor.char in (";", "\n", "\r") and self.cursor.char:
                self.cursor.at += 1
        self.cursor = outer
        origins = frozenset[str]().union(*(field.all_origins() for field in fields.values()))
        return Thing((unknown("a table", *origins),), "@{}", None, fields)

    def _dollar(self) -> Thing:
        part = self.cursor.variable_or_code()
        if part is None:
            self.cursor.at += 1
            return untold()
        return self.run_text(part[1]) if part[0] == "code" else self.variable(part[1])

    def from_parts(self, parts: Sequence[Part]) -> Thing:
        """A double-quoted text."""
        things: list[Thing] = []
        for kind, content in parts[:100]:
            if kind == "text":
                things.append(Thing((self.call.reader.unmarked(content),)))
            else:
                things.append(self.run_text(content) if kind == "code" else self.variable(content))
        return joined(things, "") if things else text("")

    def members_of(self, thing: Thing) -> Thing:
        """`.Name`, `.Method(…)`, `::Member`, `[index]`, as long as there are any."""
        cursor = self.cursor
        while self.spend():
            match = re.compile(r"(\?\.|\.|::)\s*(?:([A-Za-z_]\w*)|(?=[$\"'(]))").match(cursor.text, cursor.at)
            if match:
                cursor.at = match.end()
                name = match.group(2)
                if name is None:
                    name = self.primary().plain
                arguments = self._call_arguments() if cursor.char in ("(", "{") and cursor.char else None
                thing = members.member(self, thing, name, arguments, static=match.group(1) == "::")
            elif cursor.char == "[" and cursor.at and not cursor.text[cursor.at - 1].isspace():
                inner = self.run_text(cursor.bracketed())
                thing = _indexed(thing, inner)
            else:
                if cursor.starts("++", "--"):
                    cursor.at += 2
                return thing
        return thing

    def _call_arguments(self) -> list[Thing]:
        if self.cursor.char == "{":
            return [self.block(self.cursor.bracketed())]
        content = self.cursor.bracketed()
        outer, self.cursor = self.cursor, TextCursor(content)
        self.cursor.blank(lines=True)
        found = self.expression() if content.strip() else None
        rest = [found] if found is not None else []
        self.cursor = outer
        return rest[0].items if rest and rest[0].items is not None else rest

    def hidden(self, what: str) -> None:
        """A command or member that only the run will tell."""
        self.found.append(RunCode(language="powershell", origin="generated", what=what))

    def whole_environment(self) -> Thing:
        return Thing((unknown("the whole environment", SECRET, ENVIRONMENT),), "env:")


def _float(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def _formatted(left: Thing, right: Thing) -> Thing:
    """`'{0} {1}' -f a, b`."""
    form = left.plain
    if form is None:
        return untold("a formatted text", left.origins | right.all_origins())
    values = flattened(right)
    parts: list[Thing] = []
    for piece in re.split(r"(\{\d+(?:[,:][^}]*)?\})", form):
        index = re.match(r"\{(\d+)", piece)
        if index and piece.endswith("}"):
            at = int(index.group(1))
            parts.append(values[at] if at < len(values) else untold())
        elif piece:
            parts.append(text(piece))
    return joined(parts[:60])


def _replaced(left: Thing, right: Thing) -> Thing:
    """Only plain texts are replaced; a pattern is not."""
    old, new = [*flattened(right), text("")][:2]
    if left.plain is not None and old.plain and new.plain is not None and re.fullmatch(r"[\w /:,@-]+", old.plain):
        return text(
            re.sub(re.escape(old.plain), lambda _: new.plain or "", left.plain, flags=re.IGNORECASE), *left.origins
        )
    return untold("a changed text", left.origins)


def _indexed(thing: Thing, index: Thing) -> Thing:
    if thing.items is not None and (index.plain or "").lstrip("-").isdigit():
        at = int(index.plain or 0)
        return thing.items[at] if -len(thing.items) <= at < len(thing.items) else untold("an item")
    if thing.fields is not None and (index.plain or "").lower() in thing.fields:
        return thing.fields[(index.plain or "").lower()]
    if thing.plain is not None and index.items is not None:
        picked = [int(i.plain or 0) for i in index.items if (i.plain or "").lstrip("-").isdigit()]
        if len(picked) == len(index.items) and all(-len(thing.plain) <= i < len(thing.plain) for i in picked):
            return listed([text(thing.plain[i]) for i in picked])
    if thing.plain is not None and (index.plain or "").isdigit() and int(index.plain or 0) < len(thing.plain):
        return text(thing.plain[int(index.plain or 0)])
    return element(thing) if thing.items else untold("an item", thing.origins)
