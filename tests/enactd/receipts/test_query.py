"""Questions about receipts: the rule, with the index and without."""

from __future__ import annotations

from typing import Any

import pytest
from support.receipts import decision

from enactd.receipts import query, record
from enactd.receipts.query import Query
from enactd.receipts.record import Input, Note

READ = {
    "type": "ReadPath",
    "how": "content",
    "target": {"path": "/w/shop/.env", "secret": "dotenv file", "word": ".env"},
}
WRITE = {"type": "WritePath", "target": {"path": "/w/shop/src/a.py", "word": "src/a.py"}}
SQL = {
    "type": "RunSql",
    "verb": "drop",
    "tables": ["public.orders"],
    "database": {"name": "shop", "host": "db.example"},
}


def line(**fields: Any) -> bytes:
    """A decision that says much."""
    chain = {"v": 1, "log": "l", "seq": 7, "prev": "0" * 64, "time": 1000, "monotonic": 0}
    signed = {"mac_alg": "HMAC-SHA256", "mac_key": "k", "mac": "0" * 64}
    given: dict[str, Any] = {
        "verdict": "deny",
        "risk": "COMMITMENT",
        "session": "s-12345",
        "effects": (READ, WRITE, SQL),
        "findings": (Note(policy="secrets.read", decision="deny", reason="`.env` holds Secrets"),),
        "input": Input(digest="0" * 64, key="k", size=3, text='{"command":"cat .env STRASSE"}'),
    }
    return record.encode(record.place(decision(**(given | fields)), **chain, **signed))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Query(), True),
        (Query(kinds=frozenset({"decision"})), True),
        (Query(kinds=frozenset({"outcome", "session"})), False),
        (Query(agent="claude-code"), True),
        (Query(agent="claude"), False),
        (Query(session="s-12"), True),
        (Query(session="12345"), False),
        (Query(tool="Bash"), True),
        (Query(verdicts=frozenset({"ask"})), False),
        (Query(verdicts=frozenset({"ask", "deny"})), True),
        (Query(policy="secrets.read"), True),
        (Query(policy="secrets"), False),
        (Query(policy="secrets.*"), True),
        (Query(effect="RunSql"), True),
        (Query(effect="DeletePath"), False),
        (Query(target="/w/shop"), True),
        (Query(target="/w/shop/"), True),
        (Query(target="/w/sho"), False),
        (Query(target="/"), True),
        (Query(target="*.env"), True),
        (Query(target="public.orders"), True),
        (Query(target="db.example"), True),
        (Query(secret=True), True),
        (Query(secret=True, effect="ReadPath"), True),
        (Query(secret=True, effect="WritePath"), False),
        (Query(secret=True, target="/w/shop/src"), False),
        (Query(effect="WritePath", target="/w/shop/src"), True),
        (Query(risk=query.LEVELS["COMMITMENT"]), True),
        (Query(risk=query.LEVELS["IRREVERSIBLE"]), False),
        (Query(since=1000), True),
        (Query(since=1001), False),
        (Query(until=1000), False),
        (Query(until=1001), True),
        (Query(text=query.words("CAT strasse")), True),
        (Query(text=query.words("straße")), True),
        (Query(text=query.words("holds secrets")), True),
        (Query(text=query.words("orders")), True),
        (Query(text=query.words("cat dog")), False),
    ],
)
def test_matches(wanted: Query, expected: bool) -> None:
    """All members must hold; of effects, one and the same."""
    assert expected is query.matches(wanted, query.view(line()))


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        (READ, ["dotenv file"]),
        (WRITE, []),
        ({"type": "RevealSecret", "what": "GitHub token", "by": "gh"}, ["GitHub token"]),
        ({"type": "GitPush", "secrets": ["AWS access key"]}, ["AWS access key"]),
        ({"type": "Request", "uploads": [{"path": "/h/id_rsa", "secret": "private key"}]}, ["private key"]),
        ({"type": "CopyPath", "target": "odd", "to": None, "uploads": 3}, []),
    ],
)
def test_secrets_of_an_effect(effect: dict[str, Any], expected: list[str]) -> None:
    """What an effect aims at, in words; odd shapes aim at nothing."""
    assert expected == query.secrets_of(effect)


def test_other_schemas() -> None:
    """Fields that are not known are passed over; what is no receipt raises."""
    assert 3 == query.view(b'{"kind":"new","seq":3,"time":4,"unheard":{"of":[1]}}').seq
    for text in (b"", b"{}", b"[]", b'{"seq":"1"}', b"[" * 100_000):
        with pytest.raises(ValueError, match=r"JSON|truncated|missing|Expected|recursion"):
            query.view(text)


@pytest.mark.parametrize(
    ("wanted", "expected"), [("/a/b", "/a/b"), ("/a/b/", "/a/b"), ("/a/*.py", "/a/"), ("*", ""), ("/", "")]
)
def test_beginning(wanted: str, expected: str) -> None:
    """What every fitting name begins with."""
    assert expected == query.beginning(wanted)
