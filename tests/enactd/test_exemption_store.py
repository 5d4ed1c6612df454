"""Exceptions are kept in one file, listed until long after they ended, and gone when revoked."""

from __future__ import annotations

from pathlib import Path

import pytest

from enactd.config import Layout
from enactd.errors import UsageError
from enactd.exemption_store import KEPT_S, ExemptionStore
from enactd.report import Exemption, Opening


def exemption(identity: str = "a1", since: float = 1000.0) -> Exemption:
    return Exemption(
        id=identity, receipt=f"7-{identity}", reason="r", workspace="/w", since=since, until=since + 10,
        opens=(Opening(policy="git.x", effect={"type": "GitPush"}),),
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> ExemptionStore:
    layout = Layout.under(tmp_path / "e")
    layout.prepare()
    return ExemptionStore(layout)


def test_kept_and_listed(store: ExemptionStore) -> None:
    """In order; one receipt has one exception, the last."""
    store.add(exemption("a1"))
    store.add(exemption("b2"))
    assert ["a1", "b2"] == [one.id for one in store.all()]
    store.add(exemption("a1", 1005.0))
    assert [("b2", 1000.0), ("a1", 1005.0)] == [(one.id, one.since) for one in store.all()]


def test_what_ended_long_ago_goes(store: ExemptionStore) -> None:
    """With the next that is added."""
    store.add(exemption("a1"))
    store.add(exemption("b2", 1010.0 + KEPT_S + 1))
    assert ["b2"] == [one.id for one in store.all()]


@pytest.mark.parametrize("wanted", ["a1", "7-a1", "7"])
def test_revoked(store: ExemptionStore, wanted: str) -> None:
    """By its id, the receipt's, or the receipt's number."""
    store.add(exemption("a1"))
    gone, left = store.remove(wanted)
    assert ("a1", ()) == (gone.id, left)
    assert () == store.all()
    with pytest.raises(UsageError):
        store.remove(wanted)


@pytest.mark.parametrize("text", ["", "[", "{}", '[{"id": "a"}]'])
def test_an_unreadable_file_is_no_exception(store: ExemptionStore, text: str) -> None:
    """Nothing is opened by accident."""
    store.add(exemption())
    store._file.write_text(text)
    assert () == store.all()


def test_private(store: ExemptionStore) -> None:
    """Nobody else reads or writes it."""
    store.add(exemption())
    assert 0o600 == store._file.stat().st_mode & 0o777
