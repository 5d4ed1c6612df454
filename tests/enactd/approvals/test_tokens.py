"""A link is proof of one decision of one person about one request, once, until its end."""

from __future__ import annotations

import base64
import hmac
import secrets
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fuzz import examples

from enactd.approvals.tokens import QUOTA, Tokens, may_be_ours
from enactd.errors import RefusedError


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(clock: Clock) -> Tokens:
    return Tokens(clock)


def test_a_token_says_what_it_was_made_for(tokens: Tokens) -> None:
    """Request, decision, approver and end come back, and no two tokens are the same."""
    one, other = (tokens.issue("1042-ab12cd", "approve", "Zoë", 2000.5) for _ in range(2))
    claim = tokens.read(one)
    assert ("1042-ab12cd", "approve", "Zoë", 2000.5) == (claim.request, claim.purpose, claim.approver, claim.until)
    assert one != other
    assert set(one) <= set(string.ascii_letters + string.digits + "-_")


def test_a_token_counts_once(tokens: Tokens, clock: Clock) -> None:
    """A replay is refused, also when the clock was set back meanwhile."""
    token = tokens.issue("1-aaaaaa", "deny", "a", 2000)
    claim = tokens.read(token)
    tokens.spend(claim)
    clock.now = 10.0
    for again in (lambda: tokens.read(token), lambda: tokens.spend(claim)):
        with pytest.raises(RefusedError, match="used already"):
            again()


def test_an_expired_token_is_told_so(tokens: Tokens, clock: Clock) -> None:
    """At its end it is over."""
    token = tokens.issue("1-aaaaaa", "view", "a", 2000)
    clock.now = 2000.0
    with pytest.raises(RefusedError, match="expired"):
        tokens.read(token)


def test_links_die_with_the_daemon(tokens: Tokens, clock: Clock) -> None:
    """Another start has another key."""
    token = tokens.issue("1-aaaaaa", "approve", "a", 2000)
    with pytest.raises(RefusedError, match="not valid"):
        Tokens(clock).read(token)


@given(st.data())
@settings(max_examples=examples(300))
def test_no_other_spelling_is_a_token(data: st.DataObject) -> None:
    """Cut, lengthened, with a letter changed or swapped for its look-alike: all of that is no token of ours."""
    tokens = Tokens(lambda: 1000.0)
    token = tokens.issue("1-aaaaaa", "approve", "a", 2000)
    at = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from(string.ascii_letters + string.digits + "-_+/=. \né"))
    changed = data.draw(
        st.sampled_from((token[:at], token[at + 1 :], token[:at] + letter + token[at + 1 :], token + letter, letter))
    )
    if changed != token:
        with pytest.raises(RefusedError):
            tokens.read(changed)


@given(st.text(max_size=700))
@settings(max_examples=examples(300))
def test_any_text_is_refused_in_words(text: str) -> None:
    """No text is an error of another kind."""
    with pytest.raises(RefusedError):
        Tokens().read(text)


def test_guessing_is_counted_and_closes_no_real_link(tokens: Tokens) -> None:
    """Whoever guesses is told so after a while; people's links go on working."""
    token = tokens.issue("1-aaaaaa", "approve", "a", 2000)
    said = []
    for _ in range(QUOTA + 5):
        with pytest.raises(RefusedError) as caught:
            tokens.read("A" * 120)
        said.append(caught.value.problem)
    assert QUOTA + 5 == tokens.forged
    assert 5 == said.count("too many links that are none")
    assert "a" == tokens.read(token).approver


def test_the_door_tells_guesses_from_tokens_and_makes_none(tokens: Tokens) -> None:
    """Another daemon's, a changed one and nonsense have no seal; who has the door alone opens nothing."""
    token = tokens.issue("7-abc", "view", "ada", 2_000_000)
    assert may_be_ours(tokens.door, token)
    for other in (Tokens().issue("7-abc", "view", "ada", 2_000_000), token[:-1], f"A{token[1:]}x", "", "AAAA", "é"):
        assert not may_be_ours(tokens.door, other)
    body = secrets.token_bytes(80)
    made = base64.urlsafe_b64encode(body + hmac.digest(tokens.door, body, "sha256")[:8]).rstrip(b"=").decode()
    assert may_be_ours(tokens.door, made)
    with pytest.raises(RefusedError):
        tokens.read(made)
