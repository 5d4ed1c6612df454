"""Errors that a person can act on: problem, cause, effect, fix.

Every class has a stable code. `effect` answers the question that matters in a security tool: are my
agents blocked or unprotected right now?
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What `enactctl` and `enactd` exit with; listed in `--help`."""

    OK = 0
    FAILED = 1
    USAGE = 2
    STOPPED = 3
    UNREACHABLE = 4
    TAMPERED = 5
    UNHEALTHY = 6


class EnactError(Exception):
    """An expected failure, told in four lines. Never shown as a traceback."""

    code = "E1000"
    exit_code = ExitCode.FAILED

    def __init__(self, problem: str, *, cause: str = "", effect: str = "", fix: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.cause = cause
        self.effect = effect
        self.fix = fix

    def __str__(self) -> str:
        labels = (
            ("error", self.problem),
            ("cause", self.cause),
            ("effect", self.effect),
            ("fix", self.fix),
            ("code", self.code),
        )
        return "\n".join(f"{label:>6}: {text}" for label, text in labels if text)


class UsageError(EnactError):
    """Arguments that make no sense."""

    code = "E1001"
    exit_code = ExitCode.USAGE


class ConfigError(EnactError):
    """A configuration file that cannot be used."""

    code = "E1002"
    exit_code = ExitCode.USAGE


class PolicyError(EnactError):
    """A policy file that cannot be loaded."""

    code = "E1003"


class ChannelError(EnactError):
    """A way to people that did not take a message."""

    code = "E1004"


class UnreachableError(EnactError):
    """The daemon does not answer."""

    code = "E2001"
    exit_code = ExitCode.UNREACHABLE


class ProtocolError(EnactError):
    """A message that is not ours, or not whole."""

    code = "E2002"


class RefusedError(EnactError):
    """The daemon knows the caller and says no."""

    code = "E2003"
    exit_code = ExitCode.STOPPED


class ScoutError(EnactError):
    """The scout, which looks the world up for a daemon of the machine, gives no answer."""

    code = "E2006"


class ReceiptError(EnactError):
    """A receipt that cannot be written or read."""

    code = "E3001"


class TamperedError(EnactError):
    """A log that is not what was written. `index` is the number of the first bad record."""

    code = "E3002"
    exit_code = ExitCode.TAMPERED

    def __init__(self, problem: str, *, cause: str = "", effect: str = "", fix: str = "", index: int = -1) -> None:
        super().__init__(problem, cause=cause, effect=effect, fix=fix)
        self.index = index


class InstallError(EnactError):
    """An agent or a place where the gate cannot be set up."""

    code = "E4001"
