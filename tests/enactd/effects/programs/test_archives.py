"""zip, 7z, cpio, ar."""

from __future__ import annotations

import pytest
from support.summary import summaries

ROWS = [
    ("zip -r a.zip src", ["copy ./src -> ./a.zip"]),
    ("zip a src", ["copy ./src -> ./a.zip"]),
    ("zip -m a.zip src", ["copy ./src -> ./a.zip", "delete recursive ./src"]),
    ("zip -d a.zip x", ["edit ./a.zip"]),
    ("zip -r - src", ["content all ./src"]),
    ("zip a.zip x -x '*.pyc' b", ["copy ./x -> ./a.zip"]),
    (
        "zip a.zip x -TT 'rm -rf /'",
        ["RunCode shell option an option rm -rf /", "delete recursive /", "copy ./x -> ./a.zip"],
    ),
    ("unzip a.zip", ["content hidden ./a.zip", "overwrite below ."]),
    ("unzip -o a.zip -d /srv", ["content hidden ./a.zip", "overwrite below /srv"]),
    ("unzip -n a.zip", ["content hidden ./a.zip", "create below ."]),
    ("unzip -l a.zip", ["content hidden ./a.zip"]),
    ("unzip -p a.zip x", ["content ./a.zip"]),
    ("unzip a.zip x y -d out", ["content hidden ./a.zip", "overwrite below ./out/x", "overwrite below ./out/y"]),
    ("7z a a.7z src", ["copy ./src -> ./a.7z"]),
    ("7z x a.7z -oout", ["content hidden ./a.7z", "overwrite below ./out"]),
    ("7z l a.7z", ["content hidden ./a.7z"]),
    ("7z a -sdel a.7z src", ["copy ./src -> ./a.7z", "delete recursive ./src"]),
    ("unrar x a.rar out/", ["content hidden ./a.rar", "overwrite below ./out"]),
    ("echo a | cpio -o -F out.cpio", ["copy ./a -> ./out.cpio"]),
    ("cpio -i -F in.cpio", ["content hidden ./in.cpio", "overwrite below ."]),
    ("cpio -it -F in.cpio", ["content hidden ./in.cpio"]),
    ("cpio -i -F host:x", ["send cpio host", "overwrite below ."]),
    ("echo a | cpio -pd /srv", ["copy ./a -> /srv"]),
    ("ar rcs lib.a x.o", ["copy ./x.o -> ./lib.a"]),
    ("ar t lib.a", ["content hidden ./lib.a"]),
    ("ar x lib.a", ["content hidden ./lib.a", "overwrite below ."]),
    ("ar d lib.a x.o", ["edit ./lib.a"]),
    ("mksquashfs src out.sq", ["copy ./src -> ./out.sq"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_archives_rows(command: str, expected: list[str]) -> None:
    """What goes in, what comes out, what is deleted on the way."""
    assert expected == summaries(command)
