"""Python as a program: `-c`, `-m`, files and what flows in."""

from __future__ import annotations

from enactd.effects.invocation import Effects, Invocation, Options, Output, find_program, known, program, unknown
from enactd.effects.model import OpenShell, RunCode
from enactd.effects.values import NONE

_PYTHON = Options(
    "-c CODE", "-m MODULE", "-b", "-B", "-d", "-E", "-h --help", "-i", "-I", "-O", "-OO", "-P", "-q", "-s", "-S", "-u", "-v",
    "-V --version", "-W ARG", "-x", "-X OPT", "--check-hash-based-pycs WHEN", "-?", "-3", "-2", "-t", "-R",
    stop_at_operand=True, abbreviate=False,
)  # fmt: skip
_HARMLESS = frozenset(
    "json.tool http.server venv virtualenv ensurepip pytest unittest doctest compileall py_compile timeit cProfile pdb build "
    "zipfile tarfile this site sysconfig platform calendar tokenize ast dis inspect pydoc trace ruff black isort mypy pylint "
    "flake8 coverage tox nox pre_commit sphinx mkdocs ipykernel idlelib base64 gzip".split()
)


@program("python", "python3", "pypy", "pypy3", "py", "python2", "pythonw", "ipython")
def python(call: Invocation) -> Effects:
    """Text by option, module, file, or standard input; what it prints is unknown."""
    words = list(call.args)
    # `-c` and `-m` end the options: what follows belongs to the code.
    line = _PYTHON.parse(_upto_code(words))
    if line.has("-V", "-h", "-?"):
        return
    taints = call.stdin.origins if call.stdin is not None else NONE
    code, module = line.value("-c"), line.value("-m")
    if code is not None:
        yield from call.code("python", code, via=call.name)
    elif module is not None:
        yield from _module(call, module.text, words)
    elif line.operands and line.operands[0].text not in ("-", "/dev/stdin"):
        path = line.operands[0]
        name = (path.text or "").rsplit("/", 1)[-1]
        if name in ("manage.py",) and find_program(name) is not None:
            yield from call.run([known(name), *line.operands[1:]], via=call.name)
        else:
            yield from call.script(path, line.operands[1:], language="python")
    elif call.stdin is not None:
        yield from call.code("python", call.stdin, origin="stdin", via=call.name, stdin=None)
    else:
        yield OpenShell(by=call.name)
    yield Output(unknown(f"output of `{call.name}`", *taints))


def _upto_code(words: list) -> list:  # type: ignore[type-arg]
    """The words up to and with the argument of `-c` or `-m`."""
    for index, word in enumerate(words):
        text = word.text or ""
        if text.startswith("-") and not text.startswith("--") and text[1:] and ("c" in text[1:] or "m" in text[1:]):
            letter = next(i for i, char in enumerate(text) if char in "cm")
            return words[: index + (1 if len(text) > letter + 1 else 2)]
        if text in ("-W", "-X"):
            continue
        if not text.startswith("-"):
            return words
    return words


def _module(call: Invocation, module: str | None, words: list) -> Effects:  # type: ignore[type-arg]
    position = next((i for i, w in enumerate(words) if (w.text or "").startswith("-") and "m" in (w.text or "")), 0)
    rest = words[
        position + (1 if len(words[position].text or "") > 2 and (words[position].text or "")[-1] != "m" else 2) :
    ]
    if module is None:
        yield RunCode(language="python", origin="unknown", what="a module known only at run time")
    elif module in _HARMLESS:
        return
    elif find_program(module) is not None and module not in ("python", "python3"):
        yield from call.run([known(module), *rest], via=f"{call.name} -m")
    else:
        path = known(module.replace(".", "/") + ".py")
        target = call.target(path)
        if target.kind == "file":
            yield from call.script(path, rest, language="python")
        else:
            yield RunCode(language="python", origin="workspace", what=module)
