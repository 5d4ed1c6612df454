"""What commits that are about to leave bring in."""

from __future__ import annotations

from pathlib import Path

from support.briefly import lines_in
from support.repositories import make_repo, with_origin

from enactd.git.objects import Objects
from enactd.git.pending import new_texts
from enactd.world import World

KEY = "token = 'ghp_" + "k3Yq9ZtR1vXw7LmN5bPdS2fHjU8aCeG4iOxT'\n"


def test_every_commit_counts(tmp_path: Path) -> None:
    """A file that was added and removed again before the push still leaves."""
    repo = make_repo(tmp_path)
    start = repo.git("rev-parse", "HEAD")
    repo.commit("Add", **{"deep__key_dot_txt": "one\n"})
    repo.git("rm", "-q", "deep/key.txt")
    tip = repo.commit("Remove", other="two\n")
    objects = Objects(str(repo.top / ".git"))
    assert {"deep/key.txt": "one\n", "other": "two\n"} == new_texts(objects, tip, [start], 1000)
    assert {} == new_texts(objects, tip, [tip], 1000)
    assert 3 == len(new_texts(objects, start, [], 1000) or {})


def test_push_of_a_key_is_told(tmp_path: Path) -> None:
    """A key in commits that the remote does not have, however old, is named by kind only."""
    repo = make_repo(tmp_path)
    with_origin(repo)

    def push(command: str = "git push") -> str:
        return "\n".join(lines_in(str(repo.top), str(repo.home), command))

    assert "secrets" not in push()
    repo.commit("Key", config=KEY)
    repo.git("rm", "-q", "config")
    repo.commit("Take it back")
    assert "secrets=[" in push()
    assert "StoreSecret" in push("git push origin HEAD:feature/x")
    assert "ghp_" not in push()
    repo.git("push", "-q", "origin", "main")
    assert "secrets" not in push()


def test_fact_is_remembered(tmp_path: Path) -> None:
    """The answer is one of the facts of a call."""
    repo = make_repo(tmp_path)
    world = World(cwd=str(repo.top), workspace=str(repo.top), home=str(repo.home))
    found = world.repository(str(repo.top))
    assert found is not None
    assert {"README.md", "src/app.py", ".gitignore"} == set(found.unpushed_texts() or {})
    assert any("unpushed texts HEAD" in key for key in world.facts)
