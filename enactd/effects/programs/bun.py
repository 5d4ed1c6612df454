"""bun: package manager, script runner and JavaScript runtime in one."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Value, join, known, program
from enactd.effects.model import PublishPackage, RemovePackage, RunCode
from enactd.effects.programs.node_packages import install, named_script, run_scripts_known
from enactd.effects.programs.node_tools import run_tool
from enactd.effects.programs.package_scripts import has_local_tool, manifest, scripts_of
from enactd.effects.programs.packages import for_whom, installs

_RUNTIME: Final = Options(
    "-e --eval CODE", "-p --print CODE", "-r --preload --require --import FILE", "--cwd DIR", "--env-file FILE",
    "-c --config FILE", "--watch", "--hot", "--smol", "--bun -b", "--silent", "--filter -F NAME", "--inspect [A]",
    "--inspect-brk [A]", "--inspect-wait [A]", "--if-present", "--no-install", "--install MODE", "-i",
    "--prefer-offline",
    "--conditions C", "--define -d D", "--loader -l L", "--tsconfig-override F", "--port N", "--elide-lines N",
    "-v --version", "-h --help", "--revision", "--shell S", "--main-fields F", "--external E",
    stop_at_operand=True,
)  # fmt: skip
_MANAGE: Final = Options(
    "-g --global", "--registry URL", "-C --cwd DIR", "-d --dev -D", "--optional", "--peer", "-E --exact",
    "--frozen-lockfile",
    "-f --force", "--ignore-scripts", "--dry-run", "-p --production", "--no-save", "--backend B", "--cache-dir D",
    "--trust",
    "--no-verify", "--no-strict-ssl", "--strict-ssl [B]", "--location L", "--tag T", "--access A", "--otp O", "--ca C",
    "--cafile F", "--filter -F N", "-h --help", "--omit T", "--linker L", "--silent", "--verbose", "-y --yes",
    "--network-concurrency N",
)  # fmt: skip
_INSTALL: Final = ("install", "i", "add", "a", "update", "ci")
_QUIET: Final = frozenset(
    "outdated why audit pm link unlink patch info upgrade completions init repl build test help discord".split()
)


@program("bun")
def bun(call: Invocation) -> Effects:
    """A verb of its own, else a script of package.json, a file, or a tool of the project."""
    line = _RUNTIME.parse(call.args)
    for code in line.values("-e", "-p"):
        yield from call.code("javascript", code)
    for file in line.values("-r"):
        yield from call.script(file, language="javascript")
    if line.has("-v", "-h", "--revision", "-e", "-p") or not line.operands:
        return
    word, args = line.operands[0], line.operands[1:]
    name = word.text or ""
    folder = line.value("--cwd") or call.cwd
    if not folder.startswith("/"):
        folder = join([call.cwd, folder], "/")
    if name == "run":
        inner = _RUNTIME.parse(args)
        if inner.operands:
            yield from _run(call, inner.operands[0], inner.operands[1:], folder)
    elif name in ("x", "exec"):
        yield from run_tool(call, "bunx", args, folder) if name == "x" else call.shell(join(args), via="bun exec")
    elif name in _INSTALL or name in ("remove", "rm", "publish", "create", "c"):
        yield from _manage(call, name, args, folder)
    elif name not in _QUIET:
        yield from _run(call, word, args, folder)


def _manage(call: Invocation, name: str, args: list[Value], folder: Value) -> Effects:
    line = _MANAGE.parse(args)
    if line.has("--dry-run", "-h"):
        return
    if name in _INSTALL:
        yield from install(call, "bun", line.operands, line, folder)
    elif name in ("remove", "rm"):
        scope = for_whom(call, system=line.has("-g"))
        yield RemovePackage(manager="bun", names=tuple(word.shown() for word in line.operands), scope=scope)
    elif name == "publish":
        yield from run_scripts_known(call, "bun", folder, ("prepublishOnly", "prepack", "prepare"))
        what = line.operands[0].shown() if line.operands else str((manifest(call, folder) or {}).get("name", ""))
        yield PublishPackage(manager="bun", verb="publish", what=what)
    elif line.operands:
        template = line.operands[0]
        made = known(f"create-{template.text}") if template.text and "/" not in template.text else template
        yield from installs(call, "bun create", [made], ecosystem="npm", runs=True)


def _run(call: Invocation, word: Value, args: list[Value], folder: Value) -> Effects:
    name = word.text or ""
    if word.prefix.startswith(("http://", "https://")):
        yield RunCode(language="typescript", origin="download", what=word.shown(80))
    elif name in scripts_of(manifest(call, folder)):
        yield from named_script(call, "bun", word, args, folder)
    elif name.endswith((".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")) or "/" in name or not name:
        yield from call.script(word, args, language="" if name.endswith(".sh") else "javascript")
    elif has_local_tool(call, folder, name):
        yield from call.run([word, *args], via="bun run")
    elif manifest(call, folder) is None:
        yield from named_script(call, "bun", word, args, folder)
