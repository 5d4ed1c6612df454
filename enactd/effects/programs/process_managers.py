"""pm2, forever, foreman and the like: what they start by a file's name or by a Procfile, and what they stop at large."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.code.operations import in_project
from enactd.effects.invocation import Effects, Invocation, Options, Value, known, program
from enactd.effects.model import RunCode, SignalProcess

_STOPS: Final = frozenset("stop delete del kill restart stopall restartall killall reload resurrect".split())
_AT_LARGE: Final = frozenset("all kill killall stopall restartall".split())


_PROCFILE: Final = Options(
    "-f --procfile --file FILE", "-e --env FILE", "-d --root DIR", "-p --port N", "-m --formation F", "-l --processes L", "-t --timeout N",
    "-c --concurrency C", "-D --daemonize", "-r --auto-restart L", "-h --help", "-v --version", abbreviate=False,
)  # fmt: skip


@program("foreman", "honcho", "goreman", "hivemind", "overmind")
def procfile(call: Invocation) -> Effects:
    """`start` runs the lines of a Procfile, all or those named."""
    line = _PROCFILE.parse(call.args)
    words = [word.text or "?" for word in line.operands]
    if line.has("-h", "-v"):
        return
    if call.name == "overmind" and words and words[0] in _STOPS:
        yield from process_manager(call)
        return
    if words[:1] == ["run"]:
        yield from call.run(line.operands[1:])
    elif words[:1] in (["start"], ["s"], ["check"]) or call.name in ("hivemind", "goreman"):
        if words[:1] != ["check"]:
            yield from in_project(
                _processes(call, line.value("-f") or known("Procfile"), words[1:]), "workspace", call.name
            )


def _processes(call: Invocation, file: Value, wanted: list[str]) -> Effects:
    text = call.text_of(file).text
    if text is None:
        yield RunCode(language=call.name, origin="workspace", what=file.shown(60))
        return
    for name, command in re.findall(r"^([\w-]+):[ \t]*(.+)$", text[:65_536], re.MULTILINE):
        if not wanted or name in wanted:
            yield from call.shell(known(command), via=f"{call.name} {name}", written_in=call.target(file).path)


@program("pm2", "forever", "pm2-runtime")
def process_manager(call: Invocation) -> Effects:
    """A script by its name is started; `delete all` and `kill` end everything, one named process is one process."""
    operands = [word for word in call.args if not word.prefix.startswith("-")]
    if operands and (operands[0].text == "start" or call.name == "pm2-runtime"):
        script = operands[1] if operands[0].text == "start" and len(operands) > 1 else operands[0]
        texts = [word.text for word in call.args]
        after = list(call.args[texts.index("--") + 1 :]) if "--" in texts else []
        if " " in script.visible:
            yield from call.shell(script)
        elif "." in script.visible or "/" in script.visible:
            yield from call.script(script, after)
        return
    words = [word.shown(60) for word in call.args if not word.prefix.startswith("-")]
    if not words or words[0] not in _STOPS or {"--help", "-h"} & {word.text for word in call.args}:
        return
    at_large = bool(_AT_LARGE & set(words)) or not words[1:]
    yield SignalProcess(scope="named" if at_large else "one", what=" ".join(words[1:]) or call.name)
