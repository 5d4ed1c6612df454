"""FORMAT.md's worked example holds: each command of it prints what it says, with nothing but `sha256sum` and `openssl`."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from support.tsa import authority
from support.witnessed import build

from enactd.receipts import checkpoint, note, record, timestamps

TEXT = Path(record.__file__).with_name("FORMAT.md").read_text()
EXAMPLE = TEXT[TEXT.index("## Worked example") :]
TOOLS = {"line", "leaf", "sha256sum", "openssl", "sed", "tr", "cut", "tail", "head", "cat", "printf"}


def block(kind: str, number: int = 0) -> str:
    return re.findall(rf"```{kind}\n(.*?\n)```", EXAMPLE, re.DOTALL)[number]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example's files, as a reader would save them."""
    (tmp_path / "example.jsonl").write_text(block("jsonl"))
    for number, name in enumerate(("example.checkpoint", "example.vkey", "example.tlog-proof")):
        (tmp_path / name).write_text(block("text", number))
    return tmp_path


def test_every_command_prints_what_it_says(folder: Path) -> None:
    """The whole walk-through is run; each announced output is compared."""
    script = block("sh")
    expected = re.findall(r"(?m)^#= (.*)$", script)
    assert 8 <= len(expected)
    marked = re.sub(r"(?m)^#= .*$", "echo =====", script)
    run = subprocess.run(["sh", "-e", "-c", marked], cwd=folder, capture_output=True, text=True, check=True)
    printed = [part.strip() for part in run.stdout.split("=====")[:-1]]
    for wanted, found in zip(expected, printed, strict=True):
        assert found.startswith(wanted)


def test_it_takes_no_other_tools() -> None:
    """A reader needs a shell, `sha256sum` and `openssl`, and no program of ours."""
    plain = re.sub(r"(?m)'[^']*'|\"[^\"]*\"|^#.*$", "", block("sh"))
    commands = re.findall(r"(?:^|[|{;])\s*([a-z0-9]+)", plain, re.MULTILINE)
    assert TOOLS >= set(commands)


def test_our_code_agrees(folder: Path) -> None:
    """Checkpoint, key and proof of the example are what our own code makes of them."""
    key = note.parse_vkey((folder / "example.vkey").read_text())
    signed = checkpoint.parse((folder / "example.checkpoint").read_bytes())
    assert "" == checkpoint.verify(signed, [key])
    assert checkpoint.origin_of("ada.0123456789ab", key.key) == signed.checkpoint.origin
    assert note.public_key(key.name, bytes(range(32, 64))) == key
    second = (folder / "example.jsonl").read_bytes().split(b"\n")[1]
    proof = checkpoint.parse_proof((folder / "example.tlog-proof").read_bytes())
    assert "" == checkpoint.check_proof(proof, second, [key])


def test_a_time_stamp_by_hand(tmp_path: Path) -> None:
    """The two commands of that section, run: the note out of a file of many, byte for byte, and openssl's word on it."""
    build(tmp_path, "rcrrcrc")
    awk, verify = (command.strip() for command in re.findall(r"(?m)^    ((?:awk|openssl ts) .*)$", EXAMPLE)[::-1])
    (file,) = checkpoint.list_files(str(tmp_path / "log"))
    with authority(tmp_path / "tsa") as tsa:
        for signed in checkpoint.read_file(file)[0]:
            stamp = timestamps.obtain(str(tmp_path / "log"), signed, tsa.url)
            command = awk.replace("SIZE", str(signed.checkpoint.size)).replace("FILE", file)
            printed = subprocess.run(command, shell=True, capture_output=True, check=True).stdout
            assert signed.data == printed
            (tmp_path / "example.checkpoint").write_bytes(printed)
            checked = verify.replace("000000000002.tsr", stamp).replace("ca.pem", str(tsa.root))
            said = subprocess.run(checked, shell=True, cwd=tmp_path, capture_output=True, text=True, check=True)
            assert "Verification: OK" in said.stdout
