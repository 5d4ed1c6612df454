"""The command line as a whole: every verb has help with an example, every mistake is told in our form."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from support.enactctl import Enactctl

from enactd.cli import application
from enactd.errors import ExitCode


def verbs() -> list[tuple[str, ...]]:
    context = click.Context(application)
    found: list[tuple[str, ...]] = []
    for name in application.list_commands(context):
        found += _below(application.get_command(context, name), context, (name,))
    return found


def _below(command: click.Command | None, context: click.Context, words: tuple[str, ...]) -> list[tuple[str, ...]]:
    if not isinstance(command, click.Group):
        return [words]
    names = command.list_commands(context)
    return [found for name in names for found in _below(command.get_command(context, name), context, (*words, name))]


@pytest.mark.parametrize("words", verbs(), ids=" ".join)
def test_help(enactctl: Enactctl, words: tuple[str, ...]) -> None:
    """Help works without anything installed, and shows the verb in use."""
    said = enactctl(*words, "--help")
    assert 0 == said.code
    assert f"enactctl {' '.join(words)}" in said.out.split("\n", 1)[1]


def test_exit_codes_are_listed(enactctl: Enactctl) -> None:
    """The program's help lists every verb and every exit code."""
    said = enactctl("--help")
    for code in ExitCode:
        assert f"{code.value} {code.name.lower()}" in " ".join(said.out.split())
    for words in verbs():
        assert words[0] in said.out


@pytest.mark.parametrize(
    "words", [("frobnicate",), ("log", "--nope"), ("explain",), ("log", "-n", "0"), ("receipts", "x")]
)
def test_usage(enactctl: Enactctl, words: tuple[str, ...]) -> None:
    """Wrong arguments: our form, where help is, exit 2."""
    said = enactctl(*words)
    assert 2 == said.code
    assert "E1001" == said.error["code"]
    assert said.error["fix"].endswith("--help")


def test_relative_home() -> None:
    """A `--home` that depends on where one stands is refused, with the one that does not."""
    done = subprocess.run(
        [sys.executable, "-m", "enactd.cli", "--home", "x", "log"], capture_output=True, text=True, check=False
    )
    assert 2 == done.returncode
    assert "`--home x` is not absolute" in done.stderr


def test_closed_pipe(enactctl: Enactctl) -> None:
    """A reader that has enough is no error."""
    done = subprocess.run(
        f"{sys.executable} -m enactd.cli policy list | head -n 1",
        shell=True, env=enactctl.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "" == done.stderr
    assert done.stdout.startswith("POLICY")
