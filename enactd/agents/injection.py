"""Marks of orders in text that came from elsewhere: it speaks to the agent as if it were its operator.

Such a mark blocks nothing: a page about prompt injection is worth reading. It is remembered, and makes the
session careful about places that it has not been to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

INJECTED: Final = "injected"
LIMIT: Final = 262_144  # characters that are looked at
_DEPTH: Final = 8
_OWN: Final = frozenset({"Write", "Edit", "MultiEdit", "NotebookEdit", "Read", "Glob", "Grep", "LS", "TodoWrite"})
_MARKS: Final = re.compile(
    r"(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+)?(?:of\s+)?(?:the\s+|your\s+|these\s+|those\s+)?"
    r"(?:previous|prior|above|earlier|preceding|system|original|existing)\s+"
    r"(?:instructions?|prompts?|rules|directions|guidelines|messages?|context)"
    r"|(?:new|updated|real|important|urgent|hidden)\s+instructions?\s+(?:for|to)\s+(?:the\s+|any\s+|all\s+|you\b)?\s*"
    r"(?:ai\b|llms?\b|assistants?|agents?|models?|claude|copilot|gemini|gpt)"
    r"|\b(?:ai|coding)\s+(?:agents?|assistants?|models?)\s+(?:reading|processing|parsing)\s+this"
    r"|(?:do\s+not|don't|never)\s+(?:tell|inform|mention|reveal|show|alert)\b.{0,40}\b(?:the\s+|your\s+)(?:user|human"
    r"|operator|developer)"
    r"|without\s+(?:telling|informing|asking|alerting)\s+(?:the\s+)?(?:user|human|operator)"
    r"|^\s*(?:\[|<|<<|#+\s*)(?:system|sys|system[ _-]prompt|system[ _-]message|instructions)(?:\]|>|>>|:)"
    r"|<\|(?:im_start|system|start_header_id)\|>|\[/?INST\]"
    r"|\byou\s+are\s+now\s+(?:in\s+)?(?:developer|debug|admin|god|maintenance|unrestricted|jailbroken)\b"
    r"|[\U000e0020-\U000e007f]{4,}",
    re.IGNORECASE | re.MULTILINE,
)


def is_marked(text: str) -> bool:
    """Whether a text gives orders to whoever reads it by machine. Looks at the first `LIMIT` characters."""
    return _MARKS.search(text[:LIMIT]) is not None


def taints(tool: str, output: Any) -> tuple[str, ...]:
    """What the output of a tool adds to its session. Tools that only show or change files of one's own add nothing."""
    if tool in _OWN:
        return ()
    return (INJECTED,) if is_marked("\n".join(_texts(output, _DEPTH))) else ()


def _texts(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value[:LIMIT]
    elif depth and isinstance(value, dict):
        for item in list(value.values())[:256]:
            yield from _texts(item, depth - 1)
    elif depth and isinstance(value, list):
        for item in value[:256]:
            yield from _texts(item, depth - 1)
