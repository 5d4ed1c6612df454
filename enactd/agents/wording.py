"""What an agent's model and its person read: one line, bounded, nothing that moves a cursor."""

from __future__ import annotations

import unicodedata
from typing import Final

LIMIT: Final = 900
_GONE = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))


def line(text: str, limit: int = LIMIT) -> str:
    """`text` on one line: no control, formatting or half characters, runs of blanks as one.

    What is longer than `limit` characters loses its middle, so that the rule in front and the alternative
    at the end both stay.
    """
    # Cut before looking at single characters: the input may be megabytes long.
    if len(text) > 4 * limit:
        text = f"{text[: 2 * limit]} {text[-2 * limit :]}"
        shortened = True
    else:
        shortened = False
    clean = " ".join("".join(" " if unicodedata.category(c) in _GONE else c for c in text).split())
    if len(clean) <= limit and not shortened:
        return clean
    head = limit * 2 // 3
    return f"{clean[:head].rstrip()} [...] {clean[-(limit - head - 7) :].lstrip()}"


def refusal(reason: str, *, receipt: str = "", ticket: str = "") -> str:
    """Why a call did not run, for the model: rule and alternative, what a person can do, the receipt."""
    parts = [line(reason) or "refused by policy"]
    if ticket:
        parts.append(
            f"Only a person can decide this (ticket {line(ticket, 64)}): tell them what you want to run and why. They "
            f"can approve it (`enactctl approve {line(ticket, 64)}`, in their own terminal), then the same call passes "
            f"once. Do not try another way."
        )
    if receipt:
        parts.append(f"[receipt {line(receipt, 64)}]")
    return " ".join(parts)


def question(reason: str, *, receipt: str = "") -> str:
    """What a person reads in the agent's own dialog."""
    return refusal(reason or "a person must decide", receipt=receipt)
