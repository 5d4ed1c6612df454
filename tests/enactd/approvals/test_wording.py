"""The exact call, so that nothing in it can hide something else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fuzz import examples

from enactd.approvals.wording import CALL_LIMIT, PARTS, call_text, redacted, visible
from enactd.receipts.redact import Redactor, Rules
from enactd.toolcall import ToolCall

SECRETS = [
    ("curl -H 'Authorization: Bearer abc.defghi.jkl' https://x", "abc.defghi.jkl"),
    ("psql postgres://bob:hunter2hunter2@db/app", "hunter2hunter2"),
    (
        "export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    ),
    (
        "git clone https://x:ghp_aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5z@github.com/a/b",
        "aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5z",
    ),
]


def call(tool: str = "Bash", **arguments: Any) -> ToolCall:
    return ToolCall(agent="a", session="s", tool=tool, input=arguments, cwd="/w")


def text(given_call: ToolCall, *stopped: str) -> str:
    return call_text(given_call, stopped, Redactor())


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("a\u200bb", "a⟨U+200B⟩b"),
        ("a\u2066b\u2069", "a⟨U+2066⟩b⟨U+2069⟩"),
        ("a\u00a0b", "a⟨U+00A0⟩b"),
        ("a\u3164b", "a⟨U+3164⟩b"),
        ("a\ufe0fb", "a⟨U+FE0F⟩b"),
        ("a\U000e0041b", "a⟨U+E0041⟩b"),
        ("rm x\rls  ", "rm x⟨CR⟩ls"),
        ("\x1b[2Jls", "⟨ESC⟩[2Jls"),
        ("a\u2028b", "a⟨U+2028⟩b"),
        ("ls" + " " * 200 + "; rm x", "ls [200 blanks] ; rm x"),
        ("größe 日本", "größe 日本"),
        ("a\nb", "a ⏎ b"),
    ],
)
def test_hidden_characters_are_visible(written: str, shown: str) -> None:
    """No width, other direction, carriage return, escape, wide gaps: each shows."""
    assert shown == visible(written)


def test_lines_stay_lines() -> None:
    """A script is read by its lines; a hundred empty ones are counted."""
    assert "a\nb" == visible("a\nb", lines=True)
    assert "a\n[100 empty lines]\nb" == visible("a" + "\n" * 101 + "b", lines=True)


@settings(max_examples=examples(300))
@given(st.text())
def test_nothing_moves_a_cursor(written: str) -> None:
    """Any text: nothing of what is shown is a control or formatting character."""
    assert all(char.isprintable() for char in visible(written))
    assert all(char.isprintable() or char in "\n\t" for char in visible(written, lines=True))


def test_a_command_is_shown_without_its_prose() -> None:
    """The agent's description of a command is not the command; other arguments are said."""
    shown = text(call(command="rm -rf build", description="harmless", timeout=5))
    assert "rm -rf build\ntimeout: 5" == shown


def test_other_tools_are_shown_by_argument() -> None:
    """Tool, then each argument; nested ones below."""
    shown = text(call("mcp__db__query", sql="DROP TABLE x", options={"force": True, "ids": [1, 2]}))
    assert "mcp__db__query\nsql: DROP TABLE x\noptions:\n  force: True\n  ids:\n    [0]: 1\n    [1]: 2" == shown


def test_text_of_several_lines_is_a_block() -> None:
    """A file's content stands below its name."""
    assert "Write\nfile_path: /w/x\ncontent: \n  a\n  b" == text(call("Write", file_path="/w/x", content="a\nb"))


def test_long_calls_keep_both_ends_and_what_was_stopped() -> None:
    """A command that is too long shows its beginning, its end and the stopped part in its middle."""
    command = "echo begin; " + "true; " * 4000 + "rm -rf /srv/data; " + "true; " * 4000 + "echo end"
    shown = text(call(command=command), "rm -rf /srv/data")
    assert shown.startswith("echo begin; ")
    assert shown.endswith("echo end")
    assert "rm -rf /srv/data" in shown
    assert 2 == shown.count(" characters more]")
    assert 2 * CALL_LIMIT > len(shown)


def test_stopped_parts_that_are_not_in_the_text_are_added() -> None:
    """What a script does is in no command line; its words are shown all the same."""
    assert "sh x.sh\n[stopped] rm -rf ~" == text(call(command="sh x.sh"), "rm -rf ~")
    long = text(call(command="true; " * 5000), "rm -rf ~")
    assert long.endswith("[stopped] rm -rf ~")


def test_stopped_parts_that_find_no_room_are_counted_at_the_top() -> None:
    """Of a long call the first of them are shown, and nobody takes them for all."""
    parts = [f"rm -rf ./d{number:02d}" for number in range(PARTS + 3)]
    filler = "\n".join(f"echo {'x' * 190} {number}" for number in range(40))
    shown = text(call(command="\n".join((filler, *(f"{part}\n{filler}" for part in parts)))), *parts)
    assert shown.startswith("[3 stopped parts not shown]\n")
    assert [True] * PARTS + [False] * 3 == [part in shown for part in parts]
    assert "not shown" not in text(call(command=f"{filler}\n{parts[0]}\n{filler}"), parts[0])


def test_how_much_is_left_out_is_true() -> None:
    """The number in the gap is the number of characters that are missing."""
    command = "".join(f"{number:06d};" for number in range(3000))
    shown = text(call(command=command))
    head, _, rest = shown.partition("\n[")
    count, _, tail = rest.partition(" characters more]\n")
    assert len(command) == len(head) + int(count) + len(tail)
    assert command.startswith(head)
    assert command.endswith(tail)


def test_huge_texts_are_bounded() -> None:
    """Megabytes are cut before they are read; both ends stay."""
    shown = redacted("begin " + "x y " * 2_000_000 + "end", Redactor())
    assert shown.startswith("begin ")
    assert shown.endswith("end")
    assert 300_000 > len(shown)


@pytest.mark.parametrize(("written", "secret"), SECRETS)
def test_secrets_are_not_shown(written: str, secret: str) -> None:
    """Neither in a command, nor in an argument, nor at a cut."""
    for shown in (
        text(call(command=written)),
        text(call("Write", file_path="/w/x", content=f"a\n{written}\nb")),
        *(text(call(command="x" * (2000 - shift) + f" {written} " + "y" * 9000)) for shift in range(0, 80, 5)),
    ):
        assert secret not in shown
        assert secret[: len(secret) // 2 + 1] not in shown


def test_arguments_named_as_secrets_are_not_shown() -> None:
    """Whatever it looks like."""
    assert "mcp__x__login\npassword: [redacted:named-secret]" == text(call("mcp__x__login", password="hunter2"))


def test_an_operators_own_patterns_hold() -> None:
    """What never gets into a receipt does not get into a request."""
    shown = call_text(call(command="deploy ACME-1234"), (), Redactor(Rules((r"ACME-\d+",))))
    assert "ACME-1234" not in shown
