"""Variables that make git start other programs."""

from __future__ import annotations

import pytest
from support.briefly import lines

from enactd.effects.programs.git_environment import is_ordinary


@pytest.mark.parametrize(
    ("command", "ordinary"),
    [
        ("", True), ("cat", True), ("less -FRX", True), ("/usr/bin/less", True), ("vim", True), ("code --wait", True), ("true", True),
        ("ssh -i ~/.ssh/k -o IdentitiesOnly=yes", True), ("LESS=-R less", True), ("diff-so-fancy | less -R", True),
        ("sh -c id", False), ("less; id", False), ("$(id)", False), ("/tmp/less", False), ("./less", False), ("vim -c '!id'", False),
        ("ssh -o ProxyCommand='id' x", False), ("ssh -F cfg", False), ("open -a Calculator", False), ("less > x", False),
        ("'", False), ("python x.py", False), ("vim +!id", False),
    ],
)  # fmt: skip
def test_ordinary_commands(command: str, ordinary: bool) -> None:
    """Usual pagers, editors and plain ssh are; whatever can hide another program is not."""
    assert ordinary is is_ordinary(command)


@pytest.mark.parametrize(
    "name", ["GIT_SSH_COMMAND", "GIT_PAGER", "PAGER", "GIT_EXTERNAL_DIFF", "GIT_EDITOR", "GIT_ASKPASS"]
)
def test_programs_in_variables(name: str) -> None:
    """An odd program in a variable is told, exported or set for one command."""
    assert any(line.startswith(f"SetEnvironment name={name}") for line in lines(f"{name}='sh x' git log"))
    assert any(line.startswith(f"SetEnvironment name={name}") for line in lines(f"export {name}='sh x'; git log"))


def test_places_in_variables() -> None:
    """Templates and programs from another folder."""
    assert "SetEnvironment name=GIT_EXEC_PATH value=/tmp/x" in lines("git --exec-path=/tmp/x log")
