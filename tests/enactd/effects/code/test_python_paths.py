"""How Python finds files."""

from __future__ import annotations

import pytest
from support.code import deeds, python


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import glob, os\nfor f in glob.glob('/etc/*.d'): os.remove(f)", "DeletePath /etc/*.d"),
        ("import os\nfor f in os.listdir('/etc'): os.remove(os.path.join('/etc', f))", "DeletePath /etc/*"),
        ("import os\nfor f in os.scandir('/etc'): os.remove(f.path)", "DeletePath /etc/*"),
        (
            "import os\nfor r, d, fs in os.walk('/etc'):\n    for f in fs: os.remove(os.path.join(r, f))",
            "DeletePath /etc/*",
        ),
        ("from pathlib import Path\nfor p in Path('/etc').iterdir(): p.unlink()", "DeletePath /etc/*"),
        ("from pathlib import Path\nfor p in Path('/etc').rglob('*.d'): p.unlink()", "DeletePath /etc/**/*.d"),
        ("import os; os.chdir('/etc'); os.remove('x')", "DeletePath /etc/x"),
        ("from pathlib import Path; Path('/etc/x.a').with_suffix('.b').unlink()", "DeletePath /etc/x.b"),
        ("from pathlib import Path; Path(__file__).parent.joinpath('x').unlink()", None),
    ],
)
def test_found_files(code: str, expected: str | None) -> None:
    """Every match of a search is told as the pattern."""
    found = deeds(python(code))
    assert expected in found if expected is not None else found[0].startswith("DeletePath")
