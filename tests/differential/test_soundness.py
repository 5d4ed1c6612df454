"""What real bash did to files and which programs it started was predicted, for programs from a grammar.

`ENACT_DIFFERENTIAL=N` runs N programs from fresh seeds instead of the fixed thousand.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.required import missing

from differential.execution import Run, execute, template
from differential.grammar import PRELUDE, Grammar, Program
from differential.prediction import predict, uncovered
from enactd.effects.shell import (
    assignments,
    braced,
    commands,
    conditions,
    expansion,
    folders,
    input,
    interpreter,
    loops,
    redirects,
    state,
)
from enactd.effects.values import EMPTY

BATCH = 250
COUNT = int(os.environ.get("ENACT_DIFFERENTIAL", "1000"))
FIRST = int(time.time()) if "ENACT_DIFFERENTIAL" in os.environ else 20_000


@dataclass
class Case:
    """One program, what it did, and the folder its paths are written below."""

    program: Program
    run: Run
    folder: str
    seed: int

    @property
    def text(self) -> str:
        return PRELUDE + self.program.text


def _allowed() -> bool:
    done = subprocess.run(
        ["unshare", "-m", "-n", "-p", "-f", "strace", "-o", "/dev/null", "true"], capture_output=True, check=False
    )
    return done.returncode == 0


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    if not _allowed():
        missing("no namespaces or no strace here: the shell reader was NOT compared with real bash")

    def batch(seed: int) -> list[Case]:
        root = Path(os.path.realpath(tmp_path_factory.mktemp("ground")))
        for above in (root, *root.parents):
            if str(above).startswith("/tmp/"):
                above.chmod(0o755)  # the programs run as nobody
        (root / "t").mkdir()
        template(root / "t")
        grammar = Grammar(seed)
        programs = [grammar.program() for _ in range(min(BATCH, COUNT))]
        runs = execute([PRELUDE + program.text for program in programs], root)
        return [Case(program, run, str(root / "t"), seed) for program, run in zip(programs, runs, strict=True)]

    with ThreadPoolExecutor(2) as pool:
        seeds = range(FIRST, FIRST + max(COUNT // BATCH, 1))
        return [case for found in pool.map(batch, seeds) for case in found]


@pytest.mark.timeout(900)
def test_everything_that_happened_was_predicted(cases: list[Case]) -> None:
    """Every deletion, overwrite, rename, mode change and exec is among the effects, or below what is said to be opaque."""
    wrong = []
    for case in cases:
        missing = uncovered(predict(case.text, case.folder), case.run.events, case.folder)
        if missing:
            wrong.append((case.seed, case.program.text, missing[:3]))
    assert [] == wrong


def test_programs_really_ran(cases: list[Case]) -> None:
    """Each kind of event happened often, so that the comparison can fail."""
    kinds = Counter(event.kind for case in cases for event in case.run.events)
    rare = {
        kind: kinds[kind]
        for kind in ("delete", "write", "make", "rename", "mode", "exec")
        if kinds[kind] < len(cases) / 50
    }
    assert {} == rare
    inside = Counter(name for case in cases for event in case.run.events for name in event.chain[:1])
    assert {"bash", "xargs", "find", "env"} <= set(inside)  # whose process did it is known


def test_few_programs_are_opaque(cases: list[Case], capsys: pytest.CaptureFixture[str]) -> None:
    """All parts are known, so at most one program in twenty is beyond reading. Figures are printed."""
    seen: Counter[str] = Counter()
    opaque: Counter[str] = Counter()
    vague: Counter[str] = Counter()
    for case in cases:
        prediction = predict(case.text, case.folder)
        for construct in ("all", *case.program.constructs):
            seen[construct] += 1
            opaque[construct] += prediction.opaque
            vague[construct] += prediction.vague
    with capsys.disabled():
        print(f"\n{'CONSTRUCT':24}{'PROGRAMS':>9}{'OPAQUE':>8}{'VAGUE':>8}")
        for name, count in seen.most_common():
            print(f"{name:24}{count:9}{opaque[name] / count:8.1%}{vague[name] / count:8.1%}")
    assert opaque["all"] <= seen["all"] * 0.05


def _nothing(*_: Any, **__: Any) -> None:
    return None


FEATURES: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "cd": (folders, "_changed", lambda shell, word, state: [state]),
    "functions": (interpreter.Interpreter, "call_function", lambda self, name, args, state, io: [state]),
    "command substitution": (interpreter.Interpreter, "substitute", lambda self, body, state, io: EMPTY),
    "for": (loops, "run_for", lambda shell, node, state, io: [state]),
    "while": (loops, "run_while", lambda shell, node, state, io: [state]),
    "if": (conditions, "run_if", lambda shell, node, state, io: [state]),
    "case": (conditions, "run_case", lambda shell, node, state, io: [state]),
    "unknown status": (interpreter, "_parted", lambda states, wanted: (states, [])),
    "globs": (expansion.Expander, "_globbed", lambda self, field, state: [expansion.value(*(p for p, _ in field.pieces))]),
    "braces": (expansion, "braces", lambda parts, mark: [parts]),
    "variables": (expansion.Expander, "variable", lambda self, name, state: EMPTY),
    "text that is run": (interpreter.Interpreter, "evaluate", lambda self, text, states, io, what: states),
    "redirects": (redirects, "_close", _nothing),
    "what is written": (commands, "write", _nothing),
    "read": (input, "_assign", _nothing),
    "arrays": (assignments, "_array", lambda shell, assign, old, state, io: {}),
    "name references": (state.State, "refer", _nothing),
    "open descriptors": (state.State, "keep", _nothing),
    "decoded quotes": (braced.Braced, "ansi_quoted", lambda self: setattr(self, "pos", self.text.index("'", self.pos + 2) + 1) or ""),
    "exit traps": (interpreter.Interpreter, "finish", lambda self, states, io: states),
}  # fmt: skip


@pytest.mark.parametrize("feature", FEATURES)
def test_each_feature_matters(cases: list[Case], feature: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a feature of the interpreter switched off, the comparison fails."""
    owner, name, replacement = FEATURES[feature]
    monkeypatch.setattr(owner, name, replacement)
    for case in cases:
        if uncovered(predict(case.text, case.folder), case.run.events, case.folder):
            return
    pytest.fail(f"without {feature} nothing was missed in {len(cases)} programs")
