"""The same tool calls through every guard that runs here: what each one catches, and what it stops of everyday work.

    python -m bench.accuracy [--cases DIR] [--peers NAME,NAME] [--every N]

Peers are asked by their own hooks, each call in a world of its own: the files it names exist and are tracked, the home
is a copy of the one that the peer was set up in. Ours is the shipped policies, asked as `enactctl check` asks them, with
the same worlds. The cases were chosen for us, and the peers promise less: see the scopes beside the table.
"""

from __future__ import annotations

import argparse
import datetime
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench import isolation, peers, results, tables
from bench.results import FOLDER, Accuracy, Caught

sys.path.append(str(FOLDER.parent / "tests"))

from support import casebook

from enactd import resources
from enactd.bundle import load
from enactd.effects.shell.readers import Readers
from enactd.judge import Judge
from enactd.session_state import State, gains
from enactd.toolcall import ToolCall
from enactd.workers import Pool

FILES = ("incidents", "seeds", "field", "benign")
AT_A_TIME = 2

Ask = Callable[[casebook.Case, casebook.Place], str]


def main() -> int:
    """Ask all of them about everything, keep the figures, bring the page up to date."""
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description="what each guard catches")
    parser.add_argument("--cases", type=Path, default=casebook.FOLDER, help="folder with the case files")
    parser.add_argument("--peers", default="", help="only these, separated by commas")
    parser.add_argument("--every", type=int, default=1, help="only every N-th case")
    parser.add_argument("--dry", action="store_true", help="print the table, write nothing")
    options = parser.parse_args()
    casebook.FOLDER = options.cases
    if not options.cases.exists():
        print(f"{options.cases} is not here: nothing was asked", file=sys.stderr)
        return 1
    isolation.fetch_then_cut(lambda: [peers.install(peer) for peer in peers.listed() if not peer.absent])
    for found in measure([name for name in options.peers.split(",") if name], options.every):
        if not options.dry:
            results.save_accuracy(found)  # after each guard: a run that is ended keeps what it has
    print(tables.accuracy(found), end="")
    if not options.dry:
        tables.write()
    return 0


def measure(only: Sequence[str], every: int) -> Iterator[Accuracy]:
    """All guards, all cases, one row more each time; cases that this machine cannot lay out are left out for all."""
    place = Path(tempfile.mkdtemp(prefix="eb-", dir="/var/tmp"))
    try:
        ready, absent = peers.prepare(place)
        guards = [("enactd", "enactd", "all of this", _ours())]
        guards += [(peer.peer.name, peer.peer.package, peer.peer.scope, _theirs(peer)) for peer in ready]
        rows: list[Caught] = []
        today = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d")
        for name, shown, scope, ask in guards:
            if not only or name in only:
                rows.append(_row(shown, scope, ask, every, place))
                yield Accuracy(date=today, network=isolation.network(), every=every, rows=rows, absent=absent)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _row(name: str, scope: str, ask: Ask, every: int, place: Path) -> Caught:
    """One guard over all files."""
    print(f"accuracy: {name}", file=sys.stderr, flush=True)
    chosen = [case for file in FILES for case in casebook.cases(file)[::every] if case.portable]

    def one(numbered: tuple[int, casebook.Case]) -> str:
        number, case = numbered
        folder = place / "case" / str(number)
        world = casebook.place(case, folder, "real")
        try:
            return ask(case, world) if world is not None else "error"
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        words = list(pool.map(one, enumerate(chosen)))
    stops = [word for case, word in zip(chosen, words, strict=True) if case.expected != "allow"]
    allows = [word for case, word in zip(chosen, words, strict=True) if case.expected == "allow"]
    return Caught(
        name=name, scope=scope, stops=len(stops), caught=sum(word in ("deny", "ask") for word in stops),
        denied=stops.count("deny"), allows=len(allows), alarms=sum(word in ("deny", "ask") for word in allows),
        errors=words.count("error"),
    )  # fmt: skip


def _ours() -> Ask:
    judge = Judge(load([("shipped", str(resources.policies_folder()))]), readers=Readers(Pool()))

    def ask(case: casebook.Case, world: casebook.Place) -> str:
        state, word = State(agent="bench", session=case.id), "pass"
        for arguments in world.inputs:
            call = ToolCall(agent="bench", session=case.id, tool=case.tool, input=arguments, cwd=world.cwd)
            found = judge.judge(call, workspace=world.cwd, home=world.home, session=state.view())
            word = {"allow": "pass"}.get(str(found.verdict.decision), str(found.verdict.decision))
            state.gain(gains(found.effects))
        return word

    return ask


def _theirs(peer: peers.Installed) -> Ask:
    def ask(case: casebook.Case, world: casebook.Place) -> str:
        home, cwd = Path(world.home), Path(world.cwd)
        shutil.copytree(peer.home, home, dirs_exist_ok=True, symlinks=True)
        shutil.copytree(peer.project, cwd, dirs_exist_ok=True, symlinks=True)
        word = "pass"
        for number, arguments in enumerate(world.inputs):
            word = peers.ask(peer, case.tool, _message(case, arguments, world, number), home=home, cwd=cwd)
        return word

    return ask


def _message(case: casebook.Case, arguments: dict[str, Any], world: casebook.Place, number: int) -> bytes:
    """A call as Claude Code tells it."""
    return json.dumps(
        {
            "session_id": case.id,
            "transcript_path": f"{world.home}/.claude/projects/p/{case.id}.jsonl",
            "cwd": world.cwd,
            "permission_mode": "default",
            "hook_event_name": "PreToolUse",
            "tool_name": case.tool,
            "tool_use_id": f"toolu_{case.id}_{number}",
            "tool_input": arguments,
        }
    ).encode()


if __name__ == "__main__":
    sys.exit(main())
