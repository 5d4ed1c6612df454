"""Signals."""

from __future__ import annotations

import pytest
from support.expect import Row, assert_effects

from enactd.effects.model import SignalProcess, TamperGate

ROWS: list[Row] = [
    ("kill $(lsof -ti:3000)", [(SignalProcess, {"scope": "one"})]),
    ("kill %1", [(SignalProcess, {"scope": "own"})]),
    ("kill -9 12345", [(SignalProcess, {"scope": "one", "signal": "9"})]),
    ("kill -9 -1", [(SignalProcess, {"scope": "all"})]),
    ("kill -KILL -- -1", [(SignalProcess, {"scope": "all"})]),
    ("kill -s TERM 5 6", [(SignalProcess, {"scope": "one"}), (SignalProcess, {"scope": "one"})]),
    ("kill -0 123", []),
    ("kill -l", []),
    ("kill $(pgrep node)", [(SignalProcess, {"scope": "named"})]),
    ("pgrep -fa 'next dev' | awk '{print $1}' | xargs -r kill", [(SignalProcess, {"scope": "one"})]),
    ("kill $(pgrep -f python)", [(SignalProcess, {"scope": "named"})]),
    ("kill $(pgrep -vf 'next dev')", [(SignalProcess, {"scope": "named"})]),
    ("pgrep -f 'enactd start' | xargs kill", [(TamperGate, {}), (SignalProcess, {"scope": "one"})]),
    ("kill $(pidof enactd)", [(TamperGate, {}), (SignalProcess, {"scope": "named"})]),
    ('kill "$PID"', [(SignalProcess, {"scope": "one"})]),
    ("kill -TERM -123", [(SignalProcess, {"scope": "one"})]),
    ("pkill node", [(SignalProcess, {"scope": "named", "what": "node"})]),
    ('pkill -9 -f "vite dev"', [(SignalProcess, {"scope": "one", "signal": "9"})]),
    ("pkill -f tools/serve.py", [(SignalProcess, {"scope": "one"})]),
    ('pkill "vite dev"', [(SignalProcess, {"scope": "named"})]),
    ("pkill -f python", [(SignalProcess, {"scope": "named"})]),
    ("pkill -f /usr", [(SignalProcess, {"scope": "named"})]),
    ('pkill -f "a.*b c"', [(SignalProcess, {"scope": "named"})]),
    ('pkill -f "enactd start"', [(TamperGate, {}), (SignalProcess, {"scope": "one"})]),
    ("pkill enactd", [(TamperGate, {}), (SignalProcess, {"scope": "named"})]),
    ("pkill -u bob", [(SignalProcess, {"scope": "user"})]),
    ("pkill -0 node", []),
    ("killall node", [(SignalProcess, {"scope": "named"})]),
    ("killall -u bob", [(SignalProcess, {"scope": "user"})]),
    ("killall -l", []),
    ("fuser 3000/tcp", []),
    ("fuser -k 3000/tcp", [(SignalProcess, {"scope": "one"})]),
    ("killall5", [(SignalProcess, {"scope": "all"})]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_effects(command: str, expected: list[tuple[type, dict[str, object]]]) -> None:
    """A signal goes to one, a name, a user or all; the gate is known by name."""
    assert_effects(command, expected)
