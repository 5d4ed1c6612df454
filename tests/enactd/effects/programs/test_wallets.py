"""Wallets: what moves coins, and what shows keys."""

from __future__ import annotations

import pytest
from support.briefly import lines


@pytest.mark.parametrize(
    ("command", "kinds"),
    [
        ("bitcoin-cli -testnet sendtoaddress a 1", ["MoveMoney"]),
        ("cast send 0x0 --value 1ether", ["MoveMoney"]),
        ("solana transfer a 1", ["MoveMoney"]),
        ("bitcoin-cli dumpprivkey a", ["RevealSecret"]),
        ("bitcoin-cli getbalance", []),
        ("solana balance", []),
        ("cast send --help", []),
        ("forge test", []),
    ],
)
def test_effects(command: str, kinds: list[str]) -> None:
    """Balances are free."""
    assert kinds == [line.split()[0] for line in lines(command)]
