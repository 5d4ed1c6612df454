"""Python as a program: `-c`, `-m`, files and what flows in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from enactd.effects.invocation import (
    Effects,
    Invocation,
    Output,
    Value,
    concat,
    find_program,
    known,
    program,
    unknown,
)  # fmt: skip
from enactd.effects.model import CopyPath, OpenShell, PublishPackage, ReadPath, RunCode, WritePath
from enactd.effects.values import DECODED, NONE

# What takes no word after it; `-c` and `-m` end the options.
_FLAGS: Final = frozenset("bBdEhiIOPqRsStuvVx?32J")
_HARMLESS: Final = frozenset(
    """venv virtualenv ensurepip pytest unittest compileall py_compile build this site sysconfig platform calendar
    tokenize ast dis inspect pydoc ruff black isort mypy pylint flake8 tox nox pre_commit sphinx mkdocs ipykernel idlelib
    gzip py pyright bandit pyflakes pycodestyle autopep8 yapf vulture radon twine_check pip_audit jupyter notebook
    jupyterlab IPython ptpython uvicorn gunicorn hypercorn waitress streamlit celery_ black_d pdm poetry hatch flit wheel
    setuptools setup nltk spacy grpc_tools.protoc json.tool_ zipapp quopri locale turtledemo tkinter webbrowser webbrowser_
    importlib.metadata antigravity encodings.rot_13 dataclasses keyword symtable tabnanny pickletools pstats""".split()
)
_RUNNERS: Final = frozenset(
    (
        "pdb",
        "cProfile",
        "profile",
        "trace",
        "runpy",
        "doctest",
        "timeit",
        "coverage",
        "kernprof",
        "memory_profiler",
        "debugpy",
        "viztracer",
        "scalene",
    )
)


@program(
    "python",
    "python3",
    "pypy",
    "pypy3",
    "py",
    "python2",
    "pythonw",
    "ipython",
    "ipython3",
    "python-dbg",
    "micropython",
    "graalpy",
)
def python(call: Invocation) -> Effects:
    """Text by option, module, file, or standard input. What it prints is told only where printing is all it does."""
    found = _parsed(call.args)
    if found is None:
        return
    kind, first, rest = found
    if kind == "-c" and first is not None:
        yield from call.code("python", first, via=call.name, args=rest)
    elif kind == "-m" and first is not None:
        yield from _module(call, first, rest)
    elif first is not None and first.text not in ("-", "/dev/stdin"):
        yield from _file(call, first, rest)
    elif call.stdin is not None:
        yield from call.code("python", call.stdin, origin="stdin", via=call.name, args=rest, stdin=None)
    else:
        yield OpenShell(by=call.name)
    taints = call.stdin.origins if call.stdin is not None else NONE
    if taints:
        yield Output(unknown(f"output of `{call.name}`", *taints))


def _parsed(args: Sequence[Value]) -> tuple[str, Value | None, list[Value]] | None:
    """What is run: `-c` text, `-m` module, a file or nothing, and the words behind it. None: only help or version."""
    words = list(args)
    while words:
        word = words.pop(0)
        text = word.text or word.prefix
        if not text.startswith("-") or text == "-":
            return "", word, words
        if text.startswith("--"):
            if text in ("--help", "--version", "--help-all", "--help-env", "--help-xoptions"):
                return None
            words = words[1:] if text == "--check-hash-based-pycs" else words
            continue
        for index, letter in enumerate(text[1:], 1):
            if letter in "cm":
                attached = word.cut(index + 1)
                first = attached if attached.pieces else words.pop(0) if words else None
                return f"-{letter}", first, words
            if letter in "WXQ":
                words = words if len(text) > index + 1 else words[1:]
                break
            if letter in "hV?":
                return None
            if letter not in _FLAGS:
                break
    return "", None, []


def _file(call: Invocation, path: Value, rest: list[Value]) -> Effects:
    """A script; `manage.py`, `setup.py` and tools of a virtual environment are programs of their own."""
    text = path.text or ""
    name = text.rsplit("/", 1)[-1]
    if (name == "manage.py" and find_program(name) is not None) or (
        text.rpartition("/")[0].endswith(("venv/bin", "env/bin")) and find_program(name) is not None
    ):
        yield from call.run([known(name), *rest], via=call.name)
    elif name == "setup.py" and any(word.text in ("upload", "register") for word in rest):
        yield PublishPackage(manager="setup.py", verb="publish", what=" ".join(word.shown(40) for word in rest))
    elif call.target(path).kind == "folder":
        yield from call.script(concat((path, known("/__main__.py"))), rest, language="python")
    else:
        yield from call.script(path, rest, language="python")


def _module(call: Invocation, module: Value, rest: list[Value]) -> Effects:
    """A module by its name: a program, a runner of scripts, a tool of the standard library, or project code."""
    name = module.text
    if name is None:
        yield RunCode(language="python", origin="unknown", what="a module known only at run time")
    elif name in ("zipfile", "tarfile", "json.tool", "base64", "encodings.rot_13", "uu", "binhex"):
        yield from _library(call, name, rest)
    elif name in _RUNNERS:
        yield from _run_by(call, name, rest)
    elif name == "http.server":
        yield from _served(call, rest)
    elif name in _HARMLESS:
        return
    elif name.partition(".")[0] == "enactd":
        yield from call.run([known("enactctl" if name.startswith("enactd.cli") else "enactd"), *rest])
    elif find_program(name) is not None and name not in ("python", "python3"):
        yield from call.run([known(name), *rest], via=f"{call.name} -m")
    else:
        yield from _own_module(call, name, rest)


def _served(call: Invocation, words: list[Value]) -> Effects:
    """A folder that anybody may read from now on; the folder one is in goes without saying."""
    for flag, folder in pairwise(words):
        if flag.text in ("-d", "--directory"):
            yield ReadPath(target=call.target(folder), recursive=True)


def _own_module(call: Invocation, name: str, rest: list[Value]) -> Effects:
    base = name.replace(".", "/")
    for file in (f"{base}.py", f"{base}/__main__.py", f"src/{base}.py", f"src/{base}/__main__.py"):
        if call.target(file).kind == "file" and call.text_of(file).known:
            yield from call.script(known(file), rest, language="python")
            return
    yield RunCode(language="python", origin="workspace", what=name)


def _library(call: Invocation, name: str, rest: list[Value]) -> Effects:
    """Archives are packed and unpacked, texts decoded."""
    texts = [word.text or "" for word in rest]
    operands = [word for word in rest if not word.startswith("-")]
    if name == "json.tool" and len(operands) > 1:
        yield WritePath(target=call.target(operands[1]))
    if name == "json.tool" and operands:
        yield ReadPath(target=call.target(operands[0]))
    elif name == "base64":
        for word in operands:
            yield ReadPath(target=call.target(word))
        if any(text in ("-d", "-u", "-D") for text in texts):
            yield Output(unknown("decoded text", DECODED))
    elif texts and texts[0] in ("-e", "--extract") and len(operands) > 0:
        goal = operands[1] if len(operands) > 1 else known(".")
        yield WritePath(target=call.target(goal), recursive=True)
    elif texts and texts[0] in ("-c", "--create") and operands:
        for word in operands[1:]:
            yield CopyPath(target=call.target(word), to=call.target(operands[0]))


def _run_by(call: Invocation, name: str, rest: list[Value]) -> Effects:
    """Debuggers, profilers and tracers run a script or a module; `timeit` runs text."""
    words = list(rest)
    if name == "coverage":
        if not words or words[0].text != "run":
            return
        words = words[1:]
    while words and words[0].startswith("-"):
        word = words.pop(0)
        if word.text == "-m" and words:
            yield from _module(call, words[0], words[1:])
            return
        if name == "timeit" and word.text in ("-s", "--setup") and words:
            yield from call.code("python", words.pop(0), via=call.name)
        elif word.text in (
            "-o",
            "-s",
            "-c",
            "-n",
            "-r",
            "-u",
            "--listen",
            "--source",
            "--omit",
            "--include",
            "--rcfile",
        ):
            words = words[1:]
    if name == "timeit":
        for word in words:
            yield from call.code("python", word, via=call.name)
    elif words and name != "doctest":
        yield from _file(call, words[0], words[1:])
