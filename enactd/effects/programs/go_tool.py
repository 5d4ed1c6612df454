"""go: modules come through the proxy and are checked, unless variables or options switch that off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Line, Options, Value, known, program
from enactd.effects.model import (
    InstallPackage,
    RunCode,
    WritePath,
)
from enactd.effects.programs.packages import for_whom, installs, is_default_index
from enactd.effects.scripts import origin_of

_GO: Final = Options(
    "-u [MODE]", "-t", "-d", "-v", "-x", "-n", "-a", "-o FILE", "-C DIR", "-tags T", "-ldflags F", "-gcflags F",
    "-mod M",
    "-modfile F", "-race", "-p N", "-exec CMD", "-toolexec CMD", "-trimpath", "-cache", "-modcache", "-testcache",
    "-fuzzcache",
    "-i", "-r", "-run R", "-bench B", "-count N", "-timeout T", "-cover", "-coverprofile F", "-json", "-short", "-w",
    "-u=patch", "-tool", "-insecure", "-vettool CMD", "-benchtime T", "-parallel N", "-failfast", "-asmflags F",
    "-overlay F",
    "-buildvcs B", "-h", "-benchmem", "-covermode M", "-coverpkg P", "-cpu N", "-shuffle S", "-list R", "-c",
    "-work", "-asan",
    stop_at_operand=True,
)  # fmt: skip


@program("go")
def go(call: Invocation) -> Effects:
    """Modules are fetched through the proxy and checked; `-exec` and `-toolexec` run other programs."""
    if not call.args:
        return
    verb, rest = call.args[0].text or "", call.args[1:]
    line = _GO.parse(rest)
    for command in line.values("-exec", "-toolexec", "-vettool"):
        yield from call.shell(command, via="go")
    if line.has("-n", "-h"):
        return
    words = line.operands
    index, unchecked = _trust(call, line)
    if verb in ("get", "install"):
        named = [word for word in words if not (word.text or "").startswith((".", "/"))]
        remote = [word for word in named if index or "." in (word.text or ".")]
        if remote or (verb == "get" and not words):
            scope = for_whom(call, "user" if verb == "install" else "project")
            yield from installs(call, "go", remote, scope=scope, index=index, unchecked=unchecked,
                                sources=["registry"] * len(remote) if remote else None)  # fmt: skip
    elif verb == "mod" and words and words[0].text in ("download", "tidy", "vendor"):
        yield from installs(call, "go", [], index=index, unchecked=unchecked)
    elif verb == "run":
        yield from _go_run(call, words)
    elif verb == "generate":
        yield RunCode(language="go", origin="workspace", what="go generate")
    elif verb == "env" and any(word.text == "-w" for word in rest):
        for word in words:
            if word.prefix.startswith(
                ("GOPROXY=", "GONOSUMDB=", "GOFLAGS=", "GOINSECURE=", "GONOSUMCHECK=", "GOSUMDB=")
            ):
                yield InstallPackage(manager="go env", names=(word.shown(),), origin="index", unchecked=True)
    elif verb == "build":
        for file in line.values("-o"):
            yield WritePath(target=call.target(file))


_SWITCHED_OFF: Final = {
    "GOSUMDB": "off",
    "GONOSUMDB": "*",
    "GOINSECURE": "*",
    "GONOSUMCHECK": "1",
    "GOFLAGS": "-insecure",
}


def _trust(call: Invocation, line: Line) -> tuple[bool, bool]:
    """Whether another proxy is used, and whether checksums are not checked."""
    unchecked = line.has("-insecure") or any(
        (found := call.env.get(name)) is not None and found.text == off for name, off in _SWITCHED_OFF.items()
    )
    proxy = call.env.get("GOPROXY")
    places = (proxy.text or "").replace("|", ",").split(",") if proxy is not None else []
    return any(place not in ("direct", "off", "") and not is_default_index(known(place)) for place in places), unchecked


def _go_run(call: Invocation, words: Sequence[Value]) -> Effects:
    first = words[0].text if words else None
    if first and "@" in first:
        yield from installs(call, "go run", words[:1], runs=True, sources=["registry"])
    elif words:
        target = call.target(words[0])
        yield RunCode(language="go", origin=origin_of(target), what=f"go run {words[0].shown()}", target=target)
