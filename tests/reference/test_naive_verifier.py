"""Two verifiers, one specification: on random and on tampered logs they say the same."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference import naive_verifier
from support.fuzz import examples
from support.receipts import KEY, decision, drafts, lines, open_log, segment, signer, write_log

from enactd.receipts import verify
from enactd.receipts.record import Draft, Outcome

quick = settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def nobody_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """No log here is being written, so nothing is waited for."""
    monkeypatch.setattr(verify, "_PATIENCE", ())


def naive(folder: str, key: bytes | None) -> tuple[int, int] | int:
    try:
        return naive_verifier.verify(Path(folder), key)
    except naive_verifier.BadError as bad:
        return bad.index, bad.step


def ours(folder: str, key: bytes | None) -> tuple[int, int] | int:
    report = verify.verify(folder, signer() if key else None)
    return (report.problem.index, report.problem.step) if report.problem else report.records


def agree(folder: str) -> tuple[int, int] | int:
    for key in (None, KEY):
        assert naive(folder, key) == ours(folder, key)
    return ours(folder, KEY)


def build(folder: str, written: list[Draft], segment_bytes: int) -> None:
    """A log of these drafts; each third one links to the first of them that is a decision."""
    log = open_log(folder, segment_bytes=segment_bytes)
    target = log.append_now(decision())
    for number, draft in enumerate(written):
        log.append_now(draft)
        if number % 3 == 0:
            log.append_now(Draft(kind="outcome", outcome=Outcome(status="ok"), links=(target.link(),)))
    log.close()


@quick
@given(st.lists(drafts, max_size=5), st.sampled_from([1, 900, 1 << 20]))
def test_both_accept_what_was_written(written: list[Draft], segment_bytes: int) -> None:
    """Every record the writer can write passes both."""
    with tempfile.TemporaryDirectory() as folder:
        build(folder, written, segment_bytes)
        assert len(lines(folder)) == agree(folder)


@quick
@given(st.lists(drafts, min_size=1, max_size=4), st.sampled_from([1, 900, 1 << 20]), st.data())
def test_both_name_the_same_damage(written: list[Draft], segment_bytes: int, data: st.DataObject) -> None:
    """Random bytes changed, removed or added anywhere: the same index and the same step."""
    with tempfile.TemporaryDirectory() as folder:
        build(folder, written, segment_bytes)
        paths = sorted(Path(folder).glob("*.jsonl"))
        for _ in range(data.draw(st.integers(1, 2))):
            path = data.draw(st.sampled_from(paths))
            content = path.read_bytes()
            start = data.draw(st.integers(0, len(content)))
            end = min(len(content), start + data.draw(st.integers(0, 3)))
            path.write_bytes(content[:start] + data.draw(st.binary(max_size=3)) + content[end:])
        agree(folder)


@quick
@given(st.lists(drafts, min_size=2, max_size=5), st.data())
def test_both_name_the_same_disorder(written: list[Draft], data: st.DataObject) -> None:
    """Lines in any order, dropped or doubled."""
    with tempfile.TemporaryDirectory() as folder:
        build(folder, written, 1 << 20)
        whole = lines(folder)
        order = data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=len(whole) + 1))
        segment(folder).write_bytes(b"".join(whole[number] for number in order))
        agree(folder)


@quick
@given(st.data())
def test_both_read_the_folder_alike(data: st.DataObject) -> None:
    """Segments removed, renamed, emptied."""
    with tempfile.TemporaryDirectory() as folder:
        write_log(folder, 5, segment_bytes=1)
        for path in sorted(Path(folder).glob("*.jsonl")):
            match data.draw(st.sampled_from(["keep", "keep", "keep", "drop", "empty", "rename"])):
                case "drop":
                    path.unlink()
                case "empty":
                    path.write_bytes(b"")
                case "rename":
                    path.rename(segment(folder, data.draw(st.integers(0, 7))))
        agree(folder)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"tool":"Bash"', b'"tool":"B\\ud800"'),
        (b'"seq":1', b'"seq":1e0'),
        (b'"seq":1', b'"seq":01'),
        (b'"seq":1', b'"seq":NaN'),
        (b'"seq":1', b'"seq":-1'),
        (b'"seq":1', b'"seq":true'),
        (b'"seq":1', b'"seq":9007199254740992'),
        (b'"v":1', b'"v":1e999'),
        (b'"tool":"Bash"', b'"tool":"B\x01"'),
        (b'"tool":"Bash"', b'"tool":null'),
        (b'"tool":"Bash"', b'"t\xc3\xb6\xc3\xb6l":"Bash"'),
        (b'"tool":"Bash"', b'"links":[],"tool":"Bash"'),
        (b'"tool":"Bash"', b'"gained":{},"tool":"Bash"'),
        (b'{"agent"', b'\xef\xbb\xbf{"agent"'),
        (b'"risk":"SAFE"', b'"risk":"safe"'),
    ],
    ids=lambda value: str(value)[:30],
)
def test_both_read_json_alike(tmp_path: Path, old: bytes, new: bytes) -> None:
    """The corners of JSON: surrogates, numbers, control characters, byte order marks, empty members."""
    write_log(tmp_path, 3)
    whole = lines(tmp_path)
    assert old in whole[1]
    segment(tmp_path).write_bytes(b"".join([whole[0], whole[1].replace(old, new), whole[2]]))
    result = agree(str(tmp_path))
    assert isinstance(result, tuple)
    assert 1 == result[0]


def test_it_runs_alone(tmp_path: Path) -> None:
    """The second verifier needs nothing of ours: it runs isolated, with an exit code."""
    write_log(tmp_path / "log", 3)
    (tmp_path / "key").write_bytes(KEY)
    command = [sys.executable, "-I", naive_verifier.__file__, str(tmp_path / "log"), str(tmp_path / "key")]
    good = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (0, "ok 3\n") == (good.returncode, good.stdout)
    changed = segment(tmp_path / "log").read_bytes().replace(b'"call_id":"c1"', b'"call_id":"c9"')
    segment(tmp_path / "log").write_bytes(changed)
    bad = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (5, "bad 1 8 the MAC is wrong\n") == (bad.returncode, bad.stdout)


def test_it_shares_no_code() -> None:
    """Written from the specification: no import from the package it checks."""
    assert "import enactd" not in Path(naive_verifier.__file__).read_text()
    assert "from enactd" not in Path(naive_verifier.__file__).read_text()
