"""Tunnels."""

from __future__ import annotations

import pytest
from support.expect import Row, assert_effects

from enactd.effects.model import ChangeService, Opaque, OpenTunnel

ROWS: list[Row] = [
    ("ngrok http 3000", [(OpenTunnel, {"by": "ngrok"})]),
    ("ngrok version", []),
    ("ngrok config check", []),
    ("lt --port 3000", [(OpenTunnel, {})]),
    ("tmate", [(OpenTunnel, {"shell": True})]),
    ("cloudflared tunnel --url http://localhost:3000", [(OpenTunnel, {})]),
    ("cloudflared tunnel list", []),
    ("cloudflared --version", []),
    ("tailscale status", []),
    ("tailscale funnel 3000", [(OpenTunnel, {})]),
    ("tailscale funnel status", []),
    ("tailscale up", [(ChangeService, {"verb": "up"})]),
    ("code .", []),
    ("code tunnel", [(OpenTunnel, {"shell": True})]),
    ("code --install-extension x.y", [(Opaque, {})]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_effects(command: str, expected: list[tuple[type, dict[str, object]]]) -> None:
    """What opens this machine outward is a tunnel; its administration is not."""
    assert_effects(command, expected)
