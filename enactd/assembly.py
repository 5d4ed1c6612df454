"""From settings and bundles to what is in force: posture and judge, and two of them compared or held together."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence

import msgspec
import structlog

from enactd import bundle_store, comparison, posture
from enactd.agreement import Agreement
from enactd.bundle import Catalogue
from enactd.config import Layout, Settings
from enactd.effects.shell.readers import Readers
from enactd.errors import EnactError
from enactd.evaluate import PolicySet, Watch
from enactd.gate import InForce
from enactd.granted import Granted
from enactd.judge import Judge, Ruling, Rulings
from enactd.loosening import Change, of_policies, of_settings
from enactd.manifest import Bundle
from enactd.posture import OWN, Note
from enactd.report import PolicySetSeen
from enactd.scout.sight import Sight
from enactd.world import open_world

log = structlog.get_logger()


class Assembly:
    """Builds what calls are judged by. `granted` is asked at every verdict, `note` hears of repositories."""

    def __init__(
        self, layout: Layout, readers: Readers, *, watch: Watch | None, granted: Callable[[], Granted], note: Note,
        sight: Sight | None = None,
    ) -> None:  # fmt: skip
        self._sight = sight
        self._layout = layout
        self._agreement = Agreement(layout)
        self._readers = readers
        self._watch = watch
        self._granted = granted
        self._note = note

    def build(self, settings: Settings, bundles: Sequence[Bundle], catalogue: Catalogue | None = None) -> InForce:
        """Read and compile the policies. Raises `PolicyError` or `ConfigError`."""
        found = posture.build(
            self._layout, settings, bundles, self._note, catalogue, self._sight.looks if self._sight else OWN
        )
        policies, settings = found.policies, found.settings
        return InForce(
            settings=settings,
            judge=self._judge(policies, found.rulings),
            posture=found,
            policies=PolicySetSeen(
                digest=policies.digest,
                count=len(policies.policies),
                loaded=time.time(),
                bundles=tuple(map(bundle_store.seen, bundles)),
                observed=policies.observed,
                observing=settings.observe,
            ),
        )

    def agreed(self) -> InForce | None:
        """What was agreed to before the daemon ended, if changes have to be confirmed; None if it does not load."""
        settings = self._agreement.settings()
        if settings is None:
            return None
        try:
            bundles = bundle_store.installed(self._layout)
            return self.build(settings, bundles, self._agreement.catalogue(bundles))
        except EnactError as error:
            log.error("what was agreed to does not load", problem=error.problem, cause=error.cause)
            return None

    def keep(self, settings: Settings) -> None:
        """Remember what was agreed to. A disk that is full costs the memory, not the daemon."""
        try:
            self._agreement.keep(settings)
        except (OSError, EnactError) as error:
            log.error("what was agreed to is not kept", fault=type(error).__name__)

    def compare(self, before: InForce, after: InForce) -> tuple[Change, ...]:
        """What differs: by settings, by policies, and where that decides something by declared examples."""
        one, other = before.posture.catalogue, after.posture.catalogue
        found = (*of_settings(before.settings, after.settings), *of_policies(one.policies, other.policies))
        if not before.settings.confirms() or one.digest == other.digest or any(c.loosens for c in found):
            return found
        compared = comparison.compare(one.under(), other.under(), self._readers)
        return (*found, *(_change(change) for change in compared))

    def together(self, before: InForce, after: InForce) -> InForce:
        """Both at once: the stricter answer of the two holds. Who may answer stays as agreed, except for more proof."""

        def rulings(agent: str, workspace: str) -> tuple[Ruling, ...]:
            return *before.posture.rulings(agent, workspace), *after.posture.rulings(agent, workspace)

        judge = self._judge(after.posture.policies, rulings)
        agreed, wanted = before.settings.approvals, after.settings.approvals.proof
        approvals = msgspec.structs.replace(agreed, proof=tuple(dict.fromkeys((*agreed.proof, *wanted))))
        settings = msgspec.structs.replace(after.settings, approvals=approvals)
        return InForce(settings=settings, judge=judge, policies=after.policies, posture=after.posture)

    def _judge(self, policies: PolicySet, rulings: Rulings) -> Judge:
        layout = self._layout
        places = (layout.config, layout.state, layout.data, layout.run, layout.machine, layout.bin)
        gate = tuple(dict.fromkeys(map(str, places)))
        return Judge(
            policies, readers=self._readers, gate=gate, pids=(os.getpid(),), watch=self._watch, rulings=rulings,
            granted=self._granted, world=self._sight.world if self._sight else open_world,
        )  # fmt: skip


def _change(found: comparison.Change) -> Change:
    """What a comparison of policies found, as a change among others."""
    example = f" `{found.example[:60]}`" if found.example else ""
    key = f"policy {found.policy} {found.what}{example}"
    match found.size:
        case "major":
            return Change(key=key, direction="looser")
        case "minor":
            return Change(key=key, direction="tighter")
        case _:
            return Change(key=key, direction="neutral")
