"""A gate for tests of the client alone: a shim below a home that answers questions in the order it was told to."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

_PROGRAM = """#!{python} -IS
import json, pathlib, sys
folder = pathlib.Path({folder!r})
message = json.loads(sys.stdin.buffer.read())
with (folder / "heard").open("a") as heard:
    heard.write(json.dumps({{"words": sys.argv[1:], **message}}) + chr(10))
if sys.argv[2] != "PreToolUse":
    print("{{}}")
    sys.exit(int((folder / "outcome-code").read_text()))
answers = json.loads((folder / "answers").read_text())
code, out, err = answers[0]
if len(answers) > 1:
    (folder / "answers").write_text(json.dumps(answers[1:]))
sys.stdout.write(out)
sys.stderr.write(err)
sys.exit(code)
"""


class ScriptedGate:
    """Lives in `home`, as `Gate(home=...)` takes it. The last answer is given again and again."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.program = home / "data/bin/enact-hook"
        self.program.parent.mkdir(parents=True)
        self.program.write_text(_PROGRAM.format(python=sys.executable, folder=str(home)))
        self.program.chmod(0o755)
        (home / "outcome-code").write_text("0")
        (home / "heard").touch()
        self.will(allow())

    def will(self, *answers: tuple[int, str, str]) -> None:
        """Answer the next questions so."""
        (self.home / "answers").write_text(json.dumps(answers))

    def heard(self, event: str = "") -> list[dict[str, Any]]:
        """The messages, of one event or all."""
        lines = (self.home / "heard").read_text().splitlines()
        return [found for found in map(json.loads, lines) if event in ("", found["hook_event_name"])]


def _answer(code: int, **fields: str) -> tuple[int, str, str]:
    return code, json.dumps(fields), ""


def allow(receipt: str = "1-aa") -> tuple[int, str, str]:
    return _answer(0, decision="allow", reason="", receipt=receipt, ticket="")


def deny(reason: str = "a rule: no", receipt: str = "2-bb") -> tuple[int, str, str]:
    return _answer(2, decision="deny", reason=reason, receipt=receipt, ticket="")


def ask(ticket: str = "3-cc", reason: str = "a rule: a person must") -> tuple[int, str, str]:
    return _answer(2, decision="ask", reason=reason, receipt=ticket, ticket=ticket)
