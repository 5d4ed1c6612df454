"""A policy's source to its declaration: parsed, vetted, given an end, and run once.

The vetting catches accidents (an import, an open file, a loop without end), and closes the ways from a policy's
values to the objects of the program around it, where keys are: underscored names, frames, modules, text that is
formatted by attribute. Python was not made to hold code that wants out, so this is a wall and no vault: whose
files are loaded at all is what protects first.
"""

from __future__ import annotations

import ast
import builtins
import re
import textwrap
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, Final

from enactd import metering
from enactd import policy as policy_module
from enactd.errors import PolicyError
from enactd.policy import Declaration

EFFECT: Final = "the policies before stay in force"
_ALLOWED_IMPORTS: Final = frozenset({"enactd.policy", "__future__"})
FORBIDDEN_NAMES: Final = frozenset(
    {
        "open", "hash", "id", "eval", "exec", "compile", "__import__", "globals", "locals", "vars", "input", "print",
        "breakpoint", "setattr", "delattr", "memoryview", "exit", "quit", "help", "pow", "license", "copyright", "credits",
        "super",
    }
)  # fmt: skip
_DUNDER: Final = re.compile(r"__\w+__")
_INWARD: Final = re.compile(r"_|(?:gi|cr|ag|tb|f|co|func)_|mro\Z")
"""Attributes that lead from a value to the program around it: private ones, frames, code, classes."""
_FIELD_PATH: Final = re.compile(r"\{[^{}]*[.\[{]")
_SECTION: Final = re.compile(r"^(Why|Instead|Blind spots)\s*$", re.M)
_LOAD_ERRORS: Final = (
    ArithmeticError, AssertionError, AttributeError, BufferError, ImportError, LookupError, MemoryError, NameError,
    OSError, RuntimeError, StopIteration, SyntaxError, SystemError, SystemExit, TypeError, ValueError,
)  # fmt: skip
_LARGEST_POWER: Final = 64
_STATEMENTS: Final = (ast.ClassDef, ast.Raise, ast.Try, ast.TryStar, ast.With)

Import = Callable[[str], Any]


def parse(path: str, source: bytes) -> ast.Module:
    """The source as a tree; raises `PolicyError` naming file and line."""
    try:
        return ast.parse(source.decode("utf-8-sig"), path)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        raise refused(path, f"{getattr(error, 'msg', error)}" + (f" in line {line}" if line else "")) from None


def vet(
    path: str,
    tree: ast.Module,
    *,
    imports: frozenset[str] = _ALLOWED_IMPORTS,
    forbidden: tuple[type[ast.stmt], ...] = _STATEMENTS,
) -> None:
    """Raise `PolicyError` for what a policy may not say."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            _vet_import(path, node, imports)
        elif isinstance(node, forbidden):
            word = _word(node)
            raise refused(path, f"a policy is a function that yields opinions; it has a `{word}` in line {node.lineno}")
        elif isinstance(node, ast.Global | ast.Nonlocal | ast.AsyncFunctionDef | ast.Await | ast.AsyncFor):
            raise refused(path, "it uses global state or waits for something")
        elif isinstance(node, ast.BinOp | ast.AugAssign):
            _vet_power(path, node)
        else:
            _vet_name(path, node)


def _vet_import(path: str, node: ast.Import | ast.ImportFrom, imports: frozenset[str]) -> None:
    allowed = "`enactd.policy` only" if imports is _ALLOWED_IMPORTS else f"{', '.join(sorted(imports))} only"
    if isinstance(node, ast.ImportFrom):
        if node.module not in imports or node.level:
            raise refused(path, f"it imports `{node.module}`; a policy may import {allowed}")
    elif imports is _ALLOWED_IMPORTS or any(name.name not in imports for name in node.names):
        raise refused(path, f"it imports `{node.names[0].name}`; a policy may import {allowed}")


def _vet_name(path: str, node: ast.AST) -> None:
    if isinstance(node, ast.Name) and (node.id in FORBIDDEN_NAMES or node.id.startswith("__")):
        raise refused(path, f"it uses `{node.id}`")
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _DUNDER.fullmatch(node.value):
        raise refused(path, f"it uses `{node.value}`")
    if isinstance(node, ast.Attribute):
        _vet_attribute(path, node)
    if isinstance(node, ast.MatchClass):
        inward = next((name for name in node.kwd_attrs if _INWARD.match(name)), None)
        if inward is not None:
            raise refused(path, f"it uses `{inward}`")


def _vet_attribute(path: str, node: ast.Attribute) -> None:
    if _INWARD.match(node.attr):
        raise refused(path, f"it uses `{node.attr}`")
    if node.attr in ("format", "format_map"):
        text = node.value.value if isinstance(node.value, ast.Constant) else None
        if node.attr == "format_map" or not isinstance(text, str) or _FIELD_PATH.search(text):
            raise refused(path, f"it formats by attribute in line {node.lineno}; an f-string does the same openly")


def _vet_power(path: str, node: ast.BinOp | ast.AugAssign) -> None:
    """A number of a million digits is one step, and takes minutes."""
    if isinstance(node.op, ast.Pow | ast.LShift):
        right = node.right if isinstance(node, ast.BinOp) else node.value
        if not (isinstance(right, ast.Constant) and isinstance(right.value, int) and right.value <= _LARGEST_POWER):
            raise refused(path, f"it computes a power of unknown size in line {node.lineno}")


def run(path: str, identity: str, tree: ast.Module, modules: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The names that a vetted module defines. Raises `PolicyError` if running it fails or does not end."""
    found = {"enactd.policy": _POLICY, **(modules or {})}

    def load(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        if name in found:
            return found[name]
        if name == "__future__":
            return __import__(name)
        raise ImportError(f"a policy may import `enactd.policy` only, not `{name}`")

    namespace: dict[str, Any] = {
        "__name__": f"enactd_policies.{identity}",
        "__builtins__": {**_BUILTINS, "__import__": load},
    }
    metering.begin()
    try:
        exec(compile(metering.instrument(tree), path, "exec", dont_inherit=True), namespace)  # noqa: S102 - the policy itself
    except _LOAD_ERRORS as error:
        raise refused(path, f"{type(error).__name__}: {error}") from None
    except metering.Exhausted:
        raise refused(path, "loading it does not end") from None
    return namespace


def declaration(path: str, identity: str, tree: ast.Module) -> Declaration:
    """The one policy that a vetted module declares."""
    declared = [value for value in run(path, identity, tree).values() if isinstance(value, Declaration)]
    if len(declared) != 1:
        raise refused(path, f"it declares {len(declared)} policies, not one")
    return declared[0]


def sections(docstring: str) -> tuple[str, dict[str, str]]:
    """Title and sections (Why, Instead, Blind spots) of a module's docstring."""
    title, _, rest = docstring.partition("\n")
    parts = _SECTION.split(rest)
    found = {name: textwrap.dedent(text).strip() for name, text in zip(parts[1::2], parts[2::2], strict=False)}
    return title.strip(), {name: " ".join(text.split()) for name, text in found.items()}


def refused(path: str, cause: str, fix: str = "mend or remove the file") -> PolicyError:
    """The error for a file that does not load."""
    return PolicyError(
        f"the policy `{path}` does not load", cause=" ".join(cause.split())[:300], effect=EFFECT, fix=fix
    )


def _word(node: ast.AST) -> str:
    return {"ClassDef": "class", "Raise": "raise", "With": "with"}.get(type(node).__name__, "try")


def _getattr(value: Any, name: str, *default: Any) -> Any:
    """`getattr` that goes no other way than an attribute that is written out."""
    if not isinstance(name, str) or _INWARD.match(name):
        raise AttributeError("a policy may not look there")
    return getattr(value, name, *default)


def _hasattr(value: Any, name: str) -> bool:
    return isinstance(name, str) and not _INWARD.match(name) and hasattr(value, name)


# The names a policy may import and not the module itself, which leads on to everything that it imports.
_POLICY: Final = SimpleNamespace(**{name: getattr(policy_module, name) for name in policy_module.__all__})
_BUILTINS: Final = {
    **{name: value for name, value in vars(builtins).items() if name not in FORBIDDEN_NAMES},
    "range": metering.bounded_range,
    "iter": metering.plain_iter,
    "getattr": _getattr,
    "hasattr": _hasattr,
    metering.TICK: metering.tick,
    metering.METERED: metering.metered,
}
