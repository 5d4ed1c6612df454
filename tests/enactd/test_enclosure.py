"""A hostile `.enact/` is looked at without running, waiting, or leaving the folder."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from enactd import enclosure
from enactd.enclosure import Enclosure, digest_of, is_same, look


def made(workspace: Path, **files: str) -> Path:
    folder = workspace / ".enact"
    for name, text in {"config.toml": "[protect]\n", **files}.items():
        file = folder / name.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def seen(workspace: Path) -> Enclosure:
    found = look(str(workspace))
    assert found is not None
    return found


def test_no_folder_is_no_enclosure(tmp_path: Path) -> None:
    """Nor is a workspace that is not there, or a name that is none."""
    assert look(str(tmp_path)) is None
    assert look(str(tmp_path / "gone")) is None
    assert look("/\0") is None


def test_what_counts_is_read(tmp_path: Path) -> None:
    """Settings and policies; other files, other folders and caches are nothing to us."""
    made(tmp_path, **{"policies__a.py": "1", "policies__deep__b.py": "2", "policies__readme.md": "x", "hook.sh": "rm -rf ~",
                      "other__c.py": "3", "policies____pycache____d.py": "4"})  # fmt: skip
    (tmp_path / ".enact/policies/__pycache__").mkdir(exist_ok=True)
    (tmp_path / ".enact/policies/__pycache__/e.py").write_text("5")
    found = seen(tmp_path)
    assert {"config.toml", "policies/a.py", "policies/deep/b.py"} <= set(found.files)
    assert not {name for name in found.files if "pycache__/e" in name or name.startswith(("other", "hook"))}
    assert b"[protect]\n" == found.config
    assert digest_of(found.files) == found.digest
    assert "" == found.problem


def _link(target: str) -> Callable[[Path], None]:
    return lambda place: place.symlink_to(target)


def _socket(place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        previous = Path.cwd()
        os.chdir(place.parent)
        try:
            listener.bind(place.name)
        finally:
            os.chdir(previous)


HOSTILE: dict[str, Callable[[Path], None]] = {
    "a FIFO": os.mkfifo,
    "a socket": _socket,
    "a folder": Path.mkdir,
    "a link to a secret": _link("/etc/passwd"),
    "a link to a device": _link("/dev/zero"),
    "a link to nowhere": _link("/nonexistent"),
    "a link to itself": _link("config.toml"),
    "a huge file": lambda place: os.truncate(_written(place), 1 << 40),
}


def _written(place: Path) -> str:
    place.write_text("")
    return str(place)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", ["config.toml", "policies/a.py"])
@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_plain_small_file_makes_it_unusable(tmp_path: Path, name: str, kind: str) -> None:
    """At once, with the name of what is wrong, and with nothing of what a link leads to."""
    folder = made(tmp_path, policies__ok="")
    place = folder / name
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    HOSTILE[kind](place)
    found = seen(tmp_path)
    if name.startswith("policies") and kind == "a folder":
        assert "" == found.problem  # a folder by the name of a policy is a folder
        return
    assert name in found.problem or "Too many levels" in found.problem
    assert ({}, "") == (found.files, found.digest)
    assert "root:" not in found.problem


def test_links_in_place_of_folders_are_not_followed(tmp_path: Path) -> None:
    """Neither for `.enact` nor below it: what they lead to is somebody else's."""
    secret = tmp_path / "home"
    (secret / "policies").mkdir(parents=True)
    (secret / "config.toml").write_text("[daemon]\n")
    (secret / "policies/a.py").write_text("SECRET")
    outer = tmp_path / "one"
    outer.mkdir()
    (outer / ".enact").symlink_to(secret)
    assert seen(outer).problem
    assert {} == seen(outer).files
    inner = tmp_path / "two"
    made(inner)
    (inner / ".enact/policies").symlink_to(secret / "policies")
    assert "policies" in seen(inner).problem
    assert {} == seen(inner).files


def test_many_files_and_deep_folders_are_bounded(tmp_path: Path) -> None:
    """A million entries cost no more than a few hundred."""
    crowd = tmp_path / "crowd"
    made(crowd)
    (crowd / ".enact/policies").mkdir()
    for number in range(enclosure.FILES + 5):
        (crowd / f".enact/policies/p{number}.py").write_text("")
    assert "more than" in seen(crowd).problem
    deep = tmp_path / "deep"
    made(deep)
    (deep / ".enact/policies" / "/".join("d" * 40)).mkdir(parents=True)
    assert "nested" in seen(deep).problem
    heavy = tmp_path / "heavy"
    made(heavy)
    (heavy / ".enact/policies").mkdir()
    for number in range(12):
        (heavy / f".enact/policies/p{number}.py").write_text("#" * (enclosure.FILE_LIMIT - 1))
    assert "too large" in seen(heavy).problem


def test_changes_are_seen_without_reading(tmp_path: Path) -> None:
    """An edit of the same length, a file more, a file less: all are another state."""
    folder = made(tmp_path, **{"policies__a.py": "1"})
    first = seen(tmp_path)
    assert is_same(first)
    time.sleep(0.01)
    (folder / "policies/a.py").write_text("2")
    assert not is_same(first)
    second = seen(tmp_path)
    assert first.digest != second.digest
    (folder / "policies/b.py").write_text("")
    assert not is_same(second)
    third = seen(tmp_path)
    (folder / "policies/b.py").unlink()
    assert not is_same(third)
    assert not is_same(Enclosure(workspace=str(tmp_path)))


def test_digests_do_not_run_names_and_contents_together() -> None:
    """Moving a byte from a name to a content is another digest."""
    assert digest_of({"a": b"b"}) != digest_of({"ab": b""})
    assert digest_of({"a": b"1", "b": b"2"}) != digest_of({"a": b"1b", "": b"2"})
    assert digest_of({"a": b"1", "b": b"2"}) == digest_of({"b": b"2", "a": b"1"})
