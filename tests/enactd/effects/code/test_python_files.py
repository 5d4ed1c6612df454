"""Python's file functions."""

from __future__ import annotations

import pytest
from support.code import deeds, python

P = "/home/u/proj/"
IMPORTS = "import os, shutil, json, pandas as pd\nfrom pathlib import Path\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("os.remove('a')", [f"DeletePath {P}a"]),
        ("os.rmdir('a')", [f"DeletePath {P}a"]),
        ("Path('a').unlink(missing_ok=True)", [f"DeletePath {P}a"]),
        ("[p.unlink() for p in Path('.').glob('*.pyc')]", [f"ReadPath {P[:-1]}", f"DeletePath {P}*.pyc"]),
        ("os.rename('a', '/b')", [f"MovePath {P}a /b"]),
        ("Path('a').rename('/b')", [f"MovePath {P}a /b"]),
        ("shutil.move('a', '/b')", [f"MovePath {P}a /b"]),
        ("shutil.copytree('a', '/b')", [f"CopyPath {P}a /b"]),
        ("os.symlink('/etc', 'a')", [f"LinkPath /etc {P}a"]),
        ("os.chmod('a', 0o777)", [f"ChangeMode {P}a"]),
        ("open('a', 'w')", [f"WritePath {P}a"]),
        ("open('a', mode='a')", [f"WritePath {P}a"]),
        ("open('a')", [f"ReadPath {P}a"]),
        ("open('a', 'rb').read()", [f"ReadPath {P}a"]),
        ("Path('a').write_text('x')", [f"WritePath {P}a"]),
        ("Path('.env').read_text()", [f"ReadPath {P}.env"]),
        ("os.truncate('a', 0)", [f"WritePath {P}a"]),
        ("import tarfile; tarfile.open('a.tar').extractall('/b')", [f"ReadPath {P}a.tar", "WritePath /b"]),
        ("import tarfile; tarfile.open('a.tar').extract('c', path='/b')", [f"ReadPath {P}a.tar", "WritePath /b"]),
        (
            "import zipfile\nwith zipfile.ZipFile('a.zip') as z: z.extractall()",
            [f"ReadPath {P}a.zip", f"WritePath {P[:-1]}"],
        ),
        ("shutil.unpack_archive('a.zip', '/b')", [f"ReadPath {P}a.zip", "WritePath /b"]),
        ("os.listdir('/home/u/.ssh')", ["ReadPath /home/u/.ssh"]),
        ("pd.read_csv('a.csv').to_csv('/b.csv')", [f"ReadPath {P}a.csv", "WritePath /b.csv"]),
        ("os.makedirs('a', exist_ok=True); os.path.exists('.env')", []),
        ("Path('a').mkdir(); Path('.env').exists()", []),
    ],
)
def test_files(code: str, expected: list[str]) -> None:
    """Each function is the deed a command would be."""
    assert expected == deeds(python(IMPORTS + code))


def test_content_is_known() -> None:
    """What is written into an open file is told, and later texts are added."""
    found = python("with open('a', 'w') as f:\n    f.write('x')\n    f.write('y')")
    assert [(None, "overwrite"), ("x", "overwrite"), ("y", "append")] == [(e.content, e.how) for e in found]  # type: ignore[attr-defined]
    (mode,) = python("import os; os.chmod('a', 0o777)")
    assert mode.opens  # type: ignore[attr-defined]


def test_a_file_of_this_call_is_known() -> None:
    """What a script wrote it may run."""
    from support.reading import effects

    command = "python3 -c \"open('x.sh', 'w').write('rm -rf /etc')\" && sh x.sh"
    assert "DeletePath /etc" in deeds(effects(command))
