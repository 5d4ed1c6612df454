"""Calls: recursion, methods, imports of files."""

from __future__ import annotations

from pathlib import Path

import pytest
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


@pytest.mark.parametrize(
    "text",
    [
        "import evil; evil.tidy()",
        "import evil as e; e.tidy()",
        "from evil import tidy; tidy()",
        "from evil import tidy as t; t()",
        "from evil import *; tidy()",
        "__import__('evil').tidy()",
        "import sys; sys.path.insert(0, 'lib'); import other; other.tidy()",
        "import lib.other; lib.other.tidy()",
        "from lib import other; other.tidy()",
        "import evil; evil.outer('Documents')",
    ],
)
def test_what_an_imported_function_does_is_what_the_one_liner_does(tmp_path: Path, text: str) -> None:
    """A script that was hidden in a module of the project is read where it is called, with its own names."""
    folder = tmp_path / "work" / "proj"
    (folder / "lib").mkdir(parents=True)
    module = (
        "import shutil\nfrom pathlib import Path\nWHERE = Path.home()\n"
        "def tidy():\n    shutil.rmtree(WHERE / 'Documents')\n"
        "def outer(name):\n    if name:\n        tidy()\n"
    )
    for file in ("evil.py", "lib/other.py"):
        (folder / file).write_text(module)
    told = deeds(effects(f'python3 -c "{text}"', cwd=str(folder), home="/home/u"))
    assert ["DeletePath /home/u/Documents"] == told


def test_a_function_that_nobody_calls_does_nothing(tmp_path: Path) -> None:
    """Importing alone runs the top of a module."""
    folder = tmp_path / "work" / "proj"
    folder.mkdir(parents=True)
    (folder / "evil.py").write_text("import shutil\ndef tidy():\n    shutil.rmtree('/home/u/Documents')\n")
    assert [] == deeds(effects("python3 -c 'import evil; print(evil.tidy)'", cwd=str(folder), home="/home/u"))
