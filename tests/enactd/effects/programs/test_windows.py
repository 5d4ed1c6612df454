"""cmd.exe commands."""

from __future__ import annotations

import pytest
from support.summary import summaries

from enactd.effects.invocation import known
from enactd.effects.programs.windows import switches

ROWS = [
    ("del a.txt", ["delete ./a.txt"]),
    ("del /s /q 'C:\\work\\*.log'", ["delete recursive C:/work/*.log"]),
    ("rd /s /q 'D:\\x'", ["delete recursive D:/x"]),
    ("rd x", ["delete only_empty ./x"]),
    ("move * '..\\other'", ["move ./* -> ~/other"]),
    ("copy a b", ["copy ./a -> ./b"]),
    ("xcopy /e src dst", ["copy ./src -> ./dst"]),
    ("robocopy src dst /MIR", ["copy ./src -> ./dst", "delete recursive bulk ./dst/*"]),
    ("robocopy src dst /MOVE", ["move ./src -> ./dst"]),
    ("robocopy src dst /L /MIR", []),
    ("md new", ["create ./new = ''"]),
    ("taskkill //F //IM node.exe", ["SignalProcess named node.exe KILL"]),
    ("taskkill /PID 4711", ["SignalProcess one 4711 TERM"]),
    ("taskkill /F /IM '*'", ["SignalProcess all * KILL"]),
    ("format d:", ["device format d:"]),
    ("cmd /c 'rd /s /q \"D:\\x y\"'", ["delete recursive D:/", "delete recursive D:/x y"]),
    ("cmd //c 'del /q a.txt'", ["delete ./a.txt"]),
    ("cmd /c rd /s /q 'D:\\x y'", ["delete recursive D:/x y"]),
    ("cmd /c 'echo hi'", []),
    ("cmd /c 'if exist a rd /s /q a'", ["delete recursive ./a"]),
    ('cmd /c "$X"', ["Opaque what cmd.exe runs is known only at run time: <$X is not known> COMMITMENT"]),
    ("cipher /w:C", ["device cipher /w C"]),
    ("echo 'clean' | diskpart", ["device diskpart a disk"]),
    ("dir", ["list ."]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_windows_rows(command: str, expected: list[str]) -> None:
    """Windows commands mean the same through Bash."""
    assert expected == summaries(command)


def test_switches() -> None:
    """Switches with one or two slashes, with values; paths are none."""
    found, operands = switches([known(word) for word in ("/s", "//q", "/a:h", "C:/x", "/usr/bin", "-x")])
    assert {"s": "", "q": "", "a": "h"} == found
    assert ["C:/x", "/usr/bin", "-x"] == [word.text for word in operands]
