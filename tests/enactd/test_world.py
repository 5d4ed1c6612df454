"""The door to the world: total, bounded, and repeatable without the world."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.fuzz import examples

from enactd import world as world_module
from enactd.world import AssumedWorld, ReplayWorld, Stat, World, open_world


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("hello")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.sh").write_text("#!/bin/sh\n")
    (tmp_path / "link").symlink_to("a.txt")
    (tmp_path / "dead").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / os.fsdecode(b"caf\xe9")).write_bytes(b"\xff\xfe")
    return tmp_path


def make(folder: Path) -> World:
    return open_world(cwd=str(folder), workspace=str(folder), home=str(folder), environment={"A": "1"})


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.txt", "file"), ("sub", "folder"), ("link", "file"), ("dead", "link"), ("fifo", "other"),
        ("nothing", "missing"), ("a.txt/x", "missing"), ("nul\0", "unknown"), ("x" * 5000, "unknown"),
    ],
)  # fmt: skip
def test_kinds(folder: Path, name: str, kind: str) -> None:
    """Links are followed; what cannot be told is unknown."""
    assert kind == make(folder).stat(str(folder / name)).kind


@pytest.mark.timeout(10)
def test_only_regular_files_are_read(folder: Path) -> None:
    """FIFOs, sockets, devices, folders and endless files are never opened."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "sock"))
        world = make(folder)
        for path in (folder / "fifo", folder / "sock", folder, Path("/dev/zero"), Path("/dev/tty"), Path("/proc/kmsg")):
            assert world.text(str(path)) is None
    (folder / "to-zero").symlink_to("/dev/zero")
    assert world.text(str(folder / "to-zero")) is None
    assert "hello" == world.text(str(folder / "link"))


def test_text_has_a_limit(folder: Path) -> None:
    """A file over the limit is None rather than cut off; bytes that are no UTF-8 are replaced."""
    world = make(folder)
    assert (None, "hello") == (world.text(str(folder / "a.txt"), 4), world.text(str(folder / "a.txt"), 5))
    assert "\ufffd\ufffd" == world.text(str(folder / os.fsdecode(b"caf\xe9")))


def test_total_of_text_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All texts together have a limit, too."""
    monkeypatch.setattr(world_module, "TEXT_TOTAL", 8)
    world = make(folder)
    assert "hello" == world.text(str(folder / "a.txt"))
    assert world.text(str(folder / "sub" / "b.sh")) is None


def test_too_many_names_are_unknown(folder: Path) -> None:
    """A folder with more names than the limit is unknown, not cut off."""
    world = make(folder)
    assert {"a.txt", "sub", "link", "dead", "loop", "fifo", os.fsdecode(b"caf\xe9")} == set(
        world.names(str(folder)) or ()
    )
    many = folder / "many"
    many.mkdir()
    for number in range(world_module.NAMES_LIMIT + 1):
        (many / str(number)).touch()
    assert world.names(str(many)) is None
    assert world.names(str(folder / "a.txt")) is None


def test_lookups_are_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the limit every new answer is unknown; what was asked before stays known."""
    monkeypatch.setattr(world_module, "LOOKUP_LIMIT", 2)
    world = make(folder)
    first = world.stat(str(folder / "a.txt"))
    world.stat(str(folder / "sub"))
    assert Stat() == world.stat(str(folder / "link"))
    assert (None, None) == (world.names(str(folder)), world.text(str(folder / "a.txt")))
    assert str(folder / "x") == world.real(str(folder / "sub" / ".." / "x"))
    assert "none" == world.git_state(str(folder / "a.txt"))
    assert first == world.stat(str(folder / "a.txt"))


def test_facts_do_not_change_during_a_call(folder: Path) -> None:
    """A path is looked up once; the reading and the receipt see the same world."""
    world = make(folder)
    assert "file" == world.stat(str(folder / "a.txt")).kind
    (folder / "a.txt").unlink()
    assert "file" == world.stat(str(folder / "a.txt")).kind


_NAMES = st.one_of(
    st.sampled_from(["a.txt", "sub", "sub/b.sh", "link", "dead", "loop", "fifo", "..", ".", "", "caf\udce9", "sub/x"]),
    st.text(alphabet=st.characters(), max_size=12),
)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(_NAMES, max_size=6))
def test_total_and_repeatable(folder: Path, names: list[str]) -> None:
    """Any text is a path; a replay from JSON answers the same without touching the disk."""

    def ask(world: World) -> list[object]:
        answers: list[object] = []
        for name in names:
            for path in (name, f"{folder}/{name}"):
                repository = world.repository(path)
                answers += [
                    world.stat(path), world.real(path), world.names(path), world.text(path), world.git_state(path),
                    repository and repository.top,
                ]  # fmt: skip
        return answers

    world = make(folder)
    before = ask(world)
    kept = msgspec.json.decode(msgspec.json.encode(world.facts))
    again = ReplayWorld(kept, cwd=world.cwd, workspace=world.workspace, home=world.home)
    assert before == ask(again)
    assert kept == again.facts


def test_replay_without_facts(folder: Path) -> None:
    """What the facts do not hold is unknown, although the disk knows."""
    world = ReplayWorld({}, cwd="/", workspace="/", home="/")
    path = str(folder / "a.txt")
    assert (Stat(), None, None, "none") == (
        world.stat(path),
        world.text(path),
        world.names(path),
        world.git_state(path),
    )


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/no/w/src/app.py", "file"), ("/no/w/build/", "folder"), ("/no/w/src", "folder"), ("/no/w", "folder"),
        ("/no", "folder"), ("/", "folder"), ("/home/ghost", "folder"), ("/no/w/.env", "unknown"), ("/no/w/.env.local", "file"),
        ("/no/w/thing", "unknown"),
        ("/no/w/node_modules", "folder"), ("/etc", "folder"), ("/no/w/Makefile.am", "file"),
    ],
)  # fmt: skip
def test_assumed_world(path: str, kind: str) -> None:
    """Where the workspace is not on this machine, what is named exists."""
    world = open_world(cwd="/no/w", workspace="/no/w", home="/home/ghost")
    assert isinstance(world, AssumedWorld)
    assert world.assumed
    assert kind == world.stat(path).kind
    assert (None, None, os.path.normpath(path)) == (world.text(path), world.names(path), world.real(path))


def test_variables(folder: Path) -> None:
    """Variables come from the call's environment alone."""
    world = make(folder)
    assert ("1", None) == (world.variable("A"), world.variable("PATH"))
    assert not world.assumed


@pytest.mark.parametrize(
    ("home", "name", "expected"),
    [
        ("/c/Users/u", "LOCALAPPDATA", "/c/Users/u/AppData/Local"),
        ("C:/Users/u", "USERPROFILE", "C:/Users/u"),
        ("/c/Users/u", "TEMP", "/c/Users/u/AppData/Local/Temp"),
        ("/home/u", "USERPROFILE", None),
        ("/Users/u", "APPDATA", None),
        ("/c/Users/u", "PATH", None),
    ],
)
def test_variables_of_windows_are_known_from_the_home(home: str, name: str, expected: str | None) -> None:
    """What Windows always sets is no unknown there, and nothing elsewhere."""
    assert expected == World(cwd="/", workspace="/w", home=home).variable(name)
    assert World(cwd="/", workspace="/w", home=home, complete=True).variable(name) is None
