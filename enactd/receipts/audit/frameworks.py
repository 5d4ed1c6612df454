"""Which parts of a report speak to which controls. Evidence for them, never a statement that they are met."""

from __future__ import annotations

from typing import Final

import msgspec


class Control(msgspec.Struct, frozen=True):
    """A control, what of it agents' calls bear on in our words, and the sections that hold evidence."""

    name: str
    about: str
    sections: tuple[str, ...]


class Framework(msgspec.Struct, frozen=True):
    """A framework's name and its controls."""

    title: str
    controls: tuple[Control, ...]


FRAMEWORKS: Final = {
    "soc2": Framework(
        "SOC 2, Trust Services Criteria (2017, revised points of focus 2022)",
        (
            Control("CC6.1", "access to protected information is restricted", ("secrets", "refused", "agents")),
            Control("CC6.8", "unauthorised software is prevented or found", ("refused", "coverage")),
            Control("CC7.2", "anomalies are monitored", ("agents", "coverage", "refused")),
            Control("CC7.3", "security events are evaluated", ("refused", "approved", "coverage")),
            Control("CC8.1", "changes are authorised", ("approved", "changes")),
        ),
    ),
    "hipaa": Framework(
        "HIPAA Security Rule, 45 CFR 164 subpart C",
        (
            Control("164.308(a)(1)(ii)(D)", "records of system activity are reviewed", ("agents", "refused")),
            Control("164.312(a)(1)", "access to ePHI is controlled", ("health", "secrets", "refused")),
            Control("164.312(b)", "activity in systems with ePHI is recorded", ("health", "coverage", "proof")),
            Control("164.312(c)(1)", "ePHI and its records are protected from alteration", ("proof", "changes")),
            Control("164.312(d)", "who acts is verified", ("agents", "approved")),
        ),
    ),
    "gdpr": Framework(
        "GDPR, Regulation (EU) 2016/679",
        (
            Control("Art. 5(1)(f)", "integrity and confidentiality", ("personal", "secrets", "refused")),
            Control("Art. 5(2)", "accountability", ("proof", "coverage")),
            Control("Art. 25", "protection by design and by default", ("refused", "changes")),
            Control("Art. 30", "records of processing", ("personal", "agents")),
            Control("Art. 32", "security of processing", ("secrets", "coverage", "proof")),
            Control("Art. 33", "what a notification of a breach needs", ("refused", "personal", "coverage")),
        ),
    ),
    "iso27001": Framework(
        "ISO/IEC 27001:2022, Annex A",
        (
            Control("A.5.15", "access control", ("refused", "secrets")),
            Control("A.5.28", "collection of evidence", ("proof",)),
            Control("A.8.2", "privileged access", ("approved", "refused")),
            Control("A.8.12", "prevention of data leakage", ("secrets", "personal", "refused")),
            Control("A.8.15", "logging", ("coverage", "proof")),
            Control("A.8.16", "monitoring", ("agents", "coverage")),
            Control("A.8.32", "change management", ("approved", "changes")),
        ),
    ),
}
