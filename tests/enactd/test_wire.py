"""Frames: what goes in comes out, in any pieces; everything else is refused."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enactd import wire
from enactd.call import HookCall, Reply
from enactd.errors import ProtocolError
from enactd.wire import Decoder, Frame, Kind

words = st.from_regex(r"[A-Za-z0-9._:+-]{1,64}", fullmatch=True)
milliseconds = st.integers(0, wire.MAX_MILLISECONDS)
calls = st.builds(HookCall, words, words, milliseconds, words, st.binary(max_size=300))
replies = st.builds(Reply, st.integers(0, 255), st.binary(max_size=300), st.binary(max_size=300))


def frames_of(decoder: Decoder, pieces: list[bytes]) -> list[Frame]:
    return [frame for piece in pieces for frame in decoder.feed(piece)]


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in pairwise(places)]


@given(calls)
def test_a_hook_call_survives_the_wire(call: HookCall) -> None:
    """The daemon sees the call that the shim sent."""
    [frame] = Decoder.of_daemon().feed(wire.encode_hook(call))

    assert Kind.HOOK is frame.kind
    assert call == wire.decode_hook(frame.payload)


@given(replies)
def test_an_answer_survives_the_wire(reply: Reply) -> None:
    """The shim hears the answer that the daemon gave, byte for byte."""
    [frame] = Decoder.of_client().feed(wire.encode_answer(reply))

    assert Kind.ANSWER is frame.kind
    assert reply == wire.decode_answer(frame.payload)


@given(st.lists(calls, max_size=4), st.lists(st.integers(0, 10_000), max_size=12))
def test_pieces_do_not_matter(several: list[HookCall], cuts: list[int]) -> None:
    """However the kernel cuts a stream, the same frames come out and nothing is left over."""
    stream = b"".join(wire.encode_hook(call) for call in several)
    decoder = Decoder.of_daemon()

    frames = frames_of(decoder, split(stream, cuts))

    assert several == [wire.decode_hook(frame.payload) for frame in frames]
    assert 0 == decoder.pending


@given(calls, st.integers(0, 10_000))
def test_half_a_frame_is_no_frame(call: HookCall, cut: int) -> None:
    """A frame that is not whole yields nothing, and is seen to be pending."""
    stream = wire.encode_hook(call)
    decoder = Decoder.of_daemon()
    cut %= len(stream)

    assert [] == decoder.feed(stream[:cut])
    assert cut == decoder.pending


@given(st.lists(st.binary(max_size=200), max_size=6))
def test_garbage_gives_frames_or_a_refusal(pieces: list[bytes]) -> None:
    """Any bytes at all give frames, patience or a `ProtocolError`, in decoders and readers of payloads."""
    for decoder in (Decoder.of_daemon(), Decoder.of_client()):
        try:
            frames = frames_of(decoder, pieces)
        except ProtocolError:
            continue
        assert all(isinstance(frame.kind, Kind) for frame in frames)


@pytest.mark.parametrize("read", [wire.decode_hook, wire.decode_answer, wire.decode_keep_alive, wire.decode_control])
@given(payload=st.binary(max_size=200) | st.binary(max_size=40).map(lambda rest: b"\x01" + rest))
def test_payloads_are_read_or_refused(read, payload: bytes) -> None:  # type: ignore[no-untyped-def]
    """No payload makes its reader fail in another way than by refusing it."""
    with suppress(ProtocolError):
        read(payload)


@given(st.integers(0, wire.MAX_MILLISECONDS))
def test_keep_alives_survive_the_wire(value: int) -> None:
    """The announced time arrives."""
    [frame] = Decoder.of_client().feed(wire.encode_keep_alive(value))

    assert (Kind.KEEP_ALIVE, value) == (frame.kind, wire.decode_keep_alive(frame.payload))


@given(st.binary(max_size=100))
def test_control_messages_survive_the_wire(json: bytes) -> None:
    """What `enactctl` and the daemon say to each other arrives; the codec does not look into it."""
    [request] = Decoder.of_daemon().feed(wire.encode_control(json))
    event, reply = Decoder.of_client().feed(wire.encode_event(json) + wire.encode_control_reply(json))

    assert (Kind.CONTROL, json) == (request.kind, wire.decode_control(request.payload))
    assert (Kind.EVENT, json) == (event.kind, event.payload)
    assert (Kind.CONTROL_REPLY, json) == (reply.kind, reply.payload)


@pytest.mark.parametrize("length", [0, wire.MAX_REQUEST + 1, 2**32 - 1])
def test_an_impossible_length_is_refused_at_once(length: int) -> None:
    """Four bytes are enough to see that a frame cannot be; nothing is stored for it."""
    decoder = Decoder.of_daemon()

    with pytest.raises(ProtocolError):
        decoder.feed(length.to_bytes(4))
    assert 0 == decoder.pending


@pytest.mark.parametrize("kind", [b"\0", b"A", b"K", b"R", b"S", b"h", b"\xff", b"{"])
def test_the_daemon_hears_hooks_and_controls_only(kind: bytes) -> None:
    """A kind that clients do not send is refused before its payload has come."""
    with pytest.raises(ProtocolError, match="kind"):
        Decoder.of_daemon().feed((1000).to_bytes(4) + kind)


def test_after_a_refusal_nothing_is_heard() -> None:
    """A connection that was wrong once stays wrong."""
    decoder = Decoder.of_daemon()
    with pytest.raises(ProtocolError):
        decoder.feed(bytes(4))

    with pytest.raises(ProtocolError):
        decoder.feed(wire.encode_control(b"{}"))


def test_frames_before_a_bad_one_are_not_acted_on() -> None:
    """A piece that ends badly is refused as a whole."""
    with pytest.raises(ProtocolError):
        Decoder.of_daemon().feed(wire.encode_control(b"{}") + bytes(4))


def test_the_largest_input_fits() -> None:
    """16 MiB with the longest words pass; one byte more does not."""
    word = "w" * 64
    largest = HookCall(word, word, 0, word, bytes(wire.MAX_INPUT))

    [frame] = Decoder.of_daemon().feed(wire.encode_hook(largest))

    assert largest == wire.decode_hook(frame.payload)
    with pytest.raises(ProtocolError):
        wire.encode_hook(HookCall("a", "b", 0, "c", bytes(wire.MAX_INPUT + 1)))
    with pytest.raises(ProtocolError):
        wire.decode_hook(frame.payload + b"x")


def test_an_answer_that_does_not_fit_is_refused() -> None:
    """The daemon learns that its answer is too long; the shim never gets a cut one."""
    with pytest.raises(ProtocolError, match="does not fit"):
        wire.encode_answer(Reply(0, bytes(wire.MAX_REPLY)))


@pytest.mark.parametrize("word", ["", "a b", "a\n", "é", "a\0", "x" * 65, "../x"])
def test_only_plain_words_are_sent(word: str) -> None:
    """Agent, event and version are plain words: they end up in logs and receipts."""
    with pytest.raises(ProtocolError):
        wire.encode_hook(HookCall(word, "PreToolUse", 1, "0.1.0", b""))


@pytest.mark.parametrize("word", [b"", b"a b", b"a\n", b"\xc3\xa9", b"x" * 65])
@pytest.mark.parametrize("position", [0, 1, 2])
def test_only_plain_words_are_heard(word: bytes, position: int) -> None:
    """A client cannot smuggle anything else past the codec."""
    several = [b"claude-code", b"PreToolUse", b"0.1.0"]
    several[position] = word
    payload = b"\x01" + bytes(4) + b"".join(bytes((len(each),)) + each for each in several)

    with pytest.raises(ProtocolError):
        wire.decode_hook(payload)


@pytest.mark.parametrize("payload", [b"", b"\x00", b"\x02rest", b"{}"])
def test_another_version_is_named(payload: bytes) -> None:
    """A client of another release is told which version is spoken and what to do."""
    for read in (wire.decode_hook, wire.decode_control):
        with pytest.raises(ProtocolError, match="version") as refused:
            read(payload)
        assert "enactctl init" in refused.value.fix


@pytest.mark.parametrize("code", [-1, 256])
def test_exit_codes_are_bytes(code: int) -> None:
    """An exit code that no process can have is a fault of ours, not a code modulo 256."""
    with pytest.raises(ProtocolError):
        wire.encode_answer(Reply(code))


def test_an_answer_cannot_be_shorter_than_it_says() -> None:
    """The announced stdout must be there."""
    with pytest.raises(ProtocolError, match="shorter"):
        wire.decode_answer(b"\x00" + (10).to_bytes(4) + b"123456789")


def test_ten_megabytes_in_small_pieces_are_linear() -> None:
    """A large call that comes in kernel-sized pieces is collected without copying it over and over."""
    stream = wire.encode_hook(HookCall("a", "b", 1, "c", bytes(10 * 1024 * 1024)))
    decoder = Decoder.of_daemon()

    frames = frames_of(decoder, [stream[at : at + 65536] for at in range(0, len(stream), 65536)])

    assert 1 == len(frames)
