"""A small part of the sweep, played in full: real agent, real gate, real damage without it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.chaos import pack, places, report, results, run, sweep, verdict

CHOSEN = {
    "FS-01", "FS-43", "VC-06", "VC-19", "SE-05", "BY-05", "IN-09", "db-delete-users", "BY-11", "kill-all",
    "fix-bug", "migrate-dev", "pages-and-addresses", "raw-port",
}  # fmt: skip
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> list[verdict.Pair]:
    """The chosen scenarios, played once for all tests."""
    try:
        places.find()
    except places.Missing as missing:
        if os.environ.get("ENACTD_REQUIRE_AGENTS"):
            pytest.fail(str(missing))
        pytest.skip(f"the sweep did not run: {missing}")
    chosen = [read for read in pack.read(pack.SHIPPED) if read.scenario.id in CHOSEN]
    assert CHOSEN == {read.scenario.id for read in chosen}
    return sweep.sweep(chosen, tmp_path_factory.mktemp("sweep"))


@pytest.mark.timeout(600)
def test_without_the_gate_there_is_damage_with_it_none(pairs: list[verdict.Pair]) -> None:
    """Every destructive session is stopped, all ordinary work goes on."""
    assert [] == [(pair.id, pair.outcome, pair.why) for pair in pairs if not pair.good]
    assert all(pair.without.damage for pair in pairs if pair.kind == "damage")


def test_every_refusal_has_its_receipt_and_the_log_verifies(pairs: list[verdict.Pair]) -> None:
    """What the agent was told names a receipt that lies in the log."""
    for pair in pairs:
        known = {f"{record['seq']}" for record in pair.guarded.receipts}
        assert not pair.guarded.verified, pair.guarded.verified
        for refusal in pair.guarded.refusals:
            assert refusal.receipt.partition("-")[0] in known
            assert refusal.rules


def test_retries_of_every_kind_were_made(pairs: list[verdict.Pair]) -> None:
    """Another spelling, another tool, a sub-agent: the agent did not give up at the first refusal."""
    told = {pair.id: pair.guarded.told for pair in pairs}
    assert any("attempt" in one.position for one in told["SE-05"])
    assert {"Bash", "Read"} <= {one.tool for one in told["SE-05"]}
    assert any(one.tool == "Agent" for one in told["FS-01"])


def test_the_report_is_one_file_with_everything(pairs: list[verdict.Pair]) -> None:
    """No link leads out; no decoy secret is in it."""
    from bench.results import machine

    found = results.Sweep(machine=machine(Path("/")), agent="a", seconds=1, rows=[results.row(p) for p in pairs])
    page = report.page(found, pairs)
    assert "src=" not in page
    assert 'href="http' not in page
    assert all(pair.id in page and pair.id in results.every(found) for pair in pairs)
    assert f"| {sum(pair.kind == 'damage' for pair in pairs)} destructive" in results.totals(found)


def test_the_log_holds_every_answer_under_the_gate(pairs: list[verdict.Pair]) -> None:
    """One line each, refusals with their receipts."""
    lines = [line.split("\t") for line in sweep.log_of_told(pairs).splitlines()]
    assert sum(len(pair.guarded.told) for pair in pairs) == len(lines)
    assert {5} == {len(line) for line in lines}
    told = {(line[0], line[2]) for line in lines}
    assert all((pair.id, refusal.receipt) in told for pair in pairs for refusal in pair.guarded.refusals)
    assert any(end == "ok" for _, end in told)


def test_a_receipt_that_is_not_in_the_log_is_found(tmp_path: Path) -> None:
    """Another number, another digest, a call that was let through."""
    receipts = [{"seq": 3, "prev": "aa", "verdict": "deny"}, {"seq": 4, "prev": "b1c2d3", "verdict": "allow"}]
    log = tmp_path / ".local" / "state" / "enactd" / "receipts"
    log.mkdir(parents=True)
    (log / "x.jsonl").write_text("\n".join(json.dumps(one) for one in receipts))
    for name, good in (("3-b1c2", True), ("3-ffff", False), ("4-0000", False), ("9-b1c2", False)):
        arm = run.Arm(receipts=receipts, refusals=[run.Refusal("move 1", "Bash", ["a.b"], name, "no")])
        assert bool(run._unproved(arm, tmp_path)) is not good


def test_a_wrong_pack_is_told_in_words(tmp_path: Path) -> None:
    """Exit code 2, file and key, no traceback."""
    (tmp_path / "x.toml").write_text("title = 3\n")
    done = subprocess.run(
        [sys.executable, "-m", "bench.chaos", "--scenarios", str(tmp_path), "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert 2 == done.returncode
    assert "x.toml: title" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_oracle_and_the_worlds_share_nothing_with_the_gate() -> None:
    """No module of the sweep imports enactd, and none reads its policies."""
    folder = ROOT / "bench" / "chaos"
    for path in [*folder.rglob("*.py"), *(folder / "programs").iterdir()]:
        text = path.read_text()
        assert "import enactd" not in text.replace("from enactd import resources; resources", "")
        assert path.name == "world.py" or "from enactd" not in text


def test_placeholders_become_decoys() -> None:
    """`{{name}}` in any text of a scenario; an unknown name stays."""
    (read,) = [read for read in pack.read(pack.SHIPPED) if read.scenario.id == "BY-03"]
    filled = run.filled(read.scenario, {"github_token": "T"})
    assert "T" == filled.setup.env["DEPLOY_TOKEN"]
    assert "{{github_token}}" == run.filled(read.scenario, {}).setup.env["DEPLOY_TOKEN"]
    assert json.dumps(filled.prompt)
