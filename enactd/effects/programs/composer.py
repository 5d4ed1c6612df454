"""composer: packages of PHP projects, and the scripts of composer.json."""

from __future__ import annotations

from typing import Any

import msgspec

from enactd.effects.invocation import Effects, Invocation, Line, Options, join, known, program
from enactd.effects.model import (
    InstallPackage,
    RemovePackage,
    RunCode,
)
from enactd.effects.programs.packages import for_whom, installs, is_default_index, shown


@program("composer")
def composer(call: Invocation) -> Effects:
    """Packages by name or lock file, and the scripts of composer.json."""
    line = Options(
        "-d --working-dir D", "--dev", "--no-dev", "--dry-run", "--no-scripts", "--no-plugins", "-n --no-interaction",
        "-o --optimize-autoloader", "-q --quiet", "-v --verbose", "-h --help", "-V --version", "--repository R",
        "-W --with-all-dependencies",
        "--prefer-dist", "--prefer-source", "--ignore-platform-reqs", "-g --global", "-a", "-f --format F",
        "--timeout T", "-l --list",
    ).parse(call.args)  # fmt: skip
    words = list(line.operands)
    if not words or line.has("--dry-run", "-h"):
        return
    scope = for_whom(call)
    if words[0].text == "global":
        words, scope = words[1:] or [known("list")], for_whom(call, "user")
    verb, rest = words[0].text or "", words[1:]
    other = [url for url in line.values("--repository") if not is_default_index(url)]
    if verb in ("install", "i", "update", "u", "upgrade", "require", "r", "reinstall"):
        names = rest if verb in ("require", "r") else []
        yield from installs(call, "composer", names, scope=scope, index=bool(other),
                            sources=["registry"] * len(names) if names else None)  # fmt: skip
    elif verb in ("remove", "rm"):
        yield RemovePackage(manager="composer", names=shown(rest), scope=scope)
    elif verb == "create-project":
        yield from installs(
            call, "composer", rest[:1], index=bool(other), runs=True, sources=["registry"] if rest else None
        )
    elif verb in ("run-script", "run") and rest:
        yield from _composer_script(call, rest[0].text or "", line, asked=True)
    elif verb == "exec" and rest:
        yield from call.run(rest, via="composer exec")
    elif verb == "config" and len(rest) > 1:
        key = rest[0].text or ""
        if key.startswith(("repositories", "repo", "secure-http", "disable-tls")):
            yield InstallPackage(manager="composer", names=(key,), origin="index", unchecked=not key.startswith("repo"))
    else:
        yield from _composer_script(call, verb, line, asked=False)


def _composer_script(call: Invocation, name: str, line: Line, *, asked: bool) -> Effects:
    folder = line.value("-d")
    text = call.text_of(
        join([folder, known("composer.json")], "/") if folder is not None else known("composer.json")
    ).text
    found: Any = None
    if text is not None:
        try:
            parsed = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            parsed = {}
        found = (
            parsed.get("scripts", {}).get(name)
            if isinstance(parsed, dict) and isinstance(parsed.get("scripts"), dict)
            else None
        )
    elif asked:
        yield RunCode(language="shell", origin="workspace", what=f"composer run {name}")
    for command in found if isinstance(found, list) else [found]:
        if isinstance(command, str) and "::" not in command:
            shell = (
                f"composer run {command[1:]}"
                if command.startswith("@") and not command.startswith("@php")
                else command.removeprefix("@")
            )
            yield from call.shell(
                known(shell), via=f"composer run {name}", written_in=call.target("composer.json").path
            )
