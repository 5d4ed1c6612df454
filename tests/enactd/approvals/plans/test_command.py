"""Words and folder of a command line, as far as they are known."""

from __future__ import annotations

from enactd.approvals.plans.command import Command, commands, is_known
from enactd.effects.model import ChangeInfrastructure
from enactd.effects.steps import Step

COMMAND = Command("t", ("apply", "-target=a.b", "--target", "c.d", "-var", "x=1", "plan.out"), "/w")


def test_options() -> None:
    """With one dash or two, with a blank or an equals sign."""
    assert ["a.b", "c.d"] == COMMAND.values("target")
    assert [] == COMMAND.values("state")
    assert ["apply", "plan.out"] == COMMAND.operands("target", "var")


def test_paths() -> None:
    """Below the folder; none where one part is not known."""
    assert "/w/x" == COMMAND.path("./x")
    assert "/x" == COMMAND.path("/x")
    assert COMMAND.path("<$X is not known>/x") is None
    assert COMMAND._replace(folder=None).path("x") is None


def test_stand_ins_are_not_words() -> None:
    """What the reading shows in place of a value is no value."""
    assert not any(map(is_known, ("<$X is not known>", "a$B", "<output of curl>", "abc…")))
    assert is_known("a=b")


def test_the_trace_knows_the_folder() -> None:
    """Each command line once, with its words as they were expanded."""
    effect = ChangeInfrastructure(tool="t", verb="destroy", source="t $V")
    trace = (Step(0, "/a", "cd /b"), Step(0, "/b", "t destroy", "t $V"))
    assert [Command("t", ("destroy",), "/b")] == [c for _, c in commands([(effect, "t")] * 2, trace, "/w")]
    assert [Command("t", ("$V",), "/w")] == [c for _, c in commands([(effect, "t")], (), "/w")]


def test_a_shortened_folder() -> None:
    """The working folder's own name is known, whatever its length; another's is not."""
    effect = ChangeInfrastructure(tool="t", verb="destroy", source="t x")
    long = "/w/" + "x" * 100
    for cwd, expected in ((long, long), ("/v", None)):
        ((_, command),) = commands([(effect, "t")], (Step(0, long[:79] + "…", "t x"),), cwd)
        assert expected == command.folder
    ((_, command),) = commands([(effect, "t")], (Step(0, "/w", 't "x', "t x"),), "/w")
    assert ('"x',) == command.words
