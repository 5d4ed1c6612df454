"""After a change by the call itself, the world is no longer what was looked up."""

from __future__ import annotations

from pathlib import Path

import pytest

from enactd.effects.changes import ChangedWorld
from enactd.effects.model import CopyPath, DeletePath, Effect, LinkPath, MovePath, Opaque, WritePath
from enactd.effects.paths import PathReader, Places
from enactd.effects.values import Value, known, unknown
from enactd.world import World


class Ground:
    """A real folder, the changed world over it, and effects on paths of it by their short names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        (self.folder / "d" / "e").mkdir(parents=True)
        for name in ("f", "g", "d/x"):
            (self.folder / name).write_text(name)
        (self.folder / "l").symlink_to("d")
        base = World(cwd=str(self.folder), workspace=str(self.folder), home="/home/u", environment={}, complete=True)
        self.world = ChangedWorld(base)
        self.paths = PathReader(Places(workspace=str(self.folder), home="/home/u"), self.world)

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def observe(self, kind: type[Effect], *names: str, place: str = "") -> None:
        targets = [self.paths.target(known(name), known(str(self.folder))) for name in names]
        self.world.observe(kind(**dict(zip(("target", "to"), targets, strict=False))), place)

    def kind(self, name: str) -> str:
        return self.world.stat(self.path(name)).kind


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground(tmp_path)


def test_nothing_changed_nothing_unknown(ground: Ground) -> None:
    """Without an effect every answer is the world's own."""
    assert ("file", "folder", "f") == (ground.kind("f"), ground.kind("d"), ground.world.text(ground.path("f")))
    assert ("d", "f", "g", "l") == ground.world.names(str(ground.folder))
    assert not ground.world.doubtful(ground.path("f"))


def test_a_written_file_is_still_a_file_with_another_text(ground: Ground) -> None:
    """Its old text does not count any more, its neighbours' does."""
    ground.observe(WritePath, "f")
    assert ("file", None, "g") == (
        ground.kind("f"),
        ground.world.text(ground.path("f")),
        ground.world.text(ground.path("g")),
    )
    assert ground.world.doubtful(ground.path("f"))


def test_what_is_touched_stays_what_it_is(ground: Ground) -> None:
    """`touch f` and `mkdir -p d` change neither a text nor a listing; of what is new, its text is not the world's."""
    here = known(str(ground.folder))
    for name in ("f", "d", "new"):
        ground.world.observe(WritePath(target=ground.paths.target(known(name), here), how="create", content=""), "")
    assert ("f", ("e", "x")) == (ground.world.text(ground.path("f")), ground.world.names(ground.path("d")))
    assert ground.world.doubtful(ground.path("new"))


def test_what_is_below_a_deleted_folder_is_unknown(ground: Ground) -> None:
    """The deletion may have failed: neither there nor gone."""
    ground.observe(DeletePath, "d")
    assert ["unknown", "unknown", "file"] == [ground.kind(name) for name in ("d", "d/x", "f")]
    assert ground.world.names(ground.path("d")) is None


def test_moves_change_both_ends(ground: Ground) -> None:
    """The source may be gone, and inside a folder the thing has its old name."""
    ground.observe(MovePath, "f", "d")
    assert ["unknown", "unknown", "unknown"] == [ground.kind(name) for name in ("f", "d/f", "d")]
    assert "file" == ground.kind("g")


def test_copies_keep_the_source(ground: Ground) -> None:
    """A copy changes the text of its goal only."""
    ground.observe(CopyPath, "f", "g")
    assert ("f", None) == (ground.world.text(ground.path("f")), ground.world.text(ground.path("g")))


def test_a_new_link_leads_where_it_leads(ground: Ground) -> None:
    """Paths through it are resolved, until it is changed again."""
    ground.observe(LinkPath, "/etc", "new")
    assert "/etc/passwd" == ground.world.real(ground.path("new/passwd"))
    ground.observe(DeletePath, "new")
    assert "/etc/passwd" != ground.world.real(ground.path("new/passwd"))


def test_a_link_that_moves_still_leads_where_it_led(ground: Ground) -> None:
    """`mv l m; rm -r m/x` means the folder behind the link."""
    ground.observe(MovePath, "l", "m")
    assert ground.path("d/x") == ground.world.real(ground.path("m/x"))


def test_links_in_a_ring_end(ground: Ground) -> None:
    """Two links to each other lead nowhere, and the search for it ends."""
    ground.observe(LinkPath, "p", "q")
    ground.observe(LinkPath, "q", "p")
    assert ground.world.real(ground.path("p/x"))


def test_a_folder_that_was_made_is_there(ground: Ground) -> None:
    """Where it can be made at all: below a folder that is there, and not over a file."""
    ground.world.made(ground.path("n"))
    ground.world.made(ground.path("n/m"))
    ground.world.made(ground.path("f"))
    ground.world.made(ground.path("no/such"))
    assert ["folder", "folder", "file", "missing"] == [ground.kind(name) for name in ("n", "n/m", "f", "no/such")]
    ground.observe(DeletePath, "n")
    assert "folder" != ground.kind("n/m")


def test_listings_with_and_without_what_may_have_come(ground: Ground) -> None:
    """A name that may be new counts in one listing and not in the other."""
    ground.observe(WritePath, "new")
    folder = str(ground.folder)
    assert ("d", "f", "g", "l", "new") == ground.world.listing(folder, doubtful=True)
    assert ("d", "f", "g", "l") == ground.world.listing(folder, doubtful=False)
    assert ground.world.names(folder) is None


@pytest.mark.parametrize(("pattern", "folder"), [("*", "."), ("d/*", "d")])
def test_a_change_of_unknown_names_leaves_no_listing(ground: Ground, pattern: str, folder: str) -> None:
    """What a pattern changed could be any of the names."""
    target = ground.paths.target(Value((pattern,), True), known(str(ground.folder)))
    ground.world.observe(DeletePath(target=target), "")
    assert ground.world.listing(str((ground.folder / folder).resolve()), doubtful=True) is None


@pytest.mark.parametrize("kind", [MovePath, CopyPath])
def test_what_comes_to_an_unknown_place_may_be_in_any_folder(ground: Ground, kind: type[Effect]) -> None:
    """After `cp secret $x` no listing says what `*` matches."""
    here = known(str(ground.folder))
    source, to = (ground.paths.target(word, here) for word in (known("f"), unknown("$x")))
    ground.world.observe(kind(target=source, to=to), "")  # type: ignore[call-arg]
    assert ground.world.listing(ground.path("d"), doubtful=True) is None


def test_what_nobody_can_read_may_have_changed_any_folder(ground: Ground) -> None:
    """After an opaque program no listing is believed; another machine's program changes nothing here."""
    ground.world.observe(Opaque(reason="x"), "host")
    assert ground.world.listing(ground.path("d"), doubtful=True) == ("e", "x")
    ground.world.observe(Opaque(reason="x"), "")
    assert ground.world.listing(ground.path("d"), doubtful=True) is None


def test_effects_elsewhere_change_nothing(ground: Ground) -> None:
    """What happens in a container or on a host is not a change of this machine."""
    ground.observe(DeletePath, "f", place="container")
    assert "file" == ground.kind("f")
