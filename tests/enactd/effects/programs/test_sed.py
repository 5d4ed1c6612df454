"""sed."""

from __future__ import annotations

import pytest
from support.reading import effects
from support.summary import summaries

from enactd.effects.model import WritePath
from enactd.effects.programs.sed import Part, script_parts

ROWS = [
    ("sed s/a/b/ f", ["content ./f"]),
    ("git ls-files 'src/*.css' | sed 's/\\.css$/.scss/' | xargs rm", ["delete recursive ./*"]),
    ("git ls-files | sed 's/x$/../' | xargs rm", ["delete recursive ?<what sed prints of a tracked file>"]),
    ("git ls-files | sed 's#^#/etc/#' | xargs rm", ["delete recursive ?<what sed prints of a tracked file>"]),
    ("sed -n '10,40p' f", ["content ./f"]),
    ("sed -i s/a/b/ f", ["edit ./f"]),
    ("sed -i.bak s/a/b/ f g", ["overwrite ./f.bak", "edit ./f", "overwrite ./g.bak", "edit ./g"]),
    ("sed -i '' s/a/b/ f", ["edit ./f"]),
    ("sed -ni p f", ["edit ./f"]),
    ("sed --in-place=.b -e s/a/b/ f", ["overwrite ./f.b", "edit ./f"]),
    ("sed 's/x/yz; w out/' f", ["content ./f"]),
    ("sed 's/x/y/w out' f", ["overwrite ./out", "content ./f"]),
    ("sed -n '/x/w out' f", ["overwrite ./out", "content ./f"]),
    ("sed 'r .env' f", ["content ./.env", "content ./f"]),
    ("sed '1e rm -rf /' f", ["delete recursive /", "content ./f"]),
    ("sed 's/.*/rm a/e' f", ["RunCode shell generated rm a", "delete ./a", "content ./f"]),
    ("sed e f", ["RunCode shell generated", "content ./f"]),
    ("sed --sandbox '1e rm a' f", ["content ./f"]),
    (
        "sed -f prog f",
        ["content hidden ./prog", "Opaque a sed script that is known only at run time SENSITIVE", "content ./f"],
    ),
    ('sed "s/a/$X/" f', ["content ./f"]),
    ('sed "$X" f', ["Opaque a sed script that is known only at run time SENSITIVE", "content ./f"]),
    ("sed 'y/abc/xyz/' f", ["content ./f"]),
    ("sed -e 'a\\' -e 'w out' f", ["content ./f"]),
    ("sed '/rm -rf/d' f", ["content ./f"]),
    ("sed 's|a|b|;s#[/]#w out#' f", ["content ./f"]),
    ("sed '/a/,/b/{s/x/y/;p}' f", ["content ./f"]),
    ("echo 'xrm -rf /' | sed 's/^x//' | sh", ["delete recursive /"]),
    ("sed -i s/x/y/g *.md", ["edit ./*.md"]),
    ("sed --help", []),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_sed_rows(command: str, expected: list[str]) -> None:
    """A script that writes, reads or runs is told from one that prints."""
    assert expected == summaries(command)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("s/a/b/", []),
        ("s/a/b/w x", [Part("write", "x")]),
        ("s,a,w b,g;w y", [Part("write", "y")]),
        ("/e/d", []),
        ("\\|w x|d", []),
        ("1,5{s/a/b/;e ls\n}", [Part("run", "ls")]),
        ("s/[/]/x/e", [Part("eval", "x")]),
        ("a\\\nw out", []),
        ("i text; w out", []),
        (":x;N;$!bx;s/\\n/ /g", []),
        ("R file", [Part("read", "file")]),
        ("$r file", [Part("read", "file")]),
        ("# w out", []),
        ("k", []),
    ],
)
def test_script_parts(script: str, expected: list[Part]) -> None:
    """Only commands that reach outside are told."""
    assert expected == script_parts(script)


def test_key_put_into_a_file_is_told() -> None:
    """A live key in a replacement ends up in the file."""
    key = "ghp_" + "k3Yq9ZtR1vXw7LmN5bPdS2fHjU8aCeG4iOxT"
    assert any(type(e).__name__ == "StoreSecret" for e in effects(f"sed -i 's/TOKEN/{key}/' src/app.py"))
    assert not any(type(e).__name__ == "StoreSecret" for e in effects("sed -i 's/TOKEN/x/' src/app.py"))


def test_deleted_lines_are_named() -> None:
    """`/text/d` says which lines go."""
    write = next(e for e in effects(r"sed -i '/\.env/d' .gitignore") if isinstance(e, WritePath))
    assert ".env" == write.removed
