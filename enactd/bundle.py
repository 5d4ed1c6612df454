"""Folders of policies to a policy set: vetted, complete, with one digest; all or nothing.

The vetting catches accidents (an import, an open file); it is no sandbox. Whose files are loaded at all is
what protects: shipped ones, the user's own, and the machine's.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
import os
import re
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any, Final

from enactd import policy as policy_module
from enactd.errors import PolicyError
from enactd.evaluate import Policy, PolicySet
from enactd.policy import Declaration

_ALLOWED_IMPORTS: Final = frozenset({"enactd.policy", "__future__"})
_FORBIDDEN_NAMES: Final = frozenset(
    {
        "open", "hash", "id", "eval", "exec", "compile", "__import__", "globals", "locals", "vars", "input", "print",
        "breakpoint", "setattr", "delattr", "memoryview", "exit", "quit", "help",
    }
)  # fmt: skip
_DUNDER: Final = re.compile(r"__\w+__")
_SECTION: Final = re.compile(r"^(Why|Instead|Blind spots)\s*$", re.M)
_LOAD_ERRORS: Final = (
    ArithmeticError, AssertionError, AttributeError, BufferError, ImportError, LookupError, MemoryError, NameError,
    OSError, RuntimeError, StopIteration, SyntaxError, SystemError, SystemExit, TypeError, ValueError,
)  # fmt: skip
_MAX_FILE: Final = 256 * 1024


def policy_id(relative: str) -> str:
    """`files/recursive_delete.py` -> `files.recursive-delete`."""
    return relative.removesuffix(".py").replace(os.sep, "/").replace("/", ".").replace("_", "-")


def load(folders: Iterable[tuple[str, str]], settings: Mapping[str, Mapping[str, Any]] | None = None) -> PolicySet:
    """Load (layer, folder) pairs, lowest layer first; a missing folder is skipped. Raises PolicyError.

    A later layer may add policies but not replace one: a second file with the same id is an error.
    """
    policies: dict[str, Policy] = {}
    digest = hashlib.sha256()
    for layer, folder in folders:
        for relative in _files(folder):
            path = os.path.join(folder, relative)
            source = _read(path)
            digest.update(f"{layer}\0{relative}\0{len(source)}\0".encode() + source)
            found = _load_file(path, relative, layer, source, settings or {})
            if found.id in policies:
                raise PolicyError(
                    f"two policies are called `{found.id}`", cause=f"`{path}` and `{policies[found.id].path}`",
                    effect="the policies before stay in force", fix="rename one of the files",
                )  # fmt: skip
            policies[found.id] = found
    unknown = sorted(set(settings or {}) - set(policies))
    if unknown:
        raise PolicyError(
            f"settings name a policy that does not exist: `{unknown[0]}`", effect="the policies before stay in force",
            fix="see `enactctl policy list`",
        )  # fmt: skip
    digest.update(repr(sorted((k, sorted(v.items())) for k, v in (settings or {}).items())).encode())
    enabled = [p for p in policies.values() if p.settings.get("enabled", True) or p.declaration.protects_gate]
    return PolicySet(sorted(enabled, key=lambda p: p.id), digest.hexdigest())


def _files(folder: str) -> list[str]:
    found: list[str] = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith((".", "__")))
        found += [
            os.path.relpath(os.path.join(root, n), folder)
            for n in names
            if n.endswith(".py") and not n.startswith(("_", "."))
        ]
    return sorted(found)


def _read(path: str) -> bytes:
    try:
        if os.path.getsize(path) > _MAX_FILE:
            raise PolicyError(f"`{path}` is larger than a policy can be", effect="the policies before stay in force")
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise PolicyError(
            f"cannot read the policy `{path}`", cause=str(error.strerror), effect="the policies before stay in force"
        ) from None


def _load_file(
    path: str, relative: str, layer: str, source: bytes, settings: Mapping[str, Mapping[str, Any]]
) -> Policy:
    identity = policy_id(relative)
    tree = _parse(path, source)
    _vet(path, tree)
    namespace: dict[str, Any] = {"__name__": f"enactd_policies.{identity}", "__builtins__": _BUILTINS}
    try:
        exec(compile(tree, path, "exec", dont_inherit=True), namespace)  # noqa: S102 - the policy itself
    except _LOAD_ERRORS as error:
        raise _error(path, f"{type(error).__name__}: {error}") from None
    declared = [v for v in namespace.values() if isinstance(v, Declaration)]
    if len(declared) != 1:
        raise _error(path, f"it declares {len(declared)} policies, not one")
    title, sections = _sections(ast.get_docstring(tree) or "")
    if not title:
        raise _error(path, "it has no docstring: title, Why, Instead, Blind spots")
    return Policy(
        identity, declared[0], title, sections.get("Why", ""), sections.get("Instead", ""),
        sections.get("Blind spots", ""), layer, path, dict(settings.get(identity, {})),
    )  # fmt: skip


def _error(path: str, cause: str) -> PolicyError:
    return PolicyError(
        f"the policy `{path}` does not load", cause=" ".join(cause.split())[:300],
        effect="the policies before stay in force", fix="mend or remove the file",
    )  # fmt: skip


def _parse(path: str, source: bytes) -> ast.Module:
    try:
        return ast.parse(source.decode("utf-8-sig"), path)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        raise _error(path, f"{getattr(error, 'msg', error)}" + (f" in line {line}" if line else "")) from None


def _vet(path: str, tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            raise _error(path, f"it imports `{node.names[0].name}`; a policy may import `enactd.policy` only")
        if isinstance(node, ast.ImportFrom) and node.module not in _ALLOWED_IMPORTS:
            raise _error(path, f"it imports `{node.module}`; a policy may import `enactd.policy` only")
        if isinstance(node, ast.Name) and (node.id in _FORBIDDEN_NAMES or node.id.startswith("__")):
            raise _error(path, f"it uses `{node.id}`")
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _DUNDER.fullmatch(node.value):
            raise _error(path, f"it uses `{node.value}`")
        if isinstance(node, ast.ClassDef | ast.Raise | ast.Try | ast.TryStar | ast.With):
            raise _error(
                path, f"a policy is a function that yields opinions; it has a `{_word(node)}` in line {node.lineno}"
            )
        if isinstance(node, ast.Attribute) and node.attr.startswith("__"):
            raise _error(path, f"it uses `{node.attr}`")
        if isinstance(node, ast.Global | ast.Nonlocal | ast.AsyncFunctionDef | ast.Await):
            raise _error(path, "it uses global state or waits for something")


def _word(node: ast.AST) -> str:
    return {"ClassDef": "class", "Raise": "raise", "With": "with"}.get(type(node).__name__, "try")


def _import(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
    if name == "enactd.policy":
        return policy_module
    if name == "__future__":
        return __import__(name)
    raise ImportError(f"a policy may import `enactd.policy` only, not `{name}`")


_BUILTINS: Final = {
    **{name: value for name, value in vars(builtins).items() if name not in _FORBIDDEN_NAMES},
    "__import__": _import,
}


def _sections(docstring: str) -> tuple[str, dict[str, str]]:
    title, _, rest = docstring.partition("\n")
    parts = _SECTION.split(rest)
    found = {name: textwrap.dedent(text).strip() for name, text in zip(parts[1::2], parts[2::2], strict=False)}
    return title.strip(), {name: " ".join(text.split()) for name, text in found.items()}
