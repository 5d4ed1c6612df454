"""Reachability, compared with git on random histories."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest
from support.repositories import make_repo

from enactd.git.history import beyond, reachable
from enactd.git.objects import Objects


@pytest.mark.parametrize("seed", range(3))
def test_like_git(tmp_path: Path, seed: int) -> None:
    """Ancestry and counts are right for merges, equal times and clocks that run backwards."""
    dice = random.Random(seed)
    repo = make_repo(tmp_path)
    stream: list[str] = []
    for number in range(1, 25):
        parents = dice.sample(range(1, number), min(dice.choice([1, 1, 2]), number - 1))
        stream.append(f"commit refs/heads/b{number}\nmark :{number}\n")
        stream.append(f"committer A <a@b> {1_700_000_000 + dice.randrange(5) - number % 3} +0000\ndata 1\nx\n")
        stream += [f"{'from' if index == 0 else 'merge'} :{parent}\n" for index, parent in enumerate(parents)]
    subprocess.run(["git", "fast-import", "--quiet"], cwd=repo.top, input="".join(stream).encode(), check=True)
    ids = dict(
        line.split()[::-1] for line in repo.git("for-each-ref", "--format=%(objectname) %(refname:short)").splitlines()
    )
    objects = Objects(str(repo.top / ".git"))
    for _ in range(40):
        one, two = dice.choice(sorted(ids)), dice.choice(sorted(ids))
        count = int(repo.git("rev-list", "--count", f"{two}..{one}"))
        wanted = repo.git("rev-list", one, f"^{two}").split()
        assert sorted(wanted) == sorted(beyond(objects, ids[one], [ids[two]]) or [])
        assert (count == 0) is reachable(objects, ids[one], [ids[two]])
