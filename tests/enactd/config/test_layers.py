"""The stricter wins; a lower layer loosens only what an upper one lets it."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fuzz import examples

from enactd.config import Layer, Layout, Settings, load, resolve
from enactd.config.layers import matching, read
from enactd.config.strictness import leaves, rule_of

FRIDAY = datetime(2026, 11, 20, 17, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)


def layer(name: str, text: str, *, trusted: bool = True) -> Layer:
    return Layer(name=name, path=f"/{name}", table=tomllib.loads(text), trusted=trusted)


def merged(machine: str = "", user: str = "", repository: str | None = None, *, trusted: bool = False) -> Settings:
    layers = [layer("machine", machine), layer("user", user)]
    if repository is not None:
        layers.append(layer("repository", repository, trusted=trusted))
    return resolve(layers)


def value(found: Settings, key: str) -> Any:
    at: Any = found
    for name in key.split("."):
        at = at[name] if isinstance(at, dict) else getattr(at, name)
    return at


@pytest.mark.parametrize(
    ("machine", "user", "key", "expected", "ignored"),
    [
        ("", "allow = 'approve-safe'", "allow", "approve-safe", []),
        ("allow = 'silent'", "allow = 'approve-safe'", "allow", "silent", ["allow"]),
        ("allow = 'silent'\nloosenable = ['allow']", "allow = 'approve-safe'", "allow", "approve-safe", []),
        ("loosenable = []", "allow = 'approve-safe'", "allow", "silent", ["allow"]),
        ("allow = 'approve-safe'", "allow = 'silent'", "allow", "silent", []),
        ("[protect]\ntables = ['a']", "[protect]\ntables = ['b', 'a']", "protect.tables", ("a", "b"), []),
        ("loosenable = []", "[protect]\ntables = ['b']", "protect.tables", ("b",), []),
        ("[policies.x]\nenabled = true", "[policies.x]\nenabled = false", "policies.x.enabled", True, ["policies.x.enabled"]),
        ("[policies.x]\nenabled = false", "[policies.x]\nenabled = true", "policies.x.enabled", True, []),
        ("loosenable = ['policies.y.*']", "[policies.x]\nenabled = false", "policies", {}, ["policies.x.enabled"]),
        ("loosenable = ['policies.x.*']", "[policies.x]\nenabled = false", "policies.x.enabled", False, []),
        ("[policies.x]\nlevel = 'ask'", "[policies.x]\nlevel = 'deny'", "policies.x.level", "deny", []),
        ("[policies.x]\nlevel = 'deny'", "[policies.x]\nlevel = 'observe'", "policies.x.level", "deny", ["policies.x.level"]),
        ("[packages]\nregistries = ['a']", "[packages]\nregistries = ['b']", "packages.registries", ("a",), ["packages.registries"]),
        ("[packages]\nregistries = ['a', 'b']", "[packages]\nregistries = ['b']", "packages.registries", ("b",), []),
        ("", "[packages]\nregistries = ['b']", "packages.registries", ("b",), []),
        ("[daemon]\nthreads = 3", "[daemon]\nthreads = 9", "daemon.threads", 3, ["daemon.threads"]),
        ("[environments.test]\nhosts = ['a']", "[environments.test]\nhosts = ['a', 'b']", "environments.test.hosts", ("a",), ["environments.test.hosts"]),
        ("[policies.x]\nn = 1", "[policies.x]\nn = 2\nm = 3", "policies.x", {"n": 1, "m": 3}, ["policies.x.n"]),
    ],
)  # fmt: skip
def test_two_layers(machine: str, user: str, key: str, expected: Any, ignored: list[str]) -> None:
    """What a lower layer may not loosen stays, and is told."""
    found = merged(machine, user)
    assert expected == value(found, key)
    assert ignored == [one.key for one in found.ignored]
    assert all(one.why and "/user" == one.path for one in found.ignored)


@pytest.mark.parametrize(
    ("text", "trusted", "key", "expected"),
    [
        ("[protect]\ntables = ['b']", False, "protect.tables", ("b",)),
        ("[policies.x]\nlevel = 'deny'", False, "policies.x.level", "deny"),
        ("[freeze]\nreason = 'release'", False, "freeze.reason", "release"),
        ("[packages]\nonly_listed = true", False, "packages.only_listed", True),
        ("[policies.x]\nenabled = false", False, "policies", {}),
        ("[policies.x]\nenabled = false", True, "policies.x.enabled", False),
        ("[policies.x]\nn = 2", False, "policies", {}),
        ("[policies.x]\nn = 2", True, "policies.x.n", 2),
        ("[packages]\nregistries = ['evil']", False, "packages.registries", ()),
        ("[environments.test]\nhosts = ['db']", False, "environments.test.hosts", ()),
        ("allow = 'approve-safe'", True, "allow", "silent"),
        ("[daemon]\npatience_ms = 100", True, "daemon.patience_ms", 6000),
        ("reload = 'confirm'", True, "reload", "at-once"),
    ],
)
def test_a_repository_tightens_and_loosens_only_with_trust(text: str, trusted: bool, key: str, expected: Any) -> None:
    """And what is the user's alone it never says."""
    found = merged("", "", text, trusted=trusted)
    assert expected == value(found, key)


def test_trust_is_the_users_and_opens_nothing_that_the_machine_keeps() -> None:
    """A trusted repository is below the machine as the user is."""
    found = merged("loosenable = []", "", "[policies.x]\nenabled = false", trusted=True)
    assert {} == found.policies
    assert "repository" == found.ignored[0].layer


SCOPES = """
[protect]
tables = ["all"]
[agents.codex]
allow = "approve-safe"
protect = {tables = ["codex"]}
[workspaces."~/work/*".policies.x]
level = "deny"
[workspaces."~/work/infra"]
freeze = {reason = "audit"}
"""


@pytest.mark.parametrize(
    ("agent", "workspace", "expected"),
    [
        ("", "", ("silent", ("all",), "", {})),
        ("codex", "", ("approve-safe", ("all", "codex"), "", {})),
        ("claude-code", "/h/work/a", ("silent", ("all",), "", {"x": {"level": "deny"}})),
        ("codex", "/h/work/infra", ("approve-safe", ("all", "codex"), "audit", {"x": {"level": "deny"}})),
        ("codex", "/h/work/infra/deep", ("approve-safe", ("all", "codex"), "audit", {"x": {"level": "deny"}})),
        ("claude-code", "/h/workshop", ("silent", ("all",), "", {})),
    ],
)
def test_agents_and_workspaces_have_settings_of_their_own(agent: str, workspace: str, expected: Any) -> None:
    """Where they apply, and nowhere else."""
    found = resolve([layer("user", SCOPES)], agent=agent, workspace=workspace, home="/h")
    assert expected == (found.allow, found.protect.tables, found.freeze.reason, found.policies)


def test_an_override_of_a_lower_layer_loosens_nothing_above() -> None:
    """A user's setting for a workspace is still a user's setting."""
    layers = [
        layer("machine", "[policies.x]\nenabled = true"),
        layer("user", "[workspaces.'/w'.policies.x]\nenabled = false"),
    ]
    assert {"x": {"enabled": True}} == resolve(layers, workspace="/w").policies
    assert () != matching(layers[1].table, "", "/w", "/h")
    assert () == matching(layers[1].table, "", "/v", "/h")


def test_deploys_must_fit_the_windows_of_every_layer() -> None:
    """Two layers with windows: both must be open."""
    weekdays = "[[deploy.windows]]\ndays = ['mon', 'tue', 'wed', 'thu']\nzone = 'UTC'"
    found = merged(weekdays, "[[deploy.windows]]\nfrom = '09:00'\nto = '12:00'\nzone = 'UTC'")
    assert "" == found.closed(MONDAY)
    assert "mon,tue,wed,thu" in found.closed(FRIDAY)
    assert "09:00-12:00" in found.closed(MONDAY.replace(hour=13))
    assert "" == Settings().closed(FRIDAY)


def test_freeze_windows_add_up() -> None:
    """Neither layer can take out the other's."""
    found = merged(
        "[[freeze.windows]]\ndays = ['fri']\nzone = 'UTC'\nreason = 'weekend near'",
        "[[freeze.windows]]\ndays = ['mon']\nzone = 'UTC'",
    )
    assert "weekend near" == found.frozen(FRIDAY)
    assert "mon 00:00-24:00 UTC" == found.frozen(MONDAY)
    assert "" == found.frozen(MONDAY.replace(day=24))


def test_origins_name_every_file_that_had_a_part(tmp_path: Path) -> None:
    """One file for a value, all of them for a list that adds up; no file, no layer."""
    layout = msgspec.structs.replace(Layout.under(tmp_path / "e"), machine=tmp_path / "m")
    layout.config.mkdir(parents=True)
    layout.machine.mkdir()
    layout.config_file.write_text("[protect]\ntables = ['a']\n[freeze]\nreason = 'x'\n")
    assert ["user"] == [one.name for one in read(layout)]
    layout.machine_config_file.write_text("[protect]\ntables = ['b']\n")
    origin = load(layout).origin
    assert f"{layout.machine_config_file}, {layout.config_file}" == origin["protect.tables"]
    assert str(layout.config_file) == origin["freeze.reason"]


TABLES = st.fixed_dictionaries(
    {},
    optional={
        "allow": st.sampled_from(["silent", "approve-safe"]),
        "protect": st.fixed_dictionaries({}, optional={"tables": st.lists(st.sampled_from("abc"), max_size=3)}),
        "packages": st.fixed_dictionaries(
            {}, optional={"registries": st.lists(st.sampled_from("abc"), unique=True), "only_listed": st.booleans()}
        ),
        "policies": st.dictionaries(
            st.sampled_from(["p", "q"]),
            st.fixed_dictionaries(
                {}, optional={"enabled": st.booleans(), "level": st.sampled_from(["observe", "ask", "deny"])}
            ),
            max_size=2,
        ),
        "freeze": st.fixed_dictionaries({}, optional={"reason": st.sampled_from(["", "x"])}),
    },
)


@given(upper=TABLES, lower=TABLES)
@settings(max_examples=examples(150))
def test_no_layer_loosens_the_one_above(upper: dict[str, Any], lower: dict[str, Any]) -> None:
    """Whatever a lower layer says: with an empty `loosenable` above it, no value is looser than without it."""
    above = Layer(name="machine", path="/m", table={**upper, "loosenable": []})
    without = leaves(msgspec.to_builtins(resolve([above])))
    found = leaves(msgspec.to_builtins(resolve([above, Layer(name="user", path="/u", table=lower)])))
    defaults = leaves(msgspec.to_builtins(Settings()))
    for key in without.keys() | found.keys():
        if key[0] in ("origin", "ignored", "layers", "fences", "loosenable"):
            continue
        before, after = without.get(key, defaults.get(key)), found.get(key, defaults.get(key))
        assert rule_of(key).compare(before, after) in ("same", "tighter"), (key, before, after)


@given(table=TABLES)
@settings(max_examples=examples(100))
def test_an_untrusted_repository_never_loosens(table: dict[str, Any]) -> None:
    """Also where nobody above says a word."""
    found = leaves(msgspec.to_builtins(resolve([Layer(name="repository", path="/r", table=table, trusted=False)])))
    defaults = leaves(msgspec.to_builtins(Settings()))
    for key, after in found.items():
        if key[0] not in ("origin", "ignored", "layers", "fences", "loosenable"):
            assert rule_of(key).compare(defaults.get(key), after) in ("same", "tighter"), (key, after)
