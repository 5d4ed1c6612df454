"""A daemon with timers in it: `python -m bench.profiled HOME RESULT` serves until SIGTERM, then writes RESULT."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from bench import stages
from enactd.__main__ import run
from enactd.config import Layout


def main() -> None:
    clock = stages.Clock(str(Path(sys.argv[2]).parent))
    stages.install(clock)
    run(Layout.under(sys.argv[1]))
    Path(sys.argv[2]).write_bytes(msgspec.json.encode(clock.calls))


if __name__ == "__main__":
    main()
