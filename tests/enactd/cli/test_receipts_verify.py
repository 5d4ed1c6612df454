"""`enactctl receipts verify`: ten steps, with whatever keys there are, and the first bad record."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.enactctl import Enactctl, Inhabited, Said
from support.receipts import lines, segment
from support.tsa import authority
from support.witnessed import build, rewrite

from enactd.receipts import checkpoint, timestamps
from enactd.receipts.note import PublicKey

Run = Callable[..., Said]


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Enactctl:
    """A command line whose own gate was never started."""
    return Enactctl(tmp_path_factory.mktemp("console"))


@pytest.fixture
def log(tmp_path: Path) -> tuple[Path, PublicKey, bytes]:
    """A log with changed keys, its last public key, and its first MAC key."""
    key, first = build(tmp_path, "rcrrekcrrc")
    return tmp_path / "log", key, first


def test_the_own_log(inhabited: Inhabited) -> None:
    """Ten numbered steps; the MACs asked of the daemon, the checkpoints checked with the key beside the log."""
    inhabited.console("receipts", "checkpoint")
    said = inhabited.console("receipts", "verify")
    assert 0 == said.code
    found = said.out.splitlines()
    assert [f"({number})" for number in range(1, 10)] == [text[:3] for text in found[:9]]
    assert "good" in found[7]
    assert "found beside the log" in found[8]
    assert "not checked: no checkpoint was given" in found[9]


def test_with_all_keys(console: Enactctl, log: tuple[Path, PublicKey, bytes], tmp_path: Path) -> None:
    """Folder, public key, MAC key and an old checkpoint: every step is good, and nothing need run."""
    folder, key, first = log
    (tmp_path / "mac").write_text(first.hex() + "\n")
    (tmp_path / "old").write_bytes(checkpoint.read_file(checkpoint.list_files(str(folder))[0])[0][0].data)
    (tmp_path / "key.pem").write_text(key.pem)
    for public in (key.vkey, str(folder / "log.vkey"), str(tmp_path / "key.pem")):
        words = ("--folder", str(folder), "--key", public, "--mac-key", str(tmp_path / "mac"))
        said = console("receipts", "verify", *words, "--since", str(tmp_path / "old"))
        assert 0 == said.code, said.out
        assert 10 == said.out.count("good") - said.out.count("good records")
        assert f"key {key.fingerprint}, given" in said.out


def test_a_rewritten_log(console: Enactctl, log: tuple[Path, PublicKey, bytes]) -> None:
    """A history that is whole in itself is told from the one that was signed."""
    folder, key, _ = log
    rewrite(folder, 2, call_id="other")
    said = console("receipts", "verify", "--folder", str(folder), "--key", key.vkey)
    assert 5 == said.code
    assert "(9) checkpoints BAD, record 1" in said.out
    value = console("receipts", "verify", "--folder", str(folder), "--json").json("verify")
    assert (False, 1, 9, "checkpoints") == (
        value["good"],
        value["problem"]["index"],
        value["problem"]["step"],
        value["problem"]["name"],
    )


def test_a_cut_tail(console: Enactctl, log: tuple[Path, PublicKey, bytes], tmp_path: Path) -> None:
    """With everything newer gone, too, only a checkpoint that was kept elsewhere tells."""
    folder, key, _ = log
    newest = checkpoint.newest(str(folder))
    assert newest is not None
    (tmp_path / "kept").write_bytes(newest.data)
    (path,) = checkpoint.list_files(str(folder))
    Path(path).write_bytes(checkpoint.read_file(path)[0][0].data + b"\n")
    segment(folder).write_bytes(b"".join(lines(folder)[:2]))
    words = ("receipts", "verify", "--folder", str(folder), "--key", key.vkey)
    assert 5 == console(*words, "--since", str(tmp_path / "kept")).code
    shutil.rmtree(tmp_path / "keys")


def test_macs_by_the_auditors_key(console: Enactctl, log: tuple[Path, PublicKey, bytes], tmp_path: Path) -> None:
    """A wrong MAC is named even where no checkpoint covers it, and a key of another log as such."""
    folder, _, first = log
    (tmp_path / "mac").write_text(first.hex())
    whole = lines(folder)
    entry = json.loads(whole[-1])
    segment(folder).write_bytes(b"".join([*whole[:-1], whole[-1].replace(entry["mac"].encode(), b"0" * 64)]))
    words = ("receipts", "verify", "--folder", str(folder), "--mac-key", str(tmp_path / "mac"))
    assert f"(8) mac         BAD, record {len(whole) - 1}" in console(*words).out
    (tmp_path / "mac").write_text("00" * 32)
    assert "no record names our key" in console(*words).out


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        (("--key", "nonsense+1"), "a verifier key is NAME+ID+BASE64"),
        (("--key", "/nowhere/key"), "No such file"),
        (("--since", "/nowhere/head"), "No such file"),
        (("--mac-key", "/etc/hostname"), "64 hexadecimal digits"),
        (("--since", "/etc/hostname"), "no empty line"),
    ],
)
def test_keys_that_are_none(
    console: Enactctl, log: tuple[Path, PublicKey, bytes], words: tuple[str, str], cause: str
) -> None:
    """What was given wrong is said in four lines; nothing is verified with less than was asked for."""
    said = console("receipts", "verify", "--folder", str(log[0]), *words)
    assert said.code in (1, 2)
    assert cause in said.error["cause"]


def test_a_checkpoint_needs_a_key(console: Enactctl, log: tuple[Path, PublicKey, bytes]) -> None:
    """Nobody believes a checkpoint that cannot be checked."""
    (log[0] / "log.vkey").unlink()
    (path,) = checkpoint.list_files(str(log[0]))
    (log[0] / "kept").write_bytes(checkpoint.read_file(path)[0][0].data)
    said = console("receipts", "verify", "--folder", str(log[0]), "--since", str(log[0] / "kept"))
    assert "--key PUB" == said.error["fix"]
    assert "no public key was given" in console("receipts", "verify", "--folder", str(log[0])).out


def test_time_stamps(console: Enactctl, log: tuple[Path, PublicKey, bytes], tmp_path: Path) -> None:
    """Held against the authority's certificates where they are given; spoken of where they are not."""
    folder, _, _ = log
    words = ("receipts", "verify", "--folder", str(folder))
    assert "time stamps" not in console(*words).out
    with authority(tmp_path / "tsa") as tsa:
        assert "time stamps: there are none" in console(*words, "--tsa", str(tsa.root)).out
        head = checkpoint.newest(str(folder))
        assert head is not None
        stamp = Path(timestamps.obtain(str(folder), head, tsa.url))
    assert "time stamps: 1, not checked: --tsa FILE" in console(*words).out
    said = console(*words, "--tsa", str(tsa.root))
    assert (0, True) == (said.code, f"good, 1; the first {head.checkpoint.size} records were there by" in said.out)
    answer = json.loads(console(*words, "--tsa", str(tsa.root), "--json").out)["verify"]
    assert (1, head.checkpoint.size, "") == (
        answer["stamps"]["good"], answer["stamps"]["covered"], answer["stamps"]["problem"],
    )  # fmt: skip
    stamp.write_bytes(stamp.read_bytes()[:-40])
    said = console(*words, "--tsa", str(tsa.root))
    assert (5, True) == (said.code, f"time stamps: BAD, `{stamp.name}`" in said.out)
    said = console(*words, "--tsa", str(folder / "log.vkey"))
    assert (True, "no certificate") == (said.code != 0, "no certificate" if "no certificate" in said.err else said.err)
