"""What a policy's parameters are, by its source: names, defaults, and so their types. Settings are checked by them."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from enactd.errors import ConfigError
from enactd.evaluate import Policy

GENERAL: Final = ("enabled", "level")
"""What every policy has; `config` checks their values."""
_WORDS: Final = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list"}


def declared(policy: Policy) -> dict[str, str]:
    """Names and defaults, as written, of the parameters that a policy's source asks for; empty if it is gone."""
    try:
        with open(policy.path, encoding="utf-8-sig") as file:
            return dict(_declared(file.read()))
    except (OSError, UnicodeError, SyntaxError, ValueError):
        return {}


def check(policies: Mapping[str, Policy], settings: Mapping[str, Mapping[str, Any]], origin: Mapping[str, str]) -> None:
    """Raise `ConfigError` for a policy or a parameter that does not exist, and for a value of another type.

    `origin` maps dotted keys to the file that says it.
    """
    for identity, given in settings.items():
        policy = policies.get(identity)
        if policy is None:
            guess = _nearest(identity, list(policies))
            where = next(
                (path for key, path in origin.items() if key.startswith(f"policies.{identity}.")), "config.toml"
            )
            raise _wrong(
                where, f"`policies.{identity}` is no policy", guess and f"policies.{guess}", "enactctl policy list"
            )
        known = declared(policy)
        for name, value in given.items():
            if name in GENERAL:
                continue
            key, see = f"policies.{identity}.{name}", f"enactctl policy explain {identity}"
            where = origin.get(key, "config.toml")
            if name not in known and known:
                guess = _nearest(name, [*known, *GENERAL])
                raise _wrong(where, f"`{key}` is no parameter of it", guess and f"policies.{identity}.{guess}", see)
            if name not in known:
                raise _wrong(where, f"`{key}`: it has no parameters but `enabled` and `level`", "", see)
            if expected := _unfit(known[name], value):
                raise _wrong(where, f"`{key}`: expected {expected}", "", see)


def _unfit(default: str, value: Any) -> str:
    """What is expected instead of `value`, by the default's type; empty if it fits or cannot be told."""
    try:
        sample = ast.literal_eval(default)
    except (ValueError, SyntaxError):
        return ""
    wanted = list if isinstance(sample, tuple | list | set | frozenset) else type(sample)
    if wanted not in _WORDS or (wanted is float and isinstance(value, int) and not isinstance(value, bool)):
        return ""
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        return _WORDS[wanted]
    texts = wanted is list and sample and all(isinstance(item, str) for item in sample)
    return "a list of texts" if texts and not all(isinstance(item, str) for item in value) else ""


@lru_cache(maxsize=1024)
def _declared(source: str) -> tuple[tuple[str, str], ...]:
    tree = ast.parse(source)
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        asks = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "setting"
        if asks and isinstance(node, ast.Call) and len(node.args) == 2 and isinstance(node.args[0], ast.Constant):
            default = node.args[1]
            default = constants.get(default.id, default) if isinstance(default, ast.Name) else default
            found.setdefault(str(node.args[0].value), ast.unparse(default))
    return tuple(found.items())


def _nearest(word: str, among: list[str]) -> str:
    return (difflib.get_close_matches(word, among, 1, 0.6) or [""])[0]


def _wrong(path: str, cause: str, guess: str, fix: str) -> ConfigError:
    return ConfigError(
        f"`{path}` cannot be used",
        cause=cause + (f"; the nearest is `{guess}`" if guess else ""),
        effect="a daemon that runs keeps what it has; one that starts does not, and agents using the hook are denied",
        fix=fix,
    )
