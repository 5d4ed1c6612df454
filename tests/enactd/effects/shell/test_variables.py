"""What parameters hold, as in bash; what only the run knows is a hole."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.bash import fields
from support.expanding import Shell
from support.scripts import reading

from enactd.effects.model import RevealSecret

SETUP = """
set -- 'p 1' '' p3; arr=(one 'two words' '' four); unset arr[2]; declare -A m=([k]=v ['a b']=w); e=(); s=text; empty=; n=2
f() { :; }; false
"""
WORDS = [
    "$1", '"$1"', '"$2"', "$2", "$3", "$4", "$#", "${#}", '"$@"', '"$*"', "${@:2}", '"${@: -1}"', "${*:1:1}", "${#1}", "$?",
    "${9-none}", '"${arr[0]}"', '"${arr[1]}"', '"${arr[-1]}"', '"${arr[-2]-gone}"', '"${arr[9]-none}"', '"$arr"',
    '"${arr[@]}"', '"${!arr[@]}"', '"${#arr[@]}"', '"${#arr[1]}"', '"${arr[n]-none}"', '"${arr[n+1]}"', '"${arr[@]:1:2}"',
    '"${m[k]}"', '"${m[a b]}"', '"${m[none]-no}"', '"${#m[@]}"', '"${e[@]}"', '"${#e[@]}"', '"${e-unset}"', '"${empty-unset}"',
    '"${empty:-unset}"', '"${s[0]}"', '"${s[1]-none}"', '"${s[@]}"', '"${#s[@]}"', '"${!s[@]}"', "${nothing-none}", "$((n*3))",
    "$((n=5))$n", "${s:$((n-1))}",
]  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_as_in_bash(word: str, tmp_path: Path) -> None:
    """Parameters of every kind are known, and are what bash says."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    assert fields([word], folder, SETUP) == [Shell(folder, SETUP).texts(word)]


@pytest.mark.parametrize(
    "word",
    ["$$", "$!", "$RANDOM", "$SECONDS", "$PPID", "$_", "$OLDPWD", "$LINENO", "${arr[$RANDOM]}", "$((arr[0]))", "$((m[k]+1))", "$((RANDOM))", "$-", "$0"],
)  # fmt: skip
def test_what_only_the_run_knows(word: str, tmp_path: Path) -> None:
    """A process id, a random number: a hole, never nothing."""
    assert [None] == Shell(tmp_path, SETUP).texts(f'"{word}"')


def test_numbers_of_the_run_stay_inside_a_folder(tmp_path: Path) -> None:
    """A process id or a count cannot climb out of the folder it is written in."""
    shell = Shell(tmp_path)
    for word in ("$$", "$RANDOM", "$((RANDOM % 3))", "$SECONDS", "$#$$"):
        assert all(hole.contained for field in shell.fields(f'"/tmp/x{word}"') for hole in field.holes)
    assert not shell.fields('"/tmp/$_"')[0].holes[0].contained


def test_the_environment_is_used_where_it_is_known(tmp_path: Path) -> None:
    """HOME, USER and PWD are known; a variable that a complete environment lacks is empty."""
    shell = Shell(tmp_path)
    assert ["/home/u", "u", str(tmp_path), ""] == [
        shell.texts(f'"{word}"')[0] for word in ("$HOME", "$USER", "$PWD", "$Q")
    ]


def test_names_that_begin_alike(tmp_path: Path) -> None:
    """`${!p*}` lists what is set, here and in the environment, as bash does."""
    setup = "unset HOMES; HOMEY=1; HO=2; unset HO"
    for word in ("${!HOM*}", '"${!HOM@}"', "${!zz*}"):
        assert fields([word], tmp_path, setup) == [Shell(tmp_path, setup).texts(word)]


@pytest.mark.parametrize(
    "script",
    ["for v in $(compgen -v); do echo ${!v}; done", "compgen -e | while read v; do echo \"$v=${!v}\"; done", "read v; echo \"${!v}\"",
     "for v in $(cmd); do printf '%s\\n' \"${!v}\"; done", "e=$(cmd); v=${e}_API_KEY; echo ${!v}", "v=AWS_SECRET_ACCESS_KEY; echo ${!v}"],
)  # fmt: skip
def test_a_variable_that_may_be_any_may_be_a_secret(script: str) -> None:
    """What is printed of a variable whose name only the run knows may be a key."""
    told = reading(f"export AWS_SECRET_ACCESS_KEY=x; {script}")[1]
    assert any(isinstance(effect, RevealSecret) for effect in told)


@pytest.mark.parametrize(
    "script", ["for v in A B; do echo ${!v}; done", "read v; [ -z \"${!v}\" ] && echo missing $v", "read e; v=${e}_URL; echo ${!v}", "read v; x=${!v}"]
)  # fmt: skip
def test_other_names_are_no_secrets(script: str) -> None:
    """A name that is known, a test, or a value that nobody prints."""
    assert not any(isinstance(effect, RevealSecret) for effect in reading(script)[1])
