"""deno: scripts by path or by URL, code in an argument or on standard input, packages and publishing."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from enactd.effects.invocation import Effects, Invocation, Options, Value, find_program, join, known, program
from enactd.effects.model import InstallPackage, PublishPackage, RemovePackage, RunCode, WritePath
from enactd.effects.programs.packages import bare_name

_DENO: Final = Options(
    "-A --allow-all", "--allow-read [P]", "--allow-write [P]", "--allow-net [H]", "--allow-env [E]", "--allow-run [P]",
    "--allow-ffi [P]", "--allow-sys [S]", "--allow-import [H]", "-R [P]", "-W [P]", "-N [H]", "-E [E]", "-S [S]",
    "-c --config F", "--import-map F", "--lock F", "--env-file [F]", "--seed N", "--cert F", "--location U", "--node-modules-dir [M]",
    "-o --output F", "--target T", "-g --global", "-n --name N", "-f --force", "--root D", "-q --quiet", "--watch [F]", "--no-check [M]",
    "--check", "-r --reload [P]", "--unstable", "--dry-run", "-h --help", "-V --version", "--cwd D", "-p --print", "--ext E", "--port P",
    "--host H", "--dev", "-D", "--filter P", "-L --log-level L", "--token T", "--allow-dirty", "--inspect [A]",
    stop_at_operand=True, abbreviate=False,
)  # fmt: skip
_RUNS: Final = frozenset("run serve test bench watch".split())


@program("deno")
def deno(call: Invocation) -> Effects:
    """Code from a URL is downloaded code; a bare `deno` runs what stands on standard input."""
    line = _DENO.parse(call.args)
    if line.has("-h", "-V"):
        return
    if not line.operands:
        if call.stdin is not None:
            yield from call.code("typescript", call.stdin, origin="stdin", via="deno", stdin=None)
        return
    verb, rest = line.operands[0].text or "", line.operands[1:]
    inner = _DENO.parse(rest)
    words = inner.operands
    if inner.has("-h", "--dry-run"):
        return
    if verb == "eval":
        yield from call.code("typescript", words[0], via="deno", args=words[1:]) if words else []
    elif verb in _RUNS:
        yield from _run(call, words)
    elif verb in ("install", "i", "add"):
        yield InstallPackage(
            manager="deno",
            names=tuple(word.shown() for word in words),
            origin="url" if any(_remote(word) for word in words) else "registry" if words else "lockfile",
            scope="user" if inner.has("-g") else "project",
        )
    elif verb in ("uninstall", "remove", "rm"):
        scope = "user" if inner.has("-g") else "project"
        yield RemovePackage(manager="deno", names=tuple(word.shown() for word in words), scope=scope)  # type: ignore[arg-type]
    elif verb == "publish":
        yield PublishPackage(manager="deno", verb="publish")
    elif verb == "compile":
        for file in inner.values("-o"):
            yield WritePath(target=call.target(file))
    elif verb == "task":
        yield from _task(call, words)
    elif "." in verb or "/" in verb or line.operands[0].text is None:
        yield from _run(call, line.operands)


def _remote(word: Value) -> bool:
    return word.startswith("http://") or word.startswith("https://")


def _run(call: Invocation, words: list[Value]) -> Effects:
    if not words:
        return
    script, args = words[0], words[1:]
    if script.text == "-":
        if call.stdin is not None:
            yield from call.code("typescript", call.stdin, origin="stdin", via="deno", args=args, stdin=None)
    elif _remote(script):
        yield RunCode(language="typescript", origin="download", what=script.shown(80))
    elif script.startswith("npm:") or script.startswith("jsr:"):
        yield InstallPackage(manager="deno", names=(script.shown().partition(":")[2],), runs=True)
        tool = bare_name((script.text or "").partition(":")[2]).rpartition("/")[2]
        if find_program(tool) is not None:
            yield from call.run([known(tool), *args], via="deno run")
    else:
        yield from call.script(script, args, language="typescript")


def _task(call: Invocation, words: list[Value]) -> Effects:
    """A task of deno.json is a shell line; without that file at hand it is code of the workspace."""
    if not words:
        return
    for name in ("deno.json", "deno.jsonc", "package.json"):
        target = call.target(name)
        tasks = tasks_of(call.text_of(name).text)
        line = tasks.get(words[0].text or "")
        if line:
            yield from call.shell(
                join([known(line), *words[1:]]), via=f"deno task {words[0].text}", written_in=target.path
            )
            return
    yield RunCode(language="javascript", origin="workspace", what=f"deno task {words[0].shown()}")


def tasks_of(text: str | None) -> dict[str, str]:
    """The tasks of a deno.json, which may hold comments."""
    if text is None:
        return {}
    try:
        found = msgspec.json.decode(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))
    except (msgspec.DecodeError, RecursionError):
        return {}
    tasks = (found.get("tasks") or found.get("scripts")) if isinstance(found, dict) else None
    lines = {name: task.get("command") if isinstance(task, dict) else task for name, task in (tasks or {}).items()}
    return {name: line for name, line in lines.items() if isinstance(line, str)}
