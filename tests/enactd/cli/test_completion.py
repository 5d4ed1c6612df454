"""`enactctl completion`: a script that the shell takes, and that completes verbs."""

from __future__ import annotations

import subprocess

import pytest
from support.enactctl import Enactctl


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_script(enactctl: Enactctl, shell: str) -> None:
    """Every shell gets one that asks this program."""
    assert "_ENACTCTL_COMPLETE" in enactctl("completion", shell).out


def test_bash_takes_it(enactctl: Enactctl) -> None:
    """bash parses the script."""
    script = enactctl("completion", "bash").out
    assert 0 == subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode


def test_verbs_complete(enactctl: Enactctl) -> None:
    """What the script asks for is answered with verbs."""
    said = enactctl(_ENACTCTL_COMPLETE="bash_complete", COMP_WORDS="enactctl re", COMP_CWORD="1")
    assert {"plain,receipts", "plain,reload", "plain,replay", "plain,resume"} == set(said.out.split())


def test_other_shell(enactctl: Enactctl) -> None:
    """A shell nobody knows is a mistake in the arguments."""
    assert 2 == enactctl("completion", "tcsh").code
