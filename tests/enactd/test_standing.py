"""The gate's own folders are known by every name that leads to them."""

from __future__ import annotations

from pathlib import Path

from enactd.standing import RENEWED_S, Standing


def test_named_and_resolved(tmp_path: Path) -> None:
    """A folder behind a link counts under both names; one without a name counts for nothing."""
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    standing = Standing((f"{link}/./state", "", str(real)), ("C:\\Temp\\",))
    assert ((f"{link}/state", f"{real}/state", str(real)), ("C:/Temp",)) == standing.folders()


def test_a_link_put_there_later_is_seen(tmp_path: Path) -> None:
    """What is known is never older than a second."""
    now = [0.0]
    place, elsewhere = tmp_path / "place", tmp_path / "elsewhere"
    place.mkdir()
    standing = Standing((str(place),), (), clock=lambda: now[0])
    place.rename(elsewhere)
    place.symlink_to(elsewhere)
    assert (str(place),) == standing.folders()[0]
    now[0] = RENEWED_S
    assert (str(place), str(elsewhere)) == standing.folders()[0]
