"""Sail passes on to the tools in its containers."""

from __future__ import annotations

import pytest
from support.briefly import lines


@pytest.mark.parametrize("command", ["sail artisan migrate:fresh", "./vendor/bin/sail art migrate:fresh --seed"])
def test_artisan_is_seen(command: str) -> None:
    """A reset by way of sail is a reset."""
    assert any(line.startswith("ResetDatabase") for line in lines(command))


def test_up_removes_nothing() -> None:
    """Starting the containers resets nothing."""
    assert not [line for line in lines("sail up -d") if line.startswith(("ResetDatabase", "Opaque"))]
