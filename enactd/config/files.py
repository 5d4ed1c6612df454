"""A `config.toml` as a table that fits the settings, or an error that names file, key, what is allowed, and the
nearest key there is.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import msgspec

from enactd.config.section import Section
from enactd.config.settings import Scoped, Written
from enactd.config.windows import zone_of
from enactd.errors import ConfigError
from enactd.site import Environment, Protected

LEVELS: Final = ("observe", "ask", "deny")
"""What `policies.ID.level` may be, from the loosest."""
_TABLES: Final = (Section, Protected, Environment)


def read(path: Path) -> dict[str, Any]:
    """The table of a file, checked; empty where there is none. Raises `ConfigError`."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise unusable(path, f"it cannot be read: {error.strerror}", f"ls -l {path}") from None
    return parse(data, path)


def parse(data: bytes, path: Path) -> dict[str, Any]:
    """The checked table that `data`, found at `path`, is. Raises `ConfigError`."""
    try:
        table = tomllib.loads(data.decode())
    except UnicodeDecodeError as error:
        raise unusable(path, f"byte {error.start} is not UTF-8", "save the file as UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise unusable(path, f"it is not TOML: {str(error).lower()}", "mend that line") from None
    check(table, path)
    return table


def check(table: Mapping[str, Any], path: Path) -> Written:
    """The table as typed settings. Raises `ConfigError` for the first thing that does not fit."""
    for unknown in _unknown(table, Written, ()):
        raise _no_setting(unknown, path)
    try:
        written = msgspec.convert(table, Written)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `$")
        key = place.strip("`").lstrip(".").replace("[...]", "")
        text = problem[0].lower() + problem[1:]
        raise unusable(path, f"`{key}`: {text}{_allowed(key)}" if key else text, _mend(key)) from None
    for scoped in (written, *written.agents.values(), *written.workspaces.values()):
        _check_scoped(scoped, path)
    return written


def known_keys() -> list[str]:
    """Every key that has a name of its own, dotted: what `config set` takes beside policies and overrides."""
    return [".".join(key) for key in _keys(Written, ())]


def nearest(key: str, among: list[str]) -> str:
    """The key most like this one, empty if none is alike."""
    exact = [one for one in among if one.rsplit(".", 1)[-1] == key.rsplit(".", 1)[-1]]
    alike = difflib.get_close_matches(key, exact or among, 1, 0.0 if exact else 0.6)
    return (alike or [""])[0]


def unusable(path: Path, cause: str, fix: str) -> ConfigError:
    """The error of a file that changes nothing because it cannot be used."""
    return ConfigError(
        f"`{path}` cannot be used",
        cause=cause,
        effect="a daemon that runs keeps what it has; one that starts does not, and agents using the hook are denied",
        fix=fix,
    )


def _check_scoped(scoped: Scoped, path: Path) -> None:
    for place, windows in (("freeze.windows", scoped.freeze.windows), ("deploy.windows", scoped.deploy.windows)):
        for window in windows:
            try:
                zone_of(window.zone)
            except ValueError as error:
                raise unusable(path, f"`{place}.zone`: {error}", _mend(place)) from None
    for policy, given in scoped.policies.items():
        key = f"policies.{policy}"
        if not isinstance(given.get("enabled", True), bool):
            raise unusable(path, f"`{key}.enabled`: expected true or false", _mend(key))
        if given.get("level", "ask") not in LEVELS:
            raise unusable(path, f"`{key}.level`: expected one of {_quoted(LEVELS)}", _mend(key))


def _no_setting(key: tuple[str, ...], path: Path) -> ConfigError:
    """The error of a key that does not exist, with the nearest one that does."""
    dotted = ".".join(key)
    prefix = key[:2] if key[0] in ("agents", "workspaces") else ()
    among = [".".join((*prefix, *one)) for one in _keys(Scoped if prefix else Written, ())]
    guess = nearest(dotted, [*among, "agents", "workspaces", "policies"])
    fix = f"write `{guess}`" if guess else "remove it; `enactctl config show` lists every setting"
    return unusable(path, f"`{dotted}` is not a setting" + (f"; the nearest is `{guess}`" if guess else ""), fix)


def _unknown(table: Mapping[str, Any], kind: type[Any], above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Keys that the type does not have; what is no table where one belongs is left to the conversion."""
    fields = {field.encode_name: field.name for field in msgspec.structs.fields(kind)}
    hints = get_type_hints(kind)
    for name, value in table.items():
        key = (*above, name)
        if name not in fields:
            yield key
            continue
        hint = hints[fields[name]]
        if isinstance(hint, type) and issubclass(hint, _TABLES) and isinstance(value, dict):
            yield from _unknown(value, hint, key)
        elif get_origin(hint) is dict and get_args(hint)[1] is Scoped and isinstance(value, dict):
            for inner, scoped in value.items():
                if isinstance(scoped, dict):
                    yield from _unknown(scoped, Scoped, (*key, inner))


def _keys(kind: type[Any], above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    hints = get_type_hints(kind)
    for field in msgspec.structs.fields(kind):
        hint = hints[field.name]
        if isinstance(hint, type) and issubclass(hint, _TABLES):
            yield from _keys(hint, (*above, field.encode_name))
        elif get_origin(hint) is not dict:
            yield (*above, field.encode_name)


def hint_of(key: tuple[str, ...]) -> Any:
    """The type of a key, without its bounds; None where there is no such key."""
    kind: Any = Written
    rest = key[2:] if len(key) > 2 and key[0] in ("agents", "workspaces") else key
    for name in rest:
        if not (isinstance(kind, type) and issubclass(kind, _TABLES)):
            return None
        kind = get_type_hints(kind).get(name)
    return kind


def _allowed(key: str) -> str:
    hint = hint_of(tuple(key.split(".")))
    return f"; allowed: {_quoted(get_args(hint))}" if get_origin(hint) is Literal else ""


def _mend(key: str) -> str:
    return f"enactctl config schema   # what `{key}` may be" if key else "mend or remove it"


def _quoted(words: tuple[Any, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)
