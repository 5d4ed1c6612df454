"""Texts, numbers and well-known members of Python, computed where they can be."""

from __future__ import annotations

import ast
import posixpath
import re
from typing import TYPE_CHECKING

from enactd.effects.code.objects import Thing, flattened, joined, listed, text, untold
from enactd.effects.values import SECRET, Value, concat, known, unknown

if TYPE_CHECKING:
    from enactd.effects.code.python_expressions import Expressions


def number(content: float) -> Thing:
    """A number and its text."""
    found = text(f"{content:g}" if content != int(content) or abs(content) > 1e12 else str(int(content)))
    found.number = content
    return found


def operation(operator: ast.operator, left: Thing, right: Thing) -> Thing:
    """Everything but `+`: paths are joined by `/`, texts filled in by `%`, repeated by `*`."""
    match operator:
        case ast.Div() if left.number is None or left.name == "pathlib.Path()":
            made = [joined_path(a, b) for a in left.texts for b in right.texts][:12]
            return Thing(tuple(made), "pathlib.Path()")
        case ast.Mod() if left.plain is not None and left.number is None:
            return filled(left.plain, right)
        case ast.Mult():
            times, base = (left, right) if left.number is not None and right.number is None else (right, left)
            if (
                times.number is not None
                and base.plain is not None
                and base.number is None
                and 0 <= times.number <= 1000
            ):
                return text(base.plain * int(times.number))
            if base.items is not None and times.number is not None and 0 <= times.number <= 50:
                return listed(base.items * int(times.number))
        case ast.BitOr() if left.fields is not None or right.fields is not None:
            fields = {**(left.fields or {}), **(right.fields or {})}
            return Thing((unknown("a mapping", *left.all_origins(), *right.all_origins()),), "{}", None, fields)
    if left.number is not None and right.number is not None:
        return _computed(operator, left.number, right.number)
    return untold("a computed value", left.origins | right.origins)


def _computed(operator: ast.operator, left: float, right: float) -> Thing:
    match operator:
        case ast.Sub():
            return number(left - right)
        case ast.Mult() if abs(left) < 1e6 and abs(right) < 1e6:
            return number(left * right)
        case ast.BitXor() if left == int(left) and right == int(right):
            return number(int(left) ^ int(right))
    return Thing((unknown("a number", plain=True),))


def joined_path(left: Value, right: Value) -> Value:
    """`os.path.join` of two values."""
    if right.prefix.startswith("/"):
        return right
    if not left.pieces or left.suffix.endswith("/"):
        return concat((left, right))
    return concat((left, known("/"), right))


def filled(form: str, given: Thing) -> Thing:
    """`'%s %d' % (a, b)`; anything less plain keeps its taints only."""
    values = flattened(given) if given.items is not None else [given]
    parts: list[Thing] = []
    used = 0
    for piece in re.split(r"(%[sdri]|%%|%\(\w+\)s)", form):
        if piece == "%%":
            parts.append(text("%"))
        elif re.fullmatch(r"%\(\w+\)s", piece):
            parts.append(given.field(piece[2:-2]) or untold())
        elif piece in ("%s", "%d", "%r", "%i"):
            parts.append(values[used] if used < len(values) else untold("a part"))
            used += 1
        elif "%" in piece:
            return untold("a formatted text", given.all_origins())
        elif piece:
            parts.append(text(piece))
    return joined(parts) if parts else text("")


def formatted(form: str, arguments: list[Thing], keywords: dict[str, Thing]) -> Thing:
    """`'{} {name}'.format(…)`."""
    parts: list[Thing] = []
    used = 0
    for piece in re.split(r"(\{\{|\}\}|\{[\w.\[\]]*(?:![rsa])?(?::[^{}]*)?\})", form):
        if piece in ("{{", "}}"):
            parts.append(text(piece[0]))
        elif re.fullmatch(r"\{.*\}", piece, re.DOTALL):
            name = re.split(r"[!:]", piece[1:-1])[0]
            if not name or name.isdigit():
                index = int(name) if name else used
                used += not name
                parts.append(arguments[index] if index < len(arguments) else untold("a part"))
            else:
                parts.append(keywords.get(name, untold(f"{{{name}}}")))
        elif piece:
            parts.append(text(piece))
    return joined(parts) if parts else text("")


def sliced(subject: Thing, bounds: list[Thing | None]) -> Thing:
    """`x[a:b:c]` with known bounds."""
    if all(bound is None or bound.number is not None or bound.plain == "None" for bound in bounds):
        numbers = [int(b.number) if b is not None and b.number is not None else None for b in bounds]
        if numbers[2] != 0:
            cut = slice(*numbers)
            if subject.items is not None:
                return Thing(subject.texts, subject.name if subject.name == "sys.argv" else "[]", subject.items[cut])
            if subject.plain is not None:
                return text(subject.plain[cut], *subject.origins)
    return untold("a part", subject.all_origins())


def constant(reader: Expressions, subject: Thing, full: str, name: str) -> Thing | None:
    """Members that are values: `os.environ`, `sys.argv`, `path.parent`."""
    match full:
        case "os.environ" | "os.environb":
            return reader.whole_environment()
        case "os.curdir" | "os.path.curdir":
            return text(".")
        case "os.sep" | "os.path.sep":
            return text("/")
        case "os.linesep":
            return text("\n")
        case "os.devnull":
            return text("/dev/null")
        case "sys.stdin" | "sys.stdin.buffer":
            return Thing((reader.call.stdin or unknown("what flows in"),), "sys.stdin")
        case "sys.executable":
            return text("python3")
        case "sys.platform":
            return text("linux")
        case "sys.argv" | "sys.orig_argv":
            script = text(reader.file or "-c")
            return Thing((unknown("the arguments"),), "sys.argv", [script, *(Thing((arg,)) for arg in reader.args)])
    return _of_path(subject, name) if subject.name == "pathlib.Path()" else None


def _of_path(subject: Thing, name: str) -> Thing | None:
    if name in ("name", "stem", "suffix"):
        plain = subject.plain
        if plain is None:
            return Thing((unknown(f"`.{name}`", plain=True),))
        base = posixpath.basename(plain)
        stem, suffix = posixpath.splitext(base)
        return text({"name": base, "stem": stem, "suffix": suffix}[name])
    if name == "parent":
        return Thing(tuple(_parent(value) for value in subject.texts), "pathlib.Path()")
    if name == "parents":
        here, found = subject, []
        for _ in range(6):
            here = Thing(tuple(_parent(value) for value in here.texts), "pathlib.Path()")
            found.append(here)
        return listed(found)
    return None


def _parent(value: Value) -> Value:
    if value.text is not None:
        return known(posixpath.dirname(value.text) or ".", *value.origins)
    head = value.prefix.rpartition("/")[0]
    return (
        known(head)
        if head and len(value.holes) == 1 and value.holes[0].contained
        else unknown("a folder", *value.origins)
    )


def secretless(thing: Thing) -> Thing:
    """A value that says nothing of what it was made from."""
    return Thing((unknown("a value", *(thing.origins - {SECRET, "environment"}), plain=True),))
