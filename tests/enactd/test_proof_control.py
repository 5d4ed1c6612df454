"""The operator's secrets and the trial of channels, asked of a real daemon by a person with a terminal, and by others."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from support.daemon import Daemon, bash, hook, layout
from support.person import Person
from support.processes import Agent
from support.unhelpful import Taken, closing, unhelpful

from enactd.approvals.totp import STEP_S, _raw, code
from enactd.config import Layout
from enactd.control import ADMIN, OBSERVE
from enactd.errors import RefusedError, UsageError
from enactd.proof_control import ProofControl, SecretOrder

PIN, NEXT = "4711-Ada", "0815-Bob"
HERE = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Layout]:
    with Daemon(layout(tmp_path)) as daemon:
        yield daemon.layout


@pytest.fixture
def person(home: Layout) -> Iterator[Person]:
    with Person(home) as someone:
        yield someone


def test_every_route_that_changes_something_is_kept_from_agents() -> None:
    """Only the look at what is set up is open."""
    routes = ProofControl(None, None, None, None).routes()  # type: ignore[arg-type]
    assert {"proofs": OBSERVE} == {route.name: route.needs for route in routes if route.needs is not ADMIN}


def test_a_pin_is_set_changed_and_removed_by_who_knows_it(person: Person, home: Layout) -> None:
    """It leaves receipts, and its hash where agents are kept out."""
    person.set_pin(PIN)
    assert {"pin": True, "totp": False} == person.proofs()
    with pytest.raises(RefusedError, match="not the PIN"):
        person.set_pin(NEXT, "guess-1")
    with pytest.raises(UsageError, match="too easy"):
        person.set_pin("1", PIN)
    person.set_pin(NEXT, PIN)
    person.remove_pin(NEXT)
    assert {"pin": False, "totp": False} == person.proofs()


def test_an_authenticator_is_enrolled_by_its_first_code(person: Person) -> None:
    """The secret is shown once; a wrong code voids it."""
    secret = _raw(parse_qs(urlsplit(person.offer_totp("", "ada@laptop")).query)["secret"][0])
    person.confirm_totp(code(secret, int(time.time()) // STEP_S))
    assert person.proofs()["totp"]
    with pytest.raises(RefusedError):
        person.remove_totp("000000")


def test_an_agent_changes_none_of_it(person: Person, home: Layout) -> None:
    """Nor sends messages to people."""
    with Agent() as agent:
        hook(agent, home, bash("true"))
        for words in (("pin-set", "fresh"), ("pin-remove", "old"), ("totp-offer", "fresh"), ("approvals-test", "")):
            program = (
                f"import sys; sys.path.insert(0, {str(HERE)!r})\n"
                "from enactd.config import Layout; from enactd.control_client import Client\n"
                f"Client(Layout.under({str(home.root)!r}))._call({words[0]!r}, object, **{ ({words[1]: PIN} if words[1] else {})!r})"
            )
            done, _, err = agent.run(sys.executable, "-c", program)
            assert (1, True) == (done, "may not be done from here" in err), err
    assert {"pin": False, "totp": False} == person.proofs()


def test_every_channel_is_tried_by_the_daemon_itself(person: Person, home: Layout) -> None:
    """Which works, which does not, and why."""
    taken = Taken()
    with unhelpful(taken) as good, unhelpful(closing) as bad:
        text = "".join(
            f'[[approvals.webhooks]]\nurl = "http://127.0.0.1:{port}/x"\napprover = "{name}"\n'
            for name, port in (("good", good), ("bad", bad))
        )
        home.config_file.write_text(text)
        person.reload()
        tried = person.test_channels()
    assert [("good", False), ("bad", True)] == [(one.approver, bool(one.problem)) for one in tried]
    assert "this is a test" in str(taken.bodies[0])


def test_settings_that_can_never_work_are_told(person: Person, home: Layout) -> None:
    """As the one line that says why."""
    home.config_file.write_text('[[approvals.webhooks]]\nurl = "http://elsewhere.example/x"\n')
    person.reload()
    (tried,) = person.test_channels()
    assert "a URL that is not used" in tried.problem


def test_secrets_of_an_order_are_never_shown() -> None:
    """Not in a log, nor in an error."""
    assert PIN not in repr(SecretOrder(old=PIN, fresh=PIN))
