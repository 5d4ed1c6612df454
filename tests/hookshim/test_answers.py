"""What the daemon decides reaches the agent, byte for byte and whole."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest
from support.shims import CLAUDE, Listener, refused, run, says, stayed_away

from enactd import wire
from enactd.call import Reply
from enactd.wire import Frame

DENY = Reply(2, b'{"hookSpecificOutput":{"permissionDecision":"deny"}}\n', b"files.recursive-delete: no\n")
NO_OBJECTION = Reply(0, b'{"hookSpecificOutput":{"hookEventName":"PreToolUse"}}')


@pytest.mark.parametrize(
    "reply",
    [
        DENY,
        NO_OBJECTION,
        Reply(0),
        Reply(1, b"", b"odd"),
        Reply(255, b"\0\xff\n" * 100, "größer\n".encode()),
        Reply(0, b"x" * 500_000, b"y" * 500_000),
        Reply(2, b"x" * (wire.MAX_REPLY - 6)),
    ],
)
def test_the_answer_is_passed_on(shim: Path, home: Path, reply: Reply) -> None:
    """Exit code, stdout and stderr are what the daemon said, whatever that is."""
    with Listener(home, says(wire.encode_answer(reply))):
        ended = run(shim, *CLAUDE, "--home", home)

    assert (reply.exit_code, reply.stdout, reply.stderr) == (ended.code, ended.stdout, ended.stderr)


@pytest.mark.parametrize("size", [0, 1, 100, 65_536, 10 * 1024 * 1024, wire.MAX_INPUT])
def test_the_message_arrives_unread_and_whole(shim: Path, home: Path, size: int) -> None:
    """Whatever the agent writes is what the daemon gets, from nothing to the limit."""
    message = (b'{"tool_input":"\x00\xff' * (size // 17 + 1))[:size]
    with Listener(home, says(wire.encode_answer(NO_OBJECTION))) as daemon:
        ended = run(shim, *CLAUDE, "--home", home, stdin=message)

    assert (0, NO_OBJECTION.stdout) == (ended.code, ended.stdout)
    [frame] = daemon.frames
    call = wire.decode_hook(frame.payload)
    assert message == call.stdin
    assert ("claude-code", "PreToolUse", "0.1.0") == (call.agent, call.event, call.shim_version)


def test_a_message_over_the_limit_is_refused(shim: Path, home: Path) -> None:
    """One byte too many is not cut off, it is a no."""
    with Listener(home, says(wire.encode_answer(NO_OBJECTION))) as daemon:
        ended = run(shim, *CLAUDE, "--home", home, stdin=bytes(wire.MAX_INPUT + 1))

    assert refused(ended)
    assert "larger than 16 MiB" in ended.lines[0]
    assert [] == daemon.frames


@pytest.mark.parametrize(
    ("agent", "event"),
    [
        ("claude-code", "PreToolUse"),
        ("codex", "PreToolUse"),
        ("gemini-cli", "BeforeTool"),
        ("copilot-cli", "preToolUse"),
        ("copilot-cli-pascal", "PreToolUse"),
        ("cursor", "preToolUse"),
        ("opencode", "tool.execute.before"),
        ("cline-cli", "tool_call"),
        ("an-agent-of-next-year", "PreToolUse"),
    ],
)
def test_the_event_defaults_to_the_one_before_a_tool(shim: Path, home: Path, agent: str, event: str) -> None:
    """Without an event the shim takes the agent's question before a tool runs."""
    with Listener(home, says(wire.encode_answer(DENY))) as daemon:
        run(shim, agent, "--home", home)

    [frame] = daemon.frames
    call = wire.decode_hook(frame.payload)
    assert (agent, event) == (call.agent, call.event)


def test_the_daemon_learns_how_long_the_shim_waits(shim: Path, home: Path) -> None:
    """The deadline in the frame is what is left of the shim's own."""
    with Listener(home, says(wire.encode_answer(DENY))) as daemon:
        run(shim, *CLAUDE, "--home", home, "--deadline", "3.5")
        run(shim, *CLAUDE, "--home", home)

    first, second = (wire.decode_hook(frame.payload).deadline_ms for frame in daemon.frames)
    assert 2500 < first <= 3500
    assert 7000 < second <= 8000


def test_keep_alives_come_before_the_answer(shim: Path, home: Path) -> None:
    """ "Still deciding" is no answer, and the answer after it counts."""

    def behave(connection: socket.socket, _frames: list[Frame]) -> None:
        for left in (300, 200, 100):
            connection.sendall(wire.encode_keep_alive(left))
            time.sleep(0.05)
        connection.sendall(wire.encode_answer(NO_OBJECTION))

    with Listener(home, behave):
        ended = run(shim, *CLAUDE, "--home", home)

    assert (0, NO_OBJECTION.stdout) == (ended.code, ended.stdout)


def test_an_answer_may_come_in_single_bytes(shim: Path, home: Path) -> None:
    """How the kernel cuts the stream does not matter."""
    frame = wire.encode_keep_alive(5) + wire.encode_answer(DENY)
    with Listener(home, says(*(bytes((byte,)) for byte in frame))):
        ended = run(shim, *CLAUDE, "--home", home)

    assert (2, DENY.stdout, DENY.stderr) == (ended.code, ended.stdout, ended.stderr)


def test_what_follows_the_answer_is_not_read(shim: Path, home: Path) -> None:
    """One answer ends the conversation."""
    with Listener(home, says(wire.encode_answer(DENY) + wire.encode_answer(NO_OBJECTION) + b"garbage")):
        ended = run(shim, *CLAUDE, "--home", home)

    assert (2, DENY.stdout) == (ended.code, ended.stdout)


@pytest.mark.parametrize(("reply", "passed_on"), [(DENY, True), (NO_OBJECTION, False)])
def test_an_early_answer_may_be_a_no(shim: Path, home: Path, reply: Reply, passed_on: bool) -> None:
    """A daemon that is too busy to read may say no; a yes to half a call is not believed."""

    def behave(connection: socket.socket, _frames: list[Frame]) -> None:
        connection.sendall(wire.encode_answer(reply))
        connection.shutdown(socket.SHUT_RD)
        time.sleep(0.3)

    with Listener(home, behave, reads=False):
        ended = run(shim, *CLAUDE, "--home", home, stdin=bytes(8 * 1024 * 1024))

    if passed_on:
        assert (2, DENY.stdout, DENY.stderr) == (ended.code, ended.stdout, ended.stderr)
    else:
        assert refused(ended)


def test_events_that_observe_pass_answers_on_as_well(shim: Path, home: Path) -> None:
    """An answer to an observing event is not changed either."""
    reply = Reply(0, b'{"systemMessage":"seen"}')
    with Listener(home, says(wire.encode_answer(reply))):
        ended = run(shim, "claude-code", "PostToolUse", "--home", home)

    assert (0, reply.stdout, b"") == (ended.code, ended.stdout, ended.stderr)


def test_a_long_home_is_reached(shim: Path, tmp_path: Path) -> None:
    """A socket address holds 108 bytes; a home folder may be longer."""
    home = tmp_path / ("x" * 120) / ("y" * 120)
    home.mkdir(parents=True)
    with Listener(home, says(wire.encode_answer(DENY))):
        ended = run(shim, *CLAUDE, "--home", home)

    assert 2 == ended.code
    assert DENY.stdout == ended.stdout


def test_help_and_version(shim: Path) -> None:
    """They answer alone on the command line, and only there: with an agent they would be a silent yes."""
    assert (0, b"enact-hook 0.1.0\n") == (run(shim, "--version").code, run(shim, "--version").stdout)
    assert run(shim, "--help").stdout.startswith(b"usage: enact-hook AGENT [EVENT]")
    assert refused(run(shim, *CLAUDE, "--help"))
    assert refused(run(shim, "claude-code", "--version"))


@pytest.mark.parametrize(
    "words",
    [
        [],
        [""],
        ["claude code"],
        ["claude-code", "Pre Tool"],
        ["claude-code", "PreToolUse", "third"],
        ["claude-code", "--home"],
        ["claude-code", "--home", "relative"],
        ["claude-code", "--home", ""],
        ["claude-code", "--home", "/" + "x" * 3000],
        ["claude-code", "--deadline"],
        ["claude-code", "--deadline", "soon"],
        ["claude-code", "--deadline", ""],
        ["claude-code", "--deadline", "0"],
        ["claude-code", "--deadline", "-1"],
        ["claude-code", "--deadline", "1."],
        ["claude-code", "--deadline", ".5"],
        ["claude-code", "--deadline", "1.2345"],
        ["claude-code", "--deadline", "1.2.3"],
        ["claude-code", "--deadline", "3601"],
        ["claude-code", "--deadline", "99999999999999999999"],
        ["claude-code", "--deadline", "1e1"],
        ["claude-code", "--hold"],
        ["claude-code", "--hold", "long"],
        ["claude-code", "--hold", "3601"],
        ["claude-code", "-v"],
        ["claude-code", "--home=/tmp"],
        ["x" * 65],
    ],
)
def test_a_command_line_that_makes_no_sense_is_refused(shim: Path, words: list[str]) -> None:
    """A broken registration stops calls, and says what is wrong."""
    assert refused(run(shim, *words))


@pytest.mark.parametrize("words", [["--bogus"], ["--deadline", "never"], ["--home", "relative"], ["third"]])
@pytest.mark.parametrize("before", [True, False])
def test_a_broken_registration_of_an_observer_is_harmless(shim: Path, words: list[str], before: bool) -> None:
    """The event decides, wherever the mistake stands."""
    if before and words == ["third"]:
        words = ["--nonsense"]
    event = ["claude-code", "PostToolUse"]
    assert stayed_away(run(shim, *(words + event if before else event + words)))
