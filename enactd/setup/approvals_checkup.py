"""What `enactctl doctor` looks at of approvals: can a person prove who they are, and does the agent wait for them?"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from enactd import config
from enactd.approvals import polkit
from enactd.approvals.pin import Pin
from enactd.approvals.totp import Totp
from enactd.config.approvals import Approvals
from enactd.errors import ConfigError
from enactd.setup.findings import Finding, Patient, text_of

ACTIONS: Final = "/usr/share/polkit-1/actions"


def approvals(patient: Patient) -> Iterator[Finding]:
    """Could an answer be given as the settings want it, and for as long as they say?"""
    wanted = config.load(patient.layout).approvals
    missing = list(_missing(patient, wanted))
    yield from missing
    if not missing:
        yield Finding(check="approvals", detail=f"an answer on this machine needs: {', '.join(wanted.proof)}")
    yield from _waiting(patient, wanted)


def _missing(patient: Patient, wanted: Approvals) -> Iterator[Finding]:
    """The proofs that every answer needs and that nobody can give yet."""
    keys = patient.layout.keys
    steps = {
        "pin": (Pin(keys).is_set, "enactctl pin set"),
        "totp": (Totp(keys).is_set, "enactctl totp enroll"),
        "polkit": (_asks_polkit, f"sudo cp {polkit.policy_file()} {ACTIONS}/"),
    }
    for proof in dict.fromkeys(wanted.proof):
        ready, fix = steps.get(proof, (lambda: True, ""))
        if not ready():
            detail = f"`approvals.proof` wants `{proof}`, which is not set up: nobody can answer a question"
            yield Finding(check=f"approvals: {proof}", state="bad", detail=detail, fix=fix)


def _asks_polkit() -> bool:
    return shutil.which(polkit.PROGRAM) is not None and os.path.exists(f"{ACTIONS}/{polkit.policy_file().name}")


def _waiting(patient: Patient, wanted: Approvals) -> Iterator[Finding]:
    """Whether the hooks wait as long as the settings now say."""
    registration = msgspec.structs.replace(patient.registration, hold_s=wanted.hold_s)
    for path in patient.adapter.settings_files(home=str(patient.home), project=patient.folder).values():
        text = text_of(Path(path))
        if text is None or patient.adapter.registered(text, patient.registration) is not None:
            continue
        try:
            fresh = patient.adapter.register(text, registration)
        except ConfigError:
            continue  # the hooks' own check says what is wrong
        if fresh != text:
            detail = f"{path}: the hooks were registered for another `approvals.hold_s` than {wanted.hold_s}"
            yield Finding(
                check="approvals: waiting", state="partial", why="an old time", detail=detail, fix="enactctl init"
            )
