"""A bundle is whole or none: every file by its digest, one signature over all of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from support.bundles import key, made

from enactd import __version__, manifest
from enactd.errors import PolicyError
from enactd.manifest import MANIFEST, SIGNATURE, build, open_bundle, sign


def refused(folder: str, trusted: Any = None) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        open_bundle(folder, trusted)
    assert "the policies in force stay" in caught.value.effect
    return caught.value


def test_what_was_built_opens(tmp_path: Path) -> None:
    """Name, version, the files themselves, and a digest of all of it."""
    found = open_bundle(made(tmp_path / "b"))
    assert ("acme", "1.0.0", __version__) == (found.manifest.name, found.manifest.version, found.manifest.engine)
    assert {"one.py": b"# 1\n", "deep/two.py": b"# 2\n"} == dict(found.contents)
    assert (1, 0, 0) == found.version
    assert found.digest != open_bundle(made(tmp_path / "c", one="# other\n")).digest
    assert found.digest == open_bundle(made(tmp_path / "d")).digest


def spoil(folder: Path, how: str) -> None:
    """Damage a good bundle."""
    match how:
        case "changed":
            (folder / "one.py").write_text("# other\n")
        case "missing":
            (folder / "one.py").unlink()
        case "added":
            (folder / "deep/more.py").write_text("# 3\n")
        case "link":
            (folder / "one.py").rename(folder.parent / "one.py")
            (folder / "one.py").symlink_to(folder.parent / "one.py")
        case "linked folder":
            (folder / "deep").rename(folder.parent / "deep")
            (folder / "deep").symlink_to(folder.parent / "deep")
        case "pipe":
            (folder / "one.py").unlink()
            os.mkfifo(folder / "one.py")
        case "huge":
            (folder / "one.py").write_bytes(b"#" * (manifest.FILE_LIMIT + 1))
        case "no manifest":
            (folder / MANIFEST).unlink()
        case "garbage":
            (folder / MANIFEST).write_bytes(b"\xff{")
        case "pipe for a manifest":
            (folder / MANIFEST).unlink()
            os.mkfifo(folder / MANIFEST)
        case "seal of garbage":
            (folder / SIGNATURE).write_text("signed, honestly")


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("changed", "`one.py` is not what the manifest says"),
        ("missing", "`one.py` is missing"),
        ("added", "`deep/more.py` is not in the manifest"),
        ("link", "`one.py`"),
        ("linked folder", "`deep` is a link"),
        ("pipe", "no ordinary file"),
        ("huge", "larger than"),
        ("no manifest", "no such file"),
        ("garbage", "manifest.json"),
        ("pipe for a manifest", "no ordinary file"),
        ("seal of garbage", "manifest.sig"),
    ],
)
def test_a_damaged_bundle_is_none(how: str, expected: str, tmp_path: Path) -> None:
    """Changed, missing, added, linked, endless: named, and refused."""
    folder = made(tmp_path / "b")
    spoil(Path(folder), how)
    assert expected in refused(folder).cause


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"format": 2}, "format is 2"),
        ({"engine": "99.0.0"}, "needs enactd 99.0.0"),
        ({"engine": "new"}, "no version"),
        ({"version": "1.0"}, "no version"),
        ({"version": "01.0.0"}, "no version"),
        ({"version": "1.0.0-rc1"}, "no version"),
        ({"name": "../x"}, "name"),
        ({"name": ""}, "name"),
        ({"files": {}}, "empty"),
        ({"files": {"../x.py": "0" * 64}}, "neither"),
        ({"files": {"/etc/x.py": "0" * 64}}, "neither"),
        ({"files": {"a//x.py": "0" * 64}}, "neither"),
        ({"files": {"run.sh": "0" * 64}}, "neither"),
        ({"files": {"README.md": "0" * 64}}, "no policy"),
        ({"more": 1}, "more"),
    ],
)
def test_a_manifest_that_makes_no_sense(change: dict[str, Any], expected: str, tmp_path: Path) -> None:
    """Formats, versions, names and places are checked before anything else is read."""
    folder = Path(made(tmp_path / "b"))
    table = msgspec.json.decode((folder / MANIFEST).read_bytes()) | change
    (folder / MANIFEST).write_bytes(msgspec.json.encode(table))
    assert expected in refused(str(folder)).cause


def test_an_empty_folder_is_no_bundle(tmp_path: Path) -> None:
    """There is nothing to build from nothing."""
    (tmp_path / "b").mkdir()
    with pytest.raises(PolicyError, match="no bundle"):
        build(str(tmp_path / "b"), name="acme", version="1.0.0")


def test_a_signature_is_of_a_pinned_key_and_of_these_bytes(tmp_path: Path) -> None:
    """Unsigned, signed by another, signed before a change: refused wherever a key is pinned."""
    folder = made(tmp_path / "b")
    private, public = key(tmp_path / "k.pem")
    other = key(tmp_path / "o.pem")[1]
    trusted = {manifest.key_id(public): public}
    assert "not signed" in refused(folder, trusted).cause
    identity = sign(folder, private)
    found = open_bundle(folder, trusted)
    assert (identity, identity) == (found.signed_by, found.claimed_key)
    assert "not pinned" in refused(folder, {manifest.key_id(other): other}).cause
    assert "the signature is not" in refused(folder, {identity: other}).cause
    seal = (Path(folder) / SIGNATURE).read_bytes()
    build(folder, name="acme", version="2.0.0")
    (Path(folder) / SIGNATURE).write_bytes(seal)
    assert "the signature is not" in refused(folder, trusted).cause


def test_an_unverified_signature_is_only_a_claim(tmp_path: Path) -> None:
    """Where no key is pinned nobody says that a bundle is signed."""
    folder = made(tmp_path / "b")
    identity = sign(folder, key(tmp_path / "k.pem")[0])
    found = open_bundle(folder)
    assert ("", identity) == (found.signed_by, found.claimed_key)


def test_building_again_takes_the_signature_away(tmp_path: Path) -> None:
    """A signature of something else is worse than none."""
    folder = made(tmp_path / "b")
    sign(folder, key(tmp_path / "k.pem")[0])
    build(folder, name="acme", version="1.0.1")
    assert not (Path(folder) / SIGNATURE).exists()


@pytest.mark.parametrize("content", [b"", b"no key", None])
def test_a_key_that_is_none(content: bytes | None, tmp_path: Path) -> None:
    """Missing, empty, of another kind: told, with the command that makes one."""
    folder = made(tmp_path / "b")
    path = tmp_path / "k.pem"
    if content is not None:
        path.write_bytes(content)
    for attempt in (lambda: sign(folder, str(path)), lambda: manifest.public_key(path)):
        with pytest.raises(PolicyError) as caught:
            attempt()
        assert "openssl genpkey" in caught.value.fix
    rsa, _ = key(tmp_path / "rsa.pem", generate_private_key(65537, 2048))
    with pytest.raises(PolicyError, match="no key for bundles"):
        sign(folder, rsa)


def test_the_order_of_versions() -> None:
    """Numbers, not letters."""
    assert manifest.parse_version("1.10.0", "x") > manifest.parse_version("1.9.99", "x")
