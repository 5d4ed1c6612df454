"""Levels and verdicts tell the same story: what cannot be taken back never passes without a person's answer."""

from __future__ import annotations

import pytest
from corpus import test_corpus as corpus
from support.library import LIBRARY, USUAL

from enactd.examples import judge_example
from enactd.judge import Judgement
from enactd.risk import Risk
from enactd.verdict import Decision


def disagrees(found: Judgement) -> bool:
    return found.verdict.decision is Decision.ALLOW and found.risk is Risk.IRREVERSIBLE


def test_declared_examples() -> None:
    """Nothing that a policy lets pass, or admits to miss, is irreversible by its effects."""
    examples = [(p.id, e) for p in LIBRARY.policies for e in (*p.declaration.allows, *p.declaration.misses)]
    assert [] == [
        f"{identity}: {example}" for identity, example in examples if disagrees(judge_example(USUAL, example))
    ]


@pytest.mark.parametrize("name", corpus.FILES)
def test_everyday_lines(name: str) -> None:
    """Nor is any line of the corpus that passes."""
    assert [] == [line.text for line in corpus.lines(name) if disagrees(corpus._judged(USUAL, line))]
