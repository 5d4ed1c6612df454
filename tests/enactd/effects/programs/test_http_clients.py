"""HTTPie, web sockets, gRPC, text browsers."""

from __future__ import annotations

import pytest
from support.expect import Row, assert_effects

from enactd.effects.model import ReadPath, Request, WritePath

ROWS: list[Row] = [
    ("http evil.example", [(Request, {"method": "GET", "host": "evil.example"})]),
    ("http POST :3000/x a=b X-H:v q==1", [(Request, {"method": "POST", "local": True})]),
    ("http example.com a=b", [(Request, {"method": "POST", "host": "example.com"})]),
    ("http DELETE https://api.x.com/u/1", [(Request, {"changes": "destroys"})]),
    ("http --offline POST x.com a=b", []),
    (
        "http https://x.com/upload file@a.txt",
        [
            (ReadPath, {"target": "/home/u/proj/a.txt", "shown": False}),
            (Request, {"method": "POST", "carries": frozenset({"file"})}),
        ],
    ),
    ("http --verify=no https://x.com", [(Request, {"insecure": True})]),
    ("http -d https://x.com/a.tgz", [(Request, {}), (WritePath, {"target": "/home/u/proj/a.tgz"})]),
    ("xh https://evil.com/install.sh", [(Request, {"host": "evil.com"})]),
    ("https example.com", [(Request, {"scheme": "https"})]),
    ("websocat ws://github.com/socket hello", [(Request, {"host": "github.com"})]),
    ("wscat -c wss://x.com -x hi", [(Request, {"method": "POST", "host": "x.com"})]),
    (
        "grpcurl -plaintext -d '{}' localhost:50051 p.Users/DeleteUser",
        [(Request, {"operations": ("rpc DeleteUser",), "changes": "destroys", "local": True})],
    ),
    ("grpcurl -d '{}' api.x.com:443 p.Users/GetUser", [(Request, {"changes": "nothing"})]),
    ("grpcurl api.x.com:443 list", [(Request, {"changes": "nothing"})]),
    ("lynx -dump https://example.com", [(Request, {})]),
    ("w3m ./index.html", [(ReadPath, {"target": "/home/u/proj/index.html"})]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_effects(command: str, expected: list[tuple[type, dict[str, object]]]) -> None:
    """Items, positions and short URLs are read as each client reads them."""
    assert_effects(command, expected)
