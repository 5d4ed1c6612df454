"""What a check-up finds and whom it examines, and how a check that breaks becomes a finding itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from enactd.agents.base import Adapter, Registration
from enactd.config import Layout
from enactd.control_client import Client
from enactd.errors import EnactError, UnreachableError
from enactd.report import Status
from enactd.setup import settings_file

State = Literal["full", "partial", "none", "bad"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at. `why` says what is missing where the state is not full."""

    check: str
    state: State = "full"
    why: str = ""
    detail: str = ""
    fix: str = ""

    @property
    def shown(self) -> str:
        """full, `partial (what is missing)`, `none (why)`, BAD."""
        if self.state == "bad":
            return "BAD"
        return f"{self.state} ({self.why})" if self.why else self.state


class Patient(msgspec.Struct, frozen=True, kw_only=True):
    """What is examined: the layout, the agent, the home where its settings are, the folder we are in."""

    layout: Layout
    adapter: Adapter
    home: Path
    folder: str
    status: Status | UnreachableError

    @property
    def registration(self) -> Registration:
        return Registration(shim=str(self.layout.shim), home=str(self.layout.root or ""), system=self.layout.listeners)


Check = Callable[[Patient], Iterator[Finding]]


def examine(patient: Patient, checks: Mapping[str, Check]) -> Iterator[Finding]:
    """All findings, in the order in which a call meets the parts."""
    for name, check in checks.items():
        try:
            yield from check(patient)
        except EnactError as error:
            yield bad(name, error)
        except OSError as error:
            yield Finding(check=name, state="bad", detail=f"{error.filename or ''} {error.strerror}".strip())


def mechanism(name: str, text: str) -> Finding:
    """`full`, `partial (what)` or `none (why)` as the parts of the daemon say it."""
    kind, _, rest = text.partition(" (")
    state: State = "full" if kind == "full" else "partial" if kind == "partial" else "none"
    return Finding(check=name, state=state, why=rest.removesuffix(")"))


def bad(name: str, error: EnactError) -> Finding:
    """What a check that broke comes to."""
    detail = f"{error.problem}: {error.cause}" if error.cause else error.problem
    return Finding(check=name, state="bad", detail=detail, fix=error.fix)


def text_of(path: Path) -> str | None:
    """A settings file's text; None where it cannot be read."""
    try:
        return settings_file.read(path)
    except EnactError:
        return None


def patient_of(layout: Layout, adapter: Adapter, home: Path, folder: str) -> Patient:
    """Ask the daemon once, for all checks."""
    try:
        status: Status | UnreachableError = Client(layout).status()
    except UnreachableError as error:
        status = error
    return Patient(layout=layout, adapter=adapter, home=home, folder=folder, status=status)
