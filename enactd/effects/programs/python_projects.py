"""uv, poetry, pdm, hatch, rye, pipenv: environments of Python projects, and what is run in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from enactd.effects.code.operations import in_project
from enactd.effects.invocation import Effects, Invocation, Options, Value, known, program
from enactd.effects.model import PublishPackage, ReadPath, RemovePackage, RevealSecret, RunCode, SetEnvironment
from enactd.effects.programs.packages import for_whom, installs, is_default_index, spec_source
from enactd.effects.programs.pip import pip_verb, run_python_tool
from enactd.effects.programs.project_runners import scripts_of

_UV: Final = Options(
    "--directory DIR", "--project DIR", "-p --python PY", "--with PKG", "--with-editable PATH", "-w PKG",
    "--with-requirements FILE", "--from SPEC", "--extra E", "--all-extras", "--no-extra E", "--group G", "--no-group G",
    "--only-group G", "--all-groups", "--dev", "--no-dev", "--only-dev", "--no-sync", "--locked", "--frozen",
    "--isolated", "--active",
    "--env-file FILE", "--no-env-file", "--package P", "--all-packages", "-m --module", "-s --script", "--gui-script",
    "-n --no-cache", "--cache-dir D", "--offline", "-q --quiet", "-v --verbose", "--no-progress", "--native-tls",
    "-i --index-url --default-index --index URL", "--extra-index-url URL", "-f --find-links PLACE", "--config-file F",
    "--no-config", "--allow-insecure-host --trusted-host H", "-U --upgrade", "-P --upgrade-package P", "--reinstall",
    "--refresh", "--color C", "--python-preference P", "--no-project", "-h --help", "-V --version", "--managed-python",
    "--no-managed-python", "--link-mode M", "--resolution R", "--prerelease P", "--exclude-newer D", "--no-build",
    "--no-binary", "--torch-backend B", "--no-editable", "--inexact", "--exact", "--compile-bytecode", "--lfs",
    stop_at_operand=True,
)  # fmt: skip
_ADD: Final = Options(
    "-r --requirements --requirement FILE", "--dev -d -D", "--optional E", "--group -G -dG G", "--editable -e [PATH]",
    "--path PATH", "--git URL", "--url URL", "--rev R", "--tag T", "--branch -b B", "--extras -E E", "--source S",
    "--index --default-index -i --index-url URL", "--extra-index-url URL", "--dry-run", "-h --help", "--no-sync",
    "--sync",
    "--lock", "--frozen", "--raw", "--python -p PY", "--platform P", "--allow-prereleases", "--pre", "--workspace",
    "--script S",
    "--package P", "--allow-insecure-host --trusted-host H", "--directory DIR", "--project DIR -P", "--no-self",
    "-q -v -n",
    "--bounds B", "--extra E", "--feature F", "--features F", "--system", "--deploy", "--dev-only", "-c --constraint F",
)  # fmt: skip


@program("uv")
def uv(call: Invocation) -> Effects:
    """Project, tool and pip commands."""
    line = _UV.parse(call.args)
    if not line.operands:
        return
    verb, args = line.operands[0].text or "", line.operands[1:]
    if verb == "run":
        yield from _uv_run(call, args)
    elif verb == "pip" and args:
        yield from pip_verb(call, "uv pip", args[0].text or "", args[1:])
    elif verb == "tool" and args:
        yield from _uv_tool(call, args[0].text or "", args[1:])
    elif verb in ("add", "remove", "sync", "lock"):
        yield from _manifest_verb(call, "uv", verb, args)
    elif verb == "publish":
        if not any(arg.text in ("--dry-run", "--help", "-h") for arg in args):
            yield PublishPackage(
                manager="uv", verb="publish", what=" ".join(a.shown() for a in args if not a.startswith("-"))
            )
    elif verb == "python" and args and args[0].text in ("install", "uninstall"):
        yield from installs(call, "uv python", args[1:] or [known("python")], scope="user")
    elif verb == "auth" and args and args[0].text == "token":
        yield RevealSecret(what="a package index token", by="uv auth token")


def _uv_run(call: Invocation, args: Sequence[Value]) -> Effects:
    line = _UV.parse(args)
    packages = line.values("--with")
    index = any(not is_default_index(url) for url in line.values("-i", "--extra-index-url"))
    if packages or index:
        yield from installs(call, "uv run", packages, ecosystem="pypi", index=index, runs=True)
    for file in line.values("--env-file", "--with-requirements"):
        yield ReadPath(target=call.target(file), shown=False)
    words = list(line.operands)
    if not words:
        return
    folder = _folder(call, line.value("--directory"))
    changes: dict[str, Any] = {"via": "uv run", **({"cwd": folder} if folder is not None else {})}
    if line.has("-m"):
        yield from call.run([known("python"), known("-m"), *words], **changes)
    elif line.has("-s") or (words[0].text or "").endswith((".py", ".pyw")):
        yield from call.run([known("python"), *words], **changes)
    elif "://" in words[0].prefix:
        yield RunCode(language="python", origin="download", what=words[0].shown())
    else:
        yield from call.run(words, **changes)


def _folder(call: Invocation, word: Value | None) -> Value | None:
    if word is None:
        return None
    path = call.target(word).path
    return known(path) if path is not None else word


@program("uvx")
def uvx(call: Invocation) -> Effects:
    """`uv tool run` by its short name."""
    yield from _uv_tool(call, "run", call.args)


def _uv_tool(call: Invocation, verb: str, args: Sequence[Value]) -> Effects:
    line = _UV.parse(args)
    index = any(not is_default_index(url) for url in line.values("-i", "--extra-index-url"))
    if verb == "run" and line.operands:
        extra = line.values("--with")
        if extra:
            yield from installs(call, "uvx", extra, ecosystem="pypi", index=index, runs=True)
        yield from run_python_tool(call, "uvx", line.operands, spec=line.value("--from"), index=index)
    elif verb in ("install", "upgrade"):
        yield from installs(call, "uv tool", line.operands, ecosystem="pypi", scope=for_whom(call, "user"), index=index)
    elif verb == "uninstall":
        yield RemovePackage(
            manager="uv tool", names=tuple(w.shown() for w in line.operands), scope=for_whom(call, "user")
        )


def _manifest_verb(call: Invocation, manager: str, verb: str, args: Sequence[Value]) -> Effects:
    """add, remove, sync and install of a project."""
    line = _ADD.parse(args)
    if line.has("--dry-run", "-h"):
        return
    words = line.operands
    if verb == "remove":
        yield RemovePackage(manager=manager, names=tuple(word.shown() for word in words), scope=for_whom(call))
        return
    urls = [*line.values("--index"), *line.values("--extra-index-url")]
    index = any(not is_default_index(_url_of(url)) for url in urls if "/" in url.prefix or ":" in url.prefix)
    unchecked = line.has("--allow-insecure-host")
    sources = [_poetry_source(word) for word in words]
    for option, source in (("--git", "git"), ("--url", "url"), ("--path", "path")):
        for value in line.values(option):
            words, sources = [*words, value], [*sources, source]
    for value in line.values("--editable"):
        words, sources = [*words, value], [*sources, spec_source(value.text) if "://" in value.prefix else "path"]
    for file in line.values("-r"):
        yield ReadPath(target=call.target(file), shown=False)
    scope = for_whom(call, system=line.has("--system"))
    yield from installs(
        call, manager, words if verb in ("add", "install", "a") else [], ecosystem="pypi", scope=scope, index=index,
        unchecked=unchecked, sources=sources if verb in ("add", "install", "a") else None,
    )  # fmt: skip


def _url_of(url: Value) -> Value:
    """`--index name=https://...` names the index."""
    head = url.prefix.partition("=")[0]
    return url.cut(len(head) + 1) if "=" in url.prefix and "://" not in head else url


def _poetry_source(word: Value) -> str:
    text = word.text
    if text is not None and " @ " in text:
        text = text.split(" @ ", 1)[1]
    elif text is not None and "@" in text and "://" in text.partition("@")[2]:
        text = text.partition("@")[2]
    return spec_source(text)


_TOOLS: Final = Options("-C --directory --project -p DIR", "-P P", "-q --quiet", "-v --verbose", "-vv", "-vvv",
"-n --no-interaction",
                        "--no-ansi", "--no-plugins", "--no-cache", "-e --env NAME", "-h --help", "--version -V",
                        "--ansi", "-c --config F",
                        "--pypi-mirror URL", "--python PY", "--venv NAME", "--site-packages", "--clear",
                        "-s --site", "-k --skip G",
                        stop_at_operand=True)  # fmt: skip


@program("poetry", "pdm", "hatch", "rye", "pipenv")
def project(call: Invocation) -> Effects:
    """The verb, and `run`, which looks like no wrapper at all to the tool that is run."""
    line = _TOOLS.parse(call.args)
    if not line.operands or line.has("-h", "--version"):
        return
    verb, args = line.operands[0].text or "", line.operands[1:]
    manager = call.name
    folder = _folder(call, line.value("-C"))
    if verb == "env" and manager == "hatch" and args and args[0].text == "run":
        verb, args = "run", args[1:]
    if verb == "run":
        yield from _run(call, manager, args, folder)
    elif verb in ("publish", "upload"):
        if not any(arg.text in ("--dry-run", "--help", "-h") for arg in args):
            yield PublishPackage(manager=manager, verb="publish")
    elif verb in ("add", "install", "sync", "update", "lock", "remove", "uninstall"):
        yield from _manifest_verb(call, manager, "remove" if verb == "uninstall" else verb, args)
    elif verb in ("source", "config"):
        yield from _configured(manager, verb, args)
    elif (verb == "self" and args and args[0].text in ("add", "install")) or (
        verb == "tools" and args and args[0].text in ("install", "uninstall")
    ):
        yield from installs(call, manager, args[1:], ecosystem="pypi", scope="user")


def _run(call: Invocation, manager: str, args: Sequence[Value], folder: Value | None) -> Effects:
    """`poetry run X`; hatch puts `env:` before the command, pipenv and pdm take scripts of the project."""
    line = _TOOLS.parse(args)
    words = list(line.operands)
    if not words:
        return
    if manager == "hatch" and ":" in (words[0].text or ""):
        words[0] = known((words[0].text or "").partition(":")[2])
    changes: dict[str, Any] = {"via": f"{manager} run", **({"cwd": folder} if folder is not None else {})}
    scripts = scripts_of(call, manager) if folder is None else None
    if scripts is not None and words[0].text in scripts.tasks:
        yield from in_project(scripts.run(words[0].text or "", words[1:]), "workspace", manager)
        return
    if (words[0].text or "").endswith(".py"):
        words = [known("python"), *words]
    yield from call.run(words, **changes)


def _configured(manager: str, verb: str, args: Sequence[Value]) -> Effects:
    """Another index, or the credentials for one."""
    words = [word for word in args if not word.startswith("-")]
    texts = [word.text or "" for word in words]
    if verb == "source" and texts[:1] == ["add"] and len(words) > 2 and not is_default_index(words[2]):
        yield SetEnvironment(name=f"{manager} source", value=words[2].text)
    elif verb == "config" and len(texts) > 1 and texts[0].startswith(("repositories.", "pypi.url", "certificates.")):
        if not (texts[0].startswith("certificates") and texts[1] not in ("false",)):
            yield SetEnvironment(name=f"{manager} {texts[0]}", value=texts[1])
    elif verb == "config" and len(texts) == 1 and texts[0].startswith(("pypi-token", "http-basic", "pypi.password")):
        yield RevealSecret(what=f"the setting {texts[0]}", by=f"{manager} config")
