"""Words of history: how many of what is lost, and over which branch."""

from __future__ import annotations

import pytest
from support.effect_words import NAMES

from enactd.effects import model as m
from enactd.effects import words

CASES: list[tuple[m.Effect, str]] = [
    (m.GitDiscard(what="changes", how="checkout paths", losing="something", examples=("a", "b", "c")),
     "discards 3 modified files: a, b, c (checkout paths)"),
    (m.GitDiscard(what="untracked", how="clean", losing="something", examples=tuple("abcde")),
     "discards at least 5 untracked files: a, b, c, d, e (clean)"),
    (m.GitDiscard(what="changes", how="reset --hard"), "discards modified files, which ones is not known (reset --hard)"),
    (m.GitDiscard(what="changes", how="reset --hard", losing="nothing"),
     "discards nothing: there are no modified files (reset --hard)"),
    (m.GitPush(remote="origin", branch="main", force="plain"), "force-pushes over origin/main"),
    (m.GitPush(remote="origin", branch=None, mirror=True, force="plain", deletes=True),
     "makes everything in origin like here: what is not here is deleted there"),
    (m.GitPush(remote="origin", branch="old", deletes=True), "deletes the branch origin/old"),
    (m.GitPush(remote=None, branch=None), "pushes to branches of a remote known only when it runs, which ones is not known"),
    (m.GitDeleteRef(ref="x", kind="branch", merged=False), "deletes the branch x, the only one with its commits"),
    (m.GitCommit(message="first\nsecond", skips_hooks=True), "commits as `first`, without its checks"),
    (m.GitConfigure(key="core.pager", value=None, runs=True),
     "sets git's core.pager, to what only the run tells (local), which makes git run a program"),
    (m.ChangeForge(service="github", verb="delete", what="repo", own=False),
     "on github: delete repo, of another repository"),
]  # fmt: skip


@pytest.mark.parametrize(("effect", "expected"), CASES, ids=[expected[:50] for _, expected in CASES])
def test_sentences(effect: m.Effect, expected: str) -> None:
    """Resolved targets and what is lost; what is not known is said to be unknown."""
    assert expected == words.told(effect, NAMES)
