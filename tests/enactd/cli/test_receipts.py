"""`enactctl receipts`: list, show, verify, export."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from support.enactctl import STEERING, Enactctl, Inhabited

from enactd.receipts.checkpoint import SUFFIX


def test_list(inhabited: Inhabited) -> None:
    """All kinds, newest first, with the ids that other verbs take."""
    said = inhabited.console("receipts", "list", "-n", "200")
    assert said.out.startswith("RECEIPT")
    assert said.out.splitlines()[-1].endswith("daemon started")
    assert inhabited.receipt("rm -rf /") in said.out


def test_show(inhabited: Inhabited) -> None:
    """One receipt as JSON; steering characters are escaped."""
    identity = inhabited.console("log", "--json").json("log")
    wanted = next(entry for entry in identity if "gone" in entry["action"])
    said = inhabited.console("receipts", "show", wanted["id"])
    assert STEERING == json.loads(json.loads(said.out)["input"]["text"])["command"]
    assert said.out.isascii()


def test_verify(inhabited: Inhabited) -> None:
    """All is good, and the head that is shown is in the log."""
    said = inhabited.console("receipts", "verify")
    assert 0 == said.code
    head = said.out.rsplit("head ", 1)[1].split(":")[0]
    assert 0 == inhabited.console("receipts", "verify", "--head", head).code


def test_verify_json(inhabited: Inhabited) -> None:
    """The same for programs."""
    value = inhabited.console("receipts", "verify", "--json").json("verify")
    assert value["good"] is True
    assert value["records"] == value["macs"]["checked"]


def test_a_changed_receipt_is_found(inhabited: Inhabited, tmp_path: Path) -> None:
    """A copy in which one word was changed: the first bad record is named, and exit 5."""
    folder = tmp_path / "copy"
    shutil.copytree(inhabited.console.layout.receipts, folder)
    segment = next(folder.glob("*.jsonl"))
    segment.write_bytes(segment.read_bytes().replace(b'"verdict":"deny"', b'"verdict":"ask"', 1))
    said = inhabited.console("receipts", "verify", "--folder", str(folder))
    assert 5 == said.code
    assert "BAD, record 2" in said.out
    value = inhabited.console("receipts", "verify", "--folder", str(folder), "--json").json("verify")
    assert (False, 2) == (value["good"], value["problem"]["index"])


def test_a_missing_tail_is_found_by_the_head(inhabited: Inhabited, tmp_path: Path) -> None:
    """What no chain can show, an id kept elsewhere does."""
    folder = tmp_path / "copy"
    assert 0 == inhabited.console("receipts", "checkpoint").code
    shutil.copytree(inhabited.console.layout.receipts, folder)
    segment = next(folder.glob("*.jsonl"))
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(b"".join(lines[:2]))
    assert 5 == inhabited.console("receipts", "verify", "--folder", str(folder)).code  # the checkpoint says so
    for kept in folder.glob(f"*{SUFFIX}"):
        kept.unlink()
    words = ("receipts", "verify", "--folder", str(folder))
    assert 0 == inhabited.console(*words).code
    assert 5 == inhabited.console(*words, "--head", inhabited.receipt("cat .env")).code
    assert 5 == inhabited.console(*words, "--head", "1").code


def test_verify_without_a_daemon(enactctl: Enactctl) -> None:
    """All steps but the MACs need nothing running; that one says why it was left out."""
    enactctl("init")
    enactctl.end()
    said = enactctl("receipts", "verify")
    assert 0 == said.code
    assert "(8) mac         not checked: no such socket" in said.out


def test_export(inhabited: Inhabited, tmp_path: Path) -> None:
    """The exact bytes, as many as wanted; a file that is there is not overwritten."""
    target = tmp_path / "out.jsonl"
    said = inhabited.console("receipts", "export", "--last", "2", "-o", str(target))
    assert f"3 receipts written to {target}\n" == said.out
    segment = next(inhabited.console.layout.receipts.glob("*.jsonl"))
    assert segment.read_bytes().startswith(target.read_bytes())
    assert 1 == inhabited.console("receipts", "export", "-o", str(target)).code
    printed = inhabited.console("receipts", "export", "--session", inhabited.caller.session).out
    assert all(inhabited.caller.session == json.loads(text)["session"] for text in printed.splitlines())


def test_nothing_there(enactctl: Enactctl) -> None:
    """An empty log is a sentence; a folder that is none an error."""
    assert "There is no receipt in" in enactctl("receipts", "list").out
    assert "There is no receipt in" in enactctl("receipts", "verify").out
    assert 1 == enactctl("receipts", "verify", "--folder", "/nowhere").code
