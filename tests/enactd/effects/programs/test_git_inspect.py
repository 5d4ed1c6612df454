"""Looking with git: what is shown, searched for, written and run."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.briefly import lines, lines_in
from support.repositories import make_repo

HOME = "/home/u/proj"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("git show HEAD:.env", [f"ReadPath target={HOME}/.env"]),
        ("git show :.env", [f"ReadPath target={HOME}/.env"]),
        (
            'for f in $(git diff --name-only); do git show HEAD:"$f" > "$f"; done',
            ["GitDiscard what=changes how=show paths=[<a tracked file>]", f"WritePath target={HOME}/*"],
        ),
        ("git grep -n x | cut -d: -f1 | xargs rm", [f"DeletePath target={HOME}/* recursive"]),
        (
            "git grep -hn x | cut -d: -f1 | xargs rm",
            ["DeletePath target=<columns of lines of output of `git`> recursive"],
        ),
        ("git show stash@{0}:.env", [f"ReadPath target={HOME}/.env"]),
        ("git show main:./a/../.env", [f"ReadPath target={HOME}/.env"]),
        ("git cat-file -p HEAD:.ssh/id_rsa", [f"ReadPath target={HOME}/.ssh/id_rsa"]),
        ("git cat-file blob HEAD:src/app.py", [f"ReadPath target={HOME}/src/app.py"]),
        ("git log -p -- .env", [f"ReadPath target={HOME}/.env"]),
        ("git log -- .env", []),
        ("git log --stat", []),
        ("git diff -- .env", [f"ReadPath target={HOME}/.env"]),
        ("git diff .env", [f"ReadPath target={HOME}/.env"]),
        ("git diff --name-only .env", []),
        ("git diff --no-index /dev/null .env", [f"ReadPath target={HOME}/.env"]),
        ("git blame -L 1,5 .env", [f"ReadPath target={HOME}/.env"]),
        ("git show HEAD", []),
        ("git diff main...HEAD", []),
        ("git diff --output=/home/u/.bashrc", ["WritePath target=/home/u/.bashrc"]),
        ("git grep TODO", []),
        ("git grep -n TODO -- src", [f"ReadPath target={HOME}/src how=search recursive search=TODO"]),
        ("git grep password -- .env", [f"ReadPath target={HOME}/.env how=search recursive search=password"]),
        ("git grep --no-index x", [f"ReadPath target={HOME} how=search recursive search=x"]),
        ("git grep -O'rm -rf build' x", [f"DeletePath target={HOME}/build recursive"]),
        ("git grep aws_secret_access_key", ["SearchSecrets pattern=aws_secret_access_key by=git grep"]),
        ("git log -S'BEGIN RSA PRIVATE KEY'", ["SearchSecrets pattern=BEGIN RSA PRIVATE KEY by=git log"]),
        ("git difftool -x 'rm -rf build'", [f"DeletePath target={HOME}/build recursive"]),
        ("git difftool -t vimdiff", []),
        ('git show "$X"', []),
    ],
)  # fmt: skip
def test_effects(command: str, expected: list[str]) -> None:
    """Content by revision and path, patterns, and options that write or run."""
    assert expected == [line for line in lines(command) if "origin=option" not in line]


@pytest.mark.parametrize("command", ["git grep -O'rm -rf build' x", "git difftool -x 'rm -rf build'"])
def test_commands_in_options_are_told(command: str) -> None:
    """An option that makes git run a command is an effect of its own."""
    assert lines(command)[0].startswith("RunCode language=shell origin=option")


def test_revision_paths_count_from_the_top(tmp_path: Path) -> None:
    """`HEAD:x` in a sub-folder is the top level's x."""
    repo = make_repo(tmp_path)
    found = lines_in(str(repo.top), str(repo.home), "cd src && git show HEAD:.env")
    assert ["ReadPath target=./.env"] == found


def test_an_old_state_written_over_its_file_is_a_discard(tmp_path: Path) -> None:
    """Of that file where it has changes, from whatever folder; elsewhere it is a copy."""
    repo = make_repo(tmp_path)
    (repo.top / "src").mkdir(exist_ok=True)
    (repo.top / "src" / "fresh.py").write_text("one\n")
    repo.git("add", "src/fresh.py")
    repo.git("commit", "-qm", "fresh")
    (repo.top / "src" / "fresh.py").write_text("two\n")
    for command in ("git show HEAD:src/fresh.py > src/fresh.py", "cd src && git show HEAD:src/fresh.py > fresh.py"):
        found = lines_in(str(repo.top), str(repo.home), command)
        assert any(line.startswith("GitDiscard") and "losing=something" in line for line in found), found
    assert not any(
        "GitDiscard" in x for x in lines_in(str(repo.top), str(repo.home), "git show HEAD:src/fresh.py > a.py")
    )
