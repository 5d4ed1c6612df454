"""One reading: files written in the call, unreadable text, holes, depth, and the trace."""

from __future__ import annotations

import pytest
from support.reading import CWD, HOME, effects

from enactd.effects.areas import Places
from enactd.effects.model import AgentTool, DeletePath, Opaque, ReadPath
from enactd.effects.reading import Reading, base_name, unique
from enactd.effects.values import Hole, known, unknown, value
from enactd.world import AssumedWorld


def reading() -> Reading:
    return Reading(AssumedWorld(cwd=CWD, workspace=CWD, home=HOME), Places(workspace=CWD, home=HOME))


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("echo " + "a" * 70_000, "characters"), ("echo \0", "NUL"), ("rm 'unclosed", "no shell text"), ("if true; then", "no shell text"),
        ("while :; do :; done | " * 60 + "ls", ""), ("$(" * 60 + "ls" + ")" * 60, ""), ("(" * 200 + "ls" + ")" * 200, ""),
    ],
)  # fmt: skip
def test_text_that_is_too_large_too_deep_or_no_shell_asks(command: str, reason: str) -> None:
    """It never hangs, and never gets an easy yes."""
    found = [effect.reason for effect in effects(command) if isinstance(effect, Opaque)]
    assert not reason or any(reason in text for text in found)


def test_a_file_written_in_the_call_is_read_from_the_call() -> None:
    """`echo 'rm -rf ~' > x; sh x` is what it says."""
    found = [e for e in effects("echo 'rm -rf ../other' > x.sh; sh x.sh") if isinstance(e, DeletePath)]
    assert ["/home/u/other"] == [effect.target.path for effect in found]


def test_content_carries_where_it_came_from() -> None:
    """A secret file's content is secret even where its text is not looked at."""
    read = reading()
    assert {"file", "secret"} == set(read.content(known(".env"), known(CWD)).origins)
    assert {"file"} == set(read.content(known("a.txt"), known(CWD)).origins)
    assert read.content(known("a.txt"), known(CWD), "ssh host").text is None


def test_holes_survive_text_as_marks() -> None:
    """Unknown parts of a script are unknown words of its commands."""
    read = reading()
    text = value("rm -rf ", Hole("$X"), "/y", origins=("network",))
    marked = read.marked(text)
    assert "$X" not in marked
    back = read.unmarked(marked)
    assert (text.pieces, {"network"}) == (back.pieces, set(back.origins))
    assert "plain" == read.marked(known("plain"))
    assert "plain" == read.unmarked("plain").text


def test_the_trace_tells_how_commands_were_understood() -> None:
    """With folder and depth, for `--explain`."""
    read = reading()
    read.bash("cd src && sh -c 'rm \"$X\"'")
    assert [(0, "cd src"), (0, "sh -c 'rm \"$X\"'"), (1, "rm <$X is not known>")] == [
        (step.depth, step.command) for step in read.trace
    ]


def test_unique_keeps_the_first_of_each() -> None:
    """In the order they were found."""
    a, b = AgentTool(tool="a"), AgentTool(tool="b")
    assert [b, a] == unique([b, a, b, AgentTool(tool="a")])


def test_git_states_are_looked_up_for_what_changes() -> None:
    """And only for that."""
    read = reading()
    (effect,) = [e for e in read.bash("rm src/a.py") if isinstance(e, DeletePath)]
    assert "clean" == effect.target.git
    assert ["unknown"] == [e.target.git for e in read.bash("cat src/a.py") if isinstance(e, ReadPath)]


def test_base_name() -> None:
    """The last part, whatever slashes follow."""
    assert ["b", "a", ""] == [base_name(path) for path in ("/a/b/", "a", "/")]


def test_an_unknown_script_is_run_code() -> None:
    """Text that only the run will tell is said as such."""
    read = reading()
    found = read.shell(read.invocation("sh"), unknown("x"), (), {})
    assert "RunCode" in [type(item).__name__ for item in found]
