"""The codec in C, the one in the script and `enactd.wire` agree on every input."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.fuzz import examples
from support.shims import SOURCES, Ended, Listener, refused, run, says

from enactd import wire
from enactd.call import Reply
from enactd.errors import ProtocolError
from enactd.wire import Decoder, Kind

words = st.from_regex(r"[A-Za-z0-9._:+][A-Za-z0-9._:+-]{0,63}", fullmatch=True)
replies = st.builds(Reply, st.integers(0, 255), st.binary(max_size=2000), st.binary(max_size=2000))
answers = replies.map(wire.encode_answer)
keep_alives = st.integers(0, wire.MAX_MILLISECONDS).map(wire.encode_keep_alive)
near_frames = st.builds(
    lambda length, kind, rest: length.to_bytes(4) + kind + rest,
    st.integers(0, 20) | st.sampled_from([wire.MAX_REPLY, wire.MAX_REPLY + 1, 2**32 - 1]),
    st.sampled_from([b"A", b"K", b"H", b"R", b"S", b"\0"]),
    st.binary(max_size=20),
)
streams = st.lists(answers | keep_alives | near_frames | st.binary(max_size=12), max_size=4).map(b"".join)
relaxed = settings(max_examples=examples(120), deadline=None, suppress_health_check=list(HealthCheck))


def expected(stream: bytes) -> Reply | None:
    """What a client that follows WIRE.md makes of `stream`; None is a refusal.

    Fed byte by byte: what comes after the answer is never read.
    """
    decoder = Decoder(frozenset({Kind.ANSWER, Kind.KEEP_ALIVE}), wire.MAX_REPLY)
    try:
        for at in range(len(stream)):
            for frame in decoder.feed(stream[at : at + 1]):
                if frame.kind is Kind.ANSWER:
                    return wire.decode_answer(frame.payload)
                wire.decode_keep_alive(frame.payload)
    except ProtocolError:
        pass
    return None


def agrees(reply: Reply | None, ended: Ended) -> bool:
    if reply is None:
        return refused(ended)
    return (reply.exit_code, reply.stdout, reply.stderr) == (ended.code, ended.stdout, ended.stderr)


@relaxed
@given(stream=streams)
def test_answers_are_read_alike(made: dict[str, Path], stream: bytes) -> None:
    """Any bytes of a daemon lead to the same reply, or to a refusal, in all three."""
    with tempfile.TemporaryDirectory() as folder, Listener(Path(folder), says(stream)):
        for shim in made.values():
            assert agrees(expected(stream), run(shim, "claude-code", "--home", folder))


@relaxed
@given(agent=words, event=words, stdin=st.binary(max_size=3000))
def test_calls_are_written_alike(made: dict[str, Path], agent: str, event: str, stdin: bytes) -> None:
    """What either shim sends is, byte for byte, what `wire.encode_hook` makes of the same call."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Listener(Path(folder), says(wire.encode_answer(Reply(0)))) as daemon,
    ):
        for shim in made.values():
            run(shim, agent, event, "--home", folder, stdin=stdin)

    assert 2 == len(daemon.raw)
    for raw, frame in zip(daemon.raw, daemon.frames, strict=True):
        call = wire.decode_hook(frame.payload)
        assert (agent, event, stdin) == (call.agent, call.event, call.stdin)
        assert wire.encode_hook(call) == raw


def test_limits_are_the_same_everywhere() -> None:
    """The numbers of the wire format are written down three times, and equal."""
    for source in ("shim.c", "enact-hook.py"):
        text = (SOURCES / source).read_text(encoding="utf-8")
        found = {
            name: eval(product)  # digits and `*`, by the pattern
            for name, product in re.findall(r"(?m)^\s*(WIRE_VERSION|MAX_INPUT|MAX_REPLY) = ([\d *]+)", text)
        }
        assert {"WIRE_VERSION": wire.VERSION, "MAX_INPUT": wire.MAX_INPUT, "MAX_REPLY": wire.MAX_REPLY} == found


def test_the_tables_are_the_same() -> None:
    """Both shims know the same observing events and the same default events."""
    header = (SOURCES / "events.h").read_text(encoding="utf-8")
    script = (SOURCES / "enact-hook.py").read_text(encoding="utf-8")
    compiled = re.findall(r'"([\w.]+)"', header.split("OBSERVING[]")[1].split("};")[0])
    interpreted = " ".join(re.findall(r'"([\w. ]+)"', script.split("OBSERVING = ")[1].split(").split()")[0])).split()
    pairs = re.findall(r'\{"([\w.-]+)", "([\w.]+)"\}', header)

    assert sorted(compiled) == sorted(interpreted)
    assert len(compiled) == len(set(compiled))
    assert 50 < len(compiled)
    assert pairs == re.findall(r'"([\w.-]+)": "([\w.]+)",', script.split("DEFAULT_EVENTS = ")[1].split("}")[0])
    assert not {event for _, event in pairs} & set(compiled)
