"""`enactctl watch`: agents wait while somebody watches, and a key answers."""

from __future__ import annotations

import threading
from pathlib import Path

from support.person import Question, Screen


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
        screen.press("y")
        first.join(60)
        screen.until("approved:")
        second = asks("git push --force origin feature/y", "toolu_2")
        screen.until("feature/y")
        screen.press("n")
        second.join(60)
        screen.until("denied:")
        screen.press("q")
        code, shown = screen.end()
    assert (0, ["allow", "deny"]) == (code, said)
    assert not {"\x1b", "\u202e"} & set(shown)


def test_it_needs_a_terminal(tmp_path: Path) -> None:
    """A pipe is nobody."""
    from support.enactctl import Enactctl

    assert 2 == Enactctl(tmp_path)("watch").code
