"""`enactctl watch`: agents wait while somebody watches, and a key answers."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from support.daemon import until
from support.person import Person, Question, Screen

from enactd.cli.watch import KEYS


def test_a_key_answers_a_held_call(tmp_path: Path) -> None:
    """It comes up by itself, `y` lets it run, `n` does not, `q` leaves; the terminal gets no escape of the agent."""
    with Question(tmp_path) as question:
        screen = Screen(question.home, "watch")
        screen.until("Watching.")
        said: list[str] = []

        def asks(command: str, call_id: str) -> threading.Thread:
            thread = threading.Thread(target=lambda: said.append(question.ask(command, call_id=call_id)))
            thread.start()
            return thread

        first = asks("git push --force origin feature/x # \x1b[31m\u202e", "toolu_1")
        screen.until("git.force-push")
        offered(screen, 1)
        screen.press("y")
        first.join(60)
        screen.until("approved:")
        second = asks("git push --force origin feature/y", "toolu_2")
        screen.until("feature/y")
        offered(screen, 2)
        screen.press("n")
        second.join(60)
        screen.until("denied:")
        screen.press("q")
        code, shown = screen.end()
    assert (0, ["allow", "deny"]) == (code, said)
    assert not {"\x1b", "\u202e"} & set(shown)


def offered(screen: Screen, times: int) -> None:
    """Wait until so many questions have shown and taken keys; the greeting names the keys, too."""
    assert until(lambda: screen.shown.count(KEYS) >= times + 1, 40), screen.shown


def test_a_second_key_answers_no_second_question(tmp_path: Path) -> None:
    """Two `y` in a row approve one call; what is pressed while the next comes up is for nobody; `n` then denies it."""
    with Question(tmp_path) as question, Person(question.home) as person:
        question.ask("git push --force origin feature/harmless")
        question.ask("terraform destroy -auto-approve")
        screen = Screen(question.home, "watch")
        screen.until("feature/harmless")
        screen.press("yyyy")  # nobody can have read it yet
        offered(screen, 1)
        assert 2 == len(person.pending())
        screen.press("yy")
        screen.until("approved:")
        screen.until("terraform destroy")
        screen.press("y")
        offered(screen, 2)
        assert ["terraform destroy -auto-approve"] == [one.call for one in person.pending()]
        screen.press("n")
        screen.until("denied:")
        screen.press("q")
        assert 0 == screen.end()[0]
        assert ([], 1) == (list(person.pending()), len(person.grants()))


def test_a_question_stays_on_the_screen_while_it_waits(tmp_path: Path) -> None:
    """A later call that is held takes nobody's place: the key is for what was read."""
    with Question(tmp_path, "[approvals]\nhold_s = 30\n") as question, Person(question.home) as person:
        question.ask("git push --force origin feature/harmless")
        screen = Screen(question.home, "watch")
        screen.until("feature/harmless")
        offered(screen, 1)
        asking = threading.Thread(target=lambda: question.ask("terraform destroy -auto-approve"))
        asking.start()
        assert until(lambda: len(person.pending()) == 2 and any(one.held for one in person.pending()), 40)
        time.sleep(1)  # as long as it took to show a held one in the place of the other
        assert "terraform" not in screen.shown
        screen.press("y")
        screen.until("approved:")
        offered(screen, 2)
        assert ["terraform destroy -auto-approve"] == [one.call for one in person.pending()]
        screen.press("n")
        asking.join(60)
        screen.press("q")
        screen.end()
        assert 1 == len(person.grants())


def test_it_needs_a_terminal(tmp_path: Path) -> None:
    """A pipe is nobody."""
    from support.enactctl import Enactctl

    assert 2 == Enactctl(tmp_path)("watch").code
