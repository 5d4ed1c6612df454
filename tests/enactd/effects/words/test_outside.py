"""Words of outside: to whom, and what goes along."""

from __future__ import annotations

import pytest
from support.effect_words import NAMES, target

from enactd.effects import model as m
from enactd.effects import words

CASES: list[tuple[m.Effect, str]] = [
    (m.Request(method="POST", host="x.example", carries=frozenset({"secret"}), uploads=(target("/home/ada/.env"),),
               changes="something"),
     "changes something at x.example (POST), sending a secret: ~/.env"),
    (m.Request(method="GET", host=None), "asks a host known only when it runs (GET)"),
    (m.SendData(to=None, by="nc", carries=frozenset({"personal"})),
     "sends data to a host known only when it runs by nc, sending data about people"),
    (m.InstallPackage(manager="npm", names=("reqeusts",), origin="url", lookalike="requests", runs=True),
     "downloads and runs reqeusts from url, which resembles requests (npm)"),
    (m.PublishPackage(manager="npm", verb="unpublish", what="x@1"), "withdraws x@1 (npm)"),
    (m.SendMessage(by="mail", to="a@b.example", bulk=True), "sends many messages to a@b.example by mail"),
    (m.StoreSecret(kinds=("AWS key",), where="commit"), "puts a secret (AWS key) into a commit"),
]  # fmt: skip


@pytest.mark.parametrize(("effect", "expected"), CASES, ids=[expected[:50] for _, expected in CASES])
def test_sentences(effect: m.Effect, expected: str) -> None:
    """Resolved targets and what is lost; what is not known is said to be unknown."""
    assert expected == words.told(effect, NAMES)
