"""What was agreed to outlives the daemon: a restart confirms nothing."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import crashes
from support.daemon import Daemon
from support.daemon import layout as placed

from enactd import config
from enactd.agreement import Agreement
from enactd.config import Layout
from enactd.errors import UsageError

CONFIRM = 'reload = "confirm"\n[protect]\ntables = ["invoices"]\n[[freeze.windows]]\nuntil = 2020-01-01T00:00:00Z\n'
POLICY = '''"""Mine.

Why
    x
Instead
    y
Blind spots
    z
"""

from enactd.policy import Context, Deny, Opinions, RunSql, policy


@policy(watches=RunSql, severity="low", stage="stable", since="0.1", denies=("psql -c 'SELECT 1'",))
def check(sql: RunSql, context: Context) -> Opinions:
    yield Deny("no SQL here")
'''


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = placed(tmp_path)
    made.prepare()
    made.policies.mkdir()
    return made


@pytest.mark.parametrize("fault", [errno.ENOSPC, "kill", "killed"], ids=str)
def test_a_crash_at_every_call(layout: Layout, tmp_path: Path, fault: object) -> None:
    """While an agreement takes the place of another, one of both is in force, whole: never none."""
    layout.config_file.write_text(CONFIRM)
    Agreement(layout).keep(config.load(layout))
    layout.config_file.write_text(CONFIRM.replace("invoices", "orders"))
    fresh = config.load(layout)

    def keep(_: Path, tell: Callable[[str], object]) -> None:
        Agreement(layout).keep(fresh)
        tell("done")

    saved = shutil.copytree(layout.state, tmp_path / "saved")
    total = crashes.count(tmp_path, keep)
    assert 8 < total
    for number in range(total):
        shutil.rmtree(layout.state)
        shutil.copytree(saved, layout.state)
        _, told = crashes.run(tmp_path, number, fault, keep)
        found = Agreement(layout).settings()
        assert found is not None, number
        assert found.protect.tables in ((("orders",),) if told else (("invoices",), ("orders",))), number


def test_kept_and_read_again(layout: Layout) -> None:
    """Layers and policies as they were; nothing where nothing has to be confirmed."""
    kept = Agreement(layout)
    assert kept.settings() is None
    layout.config_file.write_text(CONFIRM)
    (layout.policies / "no_sql.py").write_text(POLICY)
    before = config.load(layout)
    kept.keep(before)
    layout.config_file.write_text("")
    (layout.policies / "no_sql.py").unlink()
    found = Agreement(layout).settings()
    assert found is not None
    assert (before.protect, before.freeze, "confirm") == (found.protect, found.freeze, found.reload)
    assert "no-sql" in Agreement(layout).catalogue().policies
    kept.keep(config.load(layout))
    assert Agreement(layout).settings() is None


@pytest.mark.parametrize("text", ["", "{", "[1]", '[{"name": "user", "path": "x", "table": {"daemon": 3}}]'])
def test_what_cannot_be_read_is_none(layout: Layout, text: str) -> None:
    """A damaged memory stops no start."""
    (layout.state / "agreed").mkdir()
    (layout.state / "agreed/layers.json").write_text(text)
    assert Agreement(layout).settings() is None


def test_a_restart_confirms_nothing(layout: Layout) -> None:
    """What was loosened while nobody ran waits as it would have waited then; also a policy that was taken away."""
    layout.config_file.write_text(CONFIRM)
    (layout.policies / "no_sql.py").write_text(POLICY)
    with Daemon(layout):
        pass
    layout.config_file.write_text("")
    (layout.policies / "no_sql.py").unlink()
    for _ in range(2):
        with Daemon(layout) as again:
            assert "loosening-waits" in [ailment.code for ailment in again.client.health()]
            waiting = again.client.reload()
            assert any("protect.tables" in change for change in waiting.changes)
            assert any("policy no-sql" in change for change in waiting.changes)
    with Daemon(layout) as last:
        with pytest.raises(UsageError):
            last.client.confirm_reload("other")
        assert "" == last.client.confirm_reload(last.client.reload().waiting).waiting
        assert not last.client.health()
    with Daemon(layout) as free:
        assert "" == free.client.reload().waiting
        assert "reload-confirmed" in [entry.event for entry in free.receipts()]
