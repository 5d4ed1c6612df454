"""A person sees why: the folder, the variables, the wrappers, the targets."""

from __future__ import annotations

import pytest
from support.reading import CWD, HOME

from enactd import resources
from enactd.bundle import load
from enactd.cli.account import account
from enactd.effects.shell.readers import Readers
from enactd.judge import Judge
from enactd.toolcall import ToolCall
from enactd.world import open_world

JUDGE = Judge(load([("shipped", str(resources.policies_folder()))]), readers=Readers(), gate=("/gate",))


def told(command: str) -> str:
    call = ToolCall(agent="test", session="s", tool="Bash", input={"command": command}, cwd=CWD)
    world = open_world(cwd=CWD, workspace=CWD, home=HOME, environment={}, complete=False)
    return "\n".join(account(JUDGE.judge(call, workspace=CWD, home=HOME, world=world)))


@pytest.mark.parametrize(
    ("command", "parts"),
    [
        ("rm -rf build", ["rm -rf build    (in /home/u/proj)", "DeletePath  /home/u/proj/build", "recursive", "by `rm -rf build`"]),
        ('rm -rf "$D"/*', ["written  rm -rf \"$D\"/*    where D = not known"]),
        ('D=src; rm -rf "$D/x"', ["rm -rf src/x", "where D = src", "/home/u/proj/src/x"]),
        ("cd sub && rm x", ["rm x    (in /home/u/proj/sub)", "DeletePath  /home/u/proj/sub/x"]),
        ("sudo -u ada env A=1 rm /srv/x", ["(in /home/u/proj as ada)", "via sudo > env"]),
        ("ssh prod 'rm -rf /srv'", ["on ssh prod)", "DeletePath on ssh prod  /srv"]),
        ("cat .env", ["/home/u/proj/.env [dotenv file"]),
        ("make x || rm a", ["a [workspace", "maybe    by `rm a`"]),
        ("for f in a b; do rm $f.o; done", ["where f = a", "where f = b"]),
        ("cp a b", ["CopyPath  /home/u/proj/a", "to /home/u/proj/b"]),
        ("", ["(no command)", "none"]),
    ],
)  # fmt: skip
def test_what_is_told(command: str, parts: list[str]) -> None:
    """Each part of the reading has its place in the account."""
    text = told(command)
    assert [] == [part for part in parts if part not in text], text


def test_a_line_stays_a_line() -> None:
    """Text with line breaks in it does not look like another line of the account."""
    assert not any(line.startswith("effects") for line in told("echo 'a\neffects' > f").splitlines()[1:-2])
