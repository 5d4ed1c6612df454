"""Every setting: type, default, meaning, and the file it came from.

Settings are read from the machine's and the user's `config.toml`. Where both say something the machine
wins; of two freezes the one that lasts longer holds.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import msgspec
from msgspec import Meta

from enactd.config.layout import Layout
from enactd.errors import ConfigError


class Daemon(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Limits of the daemon."""

    buffer_limit: Annotated[
        int, Meta(ge=1 << 25, le=1 << 34, description="bytes of messages held at once; more are answered closed")
    ] = 1 << 28
    connections: Annotated[int, Meta(ge=4, le=10_000, description="open connections; more are answered closed")] = 512
    threads: Annotated[int, Meta(ge=1, le=64, description="calls that are judged at the same time")] = 4
    patience_ms: Annotated[
        int, Meta(ge=100, le=600_000, description="the longest a verdict may take, in ms; then it is a denial")
    ] = 6_000
    margin_ms: Annotated[
        int, Meta(ge=20, le=10_000, description="how long before the shim's deadline we answer, in ms")
    ] = 300
    frame_ms: Annotated[
        int, Meta(ge=100, le=60_000, description="time for a whole message to arrive, in ms; then it is closed")
    ] = 5_000
    drain_ms: Annotated[
        int, Meta(ge=0, le=60_000, description="time for running calls at the end of the daemon, in ms")
    ] = 5_000
    log_level: Annotated[Literal["debug", "info", "warning", "error"], Meta(description="what the log keeps")] = "info"


class Freeze(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code freeze."""

    reason: Annotated[str, Meta(description="why nothing may be changed or shipped; empty for no freeze")] = ""
    until: Annotated[datetime | None, Meta(description="when it ends; without, it holds until taken out")] = None

    def why(self, now: datetime) -> str:
        """The reason while the freeze is on, else empty."""
        if self.until is not None:
            return "" if now >= self.until else self.reason or f"until {self.until.isoformat()}"
        return self.reason


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the user and the machine configured. Read it with `load`; `origin` says where each value is from."""

    daemon: Daemon = Daemon()
    freeze: Freeze = Freeze()
    policies: Annotated[dict[str, dict[str, Any]], Meta(description="parameters of policies, by their id")] = (
        msgspec.field(default_factory=dict)
    )
    origin: dict[str, str] = msgspec.field(default_factory=dict)

    def parameters(self, policy: str) -> Mapping[str, Any]:
        """What was configured for a policy, empty if nothing."""
        return self.policies.get(policy, {})

    def frozen(self, now: datetime | None = None) -> str:
        """Why a freeze is on now, empty if none is."""
        return self.freeze.why(now or datetime.now(UTC))


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One setting, for people: its dotted key, value, default, meaning, and the file it came from."""

    key: str
    value: Any
    default: Any
    meaning: str
    origin: str


def load(layout: Layout) -> Settings:
    """The settings in force. Raises `ConfigError`, naming file and key, for anything that cannot be used."""
    user = _read(layout.config_file)
    machine = _read(layout.machine_config_file)
    merged: dict[str, Any] = {}
    origin: dict[str, str] = {}
    for path, table in ((layout.config_file, user), (layout.machine_config_file, machine)):
        _lay_over(merged, table, origin, str(path), ())
    settings = _convert(merged, layout.machine_config_file)
    freeze = _stricter(_convert(user, layout.config_file).freeze, _convert(machine, layout.machine_config_file).freeze)
    return msgspec.structs.replace(settings, freeze=freeze, origin=origin)


def describe(settings: Settings) -> Iterator[Setting]:
    """All settings that have a name of their own, in order, then the parameters of policies."""
    for section in ("daemon", "freeze"):
        values = getattr(settings, section)
        default = type(values)()
        for name, hint in get_type_hints(type(values), include_extras=True).items():
            key = f"{section}.{name}"
            meaning = next((m.description for m in hint.__metadata__ if isinstance(m, Meta)), "") or ""
            yield Setting(
                key=key,
                value=getattr(values, name),
                default=getattr(default, name),
                meaning=meaning,
                origin=settings.origin.get(key, "default"),
            )
    for policy, parameters in sorted(settings.policies.items()):
        for name, value in sorted(parameters.items()):
            key = f"policies.{policy}.{name}"
            yield Setting(
                key=key, value=value, default=None, meaning=f"see `{policy}`", origin=settings.origin.get(key, "")
            )


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise _unusable(path, f"it cannot be read: {error.strerror}", f"ls -l {path}") from None
    try:
        table = tomllib.loads(text.decode())
    except UnicodeDecodeError as error:
        raise _unusable(path, f"byte {error.start} is not UTF-8", "save the file as UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _unusable(path, f"it is not TOML: {str(error).lower()}", "mend that line") from None
    _convert(table, path)
    return table


def _convert(table: dict[str, Any], path: Path) -> Settings:
    if "origin" in table:
        raise _unusable(path, "`origin` is not a setting", "remove it")
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `$")
        key = place.strip("`").lstrip(".")
        text = problem[0].lower() + problem[1:]
        raise _unusable(
            path, f"`{key}`: {text}" if key else text, "mend or remove it; `enactctl doctor` lists settings"
        ) from None
    until = settings.freeze.until
    if until is not None and until.tzinfo is None:
        freeze = msgspec.structs.replace(settings.freeze, until=until.astimezone())
        return msgspec.structs.replace(settings, freeze=freeze)
    return settings


def _lay_over(
    below: dict[str, Any], above: dict[str, Any], origin: dict[str, str], source: str, place: tuple[str, ...]
) -> None:
    """Put `above` on `below` in place, leaf by leaf, and note whose each leaf is."""
    for name, value in above.items():
        if isinstance(value, dict):
            inner = below.setdefault(name, {})
            _lay_over(inner, value, origin, source, (*place, name))
        else:
            below[name] = value
            origin[".".join((*place, name))] = source


def _stricter(one: Freeze, other: Freeze) -> Freeze:
    """Of two freezes the one that lasts longer; no freeze yields to any."""
    on = [freeze for freeze in (one, other) if freeze.reason or freeze.until]
    return max(on, key=lambda f: f.until or datetime.max.replace(tzinfo=UTC), default=Freeze())


def _unusable(path: Path, cause: str, fix: str) -> ConfigError:
    return ConfigError(
        f"`{path}` cannot be used",
        cause=cause,
        effect="a daemon that runs keeps what it has; one that starts does not, and agents using the hook are denied",
        fix=fix,
    )
