"""`enactctl policy test`, `diff` and `stats`."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.bundles import made
from support.enactctl import Enactctl, Inhabited
from support.rules import folder, rule

ASKS = {"opinion": "Ask", "examples": 'asks=("rm notes.txt",), allows=("rm build/x",)'}


def test_test_runs_the_users_own_examples(enactctl: Enactctl) -> None:
    """Of what is in force, or of the policies asked for; exit 1 and the example where one is not true."""
    folder(enactctl.layout.policies)
    said = enactctl("policy", "test", "--policy", "team.")
    assert (0, "2 examples of 1 policies are true") == (said.code, said.out.strip())
    folder(enactctl.layout.policies, team__notes=rule(examples='denies=("rm other.txt",)'))
    said = enactctl("policy", "test", "--policy", "team.")
    assert 1 == said.code
    assert ["team.notes", "denies", "allow", "rm other.txt"] == said.out.splitlines()[1].split(maxsplit=3)


def test_test_of_a_folder(enactctl: Enactctl, tmp_path: Path) -> None:
    """Before anything is installed."""
    (row,) = enactctl("policy", "test", folder(tmp_path / "rules"), "--json").json("test")
    assert {"id": "team.notes", "layer": "organisation", "examples": 2, "wrong": []} == row


def test_diff(enactctl: Enactctl, tmp_path: Path) -> None:
    """What differs, how grave that is, and the example that shows it."""
    old, new = folder(tmp_path / "old"), folder(tmp_path / "new", team__notes=rule(**ASKS))
    said = enactctl("policy", "diff", old, new)
    assert 0 == said.code
    assert said.out.splitlines()[1].startswith("major  team.notes  asks, and denies before  rm notes.txt")
    assert "all together: major" == said.out.splitlines()[-1]
    assert "minor" == enactctl("policy", "diff", new, old, "--json").json("diff")["size"]
    assert "Nothing differs." == enactctl("policy", "diff", old, old).out.splitlines()[0]


@pytest.mark.parametrize(("version", "code"), [("1.0.1", 1), ("1.1.0", 1), ("2.0.0", 0), ("3.0.0", 0)])
def test_diff_holds_versions_to_it(version: str, code: int, enactctl: Enactctl, tmp_path: Path) -> None:
    """A bundle that stops less under a small number is told so, for CI by the exit code."""
    old = made(tmp_path / "old", "1.0.0", team__notes=rule())
    new = made(tmp_path / "new", version, team__notes=rule(**ASKS))
    said = enactctl("policy", "diff", old, new)
    assert code == said.code
    assert bool(code) == ("2.0.0 or more is due" in said.out)


@pytest.mark.parametrize("how", ["missing", "empty", "broken"])
def test_what_holds_no_policies(how: str, enactctl: Enactctl, tmp_path: Path) -> None:
    """An error with four lines, not a difference to nothing."""
    good, bad = folder(tmp_path / "good"), tmp_path / "bad"
    if how != "missing":
        bad.mkdir()
    if how == "broken":
        (bad / "x.py").write_text("import os\n")
    said = enactctl("policy", "diff", good, str(bad))
    assert (1, "E1003") == (said.code, said.error["code"])


def test_stats(inhabited: Inhabited) -> None:
    """What the daemon's policies were asked, and what a call costs on average."""
    said = inhabited.console("policy", "stats")
    assert 0 == said.code
    assert said.out.startswith("POLICY")
    assert "policies and" in said.out.splitlines()[-1]
    found = inhabited.console("policy", "stats", "--json").json("stats")
    rows = {row["id"]: row for row in found["policies"]}
    assert rows["files.catastrophic-delete"]["denied"] >= 1
    assert found["calls"] >= 4
