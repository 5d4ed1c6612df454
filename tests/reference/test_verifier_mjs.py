"""A verifier in another language, written from FORMAT.md alone, says the same as ours on random and tampered logs."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference import naive_verifier
from support.fuzz import examples
from support.receipts import drafts, lines, open_log, segment, write_log
from support.witnessed import build, chain, rewrite

from enactd.receipts import checkpoint, merkle, note, proofs, segments, verify
from enactd.receipts.checkpoint import Checkpoint, Signed
from enactd.receipts.note import PublicKey
from enactd.receipts.record import Draft, Outcome
from enactd.receipts.signer import Chain

VERIFIER = Path(__file__).with_name("verifier.mjs")
NODE = "node"
Said = tuple[int, int] | int
quick = settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def nobody_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """No log here is being written, so nothing is waited for."""
    monkeypatch.setattr(verify, "_PATIENCE", ())


def theirs(folders: Sequence[Path | str], *options: str) -> list[Said]:
    """What the other verifier says of each folder: how many records are good, or index and step."""
    run = subprocess.run([NODE, VERIFIER, *map(str, folders), *options], capture_output=True, text=True, check=False)
    assert run.returncode in (0, 5), run.stderr
    found: list[Said] = []
    for line in run.stdout.splitlines():
        word, first, second, *_ = line.split(" ", 3)
        found.append(int(first) if word == "ok" else (int(first), int(second)))
    assert len(folders) == len(found), run.stdout
    return found


def ours(folder: Path | str, key: PublicKey | None, mac: bytes | None, since: Signed | None = None) -> Said:
    report = verify.verify(str(folder), Chain(mac) if mac else None, key=key, since=since)
    return (report.problem.index, report.problem.step) if report.problem else report.records


def agree(folders: Sequence[Path | str], key: PublicKey | None, mac: bytes | None, **kept: Any) -> list[Said]:
    """Both say the same of each folder, with all keys, each key alone, and none."""
    found: list[Said] = []
    for public, secret in ((key, mac), (key, None), (None, mac), (None, None)):
        options = ["--key", public.vkey] if public else []
        options += ["--mac-key", secret.hex()] if secret else []
        if public and kept:
            options += ["--since", str(kept["path"])]
        mine = [ours(folder, public, secret, kept.get("since") if public else None) for folder in folders]
        assert mine == theirs(folders, *options)
        found = found or mine
    return found


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, PublicKey, bytes]:
    """A log with everything in it: checkpoints, epochs, a changed key; and its keys."""
    folder = tmp_path_factory.mktemp("witnessed")
    key, mac = build(folder, "rcrecrkcrc")
    return folder / "log", key, mac


def test_a_good_log(original: tuple[Path, PublicKey, bytes]) -> None:
    """Nothing is wrong with it, with any set of keys."""
    folder, key, mac = original
    assert [6] == agree([folder], key, mac)


@quick
@given(st.lists(drafts, max_size=5), st.sampled_from([1, 900, 1 << 20]))
def test_what_was_written(written: list[Draft], segment_bytes: int) -> None:
    """Every record the writer can write passes both."""
    with tempfile.TemporaryDirectory() as folder:
        log = open_log(folder, segment_bytes=segment_bytes)
        for draft in written:
            first = log.append_now(draft)
            log.append_now(Draft(kind="outcome", outcome=Outcome(status="ok"), links=(first.link("undo"),)))
        log.close()
        assert [2 * len(written)] == agree([folder], None, bytes(range(32)))


def copies(folder: Path, target: Path, count: int) -> list[Path]:
    return [Path(shutil.copytree(folder, target / str(number))) for number in range(count)]


def flipped(folder: Path, target: Path, step: int) -> Iterator[Path]:
    """A copy for every `step`-th byte of every file that counts, with that byte changed."""
    names = [path.name for path in sorted(folder.iterdir()) if path.suffix in (".jsonl", ".checkpoints")]
    for name in names:
        data = (folder / name).read_bytes()
        for place in range(0, len(data), step):
            copy = Path(shutil.copytree(folder, target / f"{name}.{place}"))
            changed = bytearray(data)
            changed[place] ^= 1 << place % 8
            (copy / name).write_bytes(bytes(changed))
            yield copy


def test_every_byte(original: tuple[Path, PublicKey, bytes], tmp_path: Path) -> None:
    """Over all files of the log, one bit changed: the same index, the same step."""
    folder, key, mac = original
    found = agree(list(flipped(folder, tmp_path, 7)), key, mac)
    assert len(found) > 500
    assert sum(isinstance(said, int) for said in found) < 50  # the last checkpoint may look unfinished


@quick
@given(st.data())
def test_random_damage(original: tuple[Path, PublicKey, bytes], data: st.DataObject) -> None:
    """Bytes changed, removed or added anywhere in any file, files removed, renamed, emptied."""
    folder, key, mac = original
    with tempfile.TemporaryDirectory() as target:
        damaged = copies(folder, Path(target), 6)
        for copy in damaged:
            for _ in range(data.draw(st.integers(1, 2))):
                path = data.draw(st.sampled_from(sorted(copy.glob("0*"))))
                content = path.read_bytes()
                start = data.draw(st.integers(0, len(content)))
                end = min(len(content), start + data.draw(st.integers(0, 3)))
                path.write_bytes(content[:start] + data.draw(st.binary(max_size=3)) + content[end:])
            match data.draw(st.sampled_from(["keep", "keep", "keep", "drop", "empty", "rename"])):
                case "drop":
                    data.draw(st.sampled_from(sorted(copy.glob("0*")))).unlink()
                case "empty":
                    data.draw(st.sampled_from(sorted(copy.glob("0*")))).write_bytes(b"")
                case "rename":
                    segment(copy).rename(segment(copy, data.draw(st.integers(0, 7)))) if segment(copy).exists() else 0
        agree(damaged, key, mac)


@quick
@given(st.data())
def test_random_rewriting(original: tuple[Path, PublicKey, bytes], data: st.DataObject) -> None:
    """Records dropped, doubled, changed, in another order, and chained anew as one who knows the format would."""
    folder, key, mac = original
    since = checkpoint.read_file(checkpoint.list_files(str(folder))[0])[0][data.draw(st.integers(0, 3))]
    with tempfile.TemporaryDirectory() as target:
        kept = Path(target) / "since"
        kept.write_bytes(since.data)
        rewritten = copies(folder, Path(target), 4)
        for copy in rewritten:
            entries = [json.loads(line) for line in lines(copy)]
            order = data.draw(st.lists(st.integers(0, len(entries) - 1), min_size=1, max_size=len(entries) + 2))
            chain(copy, [dict(entries[number]) for number in order])
            if data.draw(st.booleans()):
                rewrite(copy, data.draw(st.integers(0, len(order) - 1)), tool=data.draw(st.text(max_size=4)) or "x")
        agree(rewritten, key, mac, since=since, path=kept)


def test_a_stolen_old_key(tmp_path: Path) -> None:
    """A checkpoint that a replaced key signed after its time is refused by both, as is another log's."""
    build(tmp_path, "rc")
    seed = json.loads((tmp_path / "keys/checkpoint.key").read_text())["seed"]
    key, mac = build(tmp_path, "rkrcr")
    where = tmp_path / "log"
    leaves = [merkle.leaf_hash(line[:-1]) for line in lines(where)]
    for name in (key.name, "other/" + key.fingerprint, key.name + "/2"):
        false = Checkpoint(name, len(leaves), merkle.root_of(leaves)).signed(bytes.fromhex(seed))
        (where / "000000000099.checkpoints").write_bytes(false + b"\n")
        (said,) = agree([where], key, mac)
        assert isinstance(said, tuple)


def test_after_accepted_damage(tmp_path: Path) -> None:
    """The new tree behind it is followed by both."""
    key, mac = build(tmp_path, "rrrrc")
    where = tmp_path / "log"
    segment(where).write_bytes(b"".join(lines(where)[:2]))
    build(tmp_path, "rrc", accept_damage=True)
    assert [(0, 9)] == agree([where], key, mac)
    Path(checkpoint.list_files(str(where))[0]).unlink()
    assert [5] == agree([where], key, mac)


@pytest.mark.parametrize(
    "other", [b"{}", b'{"a":1,"a":1}', b'{"v":1.0}', b'["x"]', b"nul", b'{"a":"\\ud800"}', b"\xff"]
)
def test_lines_of_other_json(original: tuple[Path, PublicKey, bytes], tmp_path: Path, other: bytes) -> None:
    """Corners of JSON that two parsers could see differently."""
    folder, key, mac = original
    (copy,) = copies(folder, tmp_path, 1)
    whole = lines(copy)
    segment(copy).write_bytes(b"".join([*whole[:2], other + b"\n", *whole[3:]]))
    (said,) = agree([copy], key, mac)
    assert isinstance(said, tuple)
    assert 2 == said[0]


WORDS = [
    ("grant", True), ("a-b-c", True), ("x" * 32, True), ("x" * 33, False), ("", False), ("Grant", False), ("a--b", False),
    ("a-", False), ("-a", False), ("a b", False), ("grant\n", False), ("gr\u00e4nt", False), ("a1", False),
]  # fmt: skip


@pytest.mark.parametrize(("word", "good"), WORDS, ids=lambda value: repr(value)[:12])
def test_words_of_a_later_version(tmp_path: Path, word: str, good: bool) -> None:
    """A kind or a relation that nobody knows yet is no error to any of the three; what is no word is one."""
    where = tmp_path / "log"
    write_log(where, 3)
    for field in ("kind", "links"):
        entries = [json.loads(line) for line in lines(where)]
        first = hashlib.sha256(lines(where)[0][:-1]).hexdigest()
        entries[1] |= {"kind": word} if field == "kind" else {"kind": "session"}
        if field == "links":
            entries[2]["links"] = [{"relation": word, "seq": 0, "hash": first}]
        chain(where, entries, 1)
        wanted: Said = 3 if good else (1 if field == "kind" else 2, 4)
        assert [wanted] == agree([where], None, None)
        if good:
            assert 3 == naive_verifier.verify(where)
            continue
        with pytest.raises(naive_verifier.BadError) as caught:
            naive_verifier.verify(where)
        assert wanted == (caught.value.index, caught.value.step)


def test_proofs(original: tuple[Path, PublicKey, bytes], tmp_path: Path) -> None:
    """Each receipt's proof holds for both; a changed one for neither."""
    folder, key, _ = original
    for number in range(6):
        receipt, signed = segments.find(str(folder), str(number)), checkpoint.newest(str(folder))
        assert receipt is not None
        assert signed is not None
        proof = proofs.prove(str(folder), receipt, signed)
        assert (0, "ok\n") == check(tmp_path, proof, key)
        changed = re.sub(rb"index \d", b"index %d" % ((number + 1) % 6), proof)
        assert 5 == check(tmp_path, changed, key)[0] or b"Error" in check(tmp_path, changed, key)[1].encode()
        assert "ok\n" != check(tmp_path, proof, note.public_key(key.name, bytes(32)))[1]


def check(folder: Path, proof: bytes, key: PublicKey) -> tuple[int, str]:
    (folder / "proof").write_bytes(proof)
    command = [NODE, str(VERIFIER), "--proof", str(folder / "proof"), "--key", key.vkey]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout or run.stderr


def test_it_shares_no_code() -> None:
    """It imports nothing but what Node brings along."""
    imports = re.findall(r"from '([^']+)'", VERIFIER.read_text())
    assert {"node:crypto", "node:fs", "node:path", "node:child_process"} == set(imports)
