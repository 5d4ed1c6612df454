"""With the public key: everything that a checkpoint covers and that is not as it was is found, and where is said."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support import witnessed
from support.receipts import lines, segment
from support.witnessed import build, chain, rewrite, sizes

from enactd.receipts import checkpoint, merkle, note
from enactd.receipts.checkpoint import Checkpoint, Signed
from enactd.receipts.note import PublicKey
from enactd.receipts.verify import Report, verify

STEPS = "rcrcrcrcrc"  # a checkpoint after each record: so the first bad one is always named exactly


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, PublicKey]:
    folder = tmp_path_factory.mktemp("witnessed")
    key, _ = build(folder, STEPS)
    return folder / "log", key


@pytest.fixture
def log(original: tuple[Path, PublicKey], tmp_path: Path) -> Path:
    return Path(shutil.copytree(original[0], tmp_path / "copy"))


@pytest.fixture
def key(original: tuple[Path, PublicKey]) -> PublicKey:
    return original[1]


def found(folder: Path, key: PublicKey, since: Signed | None = None) -> tuple[int, int] | None:
    problem = verify(str(folder), key=key, since=since).problem
    return (problem.index, problem.step) if problem else None


def kept(folder: Path, number: int) -> Signed:
    """The checkpoint that someone took away when it was new."""
    (path,) = checkpoint.list_files(str(folder))
    return checkpoint.read_file(path)[0][number]


def forget(folder: Path) -> None:
    """Delete what the log itself could be held against."""
    for path in [*checkpoint.list_files(str(folder)), str(folder / "tree.state"), str(folder / "log.vkey")]:
        Path(path).unlink(missing_ok=True)


def test_a_good_log(log: Path, key: PublicKey) -> None:
    """All checkpoints are good, the newest covers everything; so does every old one that was kept."""
    report = verify(str(log), key=key)
    assert (5, None, 5, 5) == (report.records, report.problem, report.evidence.checkpoints, report.evidence.covered)
    for number in range(5):
        assert found(log, key, kept(log, number)) is None


@pytest.mark.parametrize("number", range(1, 5))
@pytest.mark.parametrize("index", range(5))
def test_a_rewritten_record(log: Path, key: PublicKey, index: int, number: int) -> None:
    """Rewritten with everything behind it: the checkpoints beside the log name it, or one kept elsewhere does."""
    since = kept(log, number)
    rewrite(log, index, call_id="other")
    assert (index, 9) == found(log, key)
    forget(log)
    covered = index <= number
    assert ((0, 10) if covered else None) == found(log, key, since)


@pytest.mark.parametrize("index", range(5))
def test_a_dropped_record(log: Path, key: PublicKey, index: int) -> None:
    """Left out, with the rest numbered and chained anew: found wherever it was, the last one included."""
    since = kept(log, 4)
    entries = [json.loads(line) for line in lines(log)]
    del entries[index]
    chain(log, entries)
    assert (index, 9) == found(log, key)
    forget(log)
    assert (4, 10) == found(log, key, since)


@pytest.mark.parametrize("index", range(5))
def test_a_doubled_record(log: Path, key: PublicKey, index: int) -> None:
    """Put in twice: the place of the second is named, unless it stands behind everything that was signed."""
    entries = [json.loads(line) for line in lines(log)]
    entries.insert(index, dict(entries[index]))
    chain(log, entries)
    assert ((index + 1, 9) if index < 4 else None) == found(log, key)


@pytest.mark.parametrize("index", range(4))
def test_swapped_records(log: Path, key: PublicKey, index: int) -> None:
    """In another order: the first of the two is named."""
    entries = [json.loads(line) for line in lines(log)]
    entries[index], entries[index + 1] = entries[index + 1], entries[index]
    chain(log, entries)
    assert (index, 9) == found(log, key)


@pytest.mark.parametrize("index", range(5))
def test_a_cut_tail(log: Path, key: PublicKey, index: int) -> None:
    """Whole lines missing at the end: seen beside a checkpoint that covers more, and not without one."""
    since = kept(log, 4)
    segment(log).write_bytes(b"".join(lines(log)[:index]))
    assert (index, 9) == found(log, key)
    forget(log)
    assert found(log, key) is None
    assert (index, 10) == found(log, key, since)


@pytest.mark.parametrize("index", range(5))
def test_a_fork(log: Path, key: PublicKey, index: int, tmp_path: Path) -> None:
    """Another history from some record on, however good in itself, does not go on from the checkpoint kept."""
    since = kept(log, 4)
    entries = [json.loads(line) for line in lines(log)][:index]
    entries += [json.loads(lines(log)[0]) | {"call_id": f"fork{number}"} for number in range(8)]
    chain(log, entries)
    assert (index, 9) == found(log, key)
    forget(log)
    assert (0, 10) == found(log, key, since)


def test_an_old_head_replayed(log: Path, key: PublicKey) -> None:
    """Log and checkpoints put back to an earlier state are one whole; only a later checkpoint elsewhere tells."""
    since = kept(log, 4)
    (path,) = checkpoint.list_files(str(log))
    blocks = Path(path).read_bytes().split(b"\n\n")
    Path(path).write_bytes(b"\n\n".join(blocks[:4]) + b"\n\n")
    segment(log).write_bytes(b"".join(lines(log)[:2]))
    assert found(log, key) is None
    assert (2, 10) == found(log, key, since)


def test_another_key(log: Path, key: PublicKey) -> None:
    """Checkpoints of an attacker's key, however consistent, are not the log's."""
    seed = bytes(32)
    other = note.public_key(key.name, seed)
    rewrite(log, 1, call_id="other")
    leaves = [merkle.leaf_hash(line[:-1]) for line in lines(log)]
    made = [Checkpoint(key.name, size, merkle.root_of(leaves[:size])).signed(seed) + b"\n" for size in range(1, 6)]
    Path(checkpoint.list_files(str(log))[0]).write_bytes(b"".join(made))
    assert found(log, other) is None
    assert (0, 9) == found(log, key)
    problem = verify(str(log), key=key).problem
    assert problem is not None
    assert "not signed by the log's key" in problem.reason


def test_every_byte_of_the_checkpoints(log: Path, key: PublicKey) -> None:
    """A changed checkpoint is found, too; the last one may look like an unfinished write, and then covers nothing."""
    path = Path(checkpoint.list_files(str(log))[0])
    whole = path.read_bytes()
    last = len(whole) - len(kept(log, 4).data) - 1
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1
        path.write_bytes(bytes(changed))
        report = verify(str(log), key=key)
        assert report.problem is not None or (place >= last and report.evidence.covered == 4), place


def test_every_cut_of_the_checkpoints(log: Path, key: PublicKey) -> None:
    """Cut anywhere, as a crash could have: what is left is good, and covers less."""
    path = Path(checkpoint.list_files(str(log))[0])
    whole = path.read_bytes()
    for size in range(0, len(whole), 3):
        path.write_bytes(whole[:size])
        report = verify(str(log), key=key)
        assert report.problem is None
        assert report.evidence.covered <= 5


def test_every_byte_of_every_line(log: Path, key: PublicKey) -> None:
    """With the public key alone, the changed record is named, the newest included."""
    whole = lines(log)
    for index, line in enumerate(whole):
        for place in range(0, len(line), 2):
            flipped = bytearray(line)
            flipped[place] ^= 1
            segment(log).write_bytes(b"".join([*whole[:index], bytes(flipped), *whole[index + 1 :]]))
            problem = found(log, key)
            assert problem is not None, (index, place)
            # Nothing vouches for the place of a line with a changed `prev`: it, or the one before.
            assert index == problem[0] or (problem[1] == 6 and index - 1 == problem[0]), (index, place)


def test_sparse_checkpoints(tmp_path: Path) -> None:
    """Where checkpoints are far apart, the first record behind the last good one is named."""
    key, _ = build(tmp_path, "rrrcrrrc")
    rewrite(tmp_path / "log", 4, call_id="other")
    assert (3, 9) == found(tmp_path / "log", key)
    report = verify(str(tmp_path / "log"), key=key)
    assert 3 == report.evidence.covered == report.records


# Changed keys.


@pytest.mark.parametrize("which", ["first", "last"])
def test_over_changed_keys(tmp_path: Path, which: str) -> None:
    """Any public key the log ever had verifies all of it, and the first MAC key all MACs."""
    first, _ = build(tmp_path, "rc")
    last, _ = build(tmp_path, "rkrcrekcr")
    key = first if which == "first" else last
    report = verify(str(tmp_path / "log"), key=key)
    assert (None, 2) == (report.problem, report.evidence.rotations)
    assert len(sizes(tmp_path / "log")) == report.evidence.checkpoints
    rewrite(tmp_path / "log", 2, call_id="other")
    assert found(tmp_path / "log", key) is not None


def test_the_old_key_after_its_time(tmp_path: Path) -> None:
    """Who steals a key that was replaced can sign nothing new with it."""
    build(tmp_path, "rc")
    seed = json.loads((tmp_path / "keys/checkpoint.key").read_text())["seed"]
    key, _ = build(tmp_path, "rkrcr")
    where = tmp_path / "log"
    leaves = [merkle.leaf_hash(line[:-1]) for line in lines(where)]
    false = Checkpoint(key.name, len(leaves), merkle.root_of(leaves)).signed(bytes.fromhex(seed))
    path = Path(checkpoint.list_files(str(where))[-1])
    path.write_bytes(b"\n\n".join(path.read_bytes().split(b"\n\n")[:-3]) + b"\n\n" + false + b"\n")
    problem = verify(str(where), key=key).problem
    assert problem is not None
    assert (9, True) == (problem.step, "not signed" in problem.reason)


def test_a_key_that_is_not_of_the_log(tmp_path: Path) -> None:
    """After a change of keys, too."""
    key, _ = build(tmp_path, "rkr")
    report = verify(str(tmp_path / "log"), key=note.public_key(key.name, bytes(32)))
    assert report.problem is not None
    assert "none is the one given" in report.problem.reason


def test_a_false_announcement(tmp_path: Path) -> None:
    """A new key that the old one did not sign is named with its record."""
    key, _ = build(tmp_path, "rkr")
    where = tmp_path / "log"
    forged = json.loads(lines(where)[1])["detail"]
    forged["note"] = forged["note"].replace("enactd-key-rotation@v1", "enactd-key-rotation@v2")
    rewrite(where, 1, detail=forged)
    assert (0, 9) == found(where, key) or (1, 9) == found(where, key)


def test_the_checkpoint_of_another_log(tmp_path: Path, log: Path, key: PublicKey) -> None:
    """It says nothing about this one, and that is said."""
    build(tmp_path / "other", "rc", log_id="other.1")
    report = verify(str(log), key=key, since=kept(tmp_path / "other" / "log", 0))
    assert report.problem is not None
    assert (10, True) == (report.problem.step, "another log" in report.problem.reason)


def test_after_accepted_damage(tmp_path: Path) -> None:
    """A cut that an operator accepted stays visible; the checkpoints behind it are good."""
    key, _ = build(tmp_path, "rrrrc")
    where = tmp_path / "log"
    segment(where).write_bytes(b"".join(lines(where)[:2]))
    build(tmp_path, "rrc", accept_damage=True)
    report = verify(str(where), key=key)
    assert report.problem is not None
    assert (0, 9) == (report.problem.index, report.problem.step)
    Path(checkpoint.list_files(str(where))[0]).unlink()
    report = verify(str(where), key=key)
    assert isinstance(report, Report)
    assert (None, 1, 5) == (report.problem, report.evidence.checkpoints, report.evidence.covered)


def test_no_checkpoint_no_key(log: Path, key: PublicKey) -> None:
    """Without the key nothing is said about checkpoints; without checkpoints nothing is covered."""
    assert 0 == verify(str(log)).evidence.checkpoints
    forget(log)
    report = verify(str(log), key=key)
    assert (None, 0, 0) == (report.problem, report.evidence.checkpoints, report.evidence.covered)
    assert witnessed.NEVER.records > 0
