"""Converters: the file that is written, and nothing else that is written."""

from __future__ import annotations

import pytest
from support.reading import effects

from enactd.effects.model import WritePath

ROWS: list[tuple[str, list[str | None]]] = [
    ("ffmpeg -i in.mp4 -c:v libx264 -crf 20 out.mp4", ["/home/u/proj/out.mp4"]),
    ("ffmpeg -i in.mp4 -f mp3 pipe:1", []),
    ("ffmpeg -version", []),
    ("magick in.png -resize 50% /srv/x.png", ["/srv/x.png"]),
    ("magick identify in.png", []),
    ("convert in.png png:out.img", ["/home/u/proj/out.img"]),
    ("convert in.png -", []),
    ("mogrify -resize 50% a.png", ["/home/u/proj/a.png"]),
    ("mogrify -path thumbs -resize 50% a.png", ["/home/u/proj/thumbs"]),
    ("sox in.wav /srv/out.wav reverb", ["/srv/out.wav"]),
    ("sox in.wav -n stat", []),
    ("pdfunite a.pdf b.pdf all.pdf", ["/home/u/proj/all.pdf"]),
    ("pdftotext -layout a.pdf -", []),
    ("pdftotext a.pdf /srv/a.txt", ["/srv/a.txt"]),
    ("wkhtmltopdf http://localhost/ page.pdf", ["/home/u/proj/page.pdf"]),
    ("gs -q -sDEVICE=pdfwrite -sOutputFile=out.pdf a.pdf", ["/home/u/proj/out.pdf"]),
    ("gcc -O2 -Wall -o app main.c -lm", ["/home/u/proj/app"]),
    ("gcc -c main.c", []),
    ("clang++ -std=c++20 main.cc -o /usr/local/bin/app", ["/usr/local/bin/app"]),
    ("dot -Tpng graph.dot -o graph.png", ["/home/u/proj/graph.png"]),
    ("dot -Tpng graph.dot", []),
    ("rustc -o tool main.rs", ["/home/u/proj/tool"]),
    ("strip -o /srv/app app", ["/srv/app"]),
    ("strip --strip-debug /usr/bin/app", ["/usr/bin/app"]),
    ("strip --version", []),
    ("objcopy a.o /srv/b.o", ["/srv/b.o"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_what_is_written(command: str, expected: list[str | None]) -> None:
    """A converter writes these files and no others."""
    assert expected == [effect.target.path for effect in effects(command) if isinstance(effect, WritePath)]
