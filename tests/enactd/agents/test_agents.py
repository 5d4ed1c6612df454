"""The folder of adapters is the registry."""

from __future__ import annotations

import pytest

from enactd import agents


def test_every_module_with_an_adapter_is_found_by_its_name() -> None:
    """An adapter is registered by being there."""
    assert "claude-code" in agents.adapters()
    for name, adapter in agents.adapters().items():
        assert adapter is agents.find(name)
        assert adapter.blocks(adapter.pre_event)


@pytest.mark.parametrize("name", ["", "claude_code", "base", "../claude_code", "Claude-Code", "claude-code\0"])
def test_a_name_nobody_has_finds_nothing(name: str) -> None:
    """Unknown agents are None, never a guess."""
    assert agents.find(name) is None
