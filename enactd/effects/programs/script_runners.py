"""Runners of the JavaScript world that take a command as their arguments or as text."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Value, join, known, program
from enactd.effects.model import RunCode
from enactd.effects.programs.environment import leading_assignments

_CONCURRENTLY: Final = Options(
    "-n --names N", "-c --prefix-colors C", "-p --prefix P", "-k --kill-others", "--kill-others-on-fail", "-r --raw",
    "-s --success S", "-l --prefix-length N", "-t --timestamp-format F", "-m --max-processes N", "-g --group",
    "--restart-tries N", "--restart-after N", "--handle-input", "-i", "--default-input-target T", "--no-color",
    "--hide H", "-P --passthrough-arguments", "--teardown CMD", "-h --help", "-v --version", "--timings",
)  # fmt: skip
_NODEMON: Final = Options(
    "-x --exec CMD", "-e --ext E", "-w --watch P", "-i --ignore P", "-V --verbose", "-q --quiet", "-d --delay N",
    "-C --on-change-only", "-L --legacy-watch", "-c --config F", "--signal S", "-h --help", "-v --version", "-I --no-stdin",
    "--cwd D", stop_at_operand=True,
)  # fmt: skip


@program("cross-env", "cross-env-shell", "shx")
def prefixed(call: Invocation) -> Effects:
    """Assignments and options first, then the command."""
    rest: list[Value] = list(call.args)
    while rest and rest[0].prefix.startswith("-"):
        takes = rest[0].text in ("-f", "--file", "-e", "--environments", "-r", "--rc-file")
        rest = rest[2 if takes else 1 :]
    assigned, rest = leading_assignments(rest)
    if call.name == "cross-env-shell" and len(rest) == 1:
        yield from call.shell(rest[0])
    elif rest:
        yield from call.run(rest, env={**call.env, **assigned} if assigned else call.env)


@program("concurrently", "conc")
def concurrently(call: Invocation) -> Effects:
    """Every operand is a shell command; `npm:name` is a script."""
    line = _CONCURRENTLY.parse(call.args)
    if line.has("-h", "-v"):
        return
    for command in [*line.operands, *line.values("--teardown")]:
        manager = re.match(r"(npm|yarn|pnpm|bun|node|deno):", command.prefix)
        if manager is None:
            yield from call.shell(command)
        elif "*" in command.visible:
            yield RunCode(language=manager[1], origin="workspace", what=command.shown(60))
        else:
            name = {"node": ["node", "--run"], "deno": ["deno", "task"]}.get(manager[1], [manager[1], "run"])
            yield from call.run([*map(known, name), *command.cut(manager.end()).words()])


@program("nodemon")
def nodemon(call: Invocation) -> Effects:
    """`--exec` is a shell command, run again at every change; else a script is run."""
    line = _NODEMON.parse(call.args)
    for command in line.values("-x"):
        yield from call.shell(join([command, *line.operands]))
    if line.operands and not line.has("-x", "-h", "-v"):
        yield from call.script(line.operands[0], line.operands[1:])
