"""PowerShell: statements, pipelines, script blocks, functions; cmdlets are in their own tables.

A reader of its own, because the kept grammar loses arguments (`Remove-Item $a, b`, `$env:X\\y` as a word). Branches
and loop bodies are read once, in order; both arms of a condition count.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from enactd.effects.code import operations, powershell_files, powershell_network, powershell_session, powershell_system
from enactd.effects.code.objects import Thing, either, element, joined, listed, text, untold
from enactd.effects.code.operations import MAX_CODE, in_project
from enactd.effects.code.powershell_cmdlets import Given, invoke
from enactd.effects.code.powershell_text import NAME, TextCursor
from enactd.effects.code.powershell_values import DEPTH
from enactd.effects.code.powershell_words import Words
from enactd.effects.invocation import Effects, Invocation
from enactd.effects.model import Opaque
from enactd.effects.scripts import reads
from enactd.effects.values import Value
from enactd.risk import Risk

_KEYWORD: Final = re.compile(
    r"(if|elseif|else|while|foreach|for|do|until|switch|try|catch|finally|function|filter|param|return|throw|exit|begin|process"
    r"|end|trap|class|enum|using|break|continue|data|parallel)(?![\w-])",
    re.IGNORECASE,
)
_ASSIGN: Final = re.compile(
    r"((?:\[[\w.,` ]+(?:\[,*\])?\]\s*)*)\$(?:\{([^}\n]+)\}|((?:\w+:)?\w+))((?:\.\w+|\[[^\]\n]*\])*)\s*(\?\?=|[-+*/%]?=)(?!=)\s*"
)


@reads("powershell")
def read_powershell(call: Invocation, source: Value, origin: str, changes: Mapping[str, Any]) -> Effects:
    """What the text does. An open quote or bracket is opaque; what came before it is told."""
    marked = call.reader.marked(source)
    reader = PowerShell(call, changes)
    if len(marked) > MAX_CODE:
        reader.found.append(Opaque(reason="more PowerShell than is read", level=Risk.SENSITIVE))
    else:
        try:
            reader.show(reader.run_text(marked))
        except RecursionError:
            reader.found.append(Opaque(reason="PowerShell nested too deep to read", level=Risk.SENSITIVE))
    yield from in_project(reader.found, origin, "powershell")


class PowerShell(Words):
    """Reads one text from beginning to end."""

    def run_text(self, content: str, **names: Thing) -> Thing:
        """Statements of a piece of text, with some names bound; the values of all of them together."""
        self.depth += 1
        if self.depth > DEPTH:
            self.depth -= 1
            return untold()
        outer, self.cursor = self.cursor, TextCursor(content)
        self.names.update(names)
        results: list[Thing] = []
        while self.cursor.at < len(content) and self.left > 0:
            before = self.cursor.at
            found = self.statement()
            if found is not None:
                results.append(found)
            if self.cursor.at == before:
                self.cursor.at += 1
        if self.cursor.broken:
            self.found.append(Opaque(reason="PowerShell with an open quote or bracket", level=Risk.SENSITIVE))
        self.cursor = outer
        self.depth -= 1
        if not results:
            return text("")
        return results[0] if len(results) == 1 else listed(results[:60])

    def show(self, thing: Thing) -> None:
        """What a statement leaves is printed."""
        self.emit(
            operations.shown(
                [Thing((value,)).text.tainted(*thing.all_origins()) for value in thing.texts], "PowerShell"
            )
        )

    # Statements

    def statement(self) -> Thing | None:
        """One statement; None where it gives nothing."""
        self.cursor.blank(lines=True)
        while self.cursor.char in (";", ")", "}") and self.cursor.char:
            self.cursor.at += 1
            self.cursor.blank(lines=True)
        if not self.cursor.char or not self.spend():
            return None
        match = _KEYWORD.match(self.cursor.text, self.cursor.at)
        if match:
            return self._keyword(match)
        assignment = _ASSIGN.match(self.cursor.text, self.cursor.at)
        if assignment:
            self._assign(assignment)
            return None
        return self.chain()

    def _keyword(self, match: re.Match[str]) -> Thing | None:
        word = match.group(1).lower()
        cursor = self.cursor
        if word == "foreach" and not re.match(r"\s*\(", cursor.text[match.end() : match.end() + 20]):
            return self.chain()
        cursor.at = match.end()
        if word in ("function", "filter"):
            self._function()
        elif word == "foreach":
            self._foreach()
        elif word in ("return", "throw", "exit"):
            cursor.blank()
            return self.chain() if cursor.char not in ("", ";", "\n", "}") else None
        elif word in ("if", "elseif", "while", "until", "switch", "for"):
            return self._conditional(word)
        elif word in ("class", "enum", "using", "param", "break", "continue"):
            self._declaration(word)
        else:
            cursor.blank(lines=True)
            match_type = re.compile(r"(?:\[[^\]]*\][\s,]*)+").match(cursor.text, cursor.at)
            cursor.at = match_type.end() if match_type else cursor.at
            cursor.blank(lines=True)
            return self.run_text(cursor.bracketed()) if cursor.char == "{" else None
        return None

    def _conditional(self, word: str) -> Thing | None:
        """The condition, then the body; what a branch assigns is one of two possible values."""
        cursor = self.cursor
        options = re.compile(r"\s*(?:-\w+\s+)*").match(cursor.text, cursor.at)
        cursor.at = options.end() if options else cursor.at
        subject = None
        if cursor.char == "(":
            subject = self.run_text(cursor.bracketed())
        cursor.blank(lines=True)
        if cursor.char != "{":
            return None
        before = dict(self.names)
        body = cursor.bracketed()
        result = self._switch_body(body, subject) if word == "switch" else self.run_text(body)
        for name, thing in before.items():
            if self.names.get(name, thing) is not thing:
                self.names[name] = either([thing, self.names[name]])
        return result

    def _switch_body(self, body: str, subject: Thing | None) -> Thing:
        """The blocks of all cases."""
        outer, self.cursor = self.cursor, TextCursor(body)
        while self.cursor.at < len(body) and self.spend():
            if self.cursor.char == "{":
                self.run_text(self.cursor.bracketed(), **({"_": subject} if subject is not None else {}))
            elif self.cursor.char in "'\"":
                self.primary()
            else:
                self.cursor.at += 1
        self.cursor = outer
        return untold()

    def _foreach(self) -> None:
        cursor = self.cursor
        cursor.blank()
        head = cursor.bracketed() if cursor.char == "(" else ""
        match = re.match(r"\s*\$(\w+)\s+in\s+", head, re.IGNORECASE)
        over = self.run_text(head[match.end() :]) if match else untold()
        cursor.blank(lines=True)
        if cursor.char == "{":
            body = cursor.bracketed()
            self.run_text(body, **({match.group(1).lower(): element(over)} if match else {}))

    def _function(self) -> None:
        cursor = self.cursor
        cursor.blank()
        name = re.compile(r"[\w:-]+").match(cursor.text, cursor.at)
        cursor.at = name.end() if name else cursor.at
        cursor.blank(lines=True)
        parameters = cursor.bracketed() if cursor.char == "(" else ""
        cursor.blank(lines=True)
        if cursor.char == "{" and name:
            body = cursor.bracketed()
            head = f"param({parameters})\n" if parameters else ""
            self.functions[name.group().lower().rpartition(":")[2]] = head + body

    def _declaration(self, word: str) -> None:
        """`param(…)` binds defaults; classes and enums are stepped over."""
        cursor = self.cursor
        cursor.blank(lines=True)
        if word == "param" and cursor.char == "(":
            content = cursor.bracketed()
            for match in re.finditer(r"\$(\w+)\s*=\s*(\"[^\"\n]*\"|'[^'\n]*'|\$[\w:]+|[\w.]+)", content):
                default = self.run_text(match.group(2))
                given = self.names.get(match.group(1).lower())
                self.names[match.group(1).lower()] = either([given, default]) if given is not None else default
            return
        while cursor.char not in ("", "\n", ";", "{", "}"):
            cursor.at += 1
        if cursor.char == "{" and word in ("class", "enum"):
            cursor.bracketed()

    def _assign(self, match: re.Match[str]) -> None:
        """`$x = …`, `$env:X = …`, `$x += …`; members of objects are kept as fields."""
        name = (match.group(2) or match.group(3)).lower()
        self.cursor.at = match.end()
        self.cursor.blank(lines=True)
        keyword = _KEYWORD.match(self.cursor.text, self.cursor.at)
        value = (self._keyword(keyword) if keyword else self.chain()) or untold()
        if match.group(5) == "+=":
            old = self.variable(name)
            value = listed([*old.items, *(value.items or [value])]) if old.items is not None else joined([old, value])
        if name.startswith("env:"):
            self.environment[match.group(3)[4:]] = value.text
        elif match.group(4):
            holder = self.variable(name)
            holder.fields = {**(holder.fields or {}), match.group(4).strip(".").lower(): value}
        else:
            self.names[re.sub(r"^(?:global|script|local|private|using):", "", name)] = value

    # Pipelines

    def chain(self) -> Thing:
        """Pipelines joined by `&&` and `||`."""
        found = self.pipeline()
        while True:
            self.cursor.blank()
            if not self.cursor.starts("&&", "||"):
                break
            self.cursor.at += 2
            self.cursor.blank(lines=True)
            found = self.pipeline()
        if self.cursor.starts("&"):
            self.cursor.at += 1
        return found

    def pipeline(self) -> Thing:
        """Elements joined by `|`: what one leaves is the input of the next."""
        found: Thing | None = None
        while self.spend():
            self.cursor.blank()
            found = value = self.element(found)
            self.cursor.blank()
            redirected = self.redirects(value)
            if re.compile(r"\s*\|(?!\|)").match(self.cursor.text, self.cursor.at) and not redirected:
                self.cursor.at = self.cursor.text.index("|", self.cursor.at) + 1
                self.cursor.blank(lines=True)
                continue
            return text("") if redirected else value
        return untold()

    def element(self, given: Thing | None) -> Thing:
        """A command or an expression."""
        cursor = self.cursor
        char = cursor.char
        if (
            char in ("&", ".")
            and re.match(r"[&.]\s*[\"'$({@\w./\\~]", cursor.text[cursor.at : cursor.at + 6])
            and not re.match(r"\.[\d\\/.]", cursor.text[cursor.at : cursor.at + 2])
        ):
            return self._called(given)
        if (
            char in "$\"'(@[{!“‘"
            or (char == "-" and cursor.text[cursor.at + 1 : cursor.at + 2] in " ($\"'0123456789")
            or char.isdigit()
            or cursor.starts("-join", "-not", "-split", ",", "+")
        ):
            if (
                char.isdigit()
                and re.compile(r"\d+[\w-]*[A-Za-z]").match(cursor.text, cursor.at)
                and not re.compile(r"\d+(?:[kmgt]b)?(?!\w)", re.I).match(cursor.text, cursor.at)
            ):
                return self.command(given, self.word())
            return self.expression()
        return self.command(given, self.word())

    def _called(self, given: Thing | None) -> Thing:
        """`& name …`, `. script …`, `& { … }`."""
        cursor = self.cursor
        cursor.at += 1
        cursor.blank()
        name = (
            self.block(cursor.bracketed())
            if cursor.char == "{"
            else self.members_of(self.primary())
            if cursor.char in "$\"'(@"
            else self.word()
        )
        if name.function is not None:
            self.words()
            return self.run_text(name.function)
        return self.command(given, name)

    def command(self, given: Thing | None, name: Thing) -> Thing:
        """A command with its words."""
        if not name.texts[0].pieces and name.plain == "":
            self.cursor.at += 1
            return untold()
        words = self.words()
        found = untold()
        for value in name.texts[:4]:
            found = invoke(self, Given(self, Thing((value,), name.name), words, given))
        return found


# The modules of cmdlets register themselves when they are imported.
CMDLET_MODULES: Final = (powershell_files, powershell_network, powershell_session, powershell_system)
__all__ = ["NAME", "PowerShell", "read_powershell"]
