"""Every setting: type, default and meaning. How files and layers become one of these is in `layers`.

What may differ by agent and by workspace is in `Scoped`; the rest is said once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, get_type_hints

import msgspec
from msgspec import Meta

from enactd.config.approvals import Approvals
from enactd.config.patterns import check_pattern
from enactd.config.section import Section
from enactd.config.windows import Window, covering
from enactd.site import Environment, Protected, Site


class Daemon(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
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


class Receipts(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is kept of the receipts, and what never gets into them."""

    rotate_hours: Annotated[
        int, Meta(ge=0, le=87_600, description="a new segment after so many hours; 0: by size alone, 64 MiB")
    ] = 168
    compress: Annotated[bool, Meta(description="closed segments are compressed with zstd")] = False
    keep_days: Annotated[
        int, Meta(ge=0, le=36_500, description="older segments go, behind a signed tombstone; 0 keeps all")
    ] = 0
    keep_mb: Annotated[
        int, Meta(ge=0, le=1 << 24, description="the oldest segments go above so many MiB; 0 keeps all")
    ] = 0
    places: Annotated[
        tuple[str, ...],
        Meta(
            description="where checkpoints are taken: file:/PATH, syslog:, syslog:udp:HOST:PORT, journald:, git:REMOTE, URL"
        ),
    ] = ()
    copies: Annotated[
        tuple[str, ...],
        Meta(description="where whole receipts are taken as well, in the words of places"),
    ] = ()
    timestamps: Annotated[
        str,
        Meta(
            pattern="^(https?://.+)?$", description="URL of an RFC 3161 authority that stamps checkpoints; empty: none"
        ),
    ] = ""
    timestamp_minutes: Annotated[
        int, Meta(ge=1, le=525_600, description="a time stamp after so many minutes, if there is a new checkpoint")
    ] = 60
    checkpoint_records: Annotated[
        int, Meta(ge=1, le=1_000_000, description="a signed head of the log after so many receipts")
    ] = 1000
    checkpoint_seconds: Annotated[
        int, Meta(ge=1, le=86_400, description="and after so many seconds, if there is a new receipt")
    ] = 60
    epoch_minutes: Annotated[
        int, Meta(ge=1, le=525_600, description="a new MAC key after so many minutes, if there is a new receipt")
    ] = 60
    redact: Annotated[
        tuple[str, ...],
        Meta(description="regular expressions of what is left out of receipts beside what looks like a secret"),
    ] = ()

    def __post_init__(self) -> None:
        for text in self.redact:
            check_pattern(text)


class Freeze(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code freeze: once, with `reason` and `until`, or again and again in `windows`."""

    reason: Annotated[str, Meta(description="why nothing may be changed or shipped; empty for no freeze")] = ""
    until: Annotated[datetime | None, Meta(description="when it ends; without, it holds until taken out")] = None
    windows: Annotated[tuple[Window, ...], Meta(description="times in which a freeze is always on")] = ()

    def why(self, now: datetime) -> str:
        """The reason while the freeze is on, else empty."""
        over = self.until is not None and now >= self.until
        if not over and (self.reason or self.until):
            return self.reason or f"until {self.until.isoformat() if self.until else ''}"
        window = covering(self.windows, now)
        return (window.reason or window.shown()) if window else ""


class Deploy(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When deploys may happen."""

    windows: Annotated[
        tuple[Window, ...],
        Meta(description="times in which deploys may happen, as the policies say; outside they may not"),
    ] = ()


class Environments(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What counts as production, and what as a place for trying things, beyond what names tell."""

    production: Annotated[Environment, Meta(description="where every change asks")] = Environment()
    test: Annotated[Environment, Meta(description="where changes are free that would be free on this machine")] = (
        Environment()
    )


class Packages(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where packages may come from."""

    registries: Annotated[
        tuple[str, ...], Meta(description="indexes as good as a manager's own, by host or beginning of their URL")
    ] = ()
    only_listed: Annotated[bool, Meta(description="ask for packages from anywhere but these registries")] = False


Need = Literal["record", "ask", "deny"]


class Levels(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a level of risk needs, whatever the policies say."""

    sensitive: Annotated[Need, Meta(description="for what reveals or lets in")] = "record"
    commitment: Annotated[Need, Meta(description="for what others notice, or what takes effort to take back")] = (
        "record"
    )
    irreversible: Annotated[
        Need, Meta(description="for what cannot be taken back; with `record` these settings are the person's answer")
    ] = "ask"

    def wanted(self, level: str) -> Need:
        """By the level's name."""
        needs: dict[str, Need] = {
            "SENSITIVE": self.sensitive, "COMMITMENT": self.commitment, "IRREVERSIBLE": self.irreversible,
        }  # fmt: skip
        return needs.get(level, "record")


class Scoped(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an agent or a workspace may have of its own."""

    allow: Annotated[
        Literal["silent", "approve-safe"],
        Meta(description="`approve-safe` spares the agent's own question for calls that are certainly SAFE"),
    ] = "silent"
    observe: Annotated[
        bool, Meta(description="decide and record, and let everything pass but what touches the gate itself")
    ] = False
    risk: Levels = Levels()
    protect: Protected = Protected()
    environments: Environments = Environments()
    freeze: Freeze = Freeze()
    deploy: Deploy = Deploy()
    packages: Packages = Packages()
    policies: Annotated[
        dict[str, dict[str, Any]],
        Meta(description="by policy id: `enabled`, `level` (observe, ask, deny), and the policy's own parameters"),
    ] = msgspec.field(default_factory=dict)


class Written(Scoped, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a `config.toml` may say."""

    reload: Annotated[
        Literal["at-once", "confirm"],
        Meta(description="`confirm` holds changes that loosen until `enactctl reload --confirm`"),
    ] = "at-once"
    loosenable: Annotated[
        tuple[str, ...] | None,
        Meta(description="keys that layers below may loosen, `*` stands for anything; given, nothing else may be"),
    ] = None
    daemon: Daemon = Daemon()
    receipts: Receipts = Receipts()
    approvals: Approvals = Approvals()
    agents: Annotated[dict[str, Scoped], Meta(description="by agent (`claude-code`): settings for its calls only")] = (
        msgspec.field(default_factory=dict)
    )
    workspaces: Annotated[
        dict[str, Scoped], Meta(description="by folder (`~/work/*`): settings for workspaces there only")
    ] = msgspec.field(default_factory=dict)


class Ignored(msgspec.Struct, frozen=True, kw_only=True):
    """Something a layer says that did not come into force, and why."""

    key: str
    layer: str
    path: str
    value: Any
    why: str


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """One file's settings. `trusted` matters for a repository: its content is what the user has agreed to."""

    name: str
    path: str
    table: dict[str, Any]
    trusted: bool = True

    @property
    def loosenable(self) -> tuple[str, ...] | None:
        """The keys that layers below may loosen; None if it does not say."""
        given = self.table.get("loosenable")
        return None if given is None else tuple(given)


class Settings(Written, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is in force for a call: all layers together. `origin` says which file each value is from.

    `fences` are the deploy windows of each layer that has any; a deploy needs to lie in all of them.
    """

    origin: dict[str, str] = msgspec.field(default_factory=dict)
    ignored: tuple[Ignored, ...] = ()
    fences: tuple[tuple[Window, ...], ...] = ()
    layers: tuple[Layer, ...] = ()

    def parameters(self, policy: str) -> Mapping[str, Any]:
        """What was configured for a policy, empty if nothing."""
        return self.policies.get(policy, {})

    def confirms(self) -> bool:
        """Whether what loosens waits for a person: by order, or because a changed file would spare a proof."""
        return self.reload == "confirm" or not set(self.approvals.proof) <= {"terminal"}

    def frozen(self, now: datetime | None = None) -> str:
        """Why a freeze is on now, empty if none is."""
        return self.freeze.why(now or datetime.now(UTC))

    def closed(self, now: datetime | None = None) -> str:
        """Why nothing may be deployed now, empty while it may."""
        moment = now or datetime.now(UTC)
        for fence in self.fences or ((self.deploy.windows,) if self.deploy.windows else ()):
            if not covering(fence, moment):
                return "deploys may happen " + "; ".join(window.shown() for window in fence)
        return ""

    def site(self, now: datetime | None = None) -> Site:
        """What policies and readings need of it."""
        return Site(
            protected=self.protect,
            production=self.environments.production,
            test=self.environments.test,
            registries=self.packages.registries,
            only_listed=self.packages.only_listed,
            closed=self.closed(now),
        )


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One setting, for people: its dotted key, value, default, meaning, and the file it came from."""

    key: str
    value: Any
    default: Any
    meaning: str
    origin: str


def describe(settings: Settings) -> Iterator[Setting]:
    """All settings that have a name of their own, in order, then the parameters of policies."""
    yield from _described(settings, Written(), "", settings.origin)
    for policy, parameters in sorted(settings.policies.items()):
        for name, value in sorted(parameters.items()):
            key = f"policies.{policy}.{name}"
            origin = settings.origin.get(key, "")
            yield Setting(key=key, value=value, default=None, meaning=f"see `{policy}`", origin=origin)


def _described(values: Any, defaults: Any, above: str, origin: Mapping[str, str]) -> Iterator[Setting]:
    for name, hint in get_type_hints(type(defaults), include_extras=True).items():
        value, default, key = getattr(values, name), getattr(defaults, name), f"{above}{name}"
        if isinstance(default, msgspec.Struct):
            yield from _described(value, default, f"{key}.", origin)
        elif not isinstance(default, dict):
            meaning = next((m.description for m in getattr(hint, "__metadata__", ()) if isinstance(m, Meta)), "") or ""
            yield Setting(
                key=key, value=value, default=default, meaning=meaning, origin=origin.get(key, "default")
            )  # fmt: skip
