"""Makefiles: variables, rules and recipes, as far as they can be told without running anything.

Both branches of conditionals count. Functions other than the simple ones on text are unknown. An undefined
variable is a hole that may be empty, because that is what make does with it: `rm -rf $(OUT)/` is then `rm -rf /`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from enactd.effects.values import EMPTY, Value, concat, known, unknown

MAX_LINES: Final = 5_000
_DEPTH: Final = 24
_REFERENCES: Final = 20_000  # replaced in one makefile: variables of variables can double with every line
_ASSIGN: Final = re.compile(
    r"^(?:(?:export|override|private)[ \t]+)*([A-Za-z_.][\w.\-]*)[ \t]*(:{1,3}=|\?=|\+=|!=|=)[ \t]*(.*)$", re.DOTALL
)
_TARGET_ASSIGN: Final = re.compile(
    r"^[^:=#\t][^:=]*:[ \t]*(?:(?:export|override|private)[ \t]+)*[\w.\-]+[ \t]*(?::{1,3}=|\?=|\+=|=)"
)
_RULE: Final = re.compile(r"^([^\t:=#][^:=]*?)(&?::?)(?!=)([^;]*)(?:;(.*))?$", re.DOTALL)
_CONDITIONAL: Final = re.compile(r"^[ \t]*(?:ifeq|ifneq|ifdef|ifndef|else|endif)\b")
_INCLUDE: Final = re.compile(r"^[ \t]*(-|s)?include[ \t]+(.+)$")
_REFERENCE: Final = re.compile(r"\$(?:\(|\{|(.))", re.DOTALL)


class Rule(msgspec.Struct):
    """One rule: its prerequisites and recipe as written, in order of appearance."""

    prerequisites: list[str]
    recipe: list[str]


class Makefile:
    """All that was read. `incomplete` says that an included file could not be, `cut_off` that it became too much."""

    def __init__(
        self,
        overrides: Mapping[str, Value],
        environment: Callable[[str], Value | None],
        shell: Callable[[Value], Value],
    ) -> None:
        self.variables: dict[str, tuple[str, bool]] = {}
        self.values: dict[str, Value] = dict(overrides)
        self.fixed = frozenset(overrides)
        self.environment = environment
        self.shell = shell
        self.rules: dict[str, list[Rule]] = {}
        self.first: str | None = None
        self.incomplete = False
        self.one_shell = False
        self._references = _REFERENCES

    @property
    def cut_off(self) -> bool:
        """Whether references were left unknown because there were too many."""
        return self._references < 0

    # Reading

    def read(self, text: str, include: Callable[[str], str | None], depth: int = 0) -> None:
        """Take in the lines of a makefile, and of those that it includes."""
        current: list[Rule] = []
        lines = _logical_lines(text)
        index = 0
        while index < len(lines) and index < MAX_LINES:
            line = lines[index]
            index += 1
            if line.startswith("\t") and current:
                for rule in current:
                    rule.recipe.append(line[1:])
                continue
            bare = re.sub(r"(?<!\\)#.*$", "", line, flags=re.DOTALL)
            if (
                not bare.strip()
                or _CONDITIONAL.match(bare)
                or (bare.strip().startswith(("export ", "unexport", "vpath", "undefine")) and "=" not in bare)
            ):
                continue
            if bare.startswith("define "):
                index = self._define(bare, lines, index)
                continue
            included = _INCLUDE.match(bare)
            if included:
                self._include(included.group(2), include, depth, optional=bool(included.group(1)))
                continue
            current = self._line(bare.lstrip(" "), current)

    def _define(self, head: str, lines: list[str], index: int) -> int:
        name = head.split()[1].rstrip("=:") if len(head.split()) > 1 else ""
        body: list[str] = []
        while index < len(lines) and lines[index].strip() != "endef":
            body.append(lines[index].lstrip("\t"))
            index += 1
        self.variables[name] = ("\n".join(body), True)
        return index + 1

    def _include(self, names: str, include: Callable[[str], str | None], depth: int, *, optional: bool) -> None:
        for word in self.expand(names).words():
            text = include(word.text) if word.text is not None and depth < 8 else None
            if text is not None:
                self.read(text, include, depth + 1)
            elif not optional:
                self.incomplete = True

    def _line(self, line: str, current: list[Rule]) -> list[Rule]:
        assignment = _ASSIGN.match(line)
        if assignment:
            self._assign(*assignment.groups())
            return current
        if _TARGET_ASSIGN.match(line):
            inner = _ASSIGN.match(line.split(":", 1)[1].strip())
            if inner:
                self._assign(*inner.groups())
            return current
        rule = _RULE.match(line)
        return self._rule(rule) if rule else current

    def _assign(self, name: str, operator: str, content: str) -> None:
        if name in self.fixed:
            return
        if operator == "+=" and name in self.variables:
            self.variables[name] = (f"{self.variables[name][0]} {content}", True)
        elif operator == "?=" and (name in self.variables or self.environment(name) is not None):
            return
        elif operator == "!=":
            self.values[name] = self.shell(self.expand(content))
        elif operator.endswith(":="):
            self.values[name] = self.expand(content)
            self.variables[name] = (content, False)
        else:
            self.values.pop(name, None)
            self.variables[name] = (content, True)

    def _rule(self, match: re.Match[str]) -> list[Rule]:
        targets = [word.text for word in self.expand(match.group(1)).words()]
        needs = [word.text for word in self.expand(match.group(3).replace("|", " ")).words()]
        rule = Rule([need for need in needs if need], [match.group(4).lstrip()] if match.group(4) else [])
        for target in targets:
            if target is None:
                self.incomplete = True
            elif target == ".ONESHELL":
                self.one_shell = True
            elif target == ".DEFAULT_GOAL":
                continue
            else:
                self.rules.setdefault(target, []).append(rule)
                if self.first is None and not target.startswith(".") and "%" not in target:
                    self.first = target
        return [rule]

    @property
    def default_goal(self) -> str | None:
        told = self.value_of(".DEFAULT_GOAL", 0).text if ".DEFAULT_GOAL" in self.variables else None
        return told or self.first

    # Expansion

    def expand(self, text: str, automatic: Mapping[str, Value] | None = None, depth: int = 0) -> Value:
        """Text with its references replaced; what is not known stays a hole."""
        parts: list[Value] = []
        at = 0
        while (match := _REFERENCE.search(text, at)) is not None and len(parts) < 400:
            self._references -= 1
            if self._references < 0:
                return unknown("more references than are read")
            parts.append(known(text[at : match.start()]))
            if match.group(1) is not None:
                parts.append(known("$") if match.group(1) == "$" else self._named(match.group(1), automatic, depth))
                at = match.end()
                continue
            end = _closing(text, match.end() - 1)
            parts.append(self._reference(text[match.end() : end], automatic, depth + 1))
            at = end + 1
        parts.append(known(text[at:]))
        return concat(parts)

    def _reference(self, inner: str, automatic: Mapping[str, Value] | None, depth: int) -> Value:
        """What stands in `$( )`: a function, a variable, or a substitution of endings."""
        if depth > _DEPTH:
            return unknown("a variable nested too deep")
        function = re.match(r"([a-z-]+)[ \t]+(.*)$", inner, re.DOTALL)
        if function and function.group(1) in _FUNCTIONS:
            return self._function(function.group(1), function.group(2), automatic, depth)
        substitution = re.match(r"([\w.\-]+):([^=]*)=(.*)$", inner)
        if substitution:
            return _substituted(
                self._named(substitution.group(1), automatic, depth), substitution.group(2), substitution.group(3)
            )
        name = self.expand(inner, automatic, depth).text if "$" in inner else inner
        return (
            self._named(name.strip(), automatic, depth) if name is not None else unknown("a variable by a made-up name")
        )

    def _named(self, name: str, automatic: Mapping[str, Value] | None, depth: int) -> Value:
        if automatic and name in automatic:
            return automatic[name]
        if automatic and len(name) == 2 and name[0] in automatic and name[1] in "DF":
            return unknown(f"$({name})", plain=name[1] == "F")
        return self.value_of(name, depth, automatic)

    def value_of(self, name: str, depth: int, automatic: Mapping[str, Value] | None = None) -> Value:
        """A variable: given on the command line, set in the file, of the environment, or empty."""
        if name in self.values:
            return self.values[name]
        if name in self.variables and depth < _DEPTH:
            return self.expand(self.variables[name][0], automatic, depth + 1)
        if name in _BUILT_IN:
            return known(_BUILT_IN[name])
        told = self.environment(name)
        return told if told is not None else unknown(f"$({name}) is not set")

    def _function(self, name: str, argument: str, automatic: Mapping[str, Value] | None, depth: int) -> Value:
        if name == "shell":
            return self.shell(self.expand(argument, automatic, depth))
        if name in ("strip", "sort", "abspath", "realpath", "eval", "call", "info", "warning", "firstword", "lastword"):
            value = self.expand(argument, automatic, depth)
            return (
                EMPTY
                if name in ("info", "warning", "eval")
                else value
                if name != "call"
                else self._called(argument, automatic, depth)
            )
        if name == "wildcard":
            found = self.expand(argument, automatic, depth)
            return Value(found.pieces, True, found.origins)
        if name in ("addprefix", "addsuffix"):
            affix, _, rest = argument.partition(",")
            return _affixed(
                self.expand(affix, automatic, depth),
                self.expand(rest, automatic, depth).words(),
                front=name == "addprefix",
            )
        if name == "if":
            parts = argument.split(",")
            return self.expand(parts[1] if len(parts) > 1 else "", automatic, depth)
        if name in _ON_TEXT:
            given = [self.expand(part, automatic, depth).text for part in _arguments(argument, _ON_TEXT[name])]
            texts = [text for text in given if text is not None]
            if len(texts) == len(given) == _ON_TEXT[name]:
                return known(_on_text(name, texts))
        return unknown(f"$({name} …)")

    def _called(self, argument: str, automatic: Mapping[str, Value] | None, depth: int) -> Value:
        """`$(call name,a,b)`."""
        name, *given = argument.split(",")
        inner = {
            **(automatic or {}),
            **{str(i + 1): self.expand(part, automatic, depth) for i, part in enumerate(given[:9])},
        }
        return self._named(name.strip(), inner, depth + 1)


_FUNCTIONS: Final = frozenset(
    """shell strip sort abspath realpath eval call info warning error firstword lastword wildcard addprefix addsuffix if or and foreach
    patsubst subst filter filter-out notdir dir basename suffix word words wordlist join origin flavor value file findstring let
    guile intcmp""".split()
)
# Functions that only change text, with the number of their arguments.
_ON_TEXT: Final = {
    "subst": 3, "patsubst": 3, "filter": 2, "filter-out": 2, "notdir": 1, "dir": 1, "basename": 1, "suffix": 1,
}  # fmt: skip
_BUILT_IN: Final = {
    "MAKE": "make", "RM": "rm -f", "CC": "cc", "CXX": "c++", "AR": "ar", "SHELL": "/bin/sh", "MAKEFLAGS": "", "CURDIR": ".", "CFLAGS": "",
    "CXXFLAGS": "", "LDFLAGS": "", "CPPFLAGS": "", "AS": "as", "LD": "ld", "MAKECMDGOALS": "", "DESTDIR": "",
}  # fmt: skip


def _closing(text: str, opening: int) -> int:
    """The bracket that closes the one at `opening`; the end of the text where none does."""
    open_mark = text[opening]
    close = {"(": ")", "{": "}"}[open_mark]
    depth = 0
    for index in range(opening, len(text)):
        if text[index] == open_mark:
            depth += 1
        elif text[index] == close:
            depth -= 1
            if not depth:
                return index
    return len(text)


def _logical_lines(text: str) -> list[str]:
    """Lines with continuations joined; in a recipe the backslash stays for the shell."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if lines and re.search(r"(?<!\\)(?:\\\\)*\\$", lines[-1]):
            if lines[-1].startswith("\t"):
                lines[-1] += "\n" + line.removeprefix("\t")
            else:
                lines[-1] = lines[-1][:-1].rstrip() + " " + line.strip()
        else:
            lines.append(line)
    return lines


def _arguments(text: str, most: int) -> list[str]:
    """The arguments of a function: cut at commas outside of brackets, the last one keeps its own."""
    parts: list[str] = []
    depth = start = 0
    for index, char in enumerate(text):
        depth += (char in "({") - (char in ")}")
        if char == "," and not depth and len(parts) < most - 1:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]


def _on_text(name: str, parts: list[str]) -> str:
    words = parts[-1].split()
    match name:
        case "subst":
            return parts[2].replace(parts[0], parts[1]) if parts[0] else parts[2] + parts[1]
        case "patsubst":
            return " ".join(_changed(word, parts[0].strip(), parts[1].strip()) for word in words)
        case "filter" | "filter-out":
            kept = [word for word in words if any(_stem(word, one) is not None for one in parts[0].split())]
            return " ".join(word for word in words if (word in kept) == (name == "filter"))
        case "notdir":
            return " ".join(word.rpartition("/")[2] for word in words)
        case "dir":
            return " ".join(word.rpartition("/")[0] + "/" if "/" in word else "./" for word in words)
        case _:
            split = [posixpath.splitext(word) for word in words]
            return " ".join(head if name == "basename" else tail for head, tail in split).strip()


def _stem(word: str, pattern: str) -> str | None:
    """What `%` stands for in a word; None where the pattern does not fit."""
    head, percent, tail = pattern.partition("%")
    if not percent:
        return "" if word == pattern else None
    fits = word.startswith(head) and word.endswith(tail) and len(word) >= len(pattern) - 1
    return word[len(head) : len(word) - len(tail)] if fits else None


def _changed(word: str, pattern: str, new: str) -> str:
    stem = _stem(word, pattern)
    return word if stem is None else new.replace("%", stem, 1)


def _substituted(value: Value, old: str, new: str) -> Value:
    if "%" in old:
        if value.text is None:
            return unknown("changed names")
        return known(" ".join(_changed(word, old, new) for word in value.text.split()))
    if value.text is None:
        return value
    words = [word.removesuffix(old) + new if word.endswith(old) else word for word in value.text.split()]
    return known(" ".join(words))


def _affixed(affix: Value, words: list[Value], *, front: bool) -> Value:
    parts: list[Value] = []
    for word in words[:100]:
        parts += [known(" ")] if parts else []
        parts += [affix, word] if front else [word, affix]
    return concat(parts) if parts else EMPTY
