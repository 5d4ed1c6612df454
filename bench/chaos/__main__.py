"""`python -m bench.chaos`: the paired sweep in one command."""

from __future__ import annotations

import argparse
import fcntl
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from bench import results as machine_of
from bench.chaos import live, pack, places, report, results, run, sweep, verdict, world

_OWN: Final = frozenset(
    "pairs rooms template sweep.json report.html told.log finished seconds model machine lock".split()
)


def main() -> int:
    """Exit 0 where all is as it should be, 1 where not, 2 for a pack or a machine that cannot be used, 130 if ended."""
    options = _options()
    folder: Path = options.run or Path.home() / ".cache" / "enactd-sweep"
    try:
        scenarios = [read for read in pack.read(options.scenarios) if _wanted(read, options.only)]
        if options.check:
            print(f"{len(scenarios)} scenarios, nothing wrong with them")
            return 0
        if not scenarios:
            raise pack.PackError(f"{options.scenarios}: none is called like this: {', '.join(options.only)}")
        if options.save and (options.only or options.live or options.scenarios.resolve() != pack.SHIPPED):
            raise pack.PackError("--save: the pages show the whole shipped pack with the scripted model, nothing else")
        source = live.source(options.live, options.model) if options.live else None
        with _alone(folder):
            _prepare(folder, options.model if source else "", fresh=options.fresh)
            pairs = _played(folder, scenarios, source, options.model)
            return _finish(options, folder, pairs)
    except (pack.PackError, places.Missing, world.WorldError, live.LiveError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"\nended; the same command goes on with what is in {folder}", file=sys.stderr)
        return 130


def _played(folder: Path, scenarios: list[pack.Read], source: Any, model: str) -> list[verdict.Pair]:
    machine = folder / "machine"
    if not machine.exists():
        # As it is now: the gate is copied at the beginning, whatever is committed while a sweep goes on.
        machine.write_bytes(msgspec.json.encode(machine_of.machine(folder)))
    started = time.monotonic()
    try:
        return sweep.sweep(
            scenarios, folder, source=source, model_name=model if source else "",
            timeout_s=900 if source else run.TIMEOUT_S,
        )  # fmt: skip
    finally:
        # All the time that a sweep takes, over interruptions.
        path = folder / "seconds"
        path.write_text(f"{_seconds(folder) + time.monotonic() - started:.1f}\n")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else plays in this folder meanwhile. Raises `PackError` where somebody does, or it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise pack.PackError(f"--run: {folder} cannot be used: {error.strerror}") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise pack.PackError(f"{folder}: another sweep is under way there; --run names another folder") from None
        yield


def _prepare(folder: Path, model: str, *, fresh: bool) -> None:
    """Forget a finished sweep, or with `fresh` any. Raises `PackError` for a folder that is used otherwise.

    `--run` may name any folder: nothing is removed from one that holds anything else.
    """
    if foreign := sorted(path.name for path in folder.iterdir() if path.name not in _OWN):
        raise pack.PackError(f"--run: {folder} holds other things, such as {foreign[0]}; name a folder of its own")
    if fresh or (folder / "finished").exists():
        for name in _OWN - {"lock"}:
            path = folder / name
            run.remove(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
    mark = folder / "model"
    if mark.exists() and mark.read_text() != model:
        raise pack.PackError(f"{folder} holds an unfinished sweep with another model; --fresh forgets it")
    mark.write_text(model)


def _options() -> Any:
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("only", nargs="*", help="ids of scenarios, or topics; all without any")
    parser.add_argument("--scenarios", type=Path, default=pack.SHIPPED, metavar="DIR", help="another pack: FORMAT.md")
    parser.add_argument("--check", action="store_true", help="read the pack, say what is wrong with it, run nothing")
    parser.add_argument("--run", type=Path, metavar="DIR", help="keep everything here; an unfinished sweep goes on")
    parser.add_argument("--fresh", action="store_true", help="forget an unfinished sweep")
    parser.add_argument("--save", action="store_true", help="bring the pages up to date (the shipped pack, whole)")
    parser.add_argument("--live", metavar="URL", help="a live model's endpoint instead of the script: README.md")
    parser.add_argument("--model", default="", help="its name there")
    return parser.parse_args()


def _wanted(read: pack.Read, only: list[str]) -> bool:
    return not only or bool({read.scenario.id, read.scenario.topic, read.scenario.kind} & set(only))


def _seconds(folder: Path) -> float:
    path = folder / "seconds"
    return float(path.read_text()) if path.exists() else 0.0


def _finish(options: Any, folder: Path, pairs: list[verdict.Pair]) -> int:
    agent = f"Claude Code {places.CLAUDE_VERSION} with {options.model or 'a scripted model'}"
    machine = msgspec.json.decode((folder / "machine").read_bytes(), type=machine_of.Machine)
    found = results.Sweep(machine=machine, agent=agent, seconds=_seconds(folder), rows=[results.row(p) for p in pairs])
    results.save(found, folder / "sweep.json")
    (folder / "report.html").write_text(report.page(found, pairs))
    (folder / "told.log").write_text(sweep.log_of_told(pairs))
    (folder / "finished").touch()
    print(results.every(found))
    print(results.totals(found))
    print(f"report: {folder / 'report.html'}\nfigures: {folder / 'sweep.json'}\ntold: {folder / 'told.log'}")
    if options.save:
        results.save(found)
        results.write(found)
    return 0 if all(pair.good and not pair.guarded.verified for pair in pairs) else 1


if __name__ == "__main__":
    sys.exit(main())
