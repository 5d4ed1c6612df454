"""Words of a PowerShell command: parameters, lists, wildcards, redirects."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.code.objects import Thing, joined, listed, text
from enactd.effects.code.powershell_cmdlets import Word
from enactd.effects.code.powershell_members import slashed
from enactd.effects.code.powershell_values import Expressions
from enactd.effects.model import WritePath
from enactd.effects.values import Value, known

_WORD_END: Final = frozenset(" \t\r\n;|&(){}<>,")


class Words(Expressions):
    """What stands behind a command's name."""

    def words(self) -> list[Word]:
        """Arguments up to the end of the command."""
        found: list[Word] = []
        cursor = self.cursor
        while self.spend():
            cursor.blank()
            if not cursor.char or cursor.char in "\n;|)}" or (cursor.char == "&" and not cursor.starts("&1")):
                return found
            if cursor.starts("--%"):
                end = re.compile(r"[\n|]|$").search(cursor.text, cursor.at)
                rest = cursor.text[cursor.at + 3 : end.start() if end else len(cursor.text)]
                cursor.at = end.start() if end else len(cursor.text)
                return [*found, *(Word(text(word), raw=word) for word in rest.split())]
            if cursor.char in "<>" or re.compile(r"[0-6*]>").match(cursor.text, cursor.at):
                return found
            before = cursor.at
            found.append(self._argument())
            if cursor.at == before:
                cursor.at += 1
        return found

    def _argument(self) -> Word:
        """A parameter, or a value with commas."""
        cursor = self.cursor
        start = cursor.at
        match = re.compile(r"-([A-Za-z_?][\w-]*)(:?)(?=[\s;|)},:]|[\"'$(@{\w.\\/]|$)").match(cursor.text, cursor.at)
        if match and not re.compile(r"-[\w-]*[=.\\/]").match(cursor.text, cursor.at):
            cursor.at = match.end()
            if match.group(2):
                cursor.blank()
                return Word(self._comma_list(), match.group(1).lower(), raw=cursor.text[start : cursor.at], glued=True)
            if cursor.char and cursor.char not in " \t\r\n;|)},":
                cursor.at = start
                return Word(self.word(), raw=cursor.text[start : cursor.at])
            return Word(None, match.group(1).lower(), raw=match.group())
        return Word(self._comma_list(), raw=cursor.text[start : cursor.at])

    def _comma_list(self) -> Thing:
        items = [self.value_word()]
        while self.spend():
            match = re.compile(r"[ \t]*,\s*").match(self.cursor.text, self.cursor.at)
            if match is None:
                break
            self.cursor.at = match.end()
            items.append(self.value_word())
        return items[0] if len(items) == 1 else listed(items)

    def value_word(self) -> Thing:
        """A value among the words of a command: brackets and script blocks whole, else a word."""
        cursor = self.cursor
        if cursor.char == "{":
            return self.block(cursor.bracketed())
        if cursor.char in "(@" or cursor.starts("$("):
            if cursor.char == "@" and not re.match(r"@[({\"'\w]", cursor.text[cursor.at : cursor.at + 2]):
                return self.word()
            thing = self.members_of(self.primary())
            if not cursor.char or cursor.char in _WORD_END:
                return thing
            return joined([thing, self.word()])
        if cursor.char == "$":
            found = self._variable_word()
            if found is not None:
                return found
        return self.word()

    def _variable_word(self) -> Thing | None:
        """`$x.Name`, `$x[0]`, `$x` alone; None where more text follows, as in `$env:X\\y`."""
        start, left = self.cursor.at, len(self.found)
        thing = self.members_of(self.primary())
        if not self.cursor.char or self.cursor.char in _WORD_END:
            return thing
        self.cursor.at = start
        del self.found[left:]
        return None

    def word(self) -> Thing:
        """Characters, quotes and variables up to white space; wildcards keep their meaning."""
        cursor = self.cursor
        parts: list[Thing] = []
        literal: list[str] = []
        glob = False
        while cursor.char and cursor.char not in _WORD_END:
            char = cursor.char
            if char in "'‘’\"“”" or (char == "$" and re.compile(r"\$[\w{(?]").match(cursor.text, cursor.at)):
                parts += [text("".join(literal))] if literal else []
                literal = []
                parts.append(self.primary())
            elif char == "`" and cursor.at + 1 < len(cursor.text):
                literal.append(cursor.text[cursor.at + 1])
                cursor.at += 2
            else:
                glob = glob or char in "*?["
                literal.append(char)
                cursor.at += 1
        if literal:
            parts.append(Thing((self.call.reader.unmarked("".join(literal)),)))
        if len(parts) == 1 and not glob:
            return parts[0]
        whole = joined(parts)
        return Thing(tuple(Value(v.pieces, glob, v.origins) for v in whole.texts))

    def redirects(self, found: Thing) -> bool:
        """`> file`, `>> file`, `2>&1`; whether the output went into a file."""
        cursor = self.cursor
        gone = False
        while True:
            match = re.compile(r"\s*([0-6*]?)(>>?)\s*(&\d)?").match(cursor.text, cursor.at)
            if match is None:
                return gone
            cursor.at = match.end()
            if match.group(3):
                continue
            goal = self.value_word()
            for value in goal.texts[:4]:
                if (value.text or "").lower() not in ("$null", "", "nul"):
                    path = slashed(value)
                    body = found.text if found.text.known else None
                    self.emit(
                        iter([WritePath(target=self.call.target(path or known("")), how="append" if match.group(2) == ">>" else "overwrite",
                                        content=body.text if body is not None and match.group(1) in ("", "1") else None,
                                        origins=found.all_origins())])
                    )  # fmt: skip
            gone = gone or match.group(1) in ("", "1", "*")
            cursor.blank()
