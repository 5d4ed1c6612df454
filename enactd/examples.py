"""The world that a declared example speaks of: an ordinary repository, changed by a few words.

`given` words: `tidy` (nothing is changed), `dirty` (tracked files are changed, untracked ones exist),
`modified PATH`, `untracked PATH`, `ignored PATH`, `missing PATH`, `size PATH BYTES`, `staged NUMBER`, `branch NAME`, `merged NAME`, `unmerged NAME`,
`pushed`, `unpushed`, `unpushed key`, `freeze`, `session secret`, `downloaded PATH` and `renamed TABLE NOW` (by earlier
calls of the session). Settings: `protects tables|branches|paths|hosts NAME`, `production hosts|databases|kube_contexts|
aws_profiles|urls NAME`, `packages registries PLACE` (and none but those), `deploys closed`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from enactd.config.settings import Environments, Packages, Settings
from enactd.config.windows import Window
from enactd.facts import GitState
from enactd.git.layout import Layout
from enactd.judge import Judge, Judgement, Ruling
from enactd.policy import Example, Session
from enactd.repository import AssumedRepository, Changes, Repository
from enactd.session_state import State, gains
from enactd.site import Environment, Protected
from enactd.toolcall import ToolCall
from enactd.verdict import Decision
from enactd.world import AssumedWorld, Stat, _is_build_output

WORKSPACE: Final = "/home/u/proj"
HOME: Final = "/home/u"
GATE: Final = ("/gate",)
LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
SAMPLE_KEY: Final = "ghp_" + "k3Yq9ZtR1vXw7LmN5bPdS2fHjU8aCeG4iOxT"


class _Given:
    """The words of an example, by kind."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = set(words)
        self.states: dict[str, GitState] = {}
        self.sizes: dict[str, int] = {}
        self.missing: set[str] = set()
        self.branch: str | None = None
        self.merged: dict[str, bool] = {}
        self.staged: tuple[str, ...] = ()
        for word in words:
            kind, _, rest = word.partition(" ")
            path = posixpath.normpath(posixpath.join(WORKSPACE, rest.split(" ")[0]))
            if kind in ("modified", "untracked", "ignored", "clean"):
                self.states[path] = kind  # type: ignore[assignment]
            elif kind == "size":
                self.sizes[path] = int(rest.split()[1])
            elif kind == "missing":
                self.missing.add(path)
            elif kind == "staged":
                self.staged = tuple(f"src/file{number}.py" for number in range(int(rest)))
            elif kind == "branch":
                self.branch = rest
            elif kind in ("merged", "unmerged"):
                self.merged[rest] = kind == "merged"

    @property
    def dirty(self) -> bool:
        return "dirty" in self.words


class _Repository(AssumedRepository):
    def __init__(self, given: _Given, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._given = given

    @property
    def branch(self) -> str | None:
        return self._given.branch

    def state(self, path: str) -> GitState:
        found = self._given.states.get(path)
        if found is not None:
            return found
        state = super().state(path)
        return "modified" if state == "clean" and self._given.dirty else state

    def changes(self, specs: Any = (), *, below: str = "", untracked: bool = True) -> Changes | None:
        if not self._given.dirty:
            known = self._given.staged or "tidy" in self._given.words
            return Changes(staged=self._given.staged) if known else None
        return Changes(modified=("src/app.py",), untracked=("notes.txt",) if untracked else ())

    def merged(self, branch: str) -> bool | None:
        return self._given.merged.get(branch)

    def unpushed_texts(self, rev: str = "HEAD", limit: int = 1 << 20) -> dict[str, str] | None:
        return {"config.py": f'TOKEN = "{SAMPLE_KEY}"'} if "unpushed key" in self._given.words else None

    def pushed(self, rev: str = "HEAD") -> bool | None:
        return True if "pushed" in self._given.words else False if "unpushed" in self._given.words else None


class ExampleWorld(AssumedWorld):
    """An ordinary repository that is not there, with what the example says about it."""

    def __init__(
        self, words: Sequence[str], *, cwd: str = WORKSPACE, workspace: str = WORKSPACE, home: str = HOME
    ) -> None:
        super().__init__(cwd=cwd, workspace=workspace, home=home)
        self._given = _Given(words)

    def _stat(self, path: str) -> dict[str, Any]:
        if path in self._given.missing:
            return msgspec.to_builtins(Stat("missing"))  # type: ignore[no-any-return]
        found = super()._stat(path)
        if path in self._given.sizes:
            found = {**found, "kind": "file", "size": self._given.sizes[path]}
        return found

    def _make_repository(self, parts: Layout) -> Repository:
        return _Repository(self._given, parts.top, self.home, lambda key, find: find(), _is_build_output)


def judge_example(judge: Judge, example: Example) -> Judgement:
    """What the judge says about an example. The judge should know `GATE` as its own folder."""
    state = _state(example.given)
    for step in example.after:
        word, said, command = step.partition(": ")
        if not said or word not in ("failed", "approved"):
            word, command = "", step
        found = _judged(judge, "Bash", {"command": command}, example.given, state.view())
        gained = gains(found.effects, found.verdict.stopping)
        if found.verdict.decision is not Decision.ALLOW and not word:
            state.refuse(gained)
            continue
        state.gain(gained)
        state.fail(gained, failed=word == "failed")
    return _judged(judge, example.tool, dict(example.input), example.given, state.view())


def _judged(judge: Judge, tool: str, arguments: dict[str, Any], given: Sequence[str], session: Session) -> Judgement:
    call = ToolCall(agent="claude-code", session="example", tool=tool, input=arguments, cwd=WORKSPACE)
    return _configured(judge, given).judge(
        call, workspace=WORKSPACE, home=HOME, session=session, world=ExampleWorld(given),
        frozen="the declared freeze" if "freeze" in given else "",
    )  # fmt: skip


def _configured(judge: Judge, words: Sequence[str]) -> Judge:
    """The same judge under the settings that the words name; it itself where they name none."""
    named: dict[tuple[str, str], list[str]] = {}
    for word in words:
        parts = word.split(" ", 2)
        if parts[0] in ("protects", "production", "packages") and len(parts) == 3:
            named.setdefault((parts[0], parts[1]), []).append(parts[2])
    closed = "deploys closed" in words
    if not named and not closed:
        return judge

    def values(section: str) -> dict[str, tuple[str, ...]]:
        return {kind: tuple(given) for (where, kind), given in named.items() if where == section}

    registries = values("packages").get("registries", ())
    settings = Settings(
        protect=Protected(**values("protects")),
        environments=Environments(production=Environment(**values("production"))),
        packages=Packages(registries=registries, only_listed=bool(registries)),
        fences=((Window(until=LONG_AGO),),) if closed else (),
    )
    return Judge(
        judge.policies, readers=judge.readers, gate=judge.gate, rulings=lambda *_: (Ruling(judge.policies, settings),)
    )


def _state(words: Sequence[str]) -> State:
    """What earlier calls of the example's session left behind."""
    parts = [word.split() for word in words]
    return State(
        agent="claude-code",
        session="example",
        taints=[part[1] for part in parts if part[0] == "session"],
        downloads=[posixpath.join(WORKSPACE, part[1]) for part in parts if part[0] == "downloaded"],
        renamed={part[2]: part[1] for part in parts if part[0] == "renamed"},
    )
