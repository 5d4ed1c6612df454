"""Secrets are taken out of text before it is written anywhere; what was taken is counted, never kept.

Over-redaction costs legibility, under-redaction costs a secret: names and references (`$TOKEN`,
`os.environ[...]`, `str`) stay, everything that may be a value goes.

The patterns are our own (`shapes.py`), because every string of every call comes through here while an agent waits.
detect-secrets looks for secrets in source files line by line, 28 plugins one after the other, and brings an HTTP client
along: 77 times as long on the texts of `bench/redaction.py`. It stays the yardstick instead: whatever its plugins
find in a text, they may not find in what is left of it (`tests/enactd/receipts/test_redact_yardstick.py`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from enactd.memo import memo
from enactd.receipts import canonical
from enactd.receipts.shapes import PRIVATE_KEY, REFERENCE, RUN, SENSITIVE_KEY, SHAPES, TOKENS, Shape

MARGIN: Final = 1024  # how far behind the limit a secret that begins before it is still recognised
SHORTEST: Final = 8  # text shorter than this holds no shape
CLEAN_TEXTS: Final = 4096
CLEAN_LENGTH: Final = 200
_MARK: Final = "[redacted:"
_BREAKS: Final = re.compile(r"[\s\"'`\\,;]")
_PARTS: Final = re.compile(r"[A-Za-z0-9+]+")
_LOWER: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


class Rules:
    """What is taken out beside secrets: an operator's own patterns. A group `secret` in one is what goes, else all.

    Remembers short texts in which nothing was found, whatever the limit: paths and names come again and again.
    """

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        self.patterns: Final = tuple(re.compile(text) for text in patterns)
        self.clean: Final[set[str]] = set()

    def note_clean(self, value: str) -> None:
        """Nothing was found in this text."""
        if len(self.clean) >= CLEAN_TEXTS:
            self.clean.clear()
        self.clean.add(value)


NO_RULES: Final = Rules()


class Redactor:
    """Redacts the strings of one record and counts what it took out."""

    def __init__(self, rules: Rules = NO_RULES) -> None:
        self._rules = rules
        self.found: Counter[str] = Counter()
        self._seen: dict[tuple[str, int], str] = {}

    def text(self, value: str, limit: int) -> str:
        """`value` without secrets, as valid Unicode, at most about `limit` characters; never raises.

        What is cut off is counted as `cut` and shown as `[cut N characters]`.
        """
        if len(value) < SHORTEST:
            return self._configured(canonical.text(value)) if self._rules.patterns else canonical.text(value)
        if len(value) > limit:
            return self._redact(value, limit)
        if value in self._rules.clean:
            return value
        known = self._seen.get((value, limit))
        if known is None:
            known = self._seen[value, limit] = self._redact(value, limit)
            if known == value and len(value) <= CLEAN_LENGTH:
                self._rules.note_clean(value)
        return known

    def take(self, kind: str) -> str:
        """Count one value of this kind and return the mark that stands for it."""
        self.found[kind] += 1
        return f"{_MARK}{kind}]"

    def _redact(self, value: str, limit: int) -> str:
        whole = len(value)
        text = canonical.text(value[: limit + MARGIN])
        if whole > limit + MARGIN:
            text = _to_last_break(text)
        lower = _lower(text)
        if "private" in lower:
            text, lower = self._apply(PRIVATE_KEY, text, lower)
        replaced = RUN.sub(self._run, text)
        if replaced is not text:
            text, lower = replaced, _lower(replaced)
        for shape in SHAPES:
            for trigger in shape.triggers:
                if trigger in lower:
                    text, lower = self._apply(shape, text, lower)
                    break
        text = self._configured(text)
        if len(text) <= limit and whole <= limit:
            return text
        kept = _without_half_mark(text[:limit])
        self.found["cut"] += 1
        return f"{kept}[cut {max(1, whole - len(kept))} characters]"

    def _configured(self, text: str) -> str:
        """Without what the operator's own patterns fit."""
        for pattern in self._rules.patterns:
            text = pattern.sub(self._chosen, text)
        return text

    def _chosen(self, match: re.Match[str]) -> str:
        whole = match[0]
        if not whole or whole.startswith(_MARK):
            return whole
        group = "secret" if match.groupdict().get("secret") is not None else 0
        start, end = (place - match.start() for place in match.span(group))
        return whole[:start] + self.take("configured") + whole[end:]

    def _run(self, match: re.Match[str]) -> str:
        """An unbroken run without the tokens in it, or without itself if it looks random."""
        run = match[0]
        replaced = TOKENS.sub(lambda token: self.take((token.lastgroup or "token").replace("_", "-")), run)
        return replaced if replaced != run or not is_dense(run) else self.take("high-entropy")

    def _apply(self, shape: Shape, text: str, lower: str) -> tuple[str, str]:
        """Replace what `shape` finds in `lower` in both copies, which have the same length."""
        texts: list[str] = []
        lowers: list[str] = []
        done = 0
        for match in shape.pattern.finditer(lower):
            if _is_harmless(match, text):
                continue
            groups = match.groupdict()
            start = match.end("keep") if groups.get("keep") is not None else match.start()
            quote = groups.get("quote") or ""
            mark = f"{quote}{self.take(shape.kind)}{quote}"
            texts += (text[done:start], mark)
            lowers += (lower[done:start], mark)
            done = match.end()
        if not done:
            return text, lower
        return "".join(texts) + text[done:], "".join(lowers) + lower[done:]


@memo(4096, 64)
def is_sensitive_key(name: str) -> bool:
    """Whether an object's key says that its value is a secret: `api_key`, `clientSecret`, `Authorization`."""
    return len(name) <= 64 and SENSITIVE_KEY.fullmatch(name.lower()) is not None


def is_reference(value: str) -> bool:
    """Whether what is assigned only names or types a secret: `$TOKEN`, `os.environ["T"]`, `string`, a path."""
    return REFERENCE.match(value) is not None


def is_dense(run: str) -> bool:
    """Whether a long run of letters and digits looks random: no path, identifier, UUID or hex digest does."""
    if len(run) < 32:
        return False
    longest = max(_PARTS.findall(run), key=len, default="")
    if len(longest) < 20 or longest.islower() or longest.isupper() or not any(map(str.isdigit, longest)):
        return False
    classes = ["d" if sign.isdigit() else "u" if sign.isupper() else "l" for sign in longest]
    changes = sum(one != other for one, other in pairwise(classes))
    return changes >= 0.42 * len(longest) and entropy(longest) >= 3.5


def entropy(text: str) -> float:
    """Shannon entropy in bits per character."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())


def _is_harmless(match: re.Match[str], text: str) -> bool:
    """Whether a match only looks like a secret: a reference, a call, a mark, or half a longer word."""
    groups = match.groupdict()
    if groups.get("name") is not None:
        behind = text[match.end("name") : match.end("name") + 1]
        if behind.islower() and behind != "s" and text[match.end("name") - 1].islower():
            return True
    quoted = groups.get("value") is not None
    if not quoted and groups.get("bare") is None:
        return False
    start, end = match.span("value" if quoted else "bare")
    value = text[start:end]
    if value.startswith(_MARK) or is_reference(value):
        return True
    return not quoted and value.isidentifier() and text[end : end + 1] in {"(", "["}


def _lower(text: str) -> str:
    """ASCII letters in lower case, every character still at its place."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


def _to_last_break(text: str) -> str:
    """`text` without the run that its end cuts through, which could be half a secret."""
    for index in range(len(text) - 1, -1, -1):
        if _BREAKS.match(text[index]):
            return text[: index + 1]
    return ""


def _without_half_mark(text: str) -> str:
    start = text.rfind(_MARK)
    return text if start < 0 or "]" in text[start:] else text[:start]
