"""`enactctl audit report`: what an auditor is given."""

from __future__ import annotations

import shutil
from pathlib import Path

from support.enactctl import Enactctl, Inhabited


def test_report(inhabited: Inhabited) -> None:
    """Every section, what was refused and what touched a secret among them; the log was verified for it."""
    said = inhabited.console("audit", "report", "--from", "1d", "--framework", "soc2")
    assert 0 == said.code
    assert said.out.startswith("# What AI agents did here")
    assert "CC7.2" in said.out
    assert "dotenv file" in said.out
    assert "records verified" in said.out
    assert "000000000000.jsonl" in said.out
    assert said.out.replace("…", "").isascii()


def test_files(inhabited: Inhabited, tmp_path: Path) -> None:
    """A page and a file, private and new; a file that is there is not overwritten."""
    page, text = tmp_path / "r.html", tmp_path / "r.md"
    words = ("audit", "report", "--html", str(page), "-o", str(text))
    assert 0 == inhabited.console(*words).code
    assert page.read_text().startswith("<!DOCTYPE html>")
    assert text.read_text().startswith("# What")
    assert 0 == page.stat().st_mode & 0o077
    assert 1 == inhabited.console(*words).code


def test_a_changed_log(inhabited: Inhabited, tmp_path: Path) -> None:
    """The report says so at its top, and exits 5."""
    folder = tmp_path / "copy"
    shutil.copytree(inhabited.console.layout.receipts, folder)
    segment = next(folder.glob("*.jsonl"))
    segment.write_bytes(segment.read_bytes().replace(b'"verdict":"deny"', b'"verdict":"ask"', 1))
    said = inhabited.console("audit", "report", "--folder", str(folder))
    assert 5 == said.code
    assert "NOT AS IT WAS WRITTEN" in said.out.split("##")[0]


def test_spans(inhabited: Inhabited) -> None:
    """An empty span is an error, one without receipts a report without rows."""
    assert 2 == inhabited.console("audit", "report", "--from", "1d", "--to", "2d").code
    assert "receipts in it**: 0" in inhabited.console("audit", "report", "--from", "9d", "--to", "8d").out


def test_nothing_yet(enactctl: Enactctl) -> None:
    """Where there is no log there is still a report, of nothing."""
    assert "receipts in it**: 0" in enactctl("audit", "report").out
