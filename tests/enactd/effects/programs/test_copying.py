"""Moves, copies and links."""

from __future__ import annotations

import pytest
from support.summary import summaries

ROWS = [
    ("mv a b", ["move ./a -> ./b"]),
    ("mv a b /tmp", ["move ./a -> /tmp/a", "move ./b -> /tmp/b"]),
    ("mv a /tmp", ["move ./a -> /tmp/a"]),
    ("mv -t /tmp a b", ["move ./a -> /tmp/a", "move ./b -> /tmp/b"]),
    ("mv -T a /tmp", ["move ./a -> /tmp"]),
    ("mv *.txt /tmp/", ["move ./*.txt -> /tmp/*"]),
    ("mv a /dev/null", ["delete recursive ./a", "move ./a -> /dev/null"]),
    ("mv -n a b", ["move ./a -> ./b"]),
    ("mv ~ /tmp/gone", ["move ~ -> /tmp/gone"]),
    ("mv --help", []),
    ('mv "$X" b', ["move ?<$X is not known> -> ./b"]),
    ("cp a b", ["copy ./a -> ./b"]),
    ("cp -r a /tmp/", ["copy ./a -> /tmp/a"]),
    ('cp a b "$DIR"', ["copy ./a -> ?<$DIR is not known>/a", "copy ./b -> ?<$DIR is not known>/b"]),
    ("cp -at /srv/b /tmp/x", ["copy /tmp/x -> /srv/b/x"]),
    ("cp -t/srv/b /tmp/x", ["copy /tmp/x -> /srv/b/x"]),
    ("cp --target-directory=/srv a", ["copy ./a -> /srv/a"]),
    ("cp -s a b", ["link ./a -> ./b"]),
    ("cp -l a b", ["copy ./a -> ./b"]),
    ("cp --parents x/y /tmp", ["copy ./x/y -> /tmp/x/y"]),
    ("cp /dev/null log", ["overwrite ./log = ''"]),
    ("cp a /dev/stdout", ["content ./a", "copy ./a -> /dev/stdout"]),
    ("cp .env /dev/stderr", ["content ./.env", "copy ./.env -> /dev/stderr"]),
    ("cp a /dev/sda", ["device cp /dev/sda"]),
    ("cp -a --attributes-only a b", ["append ./b = ''"]),
    ("cp --help", []),
    ("install -d /srv/x", ["create /srv/x = ''"]),
    ("ln -s ../shared/c.json c.json", ["link ~/shared/c.json -> ./c.json"]),
    ("ln -s ../x sub/link", ["link ./x -> ./sub/link"]),
    ("ln -s /etc/passwd", ["link /etc/passwd -> ./passwd"]),
    ("ln a b", ["copy ./a -> ./b"]),
    ("ln -sf a b", ["link ./a -> ./b"]),
    ("ln -s a b /tmp", ["link /tmp/a -> /tmp/a", "link /tmp/b -> /tmp/b"]),
    ("link a b", ["copy ./a -> ./b"]),
    ("symlink a b", ["link ./a -> ./b"]),
    ("install -m 755 app /opt/none/app.bin", ["copy ./app -> /opt/none/app.bin"]),
    ("install -m 0777 app /opt/none/app.bin", ["copy ./app -> /opt/none/app.bin", "mode 0777 opens /opt/none/app.bin"]),
    ("install -o root app /opt/none/app.bin", ["copy ./app -> /opt/none/app.bin", "mode root owner /opt/none/app.bin"]),
    ("mv -v -- -a b", ["move ./-a -> ./b"]),
    ("cp a b c /nowhere/", ["copy ./a -> /nowhere/a", "copy ./b -> /nowhere/b", "copy ./c -> /nowhere/c"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_copying_rows(command: str, expected: list[str]) -> None:
    """Each source is named with the place it arrives at."""
    assert expected == summaries(command)
