"""Canonical JSON agrees with RFC 8785's reference on everything the schema admits."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from support.receipts import drafts, plain

from enactd.receipts import canonical, record


@given(plain)
def test_same_bytes_as_rfc8785(value: Any) -> None:
    """Whatever fits is spelled as RFC 8785 spells it."""
    assert rfc8785.dumps(value) == canonical.encode(value)


@given(drafts)
def test_records_are_canonical(draft: record.Draft) -> None:
    """A whole record is spelled as RFC 8785 spells it, and reads back as itself."""
    chain = {"v": 1, "log": "é", "seq": 3, "prev": "0" * 64, "time": 1, "monotonic": 2}
    placed = record.place(draft, **chain, mac_alg="HMAC-SHA256", mac_key="k", mac="a" * 64)
    line = record.encode(placed)
    assert rfc8785.dumps(json.loads(line)) == line
    assert placed == record.decode(line)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "\x00\x01\x1f",
        "\b\t\n\f\r",
        '"\\/',
        "\x7f",
        "é",
        "\u2028\u2029",
        "\ufeff",
        "😀",
        "\ue000",
        "\uffff",
    ],
)
def test_strings_of_every_kind(text: str) -> None:
    """Controls, quotes, separators and astral characters are escaped alike."""
    assert rfc8785.dumps({"a": text}) == canonical.encode({"a": text})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, True),
        (True, True),
        ("x", True),
        (0, True),
        (2**53 - 1, True),
        (2**53, False),
        (-(2**53), False),
        (-(2**53) + 1, True),
        (1.0, False),
        (float("nan"), False),
        ([1, [2, "x"]], True),
        ([1, [2.5]], False),
        ({"a": {"b": 1}}, True),
        ({"é": 1}, False),
        ({"a": {"é": 1}}, False),
        ({1: 2}, False),
        (b"x", False),
        ({1, 2}, False),
    ],
)
def test_what_fits(value: Any, expected: bool) -> None:
    """Floats, big integers and foreign keys are kept out at every depth."""
    assert expected is canonical.fits(value)


def test_depth_is_bounded() -> None:
    """Sixty-four levels fit below the record, sixty-five do not."""

    def nested(levels: int) -> Any:
        value: Any = 1
        for _ in range(levels):
            value = [value]
        return value

    assert canonical.fits(nested(64))
    assert not canonical.fits(nested(65))
    assert not canonical.fits(nested(5000))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'{"a":1}', True),
        (b'{"a":1,"b":2}', True),
        (b'{"b":2,"a":1}', False),
        (b'{"a": 1}', False),
        (b'{"a":1}\n', False),
        (b'{"a":1,"a":1}', False),
        (b'{"a":1.0}', False),
        (b'{"a":-0}', False),
        (b'{"a":1e2}', False),
        (b'{"a":"\\u0041"}', False),
        (b'{"a":"\\/"}', False),
        (b'{"a":"\\u001F"}', False),
        (b'{"a":"\\u001f"}', True),
        ('{"a":"é"}'.encode(), True),
        (b'{"a":"\\u00e9"}', False),
        (b'{"a":9007199254740993}', False),
    ],
)
def test_only_one_spelling(line: bytes, expected: bool) -> None:
    """Order, white space, escapes and numbers have one form each."""
    assert expected is canonical.is_canonical(line, canonical.decode(line))


@pytest.mark.parametrize(
    "line", [b"", b"{", b"{}x", b"\xff", b'{"a":"\xff"}', b'{"a":"\\ud800"}', b"NaN", b"[" * 100_000, b"\0" * 10]
)
def test_what_is_no_json_is_a_value_error(line: bytes) -> None:
    """No input makes the decoder raise anything else, however deep."""
    with pytest.raises(ValueError, match=r"."):
        canonical.decode(line)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("é😀", "é😀"),
        ("a\ud800b", "a�b"),
        ("\udc80", "�"),
        ("\ud83d\ude00", "😀"),
        ("\udc00\ud800", "��"),
    ],
)
def test_text_is_valid_unicode(text: str, expected: str) -> None:
    """Lone surrogates are replaced, pairs are joined, all else is left."""
    assert expected == canonical.text(text)


@given(st.text(st.characters(), max_size=20))
def test_any_text_can_be_encoded(text: str) -> None:
    """After `text`, nothing is left that UTF-8 cannot hold."""
    canonical.text(text).encode()
    canonical.text("\ud800" + text + "\udfff").encode()


@pytest.mark.parametrize(
    ("key", "expected"), [("a b", "a b"), ("é", "\\xe9"), ("/tmp/ż", "/tmp/\\u017c"), ("\ud800", "\\ud800"), ("", "")]
)
def test_keys_are_ascii(key: str, expected: str) -> None:
    """A foreign key gets an ASCII spelling."""
    assert expected == canonical.key(key)
