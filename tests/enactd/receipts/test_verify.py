"""The numbered checks name the first bad record, for every way to tamper with a log."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.receipts import decision, lines, open_log, segment, signer, write_log

from enactd.errors import ExitCode, ReceiptError
from enactd.receipts import canonical, record, verify
from enactd.receipts.record import Draft, Link, Outcome
from enactd.receipts.signer import Signer
from enactd.receipts.verify import STEPS, Report, verify_macs

COUNT = 5


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five records in one segment, the last an outcome that links to the third."""
    folder = tmp_path_factory.mktemp("log")
    log = open_log(folder)
    found = [log.append_now(decision(call_id=f"c{number}")) for number in range(COUNT - 1)]
    log.append_now(Draft(kind="outcome", outcome=Outcome(status="ok"), links=(found[2].link(),)))
    log.close()
    return folder


@pytest.fixture
def log(original: Path, tmp_path: Path) -> Path:
    """A copy to tamper with."""
    return Path(shutil.copytree(original, tmp_path / "copy"))


def found(folder: Path, key: Signer | None = None) -> tuple[int, int] | None:
    """Index and step of the problem."""
    problem = verify.verify(str(folder), key).problem
    return (problem.index, problem.step) if problem else None


def rewrite(folder: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    segment(folder).write_bytes(b"".join(change(lines(folder))))


def forge(folder: Path, index: int, **fields: Any) -> None:
    """Change fields of one line, in canonical form, with all `prev` behind it made right, as an attacker would."""
    entries = [json.loads(line) for line in lines(folder)]
    entries[index] |= fields
    forged: list[bytes] = []
    for number, entry in enumerate(entries):
        if number > index:
            entry["prev"] = record.line_hash(forged[-1])
        forged.append(canonical.encode(entry))
    segment(folder).write_bytes(b"".join(line + b"\n" for line in forged))


def test_a_good_log(log: Path) -> None:
    """All steps pass, with and without the key; the head is the last line's hash."""
    head = record.line_hash(lines(log)[-1][:-1])
    assert Report(records=5, segments=1, log_id="test.1", head=head) == verify.verify(str(log))
    assert Report(records=5, segments=1, log_id="test.1", head=head, macs=5) == verify.verify(str(log), signer())
    assert ExitCode.OK == verify.verify(str(log)).exit_code


@pytest.mark.parametrize("segment_bytes", [1, 600, 1100])
def test_a_good_log_of_many_segments(tmp_path: Path, segment_bytes: int) -> None:
    """Seams are no problem, nor is an empty newest segment."""
    write_log(tmp_path, 9, segment_bytes=segment_bytes)
    segment(tmp_path, 9).write_bytes(b"")
    report = verify.verify(str(tmp_path), signer())
    assert (9, None) == (report.records, report.problem)
    assert len(list(tmp_path.glob("*.jsonl"))) == report.segments


def test_no_log(tmp_path: Path) -> None:
    """Nothing there is nothing wrong, and the report says that it is nothing."""
    assert Report(records=0, segments=0) == verify.verify(str(tmp_path / "none"))


def test_steps_are_numbered_as_documented() -> None:
    """The module's text lists the same numbers and names."""
    assert verify.__doc__ is not None
    for number, name in STEPS.items():
        assert f"({number}) {name} " in verify.__doc__
    assert list(range(1, 11)) == list(STEPS)


def test_every_byte_flipped_with_the_key(log: Path) -> None:
    """With the key the record that was changed is named, whichever byte it was."""
    whole = lines(log)
    path = segment(log)
    for index, line in enumerate(whole):
        before, after = b"".join(whole[:index]), b"".join(whole[index + 1 :])
        for place in range(len(line)):
            flipped = bytearray(line)
            flipped[place] ^= 1
            path.write_bytes(before + bytes(flipped) + after)
            problem = found(log, signer())
            assert problem is not None
            assert index == problem[0], (index, place)


def test_every_byte_flipped_without_the_key(log: Path) -> None:
    """Without the key the same holds for all records but the newest, whose word stands alone."""
    whole = lines(log)
    path = segment(log)
    for index, line in enumerate(whole[:-2]):
        before, after = b"".join(whole[:index]), b"".join(whole[index + 1 :])
        for place in range(len(line)):
            flipped = bytearray(line)
            flipped[place] ^= 1
            path.write_bytes(before + bytes(flipped) + after)
            problem = found(log)
            assert problem is not None
            assert index == problem[0], (index, place)


def test_bits_of_every_byte(log: Path) -> None:
    """High bits, too: what is no UTF-8 or no text any more is named just the same."""
    whole = lines(log)
    for mask in (2, 0x20, 0x80, 0xFF):
        for place in range(0, len(whole[1]), 3):
            flipped = bytearray(whole[1])
            flipped[place] ^= mask
            segment(log).write_bytes(b"".join([whole[0], bytes(flipped), *whole[2:]]))
            problem = found(log, signer())
            assert problem is not None
            assert 1 == problem[0]


@pytest.mark.parametrize("index", range(COUNT - 1))
def test_a_dropped_line(log: Path, index: int) -> None:
    """The place where it is missing is named."""
    rewrite(log, lambda whole: whole[:index] + whole[index + 1 :])
    assert (index, 5) == found(log) == found(log, signer())


def test_the_last_line_dropped(log: Path) -> None:
    """A cut tail cannot be seen from the folder alone, with or without the key; the head tells."""
    head = verify.verify(str(log)).head
    rewrite(log, lambda whole: whole[:-1])
    assert found(log) is found(log, signer()) is None
    assert head != verify.verify(str(log)).head


@pytest.mark.parametrize("index", range(COUNT))
def test_a_doubled_line(log: Path, index: int) -> None:
    """The second of the two is named."""
    rewrite(log, lambda whole: whole[: index + 1] + whole[index:])
    assert (index + 1, 5) == found(log) == found(log, signer())


@pytest.mark.parametrize("index", range(COUNT - 1))
def test_swapped_lines(log: Path, index: int) -> None:
    """The first of the two is named."""
    rewrite(log, lambda whole: [*whole[:index], whole[index + 1], whole[index], *whole[index + 2 :]])
    assert (index, 5) == found(log) == found(log, signer())


def test_every_cut(log: Path) -> None:
    """A log cut inside a line names that line; cut between lines, see above."""
    data = segment(log).read_bytes()
    starts = [0]
    for line in lines(log):
        starts.append(starts[-1] + len(line))
    for size in range(len(data)):
        segment(log).write_bytes(data[:size])
        expected = None if size in starts else (sum(start < size for start in starts) - 1, 2)
        assert expected == found_at_once(log)


def found_at_once(folder: Path) -> tuple[int, int] | None:
    patience, verify._PATIENCE = verify._PATIENCE, ()  # nobody is writing
    try:
        return found(folder)
    finally:
        verify._PATIENCE = patience


@pytest.mark.parametrize("rest", [b"x", b"\n", b"{}\n", b"[]\n", b"\0\0\0", b"null\n", b"\xff\n", b" \n"])
def test_something_behind_the_end(log: Path, rest: bytes) -> None:
    """Whatever was added is named."""
    with segment(log).open("ab") as file:
        file.write(rest)
    problem = found(log, signer())
    assert problem is not None
    assert 5 == problem[0]
    assert problem[1] in {2, 4}


@pytest.mark.parametrize(
    ("old", "new", "step"),
    [
        (b'"kind":"decision"', b'"kind":"decision" ', 3),
        (b'"seq":1', b'"seq":1.0', 3),
        (b'"seq":1', b'"seq":1,"seq":1', 3),
        (b'"verdict":"allow"', b'"verdict":"\\u0061llow"', 3),
        (b'"verdict":"allow"', b'"verdict":"allowed"', 4),
        (b'"verdict":"allow"', b'"verdict":"allow","wrong":1', 4),
        (b'"verdict":"allow"', b'"verdict":null', 4),
        (b'"tool":"Bash"', b'"tool":""', 4),
        (b'"v":1', b'"v":2', 4),
        (b'"seq":1', b'"seq":7', 5),
        (b'"log":"test.1"', b'"log":"test.2"', 6),
        (b'"mac_alg":"HMAC-SHA256"', b'"mac_alg":"plain"', 8),
        (b'"mac_key":"', b'"mac_key":"0', 8),
        (b'"tool":"Bash"', b'"tool":"Read"', 8),
    ],
    ids=lambda value: str(value)[:40],
)
def test_each_step(log: Path, old: bytes, new: bytes, step: int) -> None:
    """Each kind of change fails at its own step."""
    whole = lines(log)
    assert old in whole[1]
    whole[1] = whole[1].replace(old, new)
    segment(log).write_bytes(b"".join(whole))
    assert (1, step) == found(log, signer())


def test_which_side_of_a_broken_chain(log: Path) -> None:
    """The changed record is named, and a changed `prev` is told from a changed neighbour by the line behind."""
    whole = lines(log)
    changed = [*whole[:1], whole[1].replace(b"Bash", b"Bush"), *whole[2:]]
    segment(log).write_bytes(b"".join(changed))
    assert (1, 6) == found(log)
    first = json.loads(whole[2])["prev"].encode()
    changed = [*whole[:2], whole[2].replace(first, b"0" * 64), *whole[3:]]
    segment(log).write_bytes(b"".join(changed))
    assert (2, 6) == found(log)


def test_the_last_link_of_the_chain(log: Path) -> None:
    """Where no line follows, the earlier record is named."""
    whole = lines(log)
    segment(log).write_bytes(b"".join([*whole[:-2], whole[-2].replace(b"Bash", b"Bush"), whole[-1]]))
    assert (3, 6) == found(log)
    assert (3, 8) == found(log, signer())


@pytest.mark.parametrize("index", range(COUNT))
def test_a_rewritten_log(log: Path, index: int) -> None:
    """Who rewrites everything from a record on deceives the chain, not the key."""
    forge(log, index, tool="Forged")
    expected = (4, 7) if index <= 2 else None  # the outcome still points to the third line as it was
    assert expected == found(log)
    assert (index, 8) == found(log, signer())


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ({"seq": 2, "hash": "0" * 64}, "hash"),
        ({"seq": 1}, "hash"),
        ({"seq": 4}, "not earlier"),
        ({"seq": 4000}, "not earlier"),
        ({"relation": "approval"}, "says `approval`"),
    ],
)
def test_links(log: Path, link: dict[str, Any], reason: str) -> None:
    """A link must point to an earlier record, by its hash, of the kind it says."""
    entry = json.loads(lines(log)[4])
    forge(log, 4, links=[entry["links"][0] | link])
    report = verify.verify(str(log))
    assert report.problem is not None
    assert (4, 7) == (report.problem.index, report.problem.step)
    assert reason in report.problem.reason


def test_a_link_to_itself(tmp_path: Path) -> None:
    """The writer can be made to write it; the verifier names it."""
    log = open_log(tmp_path)
    log.append_now(decision(links=(Link(relation="decision", seq=0, hash="0" * 64),)))
    log.close()
    assert (0, 7) == found(tmp_path)


def test_an_undo_may_point_anywhere(tmp_path: Path) -> None:
    """Only decisions and approvals have a kind of their own."""
    log = open_log(tmp_path)
    first = log.append_now(Draft(kind="session", event="start"))
    log.append_now(decision(links=(first.link("undo"),)))
    log.append_now(decision(links=(first.link("decision"),)))
    log.close()
    assert (2, 7) == found(tmp_path)


@pytest.fixture
def segmented(tmp_path: Path) -> Path:
    write_log(tmp_path, 6, segment_bytes=1)
    return tmp_path


@pytest.mark.parametrize("index", range(5))
def test_a_missing_segment(segmented: Path, index: int) -> None:
    """A file that is gone is named by its first record; the last one is a cut tail."""
    segment(segmented, index).unlink()
    assert (index, 1) == found(segmented)


def test_swapped_segments(segmented: Path) -> None:
    """Contents under each other's names fail where the first of them begins."""
    one, two = segment(segmented, 2).read_bytes(), segment(segmented, 4).read_bytes()
    segment(segmented, 2).write_bytes(two)
    segment(segmented, 4).write_bytes(one)
    assert (2, 5) == found(segmented)


def test_joined_segments(segmented: Path) -> None:
    """A file that took over its neighbour's records is followed by one too many."""
    with segment(segmented, 2).open("ab") as file:
        file.write(segment(segmented, 3).read_bytes())
    assert (4, 1) == found(segmented)


def test_a_torn_segment_in_the_middle(segmented: Path) -> None:
    """An unfinished line is only ever the newest segment's."""
    data = segment(segmented, 3).read_bytes()
    segment(segmented, 3).write_bytes(data[:-1])
    assert (3, 2) == found(segmented)


def test_a_change_next_to_a_missing_segment(segmented: Path) -> None:
    """A broken chain at a seam is named although the segment behind is gone, too."""
    changed = segment(segmented, 2).read_bytes().replace(b"Bash", b"Bush")
    segment(segmented, 2).write_bytes(changed)
    segment(segmented, 4).unlink()
    assert (2, 6) == found(segmented)


def test_an_empty_segment_in_the_middle(segmented: Path) -> None:
    """A segment that was emptied is a missing record."""
    segment(segmented, 2).write_bytes(b"")
    assert (2, 1) == found(segmented)


def test_another_key(log: Path) -> None:
    """The wrong key fails at the first record and says whose it is."""
    report = verify.verify(str(log), Signer(b"x" * 32))
    assert report.problem is not None
    assert (0, 8) == (report.problem.index, report.problem.step)
    assert signer().key_id in report.problem.reason


@pytest.mark.parametrize(("first", "last", "macs"), [(0, None, 5), (2, None, 3), (0, 0, 1), (1, 3, 3), (5, None, 0)])
def test_macs_of_a_range(log: Path, first: int, last: int | None, macs: int) -> None:
    """The chain is always checked from the start; MACs where they were asked for."""
    report = verify_macs(str(log), signer(), first, last)
    assert (5, macs, None) == (report.records, report.macs, report.problem)


def test_a_bad_mac_outside_the_range(log: Path) -> None:
    """What was not asked for is not reported as checked."""
    forge(log, 4, tool="Forged")
    assert verify_macs(str(log), signer(), 1, 3).problem is None
    assert verify_macs(str(log), signer(), 4, 4).problem is not None


def test_the_report_of_a_problem(log: Path) -> None:
    """Number of good records, step by name, file, reason, exit code."""
    rewrite(log, lambda whole: whole[:2] + whole[3:])
    report = verify.verify(str(log))
    assert report.problem is not None
    assert (2, ExitCode.TAMPERED) == (report.records, report.exit_code)
    assert ("sequence", "000000000000.jsonl") == (report.problem.step_name, report.problem.segment)
    assert "record 3 stands in place 2" == report.problem.reason


def test_verifying_writes_nothing(log: Path) -> None:
    """A read-only folder will do, and nothing in it changes."""
    for path in log.iterdir():
        path.chmod(0o400)
    log.chmod(0o500)
    before = {path.name: path.stat().st_mtime_ns for path in log.iterdir()}
    assert found(log) is None
    assert before == {path.name: path.stat().st_mtime_ns for path in log.iterdir()}
    log.chmod(0o700)


def test_a_folder_that_cannot_be_read(tmp_path: Path) -> None:
    """That is an error, not a verdict about the log."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ReceiptError):
        verify.verify(str(tmp_path / "file"))


def test_a_line_that_is_just_being_written(log: Path) -> None:
    """Half a line of a running daemon is waited for, not reported."""
    whole = segment(log).read_bytes()
    segment(log).write_bytes(whole[:-200])

    def finish() -> None:
        time.sleep(0.02)
        with segment(log).open("ab") as file:
            file.write(whole[-200:])

    thread = threading.Thread(target=finish)
    thread.start()
    assert found(log) is None
    thread.join()


def test_verifying_beside_a_writer(tmp_path: Path) -> None:
    """At any moment of a running log, what is there verifies."""
    log = open_log(tmp_path, segment_bytes=3000)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            log.append_now(decision())

    thread = threading.Thread(target=write)
    thread.start()
    try:
        counts = [verify.verify(str(tmp_path), signer()) for _ in range(20)]
    finally:
        stop.set()
        thread.join()
        log.close()
    assert [None] * 20 == [report.problem for report in counts]
    assert sorted(report.records for report in counts) == [report.records for report in counts]


def test_garbage_of_any_size(tmp_path: Path) -> None:
    """Whatever lies in the folder, the answer is a report."""
    for number, data in enumerate(
        [b"\0" * 3_000_000, os.urandom(5000), b"[" * 50_000 + b"\n", b'{"a":' * 9000 + b"\n"]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        segment(folder).write_bytes(data)
        assert (0, 2) == found(folder)
