"""node, tsx, ts-node and their kin: code by option, files, what flows in, and what is loaded beforehand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Output, Value, find_program, known, program, unknown
from enactd.effects.model import OpenShell, OpenTunnel, Request, RunCode
from enactd.effects.values import NONE

_NODE: Final = Options(
    "-e --eval -pe -ep CODE", "-p --print [CODE]", "-r --require MODULE", "--import MODULE", "--loader --experimental-loader MODULE",
    "-c --check", "-v --version", "-h --help", "-i --interactive", "--test", "--watch", "--watch-path PATH", "--run SCRIPT",
    "--env-file FILE", "--env-file-if-exists FILE", "--inspect [A]", "--inspect-brk [A]", "--inspect-wait [A]", "--inspect-port A",
    "--max-old-space-size N", "--input-type T", "-C --conditions N", "--title T", "--icu-data-dir D", "--openssl-config F",
    "--redirect-warnings F", "--stack-trace-limit N", "--trace-event-categories C", "--tls-cipher-list L", "--unhandled-rejections M",
    "--test-name-pattern P", "--test-reporter R", "--test-reporter-destination D", "--test-concurrency N", "--test-timeout N",
    "--test-shard S", "--test-skip-pattern P", "--test-isolation M", "--disable-warning W", "--diagnostic-dir D", "--cpu-prof-dir D",
    "--cpu-prof", "--heap-prof", "--prof", "--prof-process", "--expose-gc", "--no-warnings", "--trace-warnings", "--trace-deprecation",
    "--experimental-strip-types", "--experimental-transform-types", "--experimental-vm-modules", "--build-snapshot",
    "--build-snapshot-config F", "--snapshot-blob F", "--experimental-sea-config F", "--v8-options", "--completion-bash",
    "-P --project FILE", "-T --transpile-only", "--files", "-O --compiler-options O", "-S --swc", "--esm", "--cwd-mode",
    "--script-mode", "--tsconfig FILE", "--no-cache", "--clear-screen", "--include GLOB", "--exclude GLOB", "-d --dir DIR",
    "-I --ignore-diagnostics D", "--localstorage-file F", "--permission", "--allow-fs-read P", "--allow-fs-write P",
    stop_at_operand=True, abbreviate=False,
)  # fmt: skip
_EVERYWHERE: Final = ("0.0.0.0", "[::]", "::")  # noqa: S104 - looked for, not bound
_ENTRIES: Final = {"ace": "ace", "ace.js": "ace", "artisan": "artisan"}


@program("node", "nodejs", "tsx", "ts-node", "ts-node-esm", "ts-node-script", "esno", "esbuild-register", "swc-node", "jiti", "vite-node",
         "babel-node", "esmo", "sucrase-node", "iojs", "zx")  # fmt: skip
def node(call: Invocation) -> Effects:
    """A script, code by option, or standard input. What it prints is told where printing is all it does."""
    args = _without_verb(call)
    line = _NODE.parse(args)
    if line.has("--version", "-h", "-c", "--v8-options", "--completion-bash", "--prof-process"):
        return
    for module in [*line.values("-r"), *line.values("--import"), *line.values("--loader")]:
        yield from _loaded(call, module)
    if line.has("--run"):
        yield from call.run([known("npm"), known("run"), *line.values("--run")[-1:]])
        return
    yield from _inspected(line.values("--inspect", "--inspect-brk", "--inspect-wait"))
    code = line.values("-e", "-p")
    rest = line.operands
    if line.has("-p") and not code and rest:
        code, rest = rest[:1], rest[1:]
    if code:
        for text in code:
            yield from read_code(call, text, rest, prints=line.has("-p") or "-pe" in call.texts())
    elif line.has("--test"):
        for path in rest:
            if not path.glob and path.text is not None and call.target(path).kind == "file":
                yield from call.script(path, language="javascript")
    elif rest and rest[0].text not in ("-", "/dev/stdin"):
        yield from run_script(call, rest[0], rest[1:])
    elif call.stdin is not None:
        yield from call.code(_language(call), call.stdin, origin="stdin", via=call.name, args=rest[1:], stdin=None)
    elif not line.has("--test", "--watch"):
        yield OpenShell(by=call.name, to="this machine")


def read_code(call: Invocation, text: Value, rest: Sequence[Value], *, prints: bool = False) -> Effects:
    """Code from the command line; with `-p` its last value is printed."""
    text = (
        text
        if not prints or text.text is None or _is_statement(text.text)
        else known(f"console.log({text.text}\n)", *text.origins)
    )
    taints = call.stdin.origins if call.stdin is not None else NONE
    told = False
    for item in call.code(_language(call), text, via=call.name, args=rest):
        told = told or isinstance(item, Output)
        yield item
    if taints and not told:
        yield Output(unknown(f"output of `{call.name}`", *taints))


def _is_statement(text: str) -> bool:
    """Whether wrapping the text into a call would change what it means."""
    return (
        re.match(r"\s*(?:const|let|var|if|for|while|import|function|class|async function|try|throw|\{)", text)
        is not None
        or ";" in text
    )


def _language(call: Invocation) -> str:
    return "javascript" if call.name in ("node", "nodejs", "zx") else "typescript"


def _without_verb(call: Invocation) -> list[Value]:
    args = list(call.args)
    if call.name == "tsx" and args and args[0].text == "watch":
        return args[1:]
    return args


def _inspected(addresses: Sequence[Value]) -> Effects:
    """A debugger that listens on all addresses lets anybody in."""
    for address in addresses:
        if (address.text or "").startswith(_EVERYWHERE):
            yield OpenTunnel(by="node --inspect", to=address.shown(40), shell=True)  # noqa: S604 - no call of a shell


def _loaded(call: Invocation, module: Value) -> Effects:
    """`-r x`: a file runs first; a bare name is a package of the project."""
    text = module.text
    if text is None:
        yield RunCode(language="javascript", origin="unknown", what=module.shown(60))
    elif text.startswith("data:"):
        yield RunCode(language="javascript", origin="argument", what="a module in a data: URL")
    elif text.startswith(("http:", "https:")):
        yield RunCode(language="javascript", origin="download", what=text[:80])
    elif text.startswith(("/", ".", "~")) and not text.endswith(".pnp.cjs"):
        yield from call.script(module, language="javascript")


def run_script(call: Invocation, path: Value, args: Sequence[Value]) -> Effects:
    """A script by its path; well-known entry files are programs of their own, URLs are fetched."""
    text = path.text or ""
    name = text.rsplit("/", 1)[-1]
    if text.startswith(("http://", "https://")):
        yield Request(
            method="GET", host=re.sub(r"^\w+://([^/:?]*).*", r"\1", text), url=text[:2000], scheme=text.split(":")[0]
        )
        yield RunCode(language="javascript", origin="download", what=text[:120])
    elif name in _ENTRIES and find_program(_ENTRIES[name]) is not None:
        yield from call.run([known(_ENTRIES[name]), *args], via=call.name)
    elif "node_modules/" in text and find_program(_package_program(text)) is not None:
        yield from call.run([known(_package_program(text)), *args], via=call.name)
    else:
        target = call.target(path)
        if target.kind == "missing" and not re.search(r"\.\w+$", name):
            for ending in (".js", ".ts", "/index.js"):
                longer = Value((*path.pieces, ending))
                if call.target(longer).kind == "file":
                    path = longer
                    break
        yield from call.script(path, args, language="javascript")


def _package_program(path: str) -> str:
    """`node_modules/.bin/prisma`, `node_modules/prisma/build/index.js`: the tool's name."""
    tail = path.rpartition("node_modules/")[2].split("/")
    if tail[0] == ".bin" and len(tail) > 1:
        return tail[1]
    return tail[1] if tail[0].startswith("@") and len(tail) > 1 else tail[0]
