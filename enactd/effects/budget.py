"""How much work one reading may take. Counted in steps, so that the same call ends the same way everywhere."""

from __future__ import annotations

import time
from typing import Final

STEPS: Final = 2_400  # about 600 commands that change something; some 50 ms of a common machine
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

    def share(self) -> Budget:
        """A budget for a part that may not use up the whole: half of what is left, of the time, too."""
        seconds = (self.deadline - time.monotonic()) / 2
        part = Budget(self.left // 2, seconds)
        self.left -= part.left
        return part
