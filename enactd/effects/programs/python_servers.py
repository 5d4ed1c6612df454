"""Servers of Python applications and coverage.py: they run the project's code; keys are read to serve, not shown."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, known, program
from enactd.effects.model import DeletePath, ReadPath, RunCode, WritePath

_SERVER: Final = Options(
    "-b --bind A", "-w --workers N", "-k --worker-class C", "-c --config F", "-p --port N", "--host H", "-t --timeout N",
    "--keyfile --ssl-keyfile --private-key F", "--certfile --ssl-certfile F", "--ca-certs --ssl-ca-certs F",
    "--log-level L", "--access-logfile --error-logfile --log-file F", "-p --pid F", "-e --env E", "--chdir D", "-D --daemon",
    "-h --help", "-v --version", "--reload", "-u U", "-g G", "-n --name N", "--threads N", "--listen A", "--app-dir D",
    abbreviate=False,
)  # fmt: skip
_COVERAGE: Final = Options(
    "-m --module M", "--source S", "--include P", "--omit P", "--rcfile F", "--data-file F", "--branch", "-p --parallel-mode",
    "-a --append", "--context C", "--concurrency L", "-L --pylib", "--timid", "--debug D", "-h --help", "--version",
    "-d --directory D", "-o F", "-q --quiet", "--fail-under N", "-i --ignore-errors", "--keep", "-m --show-missing",
    stop_at_operand=True, abbreviate=False,
)  # fmt: skip


@program("gunicorn", "uvicorn", "hypercorn", "daphne", "waitress-serve", "granian")
def server(call: Invocation) -> Effects:
    """A server of the workspace's application on this machine."""
    line = _SERVER.parse(call.args)
    if line.has("--help", "--version"):
        return
    for word in line.values("--keyfile", "--certfile", "--ca-certs"):
        yield ReadPath(target=call.target(word), shown=False)
    for word in line.values("--access-logfile"):
        if word.text != "-":
            yield WritePath(target=call.target(word), how="append")
    yield RunCode(language="python", origin="workspace", what=" ".join(word.shown(60) for word in line.operands[:1]))


@program("coverage", "coverage3")
def coverage(call: Invocation) -> Effects:
    """`run` runs Python with what follows; `erase` deletes the data that `run` makes again."""
    verb, *rest = [*call.args, known("")]
    args = [word for word in rest if word.text != ""]
    if verb.text == "erase":
        yield DeletePath(target=call.target(".coverage"))
    elif verb.text == "run":
        line = _COVERAGE.parse(args)
        module = line.value("-m")
        words = [known("-m"), module, *line.operands] if module is not None else line.operands
        if words:
            yield from call.run([known("python3"), *words], via="coverage run")
