"""Requests that are statements for a database, or calls of a cluster's own interface, wherever they go.

A port on this machine is often a database (ClickHouse, InfluxDB, Neo4j) or `kubectl proxy`: a request there that
drops a table is no milder than the same words in the client.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl

from enactd.effects import cypher
from enactd.effects.hosts import Address
from enactd.effects.model import ChangeInfrastructure, ChangeStore, Database, Effect, Request
from enactd.effects.sql.connection import stage_of
from enactd.effects.sql.reading import read_sql
from enactd.effects.unfamiliar import is_statement
from enactd.effects.values import Value

_KEYS: Final = frozenset("query q sql statement statements stmt cypher".split())
_CLUSTER: Final = re.compile(
    r"/(?:api/v1|apis/[\w.-]+/v\d\w*)/(?:namespaces|nodes|persistentvolumes|clusterrole\w*)(?:/|$)(.*)"
)
_VERBS: Final = {"DELETE": "delete", "POST": "create", "PUT": "change", "PATCH": "change"}
_DEEP: Final = 6


def stored(request: Request, place: Address, body: Value | None) -> Iterator[Effect]:
    """What a request does to a database or a cluster, where its words say so."""
    cluster = _CLUSTER.search(place.path)
    if cluster is not None and request.method in _VERBS:
        yield ChangeInfrastructure(tool="kubernetes", verb=_VERBS[request.method], what=cluster[0][:120])
        return
    database = Database(host=place.host or "?", stage=stage_of(place.host or "?", ""))
    for text in _texts(place, body, request.method):
        if is_statement(text):
            yield from read_sql(text, "", database)
        elif cypher.is_cypher(text):
            for change in cypher.changes(text):
                if change.everything:
                    yield ChangeStore(
                        tool="http", verb=change.verb, what=change.what, everything=True, database=database
                    )


def _texts(place: Address, body: Value | None, method: str) -> Iterator[str]:
    if "search" in place.path.lower():
        return  # what people look for may be called anything
    if method != "GET" or place.local or place.private:
        yield from (text for key, text in parse_qsl(place.query[:20_000]) if key.lower() in _KEYS)
    if body is None or not body.visible or len(body.visible) > 200_000:
        return
    text = body.visible
    if is_statement(text):
        yield text
    elif text.lstrip()[:1] in ("{", "["):
        try:
            yield from _named(json.loads(text), _DEEP)
        except (ValueError, RecursionError):
            return
    else:
        yield from (value for key, value in parse_qsl(text[:20_000]) if key.lower() in _KEYS)


def _named(given: Any, deep: int) -> Iterator[str]:
    """Texts under the names that statements have, however deep."""
    if deep and isinstance(given, list):
        for item in given[:200]:
            yield from _named(item, deep - 1)
    elif deep and isinstance(given, dict):
        for key, value in given.items():
            if key.lower() in _KEYS and isinstance(value, str):
                yield value
            else:
                yield from _named(value, deep - 1)
