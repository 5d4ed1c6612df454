"""`enactctl receipts search`: what a person asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.enactctl import Enactctl, Inhabited


def found(inhabited: Inhabited, *words: str) -> list[str]:
    """Each action once: the self-test at set-up asks for some, too."""
    return list(
        dict.fromkeys(
            hit["action"] for hit in inhabited.console("receipts", "search", "--json", *words).json("receipts")
        )
    )


@pytest.mark.parametrize("how", [(), ("--no-index",)])
def test_words_and_filters(inhabited: Inhabited, how: tuple[str, ...]) -> None:
    """With the index and without, the same receipts; other tests may have asked for more of a kind."""
    for some in (
        found(inhabited, *how, "--", "RM", "-rf"),
        found(inhabited, "--verdict", "deny", "--effect", "DeletePath", *how),
    ):
        assert "rm -rf /" in some
        assert {"rm -rf"} == {action[:6] for action in some}
    assert ["cat .env"] == found(inhabited, "--secret", "--effect", "ReadPath", "--since", "90d", *how)
    assert [] == found(inhabited, "--until", "1d", *how)
    assert "cat .env" in found(inhabited, "--policy", "secrets.*", *how)
    assert [] == found(inhabited, "--agent", "nobody", *how)


def test_what_programs_get(inhabited: Inhabited) -> None:
    """Time in words, effects, targets and kinds of secrets."""
    said = inhabited.console("receipts", "search", "--secret", "--tool", "Bash", "--json").json("receipts")
    assert "ReadPath" in said[0]["effects"]
    assert said[0]["targets"][0].endswith("/.env")
    assert ["dotenv file"] == said[0]["secrets"]
    assert "T" in said[0]["when"]


def test_table(inhabited: Inhabited) -> None:
    """Newest first, with ids that other verbs take; says when there is more."""
    said = inhabited.console("receipts", "search", "-n", "2")
    assert said.out.startswith("RECEIPT")
    assert "The newest 2; more with -n." in said.out
    assert said.out.isascii()
    assert "No receipt is like that.\n" == inhabited.console("receipts", "search", "nothing like it").out


def test_a_log_elsewhere(inhabited: Inhabited, tmp_path: Path) -> None:
    """A folder given by hand is read, and nothing is written for it."""
    folder = str(inhabited.console.layout.receipts)
    assert "rm -rf /" in found(inhabited, "--folder", folder)
    said = inhabited.console("receipts", "search", "--folder", str(tmp_path / "none"))
    assert 1 == said.code
    assert [] == list(tmp_path.iterdir())


def test_nothing_yet(enactctl: Enactctl) -> None:
    """Where there are no receipts that is a sentence."""
    assert "No receipt is like that.\n" == enactctl("receipts", "search").out
