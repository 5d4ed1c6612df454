"""Words of a command: parameters, lists, wildcards, redirects."""

from __future__ import annotations

import pytest
from support.code import deeds, powershell
from support.reading import effects


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("Remove-Item a, b,c", ["a", "b", "c"]),
        ("Remove-Item -Path a, b -Force", ["a", "b"]),
        ("Remove-Item 'a','b'", ["a", "b"]),
        ("Remove-Item @('a', 'b')", ["a", "b"]),
        ("Remove-Item (@('a') + 'b')", ["a", "b"]),
        ("$l = 'a', 'b'; Remove-Item $l", ["a", "b"]),
        ("$l = @(); $l += 'a'; Remove-Item $l", ["a"]),
        ("Remove-Item a -ErrorAction SilentlyContinue", ["a"]),
        ("Remove-Item -ea 0 a", ["a"]),
        ("Remove-Item *.log", ["*.log"]),
        ("Remove-Item -LiteralPath 'a[1].txt'", ["a[1].txt"]),
        ("Remove-Item 'a b'/c", ["a b/c"]),
        ("$p = @{ Path = 'a'; Recurse = $true }; Remove-Item @p", ["a"]),
        ("Remove-Item a 2>$null", ["a"]),
        ("Remove-Item a *> $null", ["a"]),
    ],
)
def test_words(code: str, expected: list[str]) -> None:
    """Each target counts once."""
    assert [f"DeletePath C:/src/app/{name}" for name in expected] == deeds(powershell(code))


@pytest.mark.parametrize(
    ("code", "path", "how"),
    [
        ("'x' > a", "C:/src/app/a", "overwrite"),
        ("'x' >> a", "C:/src/app/a", "append"),
        ("git diff 2>&1 > a.txt", "C:/src/app/a.txt", "overwrite"),
        ("echo x > $HOME\\a", "C:/Users/u/a", "overwrite"),
    ],
)
def test_redirects(code: str, path: str, how: str) -> None:
    """Output into a file is a write."""
    (found,) = (effect for effect in powershell(code) if type(effect).__name__ == "WritePath")
    assert (path, how) == (found.target.path, found.how)  # type: ignore[attr-defined]


def test_null_is_no_file() -> None:
    """What goes into the void is written nowhere."""
    assert [] == deeds(powershell("'x' > $null; 'y' | Out-Null"))


def test_native_words_arrive_as_written() -> None:
    """Programs get the words that bash would give them."""
    assert deeds(effects("git push --force origin main")) == deeds(
        powershell("git push --force origin main", cwd="/home/u/proj", home="/home/u")
    )
    assert ["DeletePath /etc"] == deeds(powershell("bash -c 'rm -rf /etc'"))
    assert ["DeletePath /etc"] == deeds(powershell("& \"C:\\Program Files\\Git\\bin\\bash.exe\" -c 'rm -rf /etc'"))
