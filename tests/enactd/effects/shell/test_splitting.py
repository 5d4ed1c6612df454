"""Fields are cut where bash cuts them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.bash import fields
from support.expanding import Shell
from support.fuzz import examples

from enactd.effects.shell.quoting import quoted_for_shell
from enactd.effects.shell.splitting import DEFAULT_IFS, Field, Splitter, one_match, without_groups
from enactd.effects.values import Value, known, unknown

SEPARATORS = st.text(" \t:,x", max_size=3)
CONTENTS = st.text("ab :,x\t", max_size=8)


@settings(max_examples=examples(12), deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(ifs=SEPARATORS, contents=st.lists(st.tuples(CONTENTS, CONTENTS), min_size=40, max_size=40))
def test_as_in_bash(tmp_path_factory: pytest.TempPathFactory, ifs: str, contents: list[tuple[str, str]]) -> None:
    """Bare expansions are cut by any IFS, next to each other, next to text and next to quotes."""
    folder = Path(tmp_path_factory.mktemp("splitting")) / "scratch"
    folder.mkdir()
    for one, two in contents[:8]:
        setup = f"IFS={quoted_for_shell(ifs)}; p={quoted_for_shell(one)}; q={quoted_for_shell(two)}"
        words = ["$p", "$p$q", "a$p", "${p}b", 'a$p"$q"', '""$p', '$p""$q', '"$p"', '$(printf %s "$p")$q']
        shell = Shell(folder, setup)
        assert fields(words, folder, setup) == [shell.texts(word) for word in words]


def test_a_hole_is_never_cut() -> None:
    """What only the run knows may hold separators: it stays one field, and says so by being unknown."""
    splitter = Splitter(DEFAULT_IFS)
    found = list(splitter.cut(known("a ") + unknown("x") + known(" b")))
    texts = [field.value().text for field in [*found, splitter.end()]]
    assert ["a", None, "b"] == texts


def test_quoted_pattern_characters_do_not_match() -> None:
    """A field that globs keeps apart what was quoted."""
    field = Field()
    field.add(known("*["), quoted=True)
    field.add(known(".t*"), quoted=False)
    assert Value(("[*][[].t*",), True) == field.value()
    assert r"\*\[.t*" == field.pattern()


@pytest.mark.parametrize(
    ("pattern", "prefix", "suffix"),
    [("src/*.py", "src/", ".py"), ("*", "", ""), ("/tmp/x?", "/tmp/x", ""), ("/a/*/b", "/a/", "/b"), ("d/[ab]c", "d/", "c")],
)  # fmt: skip
def test_one_match_stays_below_its_folder(pattern: str, prefix: str, suffix: str) -> None:
    """A match begins and ends as its pattern does, and cannot climb out of the folder."""
    found = one_match(Value((pattern,), True))
    assert (prefix, suffix) == (found.prefix, found.suffix)
    assert all(hole.contained and not hole.empty for hole in found.holes)
    assert not found.glob


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("@(a|b).txt", ["a.txt", "b.txt"]), ("src/?(x|*.y)", ["src/", "src/x", "src/*.y"]), ("!(keep|.git)", ["*"]),
        ("dist/!(x)", ["dist/*"]), ("+(a|b)", ["*"]), ("plain*", ["plain*"]), ("@(a|b)-@(c|d)", ["a-c", "a-d", "b-c", "b-d"]),
    ],
)  # fmt: skip
def test_extended_groups_match_no_more_than_plain_patterns(pattern: str, words: list[str]) -> None:
    """Alternatives become words of their own, what excludes or repeats becomes a star."""
    assert words == [word.text for word in without_groups(Value((pattern,), True))]
