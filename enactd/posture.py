"""What a call is judged by: the settings of all layers and the policies they choose, for its agent and workspace.

One posture is all that was read at one moment, and never changes. What a repository adds is looked at when it is
asked about: its settings as far as they tighten, the rest and its policies only where the user trusts them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from enactd import bundle, bundle_store, config, enclosure, parameters
from enactd.bundle import Catalogue
from enactd.config import Layer, Layout, Settings, files
from enactd.config.layers import REPOSITORY, matching
from enactd.enclosure import FOLDER, Enclosure, Looks
from enactd.errors import ConfigError, PolicyError
from enactd.evaluate import PolicySet
from enactd.judge import Ruling
from enactd.manifest import CONFIG, Bundle
from enactd.trust import TrustStore

MOST: Final = 512
"""Rulings that are kept; there is one for each set of overrides that apply together, and each repository."""
ORGANISATION: Final = "organisation"
_USUAL: Final = Settings()
OWN: Final = Looks()

Note = Callable[[str, Mapping[str, Any]], None]


class Repository(msgspec.Struct, frozen=True, kw_only=True):
    """What a repository says, as far as it is understood. `layer` is None where nothing of it can be used."""

    enclosure: Enclosure
    layer: Layer | None = None
    catalogue: Catalogue | None = None
    trusted: bool = False
    problem: str = ""

    @property
    def key(self) -> str:
        """Names this state of it."""
        return f"{self.enclosure.digest}{'+' if self.trusted else ''}" if self.layer else ""


class Posture:
    """Settings and policies of a machine, and what they come to where. `note` hears of repositories, on any thread."""

    def __init__(
        self, layout: Layout, settings: Settings, catalogue: Catalogue, trust: TrustStore | None = None,
        note: Note = lambda event, detail: None, looks: Looks = OWN,
    ) -> None:  # fmt: skip
        self._looks = looks
        self.settings = settings
        self.catalogue = catalogue
        self._layout = layout
        self._trust = trust or TrustStore(layout)
        self._note = note
        self._rulings: dict[tuple[Any, ...], Ruling] = {}
        self._repositories: dict[str, Repository] = {}
        self._check()
        self.policies = self.ruling("", "").policies

    def rulings(self, agent: str, workspace: str) -> tuple[Ruling, ...]:
        """What holds for an agent in a workspace, as `Judge` asks for it."""
        return (self.ruling(agent, workspace),)

    def ruling(self, agent: str, workspace: str, *, trusting: bool = False) -> Ruling:
        """The settings and policies for an agent in a workspace.

        With `trusting` as they would be if the user trusted the repository: for showing what trust would change.
        """
        repository = self.repository(workspace, trusting=trusting) if workspace else None
        home = str(self._layout.home)
        scope = tuple(matching(layer.table, agent, workspace, home) for layer in self.settings.layers)
        key = (scope, repository.key if repository else "", repository is not None and repository.trusted)
        known = self._rulings.get(key)
        if known is None:
            known = self._made(agent, workspace, repository)
            if len(self._rulings) >= MOST:
                self._rulings.clear()
            self._rulings[key] = known
        return known

    def repository(self, workspace: str, *, trusting: bool = False) -> Repository | None:
        """What the repository of a workspace says now; None where it says nothing."""
        known = self._repositories.get(workspace)
        if known is not None and known.trusted and self._trust.renewed():
            known = None  # what was agreed to may be no more
        if known is not None and self._looks.is_same(known.enclosure) and not trusting:
            return known
        found = self._looks.look(workspace)
        if trusting:
            return self._understood(found, trusted=True) if found else None
        if found is None:
            if self._repositories.pop(workspace, None) is not None:
                self._note("repository-gone", {"workspace": workspace})
            return None
        fresh = self._understood(found, trusted=self._trust.is_trusted(found))
        if fresh.problem and known is not None and known.layer is not None:
            fresh = msgspec.structs.replace(known, enclosure=found, problem=fresh.problem)
        if len(self._repositories) >= MOST:
            del self._repositories[next(iter(self._repositories))]
        self._repositories[workspace] = fresh
        if known is None or (known.key, known.problem) != (fresh.key, fresh.problem):
            self._note("repository-unusable" if fresh.problem else "repository-read", told(fresh))
        return fresh

    def _understood(self, found: Enclosure, *, trusted: bool) -> Repository:
        """The content as a layer and policies; a problem in place of what cannot be used."""
        path = Path(found.workspace, FOLDER, enclosure.CONFIG)
        if found.problem:
            return Repository(enclosure=found, problem=found.problem)
        try:
            table = files.parse(found.config, path)
            added = self._python(found) if trusted and found.python else None
        except (ConfigError, PolicyError) as error:
            return Repository(enclosure=found, problem=f"{error.problem}: {error.cause}")
        layer = Layer(name=REPOSITORY, path=str(path), table=self._named(table, added), trusted=trusted)
        return Repository(enclosure=found, layer=layer, catalogue=added, trusted=trusted)

    def _python(self, found: Enclosure) -> Catalogue:
        """The trusted policies, from the user's copy, beside all others. Raises `PolicyError`."""
        if not self._trust.is_trusted(found):
            return self.catalogue  # only looked at: nothing of it runs
        mine = bundle.catalogue(((REPOSITORY, self._trust.policies(found.digest)),))
        twice = sorted(set(mine.policies) & set(self.catalogue.policies))
        if twice:
            raise PolicyError(f"two policies are called `{twice[0]}`", cause="one of them is the repository's")
        digest = hashlib.sha256(f"{self.catalogue.digest}{mine.digest}".encode()).hexdigest()
        return Catalogue({**self.catalogue.policies, **mine.policies}, digest)

    def _named(self, table: dict[str, Any], added: Catalogue | None) -> dict[str, Any]:
        """A repository's table without policies that do not exist here, and without overrides of its own."""
        known = (added or self.catalogue).policies
        plain = {name: value for name, value in table.items() if name not in ("agents", "workspaces", "policies")}
        named = {name: given for name, given in table.get("policies", {}).items() if name in known}
        return {**plain, "policies": named} if named else plain

    def _made(self, agent: str, workspace: str, repository: Repository | None) -> Ruling:
        layers, catalogue = self.settings.layers, self.catalogue
        if repository is not None and repository.layer is not None:
            layers = (*layers, repository.layer)
            catalogue = repository.catalogue or catalogue
        settings = config.resolve(layers, agent=agent, workspace=workspace, home=str(self._layout.home))
        if repository is not None and repository.catalogue is not None:
            parameters.check(catalogue.policies, settings.policies, settings.origin)
        policies = catalogue.under(settings.policies, observe=settings.observe)
        return Ruling(PolicySet(policies.policies, _digest(policies, settings)), settings)

    def _check(self) -> None:
        """Raise `ConfigError` for anything any layer says about policies that cannot be, in overrides, too."""
        for layer in self.settings.layers:
            overrides = (*layer.table.get("agents", {}).values(), *layer.table.get("workspaces", {}).values())
            for table in (layer.table, *overrides):
                given = table.get("policies", {})
                origin = {f"policies.{p}.{name}": layer.path for p, named in given.items() for name in named}
                parameters.check(self.catalogue.policies, given, origin)


def load(layout: Layout, settings: Settings | None = None, note: Note = lambda event, detail: None) -> Posture:
    """Everything of this machine, read now. Raises `ConfigError` or `PolicyError`."""
    return build(layout, settings or config.load(layout), bundle_store.installed(layout), note)


def build(
    layout: Layout,
    settings: Settings,
    bundles: Sequence[Bundle],
    note: Note = lambda event, detail: None,
    policies: Catalogue | None = None,
    looks: Looks = OWN,
) -> Posture:
    """The posture under these settings, bundles and `policies` (else what lies there). Raises `ConfigError` or
    `PolicyError`.
    """
    found = bundle.of_machine(layout, bundles) if policies is None else policies
    return Posture(layout, organised(layout, settings, bundles), found, note=note, looks=looks)


def organised(layout: Layout, settings: Settings, bundles: Sequence[Bundle]) -> Settings:
    """The settings with those of the bundles between the machine's and the user's. Raises `ConfigError`."""
    found = []
    for one in bundles:
        if data := one.contents.get(CONFIG):
            path = Path(one.path, CONFIG)
            name = f"{ORGANISATION} {one.manifest.name}"
            found.append(Layer(name=name, path=str(path), table=files.parse(data, path)))
    others = [layer for layer in settings.layers if not layer.name.startswith(ORGANISATION)]
    if not found and len(others) == len(settings.layers):
        return settings
    upper = [layer for layer in others if layer.name != "user"]
    lower = [layer for layer in others if layer.name == "user"]
    return config.resolve([*upper, *found, *lower], home=str(layout.home))


def told(repository: Repository) -> dict[str, Any]:
    """A repository for receipts and the log."""
    table = repository.layer.table if repository.layer else {}
    return {
        "workspace": repository.enclosure.workspace,
        "digest": repository.enclosure.digest,
        "trusted": repository.trusted,
        "problem": repository.problem,
        "says": sorted(table),
        "policies": list(repository.enclosure.python),
    }


def _digest(policies: PolicySet, settings: Settings) -> str:
    """The policies' digest, and with it that of the settings that are no parameters of theirs."""
    parts = ("allow", "protect", "environments", "packages", "fences")
    said = {name: getattr(settings, name) for name in parts if getattr(settings, name) != getattr(_USUAL, name)}
    if not said:
        return policies.digest
    text = msgspec.json.encode(said, order="sorted")
    return hashlib.sha256(policies.digest.encode() + b"\0" + text).hexdigest()
