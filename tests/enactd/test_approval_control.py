"""What may be asked about approvals, and what it takes; answers themselves are tested end to end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.person import Person, Question

from enactd.errors import RefusedError, UsageError


@pytest.fixture(scope="module")
def question(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Question]:
    with Question(tmp_path_factory.mktemp("q")) as made:
        made.ask()
        yield made


@pytest.fixture(scope="module")
def person(question: Question) -> Iterator[Person]:
    with Person(question.home) as made:
        yield made


def test_an_answer_needs_its_proof_and_taking_back_needs_none(question: Question, person: Person) -> None:
    """Who has no terminal answers, grants and pauses nothing; whoever may control ends what was opened."""
    with Person(question.home, terminal=False) as client:
        (request,) = client.pending()
        for attempt in (
            lambda: client.answer(request.id, "approve"),
            lambda: client.answer(request.id, "deny"),
            lambda: client.grant(reason="x", seconds=60, session="s"),
            lambda: client.pause(minutes=1, reason="x"),
            lambda: client.link(request.id),
        ):
            with pytest.raises(RefusedError, match=r"terminal|from here"):
                attempt()
    made = person.grant(reason="x", seconds=60, session="s")
    person.pause(minutes=1, reason="x")
    assert "revoked" == person.revoke_grant(made.id).ended
    assert 1 == len(person.resume())


@pytest.mark.parametrize("proof", ["pin", "totp"])
def test_a_link_is_no_way_around_what_one_knows(tmp_path: Path, proof: str) -> None:
    """It would answer without the PIN or code; by a channel it comes to whom the operator named."""
    web = "[approvals.web]\nlisten = '127.0.0.1:9'\n"
    with Question(tmp_path, f"[approvals]\nproof = ['terminal', '{proof}']\n{web}") as question:
        question.ask()
        with Person(question.home) as client, pytest.raises(RefusedError, match="would spare you"):
            client.link(client.pending()[0].id)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"count": 3}, "used once"),
        ({"scope": "policy"}, "needs a reason"),
        ({"scope": "planet"}, "does not take"),
        ({"seconds": -1}, "does not take"),
        ({"seconds": 1e12}, "does not take"),
        ({"given": {"magic": "x"}}, "does not take"),
    ],
)
def test_what_is_no_answer(person: Person, more: dict[str, object], said: str) -> None:
    """Each is refused in words, and the request waits on."""
    (request,) = person.pending()
    with pytest.raises(UsageError, match=said):
        person.answer(request.id, "approve", **more)
    assert (request.id,) == tuple(one.id for one in person.pending())


def test_a_look_that_stays_hears_of_what_is_new(question: Question, person: Person) -> None:
    """At once for whoever knows nothing; later as soon as something comes."""
    number, waiting = person.watch("w")
    assert 1 == len(waiting)
    question.ask("git push --force origin feature/new", session="other")
    again, waiting = person.watch("w", number)
    assert again > number
    assert 2 == len(waiting)


def test_what_names_a_call_stays_with_the_daemon(question: Question, person: Person) -> None:
    """Lists say what a grant is for, not how a call is recognized."""
    person.grant(reason="x", seconds=60, session="s")
    assert {""} == {grant.bond for grant in question.daemon.client.grants()}


PIN = "483920"
PROVED = "[approvals]\nproof = ['terminal', 'pin']\n"


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[tuple[Question, Person]]:
    with Question(tmp_path, PROVED + '[protect]\ntables = ["invoices"]\n') as question, Person(question.home) as person:
        person.set_pin(PIN)
        yield question, person


def test_what_loosens_takes_the_proof_too(guarded: tuple[Question, Person]) -> None:
    """No order that could open what an approval opens goes without the PIN; what tightens does."""
    question, person = guarded
    question.ask()
    (request,) = person.pending()
    person.freeze_on("release")
    for attempt in (
        lambda **given: person.allow(request.id, reason="mine", seconds=60, **given),
        lambda **given: person.trust(str(question.project), "0" * 64, **given),
        person.freeze_off,
        lambda **given: person.confirm_reload("x", **given),
        lambda **given: person.install_bundle("/nowhere", **given),
        lambda **given: person.remove_bundle("x", **given),
    ):
        with pytest.raises(RefusedError, match="PIN"):
            attempt()
    assert "deny" == question.ask("git commit -m x --allow-empty")
    with pytest.raises(UsageError, match="no change waits"):
        person.confirm_reload("x", given={"pin": PIN})
    assert person.allow(request.id, reason="mine", seconds=60, given={"pin": PIN}).id


def test_a_changed_file_is_no_way_around_the_proof(guarded: tuple[Question, Person]) -> None:
    """Settings that want less, or protect less, wait for the proof that was wanted before; also over a restart."""
    question, person = guarded
    question.home.config_file.write_text("")
    assert person.reload().waiting
    question.ask()
    (request,) = person.pending()
    with pytest.raises(RefusedError, match="PIN"):
        person.answer(request.id, "approve")
    question.daemon.terminate()
    question.start_again()
    assert ("terminal", "pin") == person.proof()
    waiting = person.reload()
    assert any("approvals.proof" in change for change in waiting.changes)
    assert any("protect.tables" in change for change in waiting.changes)
    with pytest.raises(RefusedError, match="PIN"):
        person.confirm_reload(waiting.waiting)
    assert "" == person.confirm_reload(waiting.waiting, given={"pin": PIN}).waiting
    assert ("terminal",) == person.proof()
    assert "approved" == person.answer(request.id, "approve").state


def test_one_person_opens_nothing_that_takes_two(tmp_path: Path) -> None:
    """No grant of one's own, no exception, no session and no break-glass, while others are opened by each."""
    with (
        Question(tmp_path, "[approvals.approvers]\n'git.force-push' = 2\n") as question,
        Person(question.home) as person,
    ):
        question.ask()
        (request,) = person.pending()
        opened = [
            person.grant(reason="mine", seconds=60, policies=("git.force-push",)).id,
            person.grant(reason="mine", seconds=60, session="s").id,
            person.allow(request.id, reason="mine", seconds=60).id,
        ]
        assert "deny" == question.ask()
        for name in opened:
            person.revoke_grant(name)
        assert "deny" == question.ask("terraform destroy -auto-approve")
        person.pause(minutes=1, reason="down")
        assert "deny" == question.ask()
        assert "allow" == question.ask("terraform destroy -auto-approve")


def test_a_session_is_one_agents(question: Question, person: Person) -> None:
    """Another kind of agent that claims the name is not meant; a name that nobody has is nobody's."""
    for order in (person.grant, person.pause):
        more = {"seconds": 60} if order == person.grant else {"minutes": 1}
        with pytest.raises(UsageError, match="whose session"):
            order(reason="x", session="nobody's", **more)
        made = order(reason="x", session="s", **more)
        assert ("claude-code", "s") == (made.agent, made.session)
    person.resume()
