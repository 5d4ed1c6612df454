"""From spawn to exit: the hook as an agent runs it, beside /bin/true and an empty Python, in one run."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import msgspec

from bench import figures, payloads, peers, spawn
from bench.ground import ROOT, Ground
from bench.results import Crowd, Other, Row
from enactd.config import Layout

TRUE = "/bin/true"
PYTHON = "python3 -c pass"
REFUSED = "shim, refused without a daemon"
ECHO = "shim and a server that only answers"
TWIN = "shim as a script: short command"
WARM_UP = 10
SLOW_EVERY = 5  # programs that take ten times as long are run this seldom

Order = tuple[Sequence[str], bytes]


class Variant(msgspec.Struct, frozen=True):
    """A program to run in turn with the others; `order(n)` gives command line and stdin of the n-th."""

    name: str
    order: Callable[[int], Order]
    code: int = 0
    slow: bool = False


@contextlib.contextmanager
def echo_server(ground: Ground) -> Iterator[Path]:
    """A home in which a server answers and decides nothing."""
    home = Layout.under(ground.folder / "e")
    home.prepare()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "bench.echo", str(home.socket)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, cwd=ROOT, env=environment) as server:
        assert server.stdout is not None
        server.stdout.readline()
        try:
            yield ground.folder / "e"
        finally:
            server.terminate()


def variants(ground: Ground, echo: Path) -> list[Variant]:
    """All that is compared."""

    def order(words: Sequence[str], kind: str, n: int) -> Order:
        return words, ground.message(kind, n)

    def variant(
        name: str, words: Sequence[str], kind: str = "short command", code: int = 0, slow: bool = False
    ) -> Variant:
        return Variant(name, partial(order, words, kind), code, slow)

    return [
        variant(TRUE, ("/bin/true",)),
        variant(PYTHON, (os.path.realpath(sys.executable), "-c", "pass"), slow=True),
        variant("shim --version", (str(ground.shim), "--version")),
        variant(REFUSED, ground.hook(home=ground.folder / "nobody"), code=2),
        variant(ECHO, ground.hook(home=echo)),
        *(variant(kind, ground.hook(), kind) for kind in payloads.KINDS),
        Variant(TWIN, lambda n: (ground.twin(), ground.message("short command", n + 500_000)), slow=True),
    ]


def one_by_one(ground: Ground, echo: Path, rounds: int, *, only: frozenset[str] = frozenset()) -> list[Row]:
    """Every variant in turn, `rounds` times, each time another input; raises if one is answered wrongly."""
    chosen = [variant for variant in variants(ground, echo) if not only or variant.name in only]
    took: dict[str, list[float]] = {variant.name: [] for variant in chosen}
    for number in range(rounds + WARM_UP):
        for variant in chosen:
            if variant.slow and number % SLOW_EVERY:
                continue
            ended = spawn.run(*variant.order(number))
            if ended.code != variant.code or payloads.is_stopped(0, ended.stdout):
                raise RuntimeError(f"`{variant.name}` {number}: {ended.code}, {ended.stdout + ended.stderr!r}")
            if number >= WARM_UP or variant.slow:
                took[variant.name].append(ended.took)
    return rows(took)


def rows(took: dict[str, list[float]]) -> list[Row]:
    """Figures with their ratios; /bin/true must be among them."""
    true, python = figures.median(took[TRUE]), took.get(PYTHON, [])
    empty = figures.median(python) if python else 0.0
    found = []
    for name, samples in took.items():
        made = figures.of(samples)
        found.append(Row(name, made, round(made.p50 / true, 2), round(made.p50 / empty, 3) if empty else 0.0))
    return found


def together(ground: Ground, callers: int, count: int) -> list[Crowd]:
    """`callers` at a time: /bin/true, then typical commands, a session per caller."""
    true, seconds = spawn.crowd(callers, count, lambda _: (("/bin/true",), b""))
    reference = figures.of([ended.took for ended in true])
    hook = ground.hook()

    def order(first: int, n: int) -> Order:
        return hook, ground.message("short command", first + n, f"crowd-{callers}-{n % callers}")

    spawn.crowd(callers, callers, partial(order, 700_000))  # every session is open before the clock runs
    done, ours = spawn.crowd(callers, count, partial(order, 800_000))
    wrong = [ended for ended in done if ended.code]
    if wrong:
        raise RuntimeError(f"a call of {callers} at once ended with {wrong[0].code}: {wrong[0].stderr!r}")
    made = figures.of([ended.took for ended in done])
    return [
        Crowd(callers, TRUE, reference, round(count / seconds), 1.0),
        Crowd(callers, "short command", made, round(count / ours), round(made.p50 / reference.p50, 2)),
    ]


OURS = "enactd"
SAME = ("short command", "Write of 100 kB")
"""What other guards are asked, too: with one of each kind in turn, all see the same."""


def beside(ground: Ground, others: Sequence[peers.Installed], rounds: int) -> list[Other]:
    """/bin/true, our hook and those of other guards in turn, each in a home and a workspace of its own."""
    took: dict[tuple[str, str], list[float]] = {}
    words: dict[tuple[str, str], Counter[str]] = {}
    for other in others:
        shutil.copytree(ground.workspace, other.project, dirs_exist_ok=True)
    for number in range(rounds):
        for kind in SAME:
            took.setdefault((TRUE, ""), []).append(spawn.run((TRUE,)).took)
            ours = spawn.run(ground.hook(), ground.message(kind, 9_000_000 + number, "beside"))
            _note(took, words, (OURS, kind), ours)
            for other in others:
                message = payloads.message(kind, number, workspace=str(other.project), session="beside")
                for hook in other.hooks_for(json.loads(message)["tool_name"])[:1]:
                    ended = spawn.run(hook.words, message, other.environment(), cwd=str(other.project))
                    _note(took, words, (other.peer.package, kind), ended)
    true = figures.median(took.pop((TRUE, "")))
    return [
        Other(name, kind, made, round(made.p50 / true, 1), words[name, kind].most_common(1)[0][0])
        for (name, kind), samples in took.items()
        for made in [figures.of(samples)]
    ]


def _note(
    took: dict[tuple[str, str], list[float]], words: dict[tuple[str, str], Counter[str]], key: tuple[str, str],
    ended: spawn.Ended,
) -> None:  # fmt: skip
    took.setdefault(key, []).append(ended.took)
    words.setdefault(key, Counter())[peers.verdict(ended.code, ended.stdout)] += 1
