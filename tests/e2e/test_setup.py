"""From `enactctl init` to `enactctl uninstall`, with the real Claude Code in between."""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.claude import bash, installed, tool, turn
from support.guarded import Guarded, furnished, tree
from support.loopback import Loopback, loopback
from support.probe_server import configuration

BYPASS = "--dangerously-skip-permissions"
BEFORE = '{\n\t"cleanupPeriodDays":30 ,\n\n  "env": { "EDITOR" : "vi" }\n}\n'
DELETE = bash("rm -rf ~/documents")


@pytest.fixture
def place(network: Loopback) -> Iterator[Guarded]:
    with furnished(network) as place:
        yield place


def init(place: Guarded, *words: str, cwd: Path | None = None) -> str:
    """Set the gate up as a person does; what it said."""
    done = place.enactctl("init", "--claude", str(installed()), *words, cwd=cwd)
    assert 0 == done.returncode, done.stderr
    return done.stdout


def answer(place: Guarded, kind: str, *words: str) -> Any:
    """A versioned answer of `enactctl`."""
    done = place.enactctl(*words, "--json")
    assert 0 == done.returncode, done.stderr
    return json.loads(done.stdout)[kind]


def noting_status(place: Guarded, name: str) -> list[list[str]]:
    """Commands for a turn's `before` that keep what `status` says at that moment."""
    words = [str(place.bin / "enactctl"), "--home", str(place.layout.root), "status", "--json"]
    clean = f"env -i PATH=/usr/bin:/bin HOME={shlex.quote(str(place.home))}"
    return [["sh", "-c", f"{clean} {shlex.join(words)} > {shlex.quote(str(place.base / name))}"]]


def levels(place: Guarded, name: str) -> tuple[str, str]:
    """Risk and attempted risk of the agent's session in a status that was kept."""
    sessions = json.loads((place.base / name).read_text())["status"]["sessions"]
    (session,) = [s for s in sessions if not s["session"].startswith("enactctl-")]
    return session["risk"], session["attempted"]


def stand_in(place: Guarded, name: str) -> None:
    """A program on the agent's PATH that only says that it was called."""
    program = place.bin / name
    program.write_text(f'#!/bin/sh\necho "$@" >> {place.base}/{name}.log\n')
    program.chmod(0o755)


def test_a_session_from_init_to_uninstall(place: Guarded) -> None:
    """The whole story: set up, work, be stopped, look at it, verify it, take it away."""
    place.settings.write_text(BEFORE)
    remote, log, notes = place.base / "remote.git", place.base / "sql.log", str(place.project / "notes.txt")
    place.git("init", "-q", "--bare", str(remote))
    place.git("remote", "add", "origin", str(remote))
    stand_in(place, "terraform")
    said = init(place)
    assert "self-test" in said
    assert "is guarded" in said

    spawn = tool("Agent", description="clean", prompt="SUBMARK clean", subagent_type="general-purpose")
    run = place.run(
        turn(bash("ls")),
        turn(bash("terraform plan"), before=noting_status(place, "0.json")),
        turn(
            tool("Read", file_path=notes),
            tool("mcp__probe__query", sql="SELECT id FROM widgets WHERE id = 1"),
            before=noting_status(place, "1.json"),
        ),
        turn(
            tool("Write", file_path="new.py", content="NEW = 1\n"),
            tool("Edit", file_path=notes, old_string="one", new_string="1"),
        ),
        turn(bash("git push origin HEAD:refs/heads/feature/x")),
        turn(spawn, before=noting_status(place, "2.json")),
        turn(
            bash("terraform destroy -auto-approve"),
            tool("Read", file_path="~/.ssh/id_ed25519"),
            tool("Write", file_path=".github/workflows/new.yml", content="on: push\n"),
            tool("mcp__probe__query", sql="DROP TABLE users"),
        ),
        turn(text="finished", before=noting_status(place, "3.json")),
        subagents={"SUBMARK": [turn(DELETE, bash("echo fine > fine.txt")), turn(text="tried")]},
        arguments=(BYPASS, "--mcp-config", configuration(log)),
    )
    assert "finished" == run.result["result"]
    stopped = {position for position, text in run.told.items() if "[receipt" in text}
    assert {"6.0", "6.1", "6.2", "6.3", "SUBMARK.0.0"} == stopped, run.told
    assert "SELECT id FROM widgets WHERE id = 1\n" == log.read_text()
    assert ["plan\n"] == (place.base / "terraform.log").read_text().splitlines(keepends=True)
    assert "1\ntwo\n" == Path(notes).read_text()
    assert (place.project / "fine.txt").exists()
    assert (place.home / "documents" / "thesis.txt").exists()
    assert not (place.project / ".github/workflows/new.yml").exists()
    assert (remote / "refs/heads/feature/x").exists()

    assert ("SAFE", "SAFE") == levels(place, "0.json")
    assert ("SENSITIVE", "SAFE") == levels(place, "1.json")
    assert ("COMMITMENT", "SAFE") == levels(place, "2.json")
    assert ("COMMITMENT", "IRREVERSIBLE") == levels(place, "3.json")

    check_receipts(place)
    uninstall(place, BEFORE)


def check_receipts(place: Guarded) -> None:
    """They verify, every call that ran has its outcome, and a denied one says which rule and what it would hit."""
    verified = answer(place, "verify", "receipts", "verify")
    assert verified["good"], verified
    place.check_receipts()
    decided = [record for record in place.receipts("decision") if not record["session"].startswith("enactctl-")]
    ran = {record["seq"] for record in decided if record["verdict"] == "allow"}
    ended = [record for record in place.receipts("outcome") if not record["session"].startswith("enactctl-")]
    assert ran == {link["seq"] for record in ended for link in record["links"]}
    (denied,) = [record for record in decided if "documents" in str(record) and record["verdict"] != "allow"]
    told = place.enactctl("explain", str(denied["seq"])).stdout
    assert "rm -rf ~/documents" in told
    assert str(place.home / "documents") in told or "~/documents" in told
    rules = [finding["policy"] for finding in answer(place, "explain", "explain", str(denied["seq"]))["findings"]]
    assert any(rule.startswith("files.") for rule in rules), rules
    assert any(rule in told for rule in rules)


def uninstall(place: Guarded, before: str | None) -> None:
    """Settings as they were, byte for byte; daemon and shim gone; receipts kept."""
    done = place.enactctl("uninstall")
    assert 0 == done.returncode, done.stderr
    if before is None:
        assert not place.settings.exists()
    else:
        assert before == place.settings.read_text()
    assert not place.answers()
    assert not place.layout.shim.exists()
    assert place.receipts("decision")


def assert_stops(place: Guarded, *before: Any, **options: Any) -> None:
    """A dangerous call is stopped by the gate, with its receipt."""
    documents = tree(place.home / "documents")
    run = place.run(*before, turn(DELETE), turn(text="ok"), **options)
    assert documents == tree(place.home / "documents")
    assert "[receipt" in run.told[f"{len(before)}.0"], run.told


def test_a_project_can_be_guarded_alone(place: Guarded) -> None:
    """`--project` guards sessions in that project, and nothing elsewhere; uninstall finds it again."""
    init(place, "--project", cwd=place.project)
    assert not place.settings.exists()
    assert_stops(place)
    elsewhere = place.home / "elsewhere"
    elsewhere.mkdir()
    run = place.run(turn(bash("touch ran.txt")), turn(text="ok"), cwd=elsewhere)
    assert [] == run.denied
    assert 1 == len([r for r in place.receipts("decision") if not r["session"].startswith("enactctl-")])
    done = place.enactctl("uninstall", cwd=place.project)
    assert 0 == done.returncode, done.stderr
    assert not (place.project / ".claude" / "settings.json").exists()


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Guarded]:
    """A machine whose `/etc` is a copy, so that its managed settings can be written."""
    etc = tmp_path / "etc"
    shutil.copytree("/etc", etc, symlinks=True, ignore_dangling_symlinks=True)
    with loopback(etc) as network, furnished(network) as place:
        yield place


OFF = json.dumps({"disableAllHooks": True})


def test_managed_hooks_hold_against_a_project_and_options(machine: Guarded, tmp_path: Path) -> None:
    """What switches a user's hooks off does nothing to the machine's."""
    init(machine, "--managed")
    managed = tmp_path / "etc/claude-code/managed-settings.json"
    assert "enact-hook" in managed.read_text()
    assert not machine.settings.exists()
    (machine.project / ".claude").mkdir()
    (machine.project / ".claude" / "settings.json").write_text(OFF)
    machine.settings.write_text(OFF)
    assert_stops(machine)
    assert_stops(machine, arguments=(BYPASS, "--settings", OFF))
    assert 0 == machine.enactctl("uninstall").returncode
    assert not managed.exists()
