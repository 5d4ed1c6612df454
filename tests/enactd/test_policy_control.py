"""Orders about bundles and the freeze: each leaves a receipt, and none puts in place what does not load."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from support.bundles import key, made, pin

from enactd import bundle_store, config
from enactd.bundle_store import seen
from enactd.config import Layout
from enactd.errors import EnactError, PolicyError, UsageError
from enactd.manifest import sign
from enactd.policy_control import BundleFolder, BundleName, FreezeOrder, PolicyControl
from enactd.policy_stats import PolicyStats
from enactd.report import PolicySetSeen, Reloaded

POLICY = '''"""No {word}."""
from enactd.policy import *


@policy(watches=RunCode, severity="low", stage="stable", since="1")
def check(effect, context):
    yield Deny("no {word}")
'''


class Daemon:
    """What a daemon gives its policy control, without one."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.told: list[tuple[str, dict[str, str]]] = []
        self.settings = config.load(layout)
        self.bundles: tuple[Any, ...] = ()
        self.waiting = ""
        self.control = PolicyControl(layout, lambda: self, reload=self.reload, tell=self.tell, stats=PolicyStats())

    @property
    def policies(self) -> PolicySetSeen:
        return PolicySetSeen(digest="", count=0, loaded=0.0, bundles=self.bundles)

    async def reload(self) -> Reloaded:
        found = bundle_store.installed(self.layout)
        self.control.check(found)
        self.settings, self.bundles = config.load(self.layout), tuple(map(seen, found))
        return Reloaded(changed=True, digest="", count=0, waiting=self.waiting)

    async def tell(self, event: str, detail: dict[str, str]) -> None:
        self.told.append((event, detail))


@pytest.fixture
def daemon(tmp_path: Path) -> Daemon:
    layout = Layout.under(tmp_path / "e")
    layout.prepare()
    return Daemon(layout)


def bundle(folder: Path, version: str = "1.0.0", word: str = "code", text: str = POLICY) -> BundleFolder:
    return BundleFolder(made(folder, version, team__rule=text.format(word=word)))


def run(work: Awaitable[Any]) -> Any:
    return asyncio.run(work)  # type: ignore[arg-type]


def test_install_brings_into_force_and_tells(daemon: Daemon, tmp_path: Path) -> None:
    """Name, version and digest are in a receipt; the second time nothing happens."""
    done = run(daemon.control.install(bundle(tmp_path / "a")))
    assert (True, "acme", "1.0.0") == (done.changed, done.bundle.name, done.bundle.version)
    assert (done.bundle,) == daemon.bundles
    ((event, detail),) = daemon.told
    assert ("bundle-installed", "1.0.0", done.bundle.digest, "") == (
        event, detail["version"], detail["content"], detail["before"],
    )  # fmt: skip
    assert not run(daemon.control.install(bundle(tmp_path / "a"))).changed
    assert 1 == len(daemon.told)


BAD: dict[str, Callable[[Path], BundleFolder]] = {
    "older": lambda folder: bundle(folder, "1.1.9"),
    "another content": lambda folder: bundle(folder, "1.2.0", "thing"),
    "a policy that does not load": lambda folder: bundle(folder, "2.0.0", text="import os\n"),
    "a policy without end": lambda folder: bundle(folder, "2.0.0", text="while True:\n    pass\n"),
    "a name that is taken": lambda folder: BundleFolder(made(folder, "2.0.0", git__force_push=POLICY.format(word="x"))),
    "nothing there": lambda folder: BundleFolder(str(folder)),
}


@pytest.mark.parametrize("how", BAD)
def test_what_is_no_better_never_replaces_a_good_one(how: str, daemon: Daemon, tmp_path: Path) -> None:
    """Older, broken, clashing, missing: refused before anything is touched."""
    good = run(daemon.control.install(bundle(tmp_path / "a", "1.2.0"))).bundle
    with pytest.raises(PolicyError):
        run(daemon.control.install(BAD[how](tmp_path / "b")))
    assert (good,) == daemon.bundles == tuple(map(seen, bundle_store.installed(daemon.layout)))
    assert 1 == len(daemon.told)


def test_an_unsigned_one_never_replaces_a_signed_one(daemon: Daemon, tmp_path: Path) -> None:
    """Where a key is pinned, a newer bundle without its signature changes nothing."""
    private, public = key(tmp_path / "acme.key")
    pin(daemon.layout.bundle_keys, public)
    good = bundle(tmp_path / "a")
    identity = sign(good.folder, private)
    assert identity == run(daemon.control.install(good)).bundle.signed_by
    with pytest.raises(PolicyError) as caught:
        run(daemon.control.install(bundle(tmp_path / "b", "1.1.0")))
    assert "not signed" in caught.value.cause
    assert "1.0.0" == daemon.bundles[0].version


def test_remove(daemon: Daemon, tmp_path: Path) -> None:
    """By order it goes, with a receipt."""
    run(daemon.control.install(bundle(tmp_path / "a")))
    assert "1.0.0" == run(daemon.control.remove(BundleName("acme"))).bundle.version
    assert ((), "bundle-removed") == (daemon.bundles, daemon.told[-1][0])
    with pytest.raises(PolicyError, match="no bundle `acme`"):
        run(daemon.control.remove(BundleName("acme")))


@pytest.mark.parametrize("how", ["gone", "rolled back"])
def test_a_bundle_does_not_go_without_an_order(how: str, daemon: Daemon, tmp_path: Path) -> None:
    """Files that are taken away, or put back as they were, change nothing while the daemon runs."""
    run(daemon.control.install(bundle(tmp_path / "a")))
    listed = (daemon.layout.bundles / "installed.json").read_bytes()
    fresh = run(daemon.control.install(bundle(tmp_path / "b", "1.1.0", "other"))).bundle
    path = daemon.layout.bundles / "installed.json"
    path.unlink() if how == "gone" else path.write_bytes(listed)
    with pytest.raises(PolicyError):
        run(daemon.reload())
    assert (fresh,) == daemon.bundles


def test_freeze_on_and_off(daemon: Daemon) -> None:
    """On with a reason and an end, off again; both are receipts, and status says whose it is."""
    until = datetime.now(UTC) + timedelta(hours=1)
    on = run(daemon.control.freeze(FreezeOrder(reason=" release \n week ", until=until)))
    assert ("release week", True, until) == (on.reason, on.ordered, on.until)
    off = run(daemon.control.thaw(None))
    assert ("", False, None) == (off.reason, off.ordered, off.until)
    assert ["freeze-on", "freeze-off"] == [event for event, _ in daemon.told]
    run(daemon.control.thaw(None))
    assert 2 == len(daemon.told)


def test_off_ends_no_other_freeze(daemon: Daemon) -> None:
    """What `config.toml` says stays, and is named."""
    daemon.layout.config_file.write_text('[freeze]\nreason = "audit"\n')
    run(daemon.reload())
    run(daemon.control.freeze(FreezeOrder(reason="x", until=datetime.now(UTC) + timedelta(hours=1))))
    left = run(daemon.control.thaw(None))
    assert ("audit", False, str(daemon.layout.config_file)) == (left.reason, left.ordered, left.source)


@pytest.mark.parametrize(("reason", "hours"), [("", 1), ("  ", 1), ("x", -1)])
def test_a_freeze_that_would_be_none(reason: str, hours: int, daemon: Daemon) -> None:
    """Without a reason, or over before it began."""
    with pytest.raises(UsageError):
        run(daemon.control.freeze(FreezeOrder(reason=reason, until=datetime.now(UTC) + timedelta(hours=hours))))
    assert [] == daemon.told


def test_what_loosens_may_wait(daemon: Daemon, tmp_path: Path) -> None:
    """Where changes that loosen are confirmed, an order that loosens says what confirms it."""
    run(daemon.control.install(bundle(tmp_path / "a")))
    run(daemon.control.freeze(FreezeOrder(reason="x")))
    daemon.waiting = "ab12"
    assert "ab12" == run(daemon.control.thaw(None)).waiting
    assert "ab12" == run(daemon.control.install(bundle(tmp_path / "b", "1.1.0", "other"))).waiting
    assert "ab12" == run(daemon.control.remove(BundleName("acme"))).waiting


def test_only_looking_is_open_to_agents(daemon: Daemon) -> None:
    """Installing, removing and freezing need the operator; whoever asks may see."""
    needs = {route.name: route.needs.value for route in daemon.control.routes()}
    assert {
        "bundle-install": "admin", "bundle-remove": "admin", "freeze-on": "admin", "freeze-off": "admin",
        "freeze": "observe", "policy-stats": "observe",
    } == needs  # fmt: skip
    assert issubclass(PolicyError, EnactError)
