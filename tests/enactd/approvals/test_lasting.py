"""What stays done is said, what would give it back is named, and nothing is promised."""

from __future__ import annotations

import pytest
from support.effect_words import DB, target

from enactd.approvals.lasting import NO_COPY, lasting
from enactd.effects import model as m

CASES: list[tuple[m.Effect, str]] = [
    (m.DeletePath(target=target(kind="file", git="modified")), "the changes since are in no commit"),
    (m.DeletePath(target=target(kind="file", git="untracked")), "only a backup of your own"),
    (m.DeletePath(target=target("/srv/x", kind="folder", git="none")), "files outside any repository"),
    (m.DeletePath(target=target(None)), "not known whether git has them"),
    (m.DeletePath(target=target("/w/.git", kind="folder", git="none")), "pushed nowhere are gone"),
    (m.GitDiscard(what="changes", how="reset --hard", losing="something"), "git keeps no copy of them"),
    (m.GitDiscard(what="commits", how="branch -D", losing="something"), "this clone's reflog"),
    (m.GitPush(remote="o", branch="main", force="plain"), "only clones that have them"),
    (m.GitPush(remote="o", branch="main", deletes=True), "a deleted branch or tag"),
    (m.RunSql(verb="drop", tables=("users",), database=DB), "only a backup of app gives it back"),
    (m.ResetDatabase(tool="x", how="reset"), "whether there is one is not known here"),
    (m.ChangeInfrastructure(tool="terraform", verb="destroy"), "resources that are destroyed"),
    (m.ChangeContainers(tool="docker", verb="remove", what="volume", names=("v",)), "data in volumes"),
    (m.Request(method="POST", host="x", carries=frozenset({"secret"}), changes="something"), "a secret that has left"),
    (m.SendMessage(by="mail", to="a@b"), "nothing calls it back"),
    (m.PublishPackage(manager="npm", verb="publish"), "whoever fetched it keeps it"),
    (m.RevealSecret(what="env", by="env"), "replaced by a new one"),
    (m.DeletePath(target=target(git="untracked"), place="ssh web"), "(on ssh web)"),
]


@pytest.mark.parametrize(("effect", "part"), CASES, ids=[part for _, part in CASES])
def test_what_lasts(effect: m.Effect, part: str) -> None:
    """One sentence about the thing, and one that enactd has no copy."""
    told = lasting([effect])
    assert part in told[0]
    assert NO_COPY == told[-1]


@pytest.mark.parametrize(
    "effect",
    [
        m.DeletePath(target=target(kind="file", git="clean")),
        m.DeletePath(target=target("/w/build", kind="folder", git="ignored", nature=("build-output",))),
        m.DeletePath(target=target(kind="missing")),
        m.DeletePath(target=target(kind="folder"), only_empty=True),
        m.GitDiscard(what="changes", how="reset --hard", losing="nothing"),
        m.GitPush(remote="o", branch="x"),
        m.ReadPath(target=target()),
        m.RunSql(verb="select", tables=("t",), database=DB),
    ],
)
def test_what_can_be_taken_back(effect: m.Effect) -> None:
    """Tracked and unchanged, built, empty, only added: nothing is said."""
    assert () == lasting([effect])


def test_each_is_said_once() -> None:
    """Fifty files of one kind are one sentence."""
    told = lasting([m.DeletePath(target=target(f"/w/{number}", git="untracked")) for number in range(50)])
    assert 2 == len(told)
