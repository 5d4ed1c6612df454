"""Words become what bash makes of them, or holes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.bash import fields
from support.expanding import Shell
from support.fuzz import examples
from support.reading import effects

from enactd.effects.model import WritePath

SETUP = r"""
unset U; x='a b'; y=; n=5; p=/a/b.c.d; c='one:two::three:'; g='*.t'; s=' lead  trail '; q="it's"; m='aXbXc'
arr=(one 'two words' '' four); i=x; lower=word; UP=WORD
set -- 'p 1' '' p3
"""
FILES = ["a.t", "b.t", "c.u", ".hidden.t", "sp ace.t", "d1", "[x]", "d.t"]

NAMES = st.sampled_from("x y n p c g s q m U i lower UP 1 2 3 9 arr".split())
LISTS = st.sampled_from(["@", "*", "arr[@]", "arr[*]"])
LETTERS = st.text("ab.,:/*?-_=~^%@ #", min_size=1, max_size=3)
PLAIN = st.text("abc.,/-_=:+%@^1", min_size=1, max_size=4)
PATTERNS = st.sampled_from(
    ["*", "?", "a", "*X", "X*", "[ab]", "/*", "*/", "*.", ".*", "[!a]*", "b*c", "''", "'*'", r"\*", "o", "$y"]
)


def _quoted(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(inner, max_size=3).map(lambda parts: '"' + "".join(parts) + '"')


def _parameters(word: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    target = st.one_of(NAMES, LISTS)
    return st.one_of(
        NAMES.filter(lambda name: name != "arr").map(lambda name: f"${name}"),
        target.map(lambda name: f"${{{name}}}"),
        target.map(lambda name: f"${{#{name}}}"),
        st.tuples(target, st.sampled_from(["-", ":-", "=", ":=", "+", ":+"]), word)
        .filter(lambda t: "=" not in t[1] or t[0][0] not in "0123456789@*a")
        .map(lambda t: f"${{{t[0]}{t[1]}{t[2]}}}"),
        st.tuples(target, st.sampled_from(["#", "##", "%", "%%"]), PATTERNS).map(lambda t: f"${{{''.join(t)}}}"),
        st.tuples(target, st.sampled_from(["/", "//", "/#", "/%"]), PATTERNS, st.sampled_from(["", "/Z", "/z z", "/$x"])).map(
            lambda t: f"${{{''.join(t)}}}"
        ),
        st.tuples(target, st.sampled_from(["0", "1", "2", " -1", " -3", "n-4"]), st.sampled_from(["", ":0", ":1", ":2"])).map(
            lambda t: f"${{{t[0]}:{t[1]}{t[2]}}}"
        ),
        st.tuples(target, st.sampled_from(["^", "^^", ",", ",,", "^^[a-m]", ",[W]"])).map(lambda t: f"${{{''.join(t)}}}"),
        st.sampled_from(["${!i}", "${arr[1]}", "${arr[-1]}", "${arr[n-4]}", "${!arr[@]}", "${arr[9]:-none}", "${#arr[1]}", "$#"]),
        st.tuples(target, st.sampled_from(["@Q", "@U", "@u", "@L"])).map("".join).map(lambda t: f"${{{t}}}"),
    )  # fmt: skip


def _braced(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.lists(inner | st.just(""), min_size=2, max_size=3).map(lambda parts: "{" + ",".join(parts) + "}"),
        st.sampled_from(
            [
                "{1..3}",
                "{3..1}",
                "{01..03}",
                "{a..c}",
                "{1..9..4}",
                "{-1..1}",
                "{a}",
                "{}",
                "{1..b}",
                "{,}",
                "{a,b",
                "}",
            ]
        ),
    )


ATOMS = st.one_of(
    PLAIN,
    st.sampled_from([r"\*", r"\ ", r"\$x", r"\\", r"\"", "~", "~/", "'a b'", "'*'", '""', "''", r"$'a\tb'", r"$'\x41'", '$"x"', "*", "?", "[a-c]", "*.t"]),
    st.sampled_from(["$((n+1))", "$((2**n%7))", "$[1+1]", "$(echo 'a  b')", "`echo z`", '"$(echo "q q")"', "$(printf 'a\\n\\n')", "$(echo $x)"]),
    st.sampled_from(['"$@"', '"$*"', "$@", "$*", '"${arr[@]}"', '"${arr[*]}"', "${arr[@]}", '"a${arr[@]}b"', "$x", '"$x"', "$s", "$c", "$g", '"$g"']),
)  # fmt: skip


def _extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    words = st.lists(inner, min_size=1, max_size=2).map("".join)
    in_quotes = st.one_of(
        PLAIN, st.sampled_from(["*", "{a,b}", "'", r"\\", r"\$", "$x", "$@", "${arr[@]}", " "]), _parameters(words)
    )
    return st.one_of(_parameters(words), _quoted(in_quotes), _braced(inner), words)


WORDS = st.lists(st.recursive(ATOMS, _extend, max_leaves=5), min_size=1, max_size=4).map("".join)


# Homes of other users are guessed; bash leaves `{~:…}` half expanded and counts braces inside `${…}` its own way.
ODD = re.compile(r"\$\{[^}]*\{|\{[^}]*\$\{[^}]*[-+=]|~[A-Za-z_]|\{~[^/}]")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("words") / "scratch"
    path.mkdir()
    for name in FILES:
        (path / name).touch()
    return path


@pytest.mark.parametrize("ifs", ["", "IFS=:", "IFS=", "IFS=': '"], ids=["default", "colon", "empty", "mixed"])
@settings(
    max_examples=examples(12), deadline=None,
    phases=[Phase.generate],  # one word is small as it is
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(words=st.lists(WORDS, min_size=60, max_size=60))
def test_words_expand_as_in_bash(folder: Path, ifs: str, words: list[str]) -> None:
    """A word that is called known is exactly what bash makes of it; few words that could be known are not."""
    from enactd.effects.shell.syntax import SyntaxProblem

    setup = SETUP + ifs
    real = fields(words, folder, setup)
    wrong = []
    read: list[bool] = []
    for word, expected in zip(words, real, strict=True):
        if expected is None or ODD.search(word):
            continue
        try:
            found = Shell(folder, setup).texts(word)
        except SyntaxProblem:
            continue
        read.append(None not in found)
        if None not in found and expected != found:
            wrong.append((word, expected, found))
    assert [] == wrong
    assert read.count(False) <= len(read) * 0.5  # a batch is small, and patterns without a match stay patterns


@pytest.mark.parametrize(
    "command", ['echo "a=1" >> $GITHUB_ENV', 'echo "a=1" >> "$GITHUB_OUTPUT"', "cp a $RUNNER_TEMP/a"]
)
def test_files_of_a_runner_are_temporary(command: str) -> None:
    """A step of a workflow writes into files that its runner made."""
    places = [effect.target.area if isinstance(effect, WritePath) else effect.to.area for effect in effects(command)]
    assert ["temp"] == places
