"""What the words of a tool's name say: that it reads, changes or destroys something, or nothing at all."""

from __future__ import annotations

import re
from typing import Final

READS: Final = frozenset(
    "get list read search find query describe show view fetch lookup count status inspect check validate resolve export "
    "download diff log logs history info help ping whoami browse explain analyze analyse summarize preview snapshot screenshot "
    "wait hover scroll think sequentialthinking diagnostics console network tabs navigate back forward resize retrieve load peek "
    "compare verify test lint estimate calculate convert translate parse format recall open select contents file files ask answer research crawl scrape extract types scan keys aggregate hgetall web".split()
)
DESTROYS: Final = frozenset(
    "delete remove destroy drop purge wipe truncate terminate reset revoke uninstall unpublish erase clear flush archive "
    "disable deprovision detach expunge trash kill prune cancel".split()
)
CHANGES: Final = frozenset(
    "create update write set add insert put patch edit move rename merge push close approve deploy apply run execute send post "
    "publish upload transfer pay refund invite share assign click submit press type fill drag drop start stop restart scale "
    "pause resume enable grant import restore rollback migrate release reply forward schedule book order buy charge comment "
    "reopen transition lock unlock fork dispatch trigger rerun modify replace append upsert save copy sync install reboot".split()
)
# At the end of a name they say what is looked at: `migrate_status`, `deploy_logs`, `workers_list`.
_LOOKED_AT: Final = frozenset("status logs log history info list preview diff plan docs help details stats".split())
_LEADING_CHANGES: Final = frozenset(
    "update set change create add post edit put patch clear delete reset send write".split()
)


def words_of(name: str) -> list[str]:
    """The words of a tool's name, whatever its case style."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return [word.lower() for word in re.split(r"[^A-Za-z0-9]+", spaced) if word]


def kind_of(verbs: list[str]) -> str:
    """read | change | destroy | unknown; the gravest verb counts, but a leading reading verb decides."""
    plain = verbs[1:] if verbs[:1] in (["api"], ["mcp"]) else verbs
    if plain and plain[-1] in ("reader", "viewer", "finder", "searcher") and not any(v in DESTROYS for v in plain):
        return "read"
    if plain and plain[0] in READS and not any(v in DESTROYS for v in plain[1:3]):
        return "read"
    if plain[:1] == ["post"] and plain[1:2] and plain[1] in ("search", "query", "list"):
        return "read"
    if any(v in DESTROYS for v in plain):
        return "destroy"
    if plain and plain[-1] in _LOOKED_AT and plain[0] not in _LEADING_CHANGES:
        return "read"
    if any(v in CHANGES for v in plain):
        return "change"
    return "read" if any(v in READS for v in plain) else "unknown"
