"""Version managers and file watchers: `mise exec -- CMD`, `pyenv exec CMD`, `entr CMD`; they run what follows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from enactd.effects.code.operations import in_project
from enactd.effects.invocation import Effects, Invocation, Options, Value, join, known, program
from enactd.effects.model import InstallPackage, OpenShell, RemovePackage, RunCode, WritePath
from enactd.effects.programs.find import substituted
from enactd.effects.programs.project_runners import scripts_of
from enactd.effects.programs.streams import standard_input

_MISE: Final = Options(
    "-C --cd DIR", "-E --env ENV", "-j --jobs N", "-q --quiet", "-v --verbose", "-y --yes", "--raw", "--silent",
    "--trace",
    "--debug", "--no-config", "-h --help", "-V --version", "--log-level L", "-P --profile P",
    stop_at_operand=True,
)  # fmt: skip
_MISE_EXEC: Final = Options(
    "-c --command TEXT", "-j --jobs N", "--raw", "-C --cd DIR", "-E --env ENV", "-q --quiet", "-y --yes",
    "-v --verbose",
    "--fresh-env", "-h --help", stop_at_operand=True,
)  # fmt: skip
_WATCHEXEC: Final = Options(
    "-w --watch PATH", "-W --watch-non-recursive PATH", "-F --watch-file FILE", "-c --clear [M]",
    "-o --on-busy-update M", "-r --restart",
    "-s --signal S", "--stop-signal S", "--stop-timeout T", "-d --debounce T", "-n", "--shell S", "-E --env V",
    "-e --exts L",
    "-f --filter P", "-j --filter-prog P", "-i --ignore P", "--project-origin D", "--workdir D", "-p --postpone", "-1",
    "-N --notify",
    "--delay-run T", "--poll [T]", "--emit-events-to M", "--no-vcs-ignore", "--no-project-ignore", "--timings",
    "-q --quiet",
    "--bell", "--color M", "--fs-events L", "--no-meta", "--print-events", "-h --help", "-V --version",
    "--wrap-process M",
    "--map-signal M", "--ignore-file F", "--filter-file F", "--no-global-ignore", "--no-default-ignore",
    "--stdin-quit", "--only-emit-events",
    stop_at_operand=True,
)  # fmt: skip


def _after_dashes(words: Sequence[Value]) -> list[Value] | None:
    at = next((i for i, word in enumerate(words) if word.text == "--"), None)
    return list(words[at + 1 :]) if at is not None else None


def _plain(words: Sequence[Value]) -> list[Value]:
    return [word for word in words if not word.startswith("-")]


def _names(words: Sequence[Value]) -> tuple[str, ...]:
    return tuple(word.shown(60) for word in _plain(words))


@program("mise", "rtx")
def mise(call: Invocation) -> Effects:
    """`mise exec [TOOL@V...] -- CMD`, `-c TEXT`; tasks of the project run project code."""
    line = _MISE.parse(call.args)
    if line.has("--help", "--version") or not line.operands:
        return
    verb, rest = line.operands[0].text, line.operands[1:]
    if verb in ("exec", "x"):
        command = _after_dashes(rest)
        text = _MISE_EXEC.parse(rest).value("-c") if command is None else None
        if text is not None:
            yield from call.shell(text)
        elif command:
            yield from call.run(command)
    elif verb == "watch":
        command = _after_dashes(rest)
        if command:
            yield from call.run(command)
        for word in _plain(rest[: len(rest) - len(command or ()) - (command is not None)])[:1]:
            yield RunCode(language="mise task", origin="workspace", what=word.shown())
    elif verb in ("run", "r") or verb is None:
        words = _plain(rest) or [known("default")]
        tasks = scripts_of(call, "mise") if verb else None
        if tasks is not None and words[0].text in tasks.tasks:
            yield from in_project(tasks.run(words[0].text or "", words[1:]), "workspace", "mise")
        else:
            yield RunCode(language="mise task", origin="workspace" if verb else "unknown", what=words[0].shown())
    elif verb in ("install", "i", "use", "u", "upgrade", "up", "global", "local"):
        yield InstallPackage(
            manager="mise", names=_names(rest), origin="registry" if _plain(rest) else "lockfile", scope="user"
        )
    elif verb in ("uninstall", "remove", "rm", "unuse", "prune", "implode"):
        yield RemovePackage(manager="mise", names=_names(rest), scope="user")
    elif verb == "trust":
        yield WritePath(target=call.target(f"{call.world.home}/.local/state/mise/trusted-configs"), how="append")
    elif verb in ("set", "unset", "settings", "config") and len(rest) > 1:
        yield WritePath(target=call.target("mise.toml"), how="edit")


@program("asdf", "nvm", "fnm", "volta", "rbenv", "pyenv", "nodenv", "goenv", "jenv", "plenv", "phpenv", "tfenv",
         "tenv", "sdk",
         "chruby-exec", "rvm", "nodeenv", "proto", "vfox", "gvm", "swiftenv", "luaenv", "jabba", "nvs",
         "phpbrew")  # fmt: skip
def version_manager(call: Invocation) -> Effects:
    """`exec`, `run` and `do` start a program; `install` fetches a tool for the user."""
    if call.name == "chruby-exec":
        yield from call.run(_after_dashes(call.args) or call.args[1:])
        return
    words = list(call.args)
    while words and words[0].startswith("-"):
        words.pop(0)
    if not words:
        return
    verb, rest = words[0].text, words[1:]
    if verb in ("exec", "run", "do", "x"):
        yield from _executed(call, verb, rest)
    elif verb in ("install", "add", "use-install", "i", "pin"):
        yield InstallPackage(manager=call.name, names=_names(rest), scope="user")
    elif verb in ("uninstall", "remove", "rm", "implode", "cleanup", "prune"):
        yield RemovePackage(manager=call.name, names=_names(rest), scope="user")
    elif verb in ("local", "set") and _plain(rest):
        yield WritePath(
            target=call.target(".tool-versions" if call.name == "asdf" else f".{call.name.removesuffix('env')}-version")
        )
    elif verb == "plugin" and len(rest) > 1 and rest[0].text in ("add", "install", "update"):
        origin = "git" if len(_plain(rest)) > 2 else "registry"
        yield InstallPackage(manager=call.name, names=_names(rest[1:2]), origin=origin, scope="user")


def _executed(call: Invocation, verb: str | None, words: list[Value]) -> Effects:
    """nvm and fnm name a version before the command; `nvm run` takes a node script."""
    rest = _after_dashes(words)
    if rest is None:
        rest = list(words)
        while rest and rest[0].startswith("-"):
            takes = rest[0].text in ("--node", "--npm", "--yarn", "--using", "--with")
            rest = rest[2 if takes else 1 :]
        version = rest and re.fullmatch(r"v?\d[\d.]*|lts/\S+|node|default|stable|system|latest", rest[0].text or "")
        if call.name in ("nvm", "rvm", "nvs") and version and len(rest) > 1:
            rest = rest[1:]
    if call.name == "nvm" and verb == "run":
        rest = [known("node"), *rest]
    if rest:
        yield from call.run(rest)


@program("entr")
def entr(call: Invocation) -> Effects:
    """Runs a command when one of the files changes; `/_` is the first of them, `-s` takes a shell line."""
    words = list(call.args)
    letters = ""
    while words and words[0].startswith("-"):
        letters += words.pop(0).prefix[1:]
    first = standard_input(call).lines()[:1] or [known("a file")]
    words = substituted(words, "/_", first[0])
    if words:
        yield from call.shell(words[0], words[1:]) if "s" in letters else call.run(words)


@program("watchexec", "reflex", "chokidar", "onchange", "gaze", "modd")
def watchexec(call: Invocation) -> Effects:
    """Watchers: the words behind the options are a command, one word is a line for the shell."""
    line = _WATCHEXEC.parse(call.args)
    if line.has("--help", "--version"):
        return
    command = _after_dashes(call.args) or line.operands
    if call.name == "chokidar":
        at = next((i for i, word in enumerate(call.args[:-1]) if word.text in ("-c", "--command")), None)
        command = [call.args[at + 1]] if at is not None else []
    if call.name == "watchexec" or len(command) == 1:
        yield from call.shell(join(command)) if command else ()
    elif command:
        yield from call.run(command)


@program("devbox", "pixi", "flox", "devenv", "guix", "shdotenv", "with-contenv", "s6-envdir", "envdir")
def environment_shell(call: Invocation) -> Effects:
    """Shells with other tools on the path: `devbox run -- CMD`, `pixi run CMD`, `envdir DIR CMD`."""
    words = list(call.args)
    command = _after_dashes(words)
    verb = words[0].text if words else ""
    if call.name in ("envdir", "s6-envdir"):
        command = words[1:]
    elif call.name in ("with-contenv", "shdotenv"):
        command = command or words
    elif (command is None and verb in ("run", "exec")) or (verb == "shell" and call.name == "devenv"):
        command = (
            _plain(words[1:2]) + words[2:] if len(words) > 1 and not words[1].startswith("-") else _plain(words[1:])
        )
    if command:
        yield from call.run(command)
    elif verb in ("shell", "activate"):
        yield OpenShell(by=call.name, to="this machine")
    elif verb in ("add", "install"):
        yield InstallPackage(
            manager=call.name, names=_names(words[1:]), scope="user" if call.name in ("flox", "guix") else "project"
        )
    elif verb in ("rm", "remove", "uninstall"):
        yield RemovePackage(manager=call.name, names=_names(words[1:]))


@program("nix-shell")
def nix_shell(call: Invocation) -> Effects:
    """`nix-shell -p TOOL --run TEXT`; without a command it waits for somebody."""
    options = Options("-p --packages", "--run TEXT", "--command TEXT", "-A --attr A", "-I PATH", "-E --expr", "--pure", "--impure",
                      "--keep N", "-i INTERPRETER", "--arg", "--argstr", "-j --max-jobs N", "--option", "-Q", "-K", "-v", "--help",
                      "--version", abbreviate=False)  # fmt: skip
    line = options.parse(call.args)
    if line.has("--help", "--version"):
        return
    if line.has("-p"):
        names = tuple(word.shown(60) for word in line.operands)
        yield InstallPackage(manager="nix-shell", names=names, scope="user")
    text = line.value("--run", "--command")
    if text is not None:
        yield from call.shell(text)
    else:
        yield OpenShell(by="nix-shell", to="this machine")
