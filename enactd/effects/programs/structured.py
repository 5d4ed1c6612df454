"""jq, yq, xmllint and their kin: structured text, in place changes, and filters that read the environment."""

from __future__ import annotations

import json
import re
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Line, Options, Output, Value, known, program, unknown
from enactd.effects.model import ReadPath, RevealSecret, WritePath
from enactd.effects.programs.streams import content_of, reading, shown_by, transformed, without_output
from enactd.effects.secrets import secret_variable

_JQ: Final = Options(
    "-n --null-input", "-r --raw-output", "-j --join-output", "-a --ascii-output", "-c --compact-output",
    "-C --color-output",
    "-M --monochrome-output", "-S --sort-keys", "-s --slurp", "-R --raw-input", "-e --exit-status", "-f --from-file",
    "-L PATH", "--tab", "--indent N", "--stream", "--seq", "--unbuffered", "--raw-output0", "--stream-errors",
    "--arg", "--argjson", "--slurpfile", "--rawfile", "--argfile", "--args", "--jsonargs", "-b --binary", "-h --help",
    "-V --version", "--build-configuration", "-i --in-place",
)  # fmt: skip
_YQ: Final = Options(
    "-i --inplace --in-place --in-place", "-n --null-input", "-r --unwrapScalar --raw-output [B]", "-j --tojson",
    "-P --prettyPrint",
    "-o --output-format F", "-p --input-format F", "-I --indent N", "-s --split-exp E", "--from-file FILE",
    "-N --no-doc",
    "-C --colors", "-M --no-colors", "-e --exit-status", "-v --verbose", "-y --yaml-output", "-Y --yaml-roundtrip",
    "-x --xml-output",
    "-t --toml-output", "-w --width N", "-d --doc D", "-f --front-matter A", "--arg", "--argjson", "--expression E",
    "-0",
    "-h --help", "-V --version", "-S --sort-keys", "-c --compact-output",
)  # fmt: skip
_XMLLINT: Final = Options(
    "--noout", "--output -o FILE", "--format", "--pretty N", "--xpath EXPR", "--schema FILE", "--dtdvalid URL",
    "--relaxng FILE",
    "--schematron FILE", "--shell", "--valid", "--html", "--huge", "--noent", "--nonet", "--recover", "--encode E",
    "--c14n",
    "--debug", "--path P", "--stream", "--sax", "--xinclude", "--noblanks", "--quiet", "--catalogs", "--nocatalogs",
    "--version", "--help", "--dropdtd", "--loaddtd", "--maxmem N", "--memory", "--pattern P", "--postvalid", "--push",
    "--repeat", "--timing", "--walker", "--exc-c14n", "--c14n11", "--insert", "--auto", "--compress", "--dtdattr",
    "--dtdvalidfpi F", "--nodefdtd", "--nowarning", "--nsclean", "--oldxml10", "--xmlout", "--chkregister",
)  # fmt: skip
_ENVIRONMENT: Final = re.compile(
    r"(?<![\w.$\"])(?:env|\$ENV|\$__prog_env)\b(?!\s*:|\()(?:\.([A-Za-z_]\w*)|\[\"(\w+)\"\])?|(?:str)?env\((\w+)\)"
)
_CONTAINERS: Final = frozenset({"output of `docker`", "output of `podman`", "output of `nerdctl`"})
_PATH: Final = re.compile(r"(?:\.[A-Za-z_]\w*|\.?\[-?\d{1,6}\]|\.\"[^\"]+\")+")


def environment_read(call: Invocation, text: str) -> Effects:
    """A filter that prints the environment, or a secret variable out of it."""
    without_strings = re.sub(r'(?<!\[)"(?:[^"\\]|\\.)*"(?!\])', '""', text)
    for match in _ENVIRONMENT.finditer(without_strings):
        name = match.group(1) or match.group(2) or match.group(3)
        if name is None:
            yield RevealSecret(what="the whole environment", by=call.name)
        elif secret_variable(name):
            yield RevealSecret(what=f"the variable {name}", by=call.name)


def _with_pairs(args: tuple[Value, ...]) -> tuple[list[Value], list[Value]]:
    """The words without `--arg a b` and the like, and the files that such options read."""
    words: list[Value] = []
    files: list[Value] = []
    rest = list(args)
    while rest:
        word = rest.pop(0)
        if word.text in ("--arg", "--argjson", "--rawfile", "--slurpfile", "--argfile"):
            if word.text.endswith("file"):
                files += rest[1:2]
            rest = rest[2:]
        elif word.text in ("--args", "--jsonargs"):
            named = any(not one.startswith("-") for one in words)
            return [*words, *([] if named else rest[:1])], files
        else:
            words.append(word)
    return words, files


@program("jq", "gojq", "jaq", "fx", "gron", "jless", "dasel", "jql", "jid")
def jq(call: Invocation) -> Effects:
    """Reads its files; filters may read the environment."""
    words, files = _with_pairs(call.args)
    line = _JQ.parse(words)
    if line.has("--help", "--version"):
        return
    operands = list(line.operands)
    if call.name in ("fx", "gron", "jless"):
        operands = [known("."), *operands]
    for word in files:
        yield ReadPath(target=call.target(word), shown=shown_by(call))
    program_text = operands.pop(0) if operands else known(".")
    if line.has("-f"):
        target = call.target(program_text)
        yield ReadPath(target=target, shown=False)
        program_text = content_of(call, program_text, target)
    yield from environment_read(call, program_text.visible)
    if line.has("-n"):
        yield Output(unknown("output of jq"))
        return
    if line.has("-i") and call.name in ("jaq", "dasel"):
        for word in operands:
            yield WritePath(target=call.target(word), how="edit")
        return
    reads, text = reading(call, operands)
    yield from reads
    if _CONTAINERS & {hole.why for hole in text.holes} and re.search(r"\.Env\b", program_text.visible):
        yield RevealSecret(what="a container's environment", by=call.name)
    yield transformed(text, lambda known_text: _selected(line, program_text, known_text), f"output of {call.name}")


def _selected(line: Line, path: Value, text: str) -> str | None:
    """The result of a plain path such as `.a[0].b` with `-r`; None for other filters."""
    wanted = path.text or ""
    if not _PATH.fullmatch(wanted) or not line.has("-r") or line.has("-s", "-R", "-j", "-c"):
        return None
    found = json.loads(text)
    for key in re.findall(r"\.\"([^\"]+)\"|\.([A-Za-z_]\w*)|\[(-?\d+)\]", wanted):
        found = found[int(key[2])] if key[2] else found[key[0] or key[1]] if isinstance(found, dict) else None
        if found is None:
            return "null\n"
    return found + "\n" if isinstance(found, str) else None


@program("yq", "xq", "tomlq", "yaml", "toml", "crudini", "shyaml", "dyff", "htmlq", "pup", "mlr", "miller", "xsv",
         "qsv", "csvkit", "csvjson", "in2csv", "csvtk")  # fmt: skip
def yq(call: Invocation) -> Effects:
    """`-i` changes the files; `env(X)` and `load()` read more."""
    words, extra = _with_pairs(call.args)
    line = _YQ.parse(words)
    if line.has("--help", "--version"):
        return
    operands = list(line.operands)
    if operands and operands[0].text in ("eval", "e", "eval-all", "ea"):
        operands.pop(0)
    sets = call.name == "crudini" and any(word.text in ("--set", "--del", "--merge") for word in call.args)
    if call.name == "crudini":
        for word in operands[:1]:
            target = call.target(word)
            yield WritePath(target=target, how="edit") if sets else ReadPath(target=target)
        return
    expression = line.value("--expression") or _expression(operands)
    if expression is not None:
        yield from environment_read(call, expression.visible)
        for name in re.findall(r"load(?:_\w+)?\(\"([^\"]+)\"\)", expression.visible):
            yield ReadPath(target=call.target(name))
    for word in [*extra, *line.values("--from-file")]:
        yield ReadPath(target=call.target(word), shown=False)
    if line.has("-i"):
        for word in operands:
            yield WritePath(target=call.target(word), how="edit")
        return
    reads, text = reading(call, operands if not line.has("-n") else [])
    yield from reads
    yield Output(unknown(f"output of {call.name}", *(text.origins if not line.has("-n") else ())))


def _expression(operands: list[Value]) -> Value | None:
    """Takes the first operand away where it is an expression and no file name."""
    if not operands:
        return None
    text = operands[0].text or ""
    looks = len(operands) > 1 or re.search(r"^\.|[|()\[\]=]|^(?:select|keys|length|map|to_)", text) is not None
    if looks and not re.fullmatch(r"(?:\./|/|\.\./)[\w./-]+", text):
        return operands.pop(0)
    return None


@program("xmllint", "xmlstarlet", "xml", "xsltproc", "tidy")
def xmllint(call: Invocation) -> Effects:
    """`--shell` reads commands from standard input; `xmlstarlet ed -L` and `tidy -m` change in place."""
    if call.name in ("xmlstarlet", "xml", "tidy"):
        in_place = any(word.text in ("-L", "--inplace", "-m", "-modify") for word in call.args)
        for word in call.args:
            text = word.text or ""
            if text and not text.startswith("-") and re.search(r"\.\w{2,5}$", text) and not text.startswith("//"):
                target = call.target(word)
                yield WritePath(target=target, how="edit") if in_place else ReadPath(target=target)
        return
    line = _XMLLINT.parse(call.args)
    if line.has("--help", "--version"):
        return
    for option in ("--output",):
        for word in line.values(option):
            yield WritePath(target=call.target(word))
    for option in ("--schema", "--relaxng", "--schematron"):
        for word in line.values(option):
            yield ReadPath(target=call.target(word), shown=False)
    if line.has("--shell"):
        for one in call.stdin.lines() if call.stdin is not None else []:
            match = re.match(r"\s*(?:write|save)\s+", one.prefix)
            if match:
                yield WritePath(target=call.target(one.cut(match.end())))
    reads, content = reading(call, line.operands, shown=not line.has("--noout"))
    yield from reads
    yield Output(unknown("output of xmllint", *(content.origins if not line.has("--noout") else ())))


@program("m4", "gm4")
def m4(call: Invocation) -> Effects:
    """Macros may run commands: `syscmd` and `esyscmd`."""
    operands = [word for word in call.args if not word.startswith("-")]
    reads, text = reading(call, operands)
    yield from reads
    for match in re.finditer(r"e?syscmd\(`?([^')]*)'?\)", text.visible):
        yield from without_output(call.shell(known(match.group(1))))
    yield Output(unknown("output of m4", *text.origins))
