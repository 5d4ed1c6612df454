"""Values of scripts."""

from __future__ import annotations

from enactd.effects.code.objects import Thing, either, element, joined, json_text, listed, text, untold


def test_alternatives_multiply() -> None:
    """Joining alternatives gives every combination, up to a bound."""
    whole = joined([either([text("a"), text("b")]), text("/"), either([text("x"), text("y")])])
    assert ["a/x", "a/y", "b/x", "b/y"] == [value.text for value in whole.texts]
    many = either([text(str(n)) for n in range(40)])
    assert len(joined([many, many]).texts) <= 12


def test_lists_and_their_items() -> None:
    """Any item of a known list is one of its items."""
    assert {"a", "b"} == {value.text for value in element(listed([text("a"), text("b")])).texts}
    assert element(untold("x", {"secret"})).origins == {"secret"}


def test_json_keeps_taints() -> None:
    """What is serialised carries what its parts carried."""
    thing = Thing(text("").texts, fields={"k": text("v", "secret"), "n": listed([text("a")])})
    assert '{"k": "v", "n": ["a"]}' == json_text(thing).text
    assert {"secret"} == json_text(thing).origins
