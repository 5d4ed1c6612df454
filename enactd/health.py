"""Everything that can be wrong, each declared once; symptoms of a broken cause stay silent."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import msgspec

from enactd.report import Ailment, Severity


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can be wrong. `text` says what it means for the person, `depends_on` what may cause it."""

    code: str
    title: str
    severity: Severity
    text: str
    fix: str
    depends_on: tuple[str, ...] = ()


RECEIPTS_UNWRITABLE: Final = "receipts-unwritable"
RECEIPTS_DAMAGED: Final = "receipts-damaged"
CHECKPOINTS_LATE: Final = "checkpoints-late"
PLACES_BEHIND: Final = "places-behind"
POLICIES_MISSING: Final = "policies-missing"
POLICIES_STALE: Final = "policies-stale"
CONFIG_STALE: Final = "config-stale"
WATCH_LOST: Final = "watch-lost"
LOOSENING_WAITS: Final = "loosening-waits"
REPOSITORY_UNUSABLE: Final = "repository-unusable"
CALLER_UNSURE: Final = "caller-unsure"
OVERLOADED: Final = "overloaded"
VERDICTS_LATE: Final = "verdicts-late"
FAULTS: Final = "faults"
REFUSED_CALLERS: Final = "refused-callers"
UNDELIVERED: Final = "undelivered"
RETENTION_STOPPED: Final = "retention-stopped"
CHANNELS_FAILING: Final = "channels-failing"
APPROVALS_LOST: Final = "approvals-lost"
PAGE_DOWN: Final = "page-down"
PAUSED: Final = "paused"
SCOUT_SILENT: Final = "scout-silent"

CONDITIONS: Final = {
    condition.code: condition
    for condition in (
        Condition(
            code=RECEIPTS_UNWRITABLE,
            title="receipts cannot be written",
            severity="red",
            text="every call is denied, because no answer may leave without its receipt",
            fix="df -h ~/.local/state; ls -ld ~/.local/state/enactd/receipts",
        ),
        Condition(
            code=RECEIPTS_DAMAGED,
            title="the receipt log was not whole at start",
            severity="red",
            text="something before the last start is missing, torn or changed; new receipts follow what is left",
            fix="enactctl receipts verify",
        ),
        Condition(
            code=CHECKPOINTS_LATE,
            title="heads of the log are not signed",
            severity="yellow",
            text="receipts are durable and chained as ever; the newest are not covered by the public key yet",
            fix="df -h ~/.local/state; ls -ld ~/.local/state/enactd/keys",
            depends_on=(RECEIPTS_UNWRITABLE,),
        ),
        Condition(
            code=RETENTION_STOPPED,
            title="old receipts are not looked after",
            severity="yellow",
            text="segments are neither compressed nor dropped; nothing is lost",
            fix="enactctl receipts verify",
        ),
        Condition(
            code=PLACES_BEHIND,
            title="checkpoints do not reach a second place",
            severity="yellow",
            text="they are kept and taken there later; until then a cut of the log's end is not seen from there",
            fix="enactctl status; for a network place under systemd: RestrictAddressFamilies=AF_INET AF_INET6 in a drop-in",
        ),
        Condition(
            code=POLICIES_MISSING,
            title="no policies are in force",
            severity="red",
            text="every call is denied until policies load",
            fix="enactctl policy list",
            depends_on=(CONFIG_STALE,),
        ),
        Condition(
            code=POLICIES_STALE,
            title="changed policies do not load",
            severity="yellow",
            text="the policies from before the change stay in force",
            fix="mend the named file; it is read again at once",
        ),
        Condition(
            code=CONFIG_STALE,
            title="the changed configuration cannot be used",
            severity="yellow",
            text="the settings from before the change stay in force",
            fix="mend the named file; it is read again at once",
        ),
        Condition(
            code=WATCH_LOST,
            title="changes of policies are noticed late",
            severity="yellow",
            text="files are looked at every second, because the kernel's notices are not to be had",
            fix="raise fs.inotify.max_user_instances and fs.inotify.max_user_watches",
        ),
        Condition(
            code=LOOSENING_WAITS,
            title="a change that loosens waits for you",
            severity="yellow",
            text="what it tightens is in force, what it loosens is not",
            fix="enactctl reload   # shows it; --confirm takes it",
        ),
        Condition(
            code=REPOSITORY_UNUSABLE,
            title="the settings of a repository cannot be used",
            severity="yellow",
            text="the last ones that could stay in force while the daemon runs, else none of them",
            fix="enactctl trust --show DIR",
        ),
        Condition(
            code=CALLER_UNSURE,
            title="callers are known less surely",
            severity="yellow",
            text="a process that ends while it calls could be taken for another",
            fix="use Linux 6.5 or newer",
        ),
        Condition(
            code=OVERLOADED,
            title="calls were refused for want of room",
            severity="yellow",
            text="agents were denied because too many calls were open at once",
            fix="raise `daemon.connections` or `daemon.threads` in config.toml",
            depends_on=(VERDICTS_LATE,),
        ),
        Condition(
            code=VERDICTS_LATE,
            title="verdicts came too late",
            severity="yellow",
            text="calls were denied because reading them took longer than the agent waits",
            fix="enactctl log",
        ),
        Condition(
            code=FAULTS,
            title="calls were denied by a fault of the daemon",
            severity="yellow",
            text="a defect of ours, not of the call; the log has it",
            fix="enactctl log; please report it",
            depends_on=(RECEIPTS_UNWRITABLE,),
        ),
        Condition(
            code=REFUSED_CALLERS,
            title="somebody else spoke for an agent",
            severity="yellow",
            text="a process that is not the agent itself sent hook calls; they were refused and recorded",
            fix="enactctl log",
        ),
        Condition(
            code=SCOUT_SILENT,
            title="the world cannot be looked up",
            severity="yellow",
            text="calls that touch files were denied, because the guarded user's scout gave no answer",
            fix="systemctl status 'enactd-scout@*'; systemctl restart enactd-scout@UID",
        ),
        Condition(
            code=CHANNELS_FAILING,
            title="questions do not reach people by every channel",
            severity="yellow",
            text="they wait as ever, and other ways work: enactctl pending",
            fix="mend the channel in `[approvals]`; enactctl log",
        ),
        Condition(
            code=PAGE_DOWN,
            title="the page for approvals is not served",
            severity="yellow",
            text="questions wait as ever, and can be answered in a terminal: enactctl pending",
            fix="enactctl config show approvals.web; enactctl log",
        ),
        Condition(
            code=APPROVALS_LOST,
            title="approvals from before the start cannot be read",
            severity="yellow",
            text="grants and questions from before that place are gone; what they opened is asked again",
            fix="enactctl receipts verify",
        ),
        Condition(
            code=PAUSED,
            title="break-glass is on",
            severity="red",
            text="calls are let through that would be stopped; each has its receipt",
            fix="enactctl resume",
        ),
        Condition(
            code=UNDELIVERED,
            title="answers found nobody",
            severity="yellow",
            text="the agent had ended its hook before the answer came; it may have gone on without one",
            fix="raise the hook's time-out: enactctl init",
            depends_on=(VERDICTS_LATE,),
        ),
    )
}

PASSING: Final = 900.0
"""Seconds after which something that happened once, and is no lasting state, is no longer shown."""
EVENTS: Final = frozenset(
    {REPOSITORY_UNUSABLE, OVERLOADED, VERDICTS_LATE, FAULTS, REFUSED_CALLERS, SCOUT_SILENT, UNDELIVERED}
)


class Health:
    """What is wrong now. States hold until cleared, events fade."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._wrong: dict[str, tuple[float, str]] = {}

    def report(self, code: str, detail: str = "") -> None:
        """Something declared in `CONDITIONS` is wrong; `detail` is one line without secrets."""
        if code not in CONDITIONS:
            raise KeyError(code)
        since = self._clock()
        if code in self._wrong and code not in EVENTS:
            since = self._wrong[code][0]
        self._wrong[code] = since, detail

    def clear(self, code: str) -> None:
        """It is right again, or was never wrong."""
        self._wrong.pop(code, None)

    def ailments(self) -> tuple[Ailment, ...]:
        """What is wrong and no mere symptom of something else that is, gravest first."""
        now = self._clock()
        for code in EVENTS & self._wrong.keys():
            if now - self._wrong[code][0] > PASSING:
                del self._wrong[code]
        shown = [self._ailment(code) for code in self._wrong if not self._is_symptom(code)]
        return tuple(sorted(shown, key=lambda ailment: (ailment.severity != "red", ailment.since)))

    @property
    def colour(self) -> str:
        """green, yellow or red: the gravest of all."""
        severities = {ailment.severity for ailment in self.ailments()}
        return "red" if "red" in severities else "yellow" if severities else "green"

    def _is_symptom(self, code: str) -> bool:
        return any(cause in self._wrong for cause in CONDITIONS[code].depends_on)

    def _ailment(self, code: str) -> Ailment:
        condition = CONDITIONS[code]
        since, detail = self._wrong[code]
        text = f"{detail}; {condition.text}" if detail else condition.text
        return Ailment(
            code=code, title=condition.title, severity=condition.severity, text=text, fix=condition.fix, since=since
        )
