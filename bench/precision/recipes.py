"""Command lines in build and CI files: workflows, Makefiles, package.json, tox, nox, Dockerfiles."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Iterator

ASSIGNMENT = re.compile(r"^(?:export +|override +)?([\w.-]+) *(?::{0,3}|\?)= *(.*)$")
REFERENCE = re.compile(r"\$[({]([\w.-]+)[)}]")


def workflow_steps(text: str) -> Iterator[str]:
    """The `run:` texts of a workflow; matrix values become a number, other expressions drop the step."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        start = re.match(r"^( *)(?:- +)?run: *(.*)$", line)
        if not start:
            continue
        if start[2].strip() and start[2].strip()[0] in "|>":
            depth = len(line) - len(line.lstrip()) + (2 if line.lstrip().startswith("- ") else 0)
            body = []
            for follower in lines[number + 1 :]:
                if follower.strip() and len(follower) - len(follower.lstrip()) <= depth:
                    break
                body.append(follower)
            margin = min((len(x) - len(x.lstrip()) for x in body if x.strip()), default=0)
            found = ("\n" if start[2].strip()[0] == "|" else " ").join(x[margin:] for x in body).strip()
        else:
            found = start[2].strip()
            found = found[1:-1] if found[:1] in "\"'" and found[-1:] == found[:1] else found
        found = re.sub(r"\$\{\{ *matrix\.[\w.-]+ *\}\}", "3", found)
        if found and "${{" not in found:
            yield found


def make_lines(text: str) -> Iterator[str]:
    """The recipe lines of a Makefile after its own plain variables; lines that need more of make are left out."""
    text = text.replace("\\\n", "\\\n\t") if "\\\n" in text else text
    joined = re.sub(r"\\\n\t+ *", "\\\n", text).split("\n")
    known: dict[str, str] = {"MAKE": "make", "RM": "rm -f", "CURDIR": "."}
    for line in joined:
        found = ASSIGNMENT.match(line)
        if found and not line.startswith("\t"):
            known.setdefault(found[1], found[2].partition(" #")[0].strip())
    current: list[str] = []
    for line in joined:
        if current or line.startswith("\t"):
            current.append(line.lstrip("\t") if not current else line)
            if not line.endswith("\\"):
                yield from _recipe("\n".join(current), known)
                current = []


def _recipe(line: str, known: dict[str, str]) -> Iterator[str]:
    line = line.strip().lstrip("@-+ ")
    for _ in range(4):
        line = REFERENCE.sub(lambda match: known.get(match[1], match[0]), line)
    shell = line.replace("$$", "\0")
    if line and "$" not in shell and not line.startswith("#"):
        yield shell.replace("\0", "$")


def package_scripts(text: str) -> Iterator[str]:
    """The script texts of a package.json."""
    try:
        scripts = json.loads(text).get("scripts", {})
    except (ValueError, AttributeError):
        return
    yield from (body for body in scripts.values() if isinstance(body, str) and body.strip())


def package_runs(text: str) -> Iterator[str]:
    """The scripts of a package.json as they are called."""
    try:
        scripts = json.loads(text).get("scripts", {})
    except (ValueError, AttributeError):
        return
    yield from (f"npm run {shlex.quote(name)}" for name in scripts)


def make_targets(text: str) -> Iterator[str]:
    """The targets of a Makefile that a person calls: plain words with a recipe."""
    for name in dict.fromkeys(re.findall(r"^([a-z][\w-]*):(?!=)", text, re.M)):
        yield f"make {name}"


def tox_commands(text: str) -> Iterator[str]:
    """The `commands` of a tox.ini, `{posargs}` taken as nothing; lines with other settings in them are left out."""
    for block in re.findall(r"^commands(?:_pre|_post)? *=(.*(?:\n[ \t]+.*|\n *(?=\n))*)", text, re.M):
        for written in block.replace("\\\n", " ").split("\n"):
            line = re.sub(r"\{posargs(?::([^}]*))?\}", r"\1", written.strip().lstrip("- ")).strip()
            line = re.sub(r"^[\w,!.-]+: +", "", re.sub(r"^\{env(python)\}", r"\1", line))
            if line and "{" not in line and not line.startswith("#"):
                yield line


def nox_commands(text: str) -> Iterator[str]:
    """The `session.run` calls of a noxfile whose arguments are all plain strings."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "run":
            words = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if words and len(words) == len(node.args):
                yield shlex.join(words)


def docker_runs(text: str) -> Iterator[str]:
    """The RUN texts of a Dockerfile."""
    for written in re.findall(r"^RUN +((?:.*\\\n)*.*)$", text, re.M | re.I):
        body = re.sub(r"^(?:--\w+=\S+ +)+", "", re.sub(r"^\s*#.*\n", "", written, flags=re.M))
        if not body.startswith(("[", "<<")):
            yield body
