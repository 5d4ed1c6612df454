"""Two postures side by side: what differs, and the stricter answer of both."""

from __future__ import annotations

from pathlib import Path

import pytest

from enactd import config
from enactd.assembly import Assembly
from enactd.config import Layout
from enactd.effects.shell.readers import Readers
from enactd.gate import InForce
from enactd.granted import Granted
from enactd.policy import Session
from enactd.toolcall import ToolCall

POLICY = '''"""Mine.

Why
    x
Instead
    y
Blind spots
    z
"""

from enactd.policy import {answer}, Context, CopyPath, Opinions, policy


@policy(watches=CopyPath, severity="low", stage="stable", since="0.1", {kind}=("cp src/a.py src/b.py",))
def check(copy: CopyPath, context: Context) -> Opinions:
    yield {answer}("no copies")
'''


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout.under(tmp_path / "e")
    made.prepare()
    made.policies.mkdir()
    return made


def assembly(layout: Layout) -> Assembly:
    return Assembly(layout, Readers(None), watch=None, granted=Granted, note=lambda event, detail: None)


def built(layout: Layout, text: str = "") -> InForce:
    layout.config_file.write_text(text)
    return assembly(layout).build(config.load(layout), ())


def decision(found: InForce, command: str) -> str:
    call = ToolCall(agent="a", session="s", tool="Bash", input={"command": command}, cwd="/home/u/proj")
    judgement = found.judge.judge(
        call, workspace="/home/u/proj", home="/home/u", session=Session(), environment={}, frozen=""
    )  # fmt: skip
    return str(judgement.verdict.decision)


INSERT = 'psql app_dev -c "INSERT INTO {} VALUES (1)"'


def test_together_the_stricter_answer_holds(layout: Layout) -> None:
    """What one side tightens and what the other has not given up yet: both."""
    before = built(layout, "[protect]\ntables = ['a']\n")
    after = built(layout, "[protect]\ntables = ['b']\n[freeze]\nreason = 'x'\n")
    both = assembly(layout).together(before, after)
    thawed = assembly(layout).together(after, before)
    assert ["ask", "allow"] == [decision(before, INSERT.format(t)) for t in "ab"]
    assert ["deny", "deny"] == [decision(both, INSERT.format(t)) for t in "ab"]
    assert ["deny", "deny"] == [decision(thawed, INSERT.format(t)) for t in "ab"]
    assert "allow" == decision(both, "git status")


def test_examples_tell_what_a_changed_policy_does(layout: Layout) -> None:
    """Under `confirm`: a policy that says less is a loosening, though no setting changed."""
    (layout.policies / "copies.py").write_text(POLICY.format(answer="Deny", kind="denies"))
    before = built(layout, "reload = 'confirm'")
    (layout.policies / "copies.py").write_text(POLICY.format(answer="Ask", kind="asks"))
    after = built(layout, "reload = 'confirm'")
    found = assembly(layout).compare(before, after)
    assert any(change.loosens and "copies" in change.key for change in found)
    back = assembly(layout).compare(after, before)
    assert not any(change.loosens for change in back)
    assert any("copies" in change.key for change in back)


def test_without_confirmation_no_examples_are_run(layout: Layout) -> None:
    """A reload then costs no more than it did; the receipt names the policy all the same."""
    (layout.policies / "copies.py").write_text(POLICY.format(answer="Deny", kind="denies"))
    before = built(layout)
    (layout.policies / "copies.py").write_text(POLICY.format(answer="Ask", kind="asks"))
    found = assembly(layout).compare(before, built(layout))
    assert [("policy copies", "neutral")] == [(change.key, change.direction) for change in found]


def test_a_policy_that_goes_is_a_loosening(layout: Layout) -> None:
    """With or without examples."""
    (layout.policies / "copies.py").write_text(POLICY.format(answer="Deny", kind="denies"))
    before = built(layout)
    (layout.policies / "copies.py").unlink()
    assert [True] == [change.loosens for change in assembly(layout).compare(before, built(layout))]
