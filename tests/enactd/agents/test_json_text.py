"""Editing somebody's JSON keeps every byte that is not ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enactd.agents.json_text import Document
from enactd.errors import ConfigError

NEW = {"command": "x", "args": ["a"]}


def added(text: str, path: tuple[str | int, ...] = ("hooks", "E"), value: Any = NEW) -> str:
    document = Document(text)
    document.add(path, value)
    return str(document)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", '{\n  "hooks": {\n    "E": [\n      1\n    ]\n  }\n}\n'),
        ("{}", '{\n  "hooks": {\n    "E": [\n      1\n    ]\n  }\n}'),
        ('{"a":1}', '{"a":1, "hooks": {"E": [1]}}'),
        ('{"a": 1, "b": 2}', '{"a": 1, "b": 2, "hooks": {"E": [1]}}'),
        ('{"a":1,"b":2}', '{"a":1,"b":2, "hooks": {"E": [1]}}'),
        ('{"hooks": {"E": [0]}}', '{"hooks": {"E": [0, 1]}}'),
        ('{"hooks": {"E": []}}', '{"hooks": {"E": [1]}}'),
        ('{\n\t"a": 1\n}\n', '{\n\t"a": 1,\n\t"hooks": {\n\t\t"E": [\n\t\t\t1\n\t\t]\n\t}\n}\n'),
        ('{\r\n  "hooks": {}\r\n}\r\n', '{\r\n  "hooks": {\r\n    "E": [\r\n      1\r\n    ]\r\n  }\r\n}\r\n'),
        (
            '{\n    "hooks": {\n        "E": [\n            0\n        ]\n    }\n}',
            '{\n    "hooks": {\n        "E": [\n            0,\n            1\n        ]\n    }\n}',
        ),
        ('{\n  "hooks": {"E": [0]}\n}', '{\n  "hooks": {"E": [0, 1]}\n}'),
        ('\ufeff{"hooks": {"E": [0]}}', '\ufeff{"hooks": {"E": [0, 1]}}'),
    ],
)
def test_an_addition_follows_its_neighbours(text: str, expected: str) -> None:
    """Indentation, line ends, separators and byte order mark are those of the file."""
    assert expected == added(text, value=1)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('// mine\n{"a": 1}', "comments"),
        ('{"a": 1, /* b */ "c": 2}', "comments"),
        ('{"a": 1,}', "line 1, column"),
        ("{", "line 1"),
        ('{"a": 1, "a": 2}', "`a` twice"),
        ("[" * 5000 + "]" * 5000, "nested"),
        ("[" * 600 + "]" * 600, "nested|another shape"),
        ("[]", "another shape"),
        ('{"hooks": []}', "another shape"),
        ('{"hooks": {"E": {}}}', "another shape"),
        ('{"hooks": {"E": null}}', "another shape"),
        ("7", "another shape"),
    ],
)
def test_what_cannot_be_extended_is_refused_with_its_place(text: str, problem: str) -> None:
    """Nothing is repaired by guessing."""
    with pytest.raises(ConfigError) as caught:
        added(text)
    import re

    assert re.search(problem, str(caught.value))


_NAMES = st.sampled_from(["a", 'q"uote', "back\\slash", "ü", "{", "hooks", "E"])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=12,
)
_OTHER_HOOKS = st.dictionaries(_NAMES, st.lists(_VALUES, max_size=3), max_size=3)


@given(
    st.dictionaries(st.sampled_from(["a", 'q"', "z", "ü"]), _VALUES, max_size=3),
    st.none() | _OTHER_HOOKS,
    st.sampled_from([None, 1, 2, 4, "\t"]),
    st.booleans(),
    st.sampled_from(["", "\n", "\r\n", "  \n"]),
)
def test_adding_and_removing_gives_the_same_bytes(
    others: dict[str, Any], hooks: dict[str, Any] | None, indent: Any, ascii_only: bool, tail: str
) -> None:
    """Whatever the file looks like, ours comes in whole, the rest stays, and leaving leaves no trace."""
    value = others if hooks is None else {**others, "hooks": hooks}
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only) + tail
    document = Document(text)
    document.add(("hooks", "E"), NEW)
    after = json.loads(str(document))
    assert NEW == after["hooks"]["E"].pop()
    expected = {**value, "hooks": {"E": [], **(hooks or {})}}
    assert expected == after
    event = document.value["hooks"]["E"]
    document.remove(("hooks", "E", len(event) - 1))
    if len(event) == 1 and (hooks or {}).get("E", None) != []:
        document.remove(("hooks", "E"))
        if hooks is None:
            document.remove(("hooks",))
    if value:
        assert text == str(document)
    assert value == json.loads(str(document))


@given(_VALUES, st.data())
def test_removing_takes_one_entry_and_nothing_else(value: Any, data: st.DataObject) -> None:
    """First, middle, last or only entry: the rest reads as before."""
    items = {"k": [value, 1, value, {"x": value}]}
    index = data.draw(st.integers(0, 3))
    document = Document(json.dumps(items, indent=data.draw(st.sampled_from([None, 2]))))
    document.remove(("k", index))
    expected = items["k"][:index] + items["k"][index + 1 :]
    assert {"k": expected} == json.loads(str(document))


def test_removing_what_is_not_there_changes_nothing() -> None:
    """A missing path is no error."""
    document = Document('{"a": [1]}')
    document.remove(("b", 0))
    document.remove(("a", 7))
    assert '{"a": [1]}' == str(document)
