"""What is installed is in force whole, and only what follows it takes its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.bundles import key, made, pin

from enactd import bundle_store
from enactd.config import Layout
from enactd.errors import PolicyError
from enactd.manifest import Bundle, open_bundle, sign


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    found = Layout.under(tmp_path / "e")
    found.prepare()
    return found


def candidate(folder: Path, version: str = "1.0.0", text: str = "# 1\n") -> Bundle:
    return open_bundle(made(folder, version, one=text))


def put(layout: Layout, bundle: Bundle) -> Path:
    bundle_store.with_candidate(bundle_store.installed(layout), bundle)
    return bundle_store.install(layout, bundle)


def test_nothing_is_installed_at_first(layout: Layout) -> None:
    """A missing folder is no bundle, and no error."""
    assert () == bundle_store.installed(layout)


def test_install_and_replace(layout: Layout, tmp_path: Path) -> None:
    """A newer version takes the place of the older; the folder it came from is not needed any more."""
    put(layout, candidate(tmp_path / "a"))
    place = put(layout, candidate(tmp_path / "b", "1.1.0", "# 2\n"))
    (found,) = bundle_store.installed(layout)
    assert ("1.1.0", b"# 2\n", str(place)) == (found.manifest.version, found.contents["one.py"], found.path)
    assert not [path for path in layout.bundles.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    ("version", "text", "expected"), [("1.1.9", "# 1\n", "older"), ("1.2.0", "# other\n", "another one")]
)
def test_an_older_or_another_one_is_refused(
    version: str, text: str, expected: str, layout: Layout, tmp_path: Path
) -> None:
    """An older bundle never replaces a good one, nor does another content under its version."""
    put(layout, candidate(tmp_path / "a", "1.2.0"))
    with pytest.raises(PolicyError, match=expected):
        put(layout, candidate(tmp_path / "b", version, text))
    assert "1.2.0" == bundle_store.installed(layout)[0].manifest.version


def test_the_same_again_changes_nothing(layout: Layout, tmp_path: Path) -> None:
    """Installing what is installed is no error."""
    put(layout, candidate(tmp_path / "a"))
    put(layout, candidate(tmp_path / "a"))
    assert 1 == len(bundle_store.installed(layout))


def test_several_bundles(layout: Layout, tmp_path: Path) -> None:
    """Each has its own version; one goes without the others."""
    put(layout, candidate(tmp_path / "a"))
    from enactd.manifest import build

    build(made(tmp_path / "b", one="# b\n"), name="other", version="0.1.0")
    put(layout, open_bundle(str(tmp_path / "b")))
    assert ["acme", "other"] == [bundle.manifest.name for bundle in bundle_store.installed(layout)]
    assert "1.0.0" == bundle_store.remove(layout, "acme").version
    assert ["other"] == [bundle.manifest.name for bundle in bundle_store.installed(layout)]
    assert 1 == len([path for path in layout.bundles.iterdir() if path.is_dir()])
    with pytest.raises(PolicyError, match="no bundle `acme`"):
        bundle_store.remove(layout, "acme")


@pytest.mark.parametrize("how", ["file", "list", "manifest"])
def test_what_was_changed_behind_our_back_is_an_error(how: str, layout: Layout, tmp_path: Path) -> None:
    """It is verified at every load; what does not verify is not loaded, and not left out in silence."""
    place = put(layout, candidate(tmp_path / "a"))
    match how:
        case "file":
            (place / "one.py").write_text("# weaker\n")
        case "list":
            (layout.bundles / "installed.json").write_text("{")
        case "manifest":
            made(place, "1.0.0", one="# weaker\n")
    with pytest.raises(PolicyError):
        bundle_store.installed(layout)


def test_pinned_keys_make_signatures_required(layout: Layout, tmp_path: Path) -> None:
    """Also for what was installed before the key was pinned."""
    bundle = candidate(tmp_path / "a")
    put(layout, bundle)
    private, public = key(tmp_path / "k")
    pin(layout.bundle_keys, public)
    with pytest.raises(PolicyError, match="cannot be used") as caught:
        bundle_store.installed(layout)
    assert "not signed" in caught.value.cause
    assert f"rm -r {layout.bundles}" in caught.value.fix
    bundle_store.remove(layout, "acme")
    sign(bundle.path, private)
    signed = open_bundle(bundle.path, bundle_store.trusted_keys(layout))
    put(layout, signed)
    assert signed.signed_by == bundle_store.installed(layout)[0].signed_by != ""


def test_the_machines_keys_are_the_only_ones(layout: Layout, tmp_path: Path) -> None:
    """A user cannot add a signer where the machine's owner has named them."""
    import msgspec

    with_machine = msgspec.structs.replace(layout, machine=tmp_path / "etc")
    theirs, mine = key(tmp_path / "t")[1], key(tmp_path / "m")[1]
    pin(with_machine.machine_bundle_keys, theirs)
    pin(with_machine.bundle_keys, mine)
    from enactd.manifest import key_id

    assert [key_id(theirs)] == list(bundle_store.trusted_keys(with_machine))


def test_a_pinned_key_that_cannot_be_read_is_an_error(layout: Layout) -> None:
    """One key fewer would be another rule."""
    layout.bundle_keys.mkdir()
    (layout.bundle_keys / "broken.pem").write_text("nothing")
    with pytest.raises(PolicyError, match="no key for bundles"):
        bundle_store.trusted_keys(layout)
