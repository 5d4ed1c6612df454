"""Our hook and another guard's, in turn, with the same calls."""

from __future__ import annotations

from pathlib import Path

from bench import calls
from bench.ground import Ground
from bench.peers import Hook, Installed, Peer


def test_guards_are_measured_in_turn(tmp_path: Path) -> None:
    """Each has a figure for each kind that it is asked about, what it said, and the ratio to /bin/true."""
    other = Installed(
        Peer("silent", "pypi", "silent==1"), (Hook("Bash", ("/bin/cat",)),), tmp_path, tmp_path / "work", "/bin"
    )
    with Ground() as ground, ground.daemon():
        found = calls.beside(ground, [other], 2)
    assert [*((calls.OURS, kind) for kind in calls.SAME), ("silent==1", "short command")] == sorted(
        ((one.name, one.kind) for one in found), key=lambda key: (key[0] != calls.OURS, calls.SAME.index(key[1]))
    )
    assert {"pass"} == {one.word for one in found}
    assert all(one.figures.n == 2 and one.to_true > 0 for one in found)
