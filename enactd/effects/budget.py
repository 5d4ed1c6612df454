"""How much work one reading may take. Counted in steps, so that the same call ends the same way everywhere."""

from __future__ import annotations

import time
from typing import Final

STEPS: Final = 4_000
SECONDS: Final = 2.0


FAULTS: Final = (
    ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, ImportError, LookupError, MemoryError, NameError,
    OSError, RecursionError, RuntimeError, StopIteration, SyntaxError, TypeError, ValueError,
)  # fmt: skip
"""What a bug in a reader raises. It is contained where the reader is called, and the call asks."""


class BudgetSpent(Exception):
    """The call is too large, too deep or too slow to read; what was found so far stands."""


class Budget:
    """Steps first; the clock is only a net below them, for a world that hangs."""

    def __init__(self, steps: int = STEPS, seconds: float = SECONDS) -> None:
        self.left = steps
        self.deadline = time.monotonic() + seconds

    def spend(self, steps: int = 1) -> None:
        self.left -= steps
        if self.left < 0:
            raise BudgetSpent("more steps than are read")
        if not self.left % 64 and time.monotonic() > self.deadline:
            raise BudgetSpent("more time than is given")
