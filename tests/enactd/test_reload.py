"""What changes on disk is in force at once, whole or not at all."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from enactd import config, health, reload
from enactd.config import Layout, Settings
from enactd.errors import ConfigError, PolicyError, UsageError
from enactd.gate import InForce
from enactd.health import Health
from enactd.reload import Reloader, Watch
from enactd.report import PolicySetSeen

told: list[tuple[str, dict[str, str]]] = []


async def tell(event: str, detail: dict[str, str]) -> None:
    told.append((event, detail))


def in_force(digest: str, settings: Settings | None = None) -> InForce:
    seen = PolicySetSeen(digest=digest, count=1, loaded=0.0)
    return InForce(settings=settings or Settings(), judge=None, policies=seen)  # type: ignore[arg-type]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout.under(tmp_path / "e")
    made.prepare()
    return made


@pytest.fixture
def well() -> Health:
    told.clear()
    return Health()


async def test_a_reload_swaps_the_whole(layout: Layout, well: Health) -> None:
    """Settings and policies come into force together, and a receipt says which set was before."""
    reloader = Reloader(layout, lambda s: in_force("new", s), in_force("old"), well, tell)
    layout.config_file.write_text("[daemon]\nthreads = 9\n")
    done = await reloader.reload()
    assert (True, "new", 9) == (done.changed, done.digest, reloader.in_force.settings.daemon.threads)
    changes = ["neutral user: daemon.threads: 4 -> 9"]
    assert [("reloaded", {"before": "old", "changes": changes, "loosens": 0})] == told
    assert not (await reloader.reload()).changed
    assert 1 == len(told)


async def test_a_refused_reload_changes_nothing(layout: Layout, well: Health) -> None:
    """The old set stays, health says which kind of file is wrong, and a repeated refusal is told once."""
    problem: Exception | None = PolicyError("x", cause="y")

    def build(settings: Settings) -> InForce:
        if problem:
            raise problem
        return in_force("new", settings)

    old = in_force("old")
    reloader = Reloader(layout, build, old, well, tell)
    for _ in range(2):
        with pytest.raises(PolicyError):
            await reloader.reload()
    assert old is reloader.in_force
    assert [health.POLICIES_STALE] == [ailment.code for ailment in well.ailments()]
    assert ["not-reloaded"] == [event for event, _ in told]
    layout.config_file.write_text("x = ")
    with pytest.raises(ConfigError):
        await reloader.reload()
    assert health.CONFIG_STALE in [ailment.code for ailment in well.ailments()]
    layout.config_file.unlink()
    problem = None
    await reloader.reload()
    assert () == well.ailments()


@contextlib.asynccontextmanager
async def watching(folder: Path, well: Health) -> AsyncIterator[list[float]]:
    """A running watch over `folder/config.toml` and `folder/policies`; yields when it called."""
    calls: list[float] = []

    async def changed() -> None:
        calls.append(asyncio.get_running_loop().time())

    watch = Watch((folder / "config.toml",), (folder / "policies",), changed, well)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(watch.run())
        await asyncio.sleep(0.1)
        yield calls
        task.cancel()


CHANGES: list[Callable[[Path], object]] = [
    lambda f: (f / "config.toml").write_text("a = 1"),
    lambda f: (f / "c").write_text("a = 1") and (f / "c").rename(f / "config.toml"),
    lambda f: (f / "policies").mkdir() or (f / "policies/a.py").write_text("x"),
    lambda f: (f / "policies/deep/er").mkdir(parents=True) or (f / "policies/deep/er/a.py").write_text("x"),
    lambda f: (f / "p/q").mkdir(parents=True) or (f / "p/q/a.py").write_text("") or (f / "p").rename(f / "policies"),
]


@pytest.mark.parametrize("polling", [False, True])
@pytest.mark.parametrize("change", CHANGES)
async def test_changes_are_noticed(
    tmp_path: Path, well: Health, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], object], polling: bool
) -> None:
    """Files written, renamed into place, in new folders and in renamed ones; with and without the kernel's notices."""
    if polling:
        monkeypatch.setattr(reload._Notices, "follow", lambda *_: False)
        monkeypatch.setattr(reload, "POLL_S", 0.05)
    async with watching(tmp_path, well) as calls:
        change(tmp_path)
        await asyncio.sleep(0.4)
        seen = len(calls)
    assert seen >= 1
    assert polling == (health.WATCH_LOST in [ailment.code for ailment in well.ailments()])


async def test_edits_deletions_and_later_changes_are_noticed_too(tmp_path: Path, well: Health) -> None:
    """The watch goes on: what appears later is watched as well."""
    async with watching(tmp_path, well) as calls:
        steps: list[Callable[[], object]] = [
            (tmp_path / "policies").mkdir,
            lambda: (tmp_path / "policies/a.py").write_text("1"),
            lambda: (tmp_path / "policies/a.py").write_text("22"),
            (tmp_path / "policies/a.py").unlink,
        ]
        counts = []
        for step in steps:
            step()
            await asyncio.sleep(0.2)
            counts.append(len(calls))
    assert [0, 1, 2, 3] == counts


async def test_other_files_are_no_change(tmp_path: Path, well: Health) -> None:
    """An editor's or Python's own files start nothing."""
    (tmp_path / "policies").mkdir()
    async with watching(tmp_path, well) as calls:
        (tmp_path / "policies/.a.py.swp").write_text("x")
        (tmp_path / "policies/__pycache__").mkdir()
        (tmp_path / "policies/__pycache__/a.py").write_text("x")
        (tmp_path / "other.toml").write_text("x")
        await asyncio.sleep(0.2)
        assert [] == calls


CONFIRM = 'reload = "confirm"\n'


def read(layout: Layout) -> InForce:
    settings = config.load(layout)
    return in_force(str(hash(str(settings.layers))), settings)


async def test_what_loosens_waits_and_what_tightens_does_not(layout: Layout, well: Health) -> None:
    """Both are in force together until a person agrees to just these changes."""
    layout.config_file.write_text(CONFIRM + '[protect]\ntables = ["a"]\n')
    first = read(layout)
    both: list[tuple[InForce, InForce]] = []

    def together(before: InForce, after: InForce) -> InForce:
        both.append((before, after))
        return after

    reloader = Reloader(layout, lambda s: read(layout), first, well, tell, together=together)
    layout.config_file.write_text(CONFIRM + '[protect]\ntables = ["a", "b"]\n')
    assert "" == (await reloader.reload()).waiting
    layout.config_file.write_text(CONFIRM + '[protect]\ntables = ["b"]\n[policies.x]\nlevel = "deny"\n')
    done = await reloader.reload()
    assert done.waiting
    assert any(line.startswith("looser") and "protect.tables" in line for line in done.changes)
    assert any(line.startswith("tighter") and "policies.x.level" in line for line in done.changes)
    assert ("a", "b") == both[0][0].settings.protect.tables
    assert ("b",) == both[0][1].settings.protect.tables
    assert [health.LOOSENING_WAITS] == [ailment.code for ailment in well.ailments()]
    again = await reloader.reload()
    assert (False, done.waiting) == (again.changed, again.waiting)
    with pytest.raises(UsageError):
        await reloader.confirm("other")
    confirmed = await reloader.confirm(done.waiting)
    assert ("", ("b",)) == (confirmed.waiting, reloader.in_force.settings.protect.tables)
    assert () == well.ailments()
    assert ["reloaded", "reload-waits", "reload-confirmed"] == [event for event, _ in told]
    assert [0, 1, 1] == [detail["loosens"] for _, detail in told]
    with pytest.raises(UsageError, match="no change waits"):
        await reloader.confirm(done.waiting)


async def test_a_loosening_that_is_taken_back_waits_no_longer(layout: Layout, well: Health) -> None:
    """What was agreed to last is what counts."""
    layout.config_file.write_text(CONFIRM + '[protect]\ntables = ["a"]\n')
    first = read(layout)
    reloader = Reloader(layout, lambda s: read(layout), first, well, tell)
    layout.config_file.write_text(CONFIRM)
    assert (await reloader.reload()).waiting
    layout.config_file.write_text(CONFIRM + '[protect]\ntables = ["a"]\n')
    assert not (await reloader.reload()).waiting
    assert () == well.ailments()


async def test_switching_the_confirmation_off_is_a_loosening_itself(layout: Layout, well: Health) -> None:
    """Else one line in a file would do in two steps what it may not do in one."""
    layout.config_file.write_text(CONFIRM)
    reloader = Reloader(layout, lambda s: read(layout), read(layout), well, tell)
    layout.config_file.write_text("")
    assert (await reloader.reload()).waiting
    layout.config_file.write_text("[policies.x]\nenabled = false\n")
    assert (await reloader.reload()).waiting


async def test_without_confirmation_everything_is_in_force_at_once(layout: Layout, well: Health) -> None:
    """The receipt still says that it loosened."""
    layout.config_file.write_text('[protect]\ntables = ["a"]\n')
    reloader = Reloader(layout, lambda s: read(layout), read(layout), well, tell)
    layout.config_file.write_text("")
    assert "" == (await reloader.reload()).waiting
    assert [("reloaded", 1)] == [(event, detail["loosens"]) for event, detail in told]
