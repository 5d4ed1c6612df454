"""Set-up text that programs print for the shell that evaluates it."""

from __future__ import annotations

import pytest
from support.reading import effects

from enactd.effects.shell_hooks import prints_setup
from enactd.effects.values import known, unknown


@pytest.mark.parametrize(
    "command",
    ['eval "$(ssh-agent -s)"', 'eval "$(direnv hook bash)"', 'eval "$(pyenv init -)"', 'eval "$(brew shellenv)"',
     "source <(kubectl completion bash)", "eval `dircolors -b`", 'eval "$(starship init bash)"'],
)  # fmt: skip
def test_hook_is_no_unread_code(command: str) -> None:
    """Nothing is asked about the usual lines of a start-up file."""
    assert [] == effects(command)


@pytest.mark.parametrize(
    ("name", "words"), [("direnv", ["exec", ".", "sh"]), ("brew", ["install", "x"]), ("curl", ["-s", "x"])]
)
def test_other_commands_are_none(name: str, words: list[str]) -> None:
    """Only the exact sub-command counts."""
    assert not prints_setup(name, [known(word) for word in words])


def test_unknown_word() -> None:
    """A word that is not known may say anything."""
    assert not prints_setup("direnv", [known("hook"), unknown("x")])
