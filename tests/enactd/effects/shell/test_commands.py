"""Simple commands: assignments before a program that its own words use."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.reading import effects
from support.scripts import reading, removed

from enactd.effects.model import DeletePath, Opaque, ReadPath, RunSql


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("mkdir -p s; sh s", ["old"]),
        ("touch s; sh s", ["old"]),
        ("touch n; sh n", []),
        ("echo 'rm a' > n; touch n; sh n", ["a"]),
        ("touch n; echo 'rm a' >> n; sh n", ["a"]),
        ("rm s; touch s; sh s", ["s", "!"]),
        ("cmd && echo 'rm a' > s; sh s", ["a", "old"]),
        ("truncate -s 0 s; sh s", []),
        ("cp s t; sh t", ["old"]),
        ("mv s t; sh t", ["old"]),
        ("echo 'rm a' >> s; sh s", ["old", "a"]),
        ("echo 'rm a' | tee -a s; sh s", ["old", "a"]),
        ("cp nope s; sh s", ["!"]),
        ("rm s; set -- ./*; rm $1", ["s", "*"]),
        ("touch a; set -- ././/*; rm $1", ["*"]),
        ("sed -i s/old/new/ s; sh s", ["!"]),
    ],
)  # fmt: skip
def test_what_earlier_commands_left_is_what_later_ones_run(command: str, expected: list[str], tmp_path: Path) -> None:
    """A script is read as it is when it runs."""
    (tmp_path / "s").write_text("rm old\n")
    assert set(expected) == set(removed(command, tmp_path))


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("D=/srv rm -rf $D/x", {"/srv/x"}),
        ("D=build; rm -rf $D", {"/home/u/proj/build"}),
        ("TMPDIR=/srv rm -rf ${TMPDIR}/x", {"/srv/x", "/tmp/x"}),
        ("rm -rf $TMPDIR/x", {"/tmp/x"}),
        ("A=1 rm -rf build", {"/home/u/proj/build"}),
    ],
)
def test_what_is_meant_counts(command: str, expected: set[str]) -> None:
    """The shell expands the words before it assigns; the value that the author means is read as well."""
    assert expected <= {effect.target.path for effect in effects(command) if isinstance(effect, DeletePath)}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("find . -type f | xargs cat", True),
        ("find . -type f -exec cat {} +", True),
        ("find . -type f | while read f; do cat \"$f\"; done", True),
        ("for f in $(find . -type f); do head $f; done", True),
        ("ls -a | xargs cat", True),
        ("find . -name '.e*' | xargs cat", True),
        ("for f in .env*; do cat $f; done", True),
        ("find . -name '*.py' | xargs cat", False),
        ("find src -type f | xargs cat", False),
        ("find . -type f | xargs wc -l", False),
        ("find . -type f | xargs ls -l", False),
        ("cat *", False),
        ("for f in *; do cat $f; done", False),
    ],
)  # fmt: skip
def test_who_reads_any_file_reads_the_secrets_among_them(command: str, expected: bool, tmp_path: Path) -> None:
    """Names that only the run gives stand for those that are there."""
    (tmp_path / "src").mkdir()
    for name in (".env", "a.py", "src/b.py"):
        (tmp_path / name).touch()
    found = reading(command, tmp_path)[1]
    secret = [e for e in found if isinstance(e, ReadPath) and e.how == "content" and e.shown and e.target.secret]
    assert expected is bool(secret)


@pytest.mark.parametrize(
    ("command", "stops"),
    [
        ("ssh web1 ./deploy.sh", True),
        ("ssh web1 'cd /srv/app && ./bin/deploy production'", True),
        ("kubectl exec api-0 -- /app/bin/migrate", True),
        ("ssh web1 /usr/bin/uptime", False),
        ("ssh web1 ./deploy.sh --help", False),
        ("docker exec web /app/bin/check", False),
        ("kubectl --context kind-dev exec api-0 -- /app/bin/check", False),
    ],
)
def test_programs_of_other_machines_are_not_read(command: str, stops: bool) -> None:
    """What lies on another machine may do anything there; a container's program is its image's own."""
    assert stops == any(isinstance(effect, Opaque) for effect in effects(command))


@pytest.mark.parametrize("command", ["pytest -k purge", "jest purge", "npx mocha -g delete", "rspec -e destroy"])
def test_names_of_tests_are_no_verbs(command: str) -> None:
    """A test runner takes words, not commands."""
    assert [] == [effect for effect in effects(command) if isinstance(effect, Opaque)]


def test_statements_given_to_an_unheard_of_client() -> None:
    """A client that nobody described is told by what it is given."""
    (sql,) = (effect for effect in effects("newsql --run 'DROP TABLE a'") if isinstance(effect, RunSql))
    assert "drop" == sql.verb
