"""Calls: recursion, methods, imports of files."""

from __future__ import annotations

from pathlib import Path

from support.code import deeds, python
from support.reading import effects


def test_recursion_ends() -> None:
    """A function that calls itself is read once; doubling calls are read within the budget."""
    assert [] == deeds(python("def f(a):\n    return f(a)\nf(1)"))
    assert isinstance(python("def f(n):\n    f(n + 'a'); f(n + 'b')\nf('')"), list)


def test_returned_values_are_followed() -> None:
    """What a function gives back is known to its caller."""
    assert ["DeletePath /etc/x"] == deeds(python("import os\ndef f(a):\n    return '/etc/' + a\nos.remove(f('x'))"))


def test_modules_beside_the_text_are_read(tmp_path: Path) -> None:
    """`python -c 'import x'` runs x.py of the folder."""
    folder = tmp_path / "work" / "proj"
    folder.mkdir(parents=True)
    (folder / "evil.py").write_text("import shutil; shutil.rmtree('/home/u')")
    assert "DeletePath /home/u" in deeds(effects("python3 -c 'import evil'", cwd=str(folder), home="/home/u"))
    assert "DeletePath /home/u" in deeds(effects("python3 -m evil", cwd=str(folder), home="/home/u"))
