"""gem, and bundler with its `exec`."""

from __future__ import annotations

from collections.abc import Sequence

from enactd.effects.invocation import Effects, Invocation, Options, Value, program
from enactd.effects.model import (
    InstallPackage,
    PublishPackage,
    RemovePackage,
)
from enactd.effects.programs.packages import for_whom, installs, is_default_index, shown


@program("gem", "bundle", "bundler")
def ruby(call: Invocation) -> Effects:
    """gem, and bundler with its `exec`."""
    words = [word for word in call.args if not word.startswith("-")]
    texts = [word.text or "" for word in call.args]
    verb = words[0].text or "" if words else "install"
    if "--help" in texts or "-h" in texts or "--version" in texts:
        return
    if call.name != "gem":
        yield from _bundle(call, verb, words[1:], texts)
        return
    line = Options(
        "-s --source URL", "-v --version V", "--user-install", "-N --no-document", "-i --install-dir D",
        "-P --trust-policy P",
        "-f --force", "--pre", "-l --local", "--remote", "-g --file [F]", "-a --add U", "-r --remove U", "-k --key K",
        "--host H", "--otp O", "-n --bindir D", "--conservative", "-q", "-y", "-x", "-I", "--all",
    ).parse(call.args)  # fmt: skip
    rest = line.operands[1:]
    if verb in ("install", "i", "update", "fetch"):
        index = any(not is_default_index(url) for url in line.values("-s"))
        scope = for_whom(call, "user" if line.has("--user-install") else "project")
        yield from installs(call, "gem", rest, ecosystem="gems", scope=scope, index=index)
    elif verb in ("uninstall", "cleanup"):
        yield RemovePackage(manager="gem", names=shown(rest), scope=for_whom(call))
    elif verb in ("push", "yank"):
        yield PublishPackage(manager="gem", verb="publish" if verb == "push" else "yank", what=" ".join(shown(rest)))
    elif verb == "owner" and line.has("-a", "-r"):
        yield PublishPackage(manager="gem", verb="owner", what=" ".join(shown(rest)))
    elif verb == "sources" and line.has("-a") and not is_default_index(line.value("-a")):
        yield InstallPackage(manager="gem", names=shown(line.values("-a")), origin="index", scope="user")


def _bundle(call: Invocation, verb: str, rest: Sequence[Value], texts: Sequence[str]) -> Effects:
    if verb in ("exec", "e"):
        index = next(i for i, text in enumerate(texts) if text in ("exec", "e"))
        args = list(call.args[index + 1 :])
        while args and args[0].startswith("--"):
            args.pop(0)
        if args:
            yield from call.run(args, via="bundle exec")
    elif verb in ("install", "update", "i"):
        yield from installs(call, "bundle", [], scope=for_whom(call))
    elif verb == "add":
        git = any(text.startswith(("--git", "--github")) for text in texts)
        index = any(text.startswith(("--source", "-s")) for text in texts)
        yield from installs(call, "bundle", rest, ecosystem="gems", index=index, scope=for_whom(call),
                            sources=["git" if git else "registry"] * len(rest) if rest else None)  # fmt: skip
    elif verb == "remove":
        yield RemovePackage(manager="bundle", names=shown(rest))
    elif verb == "config" and any((word.text or "").startswith("mirror.") for word in rest):
        places = [word for word in rest if "://" in word.visible and not word.startswith("mirror.")]
        if any(not is_default_index(word) for word in places):
            yield InstallPackage(manager="bundle", names=shown(places), origin="index", scope="user")
