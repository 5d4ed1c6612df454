"""cargo and rustup: building runs the workspace's own code; installing and publishing are told apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Line, Options, Value, find_program, known, program
from enactd.effects.model import (
    DeletePath,
    InstallPackage,
    PublishPackage,
    RemovePackage,
    RunCode,
)
from enactd.effects.programs.packages import Scope, for_whom, installs, shown
from enactd.effects.scripts import origin_of

_CARGO: Final = Options(
    "--git URL", "--path PATH", "--registry NAME", "--index URL", "--branch B", "--tag T", "--rev R", "--version V",
    "-F --features F",
    "--no-default-features", "--all-features", "--dev", "--build", "--optional", "--rename N", "--target T",
    "-n --dry-run",
    "-p --package P", "--manifest-path F", "--root D", "-f --force", "--locked", "--frozen", "--offline", "-q --quiet",
    "-v --verbose", "--token T", "--allow-dirty", "--no-verify", "-h --help", "-V", "--undo", "-a --add U",
    "-r --remove U",
    "-l --list", "--bin B", "--example E", "--target-dir D", "--profile P", "-j --jobs N", "--release", "--color C",
    "--config C", "-Z F", "--workspace", "--all", "--vers V", "--exclude P", "--doc", "--test T", "--bench B",
    "--lib", "--tests",
    stop_at_operand=False,
)  # fmt: skip


@program("cargo")
def cargo(call: Invocation) -> Effects:
    """Building and testing run the workspace's own code; installing, publishing and yanking are told apart."""
    args = [word for word in call.args if not word.startswith("+")]
    index = _verb_at(args)
    if index is None:
        return
    verb, rest = args[index].text or "", args[index + 1 :]
    line = _CARGO.parse(list(_before_dashes(rest)))
    if line.has("-n", "-h", "-l"):
        return
    foreign = line.has("--registry", "--index") and line.text("--registry") not in ("crates-io", "")
    if verb in ("add", "install", "update", "fetch", "binstall"):
        yield from _cargo_install(call, verb, line, index=foreign or line.has("--index"))
    elif verb in ("remove", "rm", "uninstall"):
        scope: Scope = "user" if verb == "uninstall" else "project"
        yield RemovePackage(manager="cargo", names=shown(line.operands), scope=scope)
    elif verb in ("publish", "yank", "owner", "release"):
        yield from _published(verb, line, rest)
    elif verb == "clean":
        yield DeletePath(target=call.target(line.value("--target-dir") or known("target")), recursive=True)
    elif verb in ("run", "r", "build", "b", "test", "t", "bench", "nextest", "miri", "watch"):
        manifest = line.value("--manifest-path")
        origin = origin_of(call.target(manifest)) if manifest is not None else "workspace"
        yield RunCode(language="rust", origin=origin, what=f"cargo {verb}")
        if verb == "watch":
            yield from _watched(call, rest)
    elif verb in ("sqlx", "diesel"):
        yield from call.run([known(verb), *rest], via="cargo")
    elif find_program(f"cargo-{verb}") is not None:
        yield from call.run([known(f"cargo-{verb}"), *rest], via="cargo")


def _verb_at(args: Sequence[Value]) -> int | None:
    """Where the verb stands, behind global options and their values."""
    for number, word in enumerate(args):
        value = number > 0 and args[number - 1].text in ("-C", "--config", "-Z", "--color", "--manifest-path")
        if not word.startswith("-") and not value:
            return number
    return None


def _published(verb: str, line: Line, rest: Sequence[Value]) -> Effects:
    """`cargo release` only pretends until it is told to `--execute`."""
    if verb == "release":
        if any(word.text in ("-x", "--execute") for word in rest):
            yield PublishPackage(manager="cargo", verb="publish", what="release")
    elif verb == "publish":
        yield PublishPackage(manager="cargo", verb="publish", what=line.text("-p"))
    else:
        yield PublishPackage(manager="cargo", verb=verb, what=" ".join(shown(line.operands)))


def _watched(call: Invocation, rest: Sequence[Value]) -> Effects:
    """`cargo watch -s 'shell text'` and `cargo watch -- command`."""
    for flag, word in pairwise(rest):
        if flag.text in ("-s", "--shell"):
            yield from call.shell(word)
    texts = [word.text for word in rest]
    if "--" in texts:
        yield from call.run(rest[texts.index("--") + 1 :], via="cargo watch")


def _before_dashes(words: Sequence[Value]) -> Sequence[Value]:
    texts = [word.text for word in words]
    return words[: texts.index("--")] if "--" in texts else words


def _cargo_install(call: Invocation, verb: str, line: Line, *, index: bool) -> Effects:
    words, sources = list(line.operands), ["registry"] * len(line.operands)
    for option, source in (("--git", "git"), ("--path", "path")):
        if line.has(option):
            words, sources = (words or [line.value(option) or known(".")]), [source] * max(len(words), 1)
    scope = for_whom(call, "user" if verb in ("install", "binstall") else "project")
    if verb in ("update", "fetch"):
        words, sources = [], []
    yield from installs(call, "cargo", words, ecosystem="crates", scope=scope, index=index, sources=sources or None)


@program("rustup")
def rustup(call: Invocation) -> Effects:
    """Tool chains of the user's own."""
    texts = [word.text or "" for word in call.args if not word.startswith("-")]
    if texts[:1] == ["run"] and len(call.args) > 2:
        yield from call.run(call.args[2:], via="rustup run")
    elif texts[:2] == ["self", "uninstall"] or texts[1:2] in (["uninstall"], ["remove"]):
        yield RemovePackage(manager="rustup", names=tuple(texts[2:]), scope="user")
    elif texts[:1] in (["install"], ["update"]) or texts[1:2] in (["install"], ["add"]):
        names = tuple(text for text in texts[1:] if text not in ("install", "add"))
        yield InstallPackage(manager="rustup", names=names, scope="user")
