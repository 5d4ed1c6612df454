"""The tree is a promise: every source has its test, stays small, and keeps to its words.

Each list of exceptions only shrinks: one that is no longer needed fails the test.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
MODULE_LINES: Final = 400
FUNCTION_LINES: Final = 40
SELF_EVIDENT: Final = 10

UNTESTED: Final[dict[str, str]] = {
    "enactd/agents/base.py": "the tests of its neighbours",
    "enactd/call.py": "two structs without behaviour; the codecs of tests/hookshim read and write them",
    "enactd/cli/__main__.py": "one call; every test of the command line starts it",
    "enactd/effects/sql/__init__.py": "constants; tests/enactd/effects/sql/test_facts.py",
    "enactd/facts.py": "two names",
    "enactd/git/layout.py": "tests/enactd/test_repository.py against real repositories",
    "enactd/git/objects.py": "tests/enactd/test_repository.py against real repositories",
    "enactd/git/refs.py": "tests/enactd/test_repository.py against real repositories",
    "enactd/git/status.py": "tests/enactd/test_repository.py against real repositories",
    "enactd/git/untracked.py": "tests/enactd/test_repository.py against real repositories",
    "enactd/parts.py": "the tests of its neighbours",
}
LONG_MODULES: Final[dict[str, str]] = {
    "enactd/effects/model.py": "the vocabulary: one struct after the other, and a policy author reads it as one page",
}
LONG_FUNCTIONS: Final[dict[str, str]] = {}
CATCH_ALL: Final = {
    "enactd/evaluate.py": "a policy that crashes is a denial",
    "enactd/gate.py": "a fault would leave the agent without an answer",
    "enactd/reader_process.py": "a process of its own for parsers that raise anything",
}


def sources(*folders: str) -> list[Path]:
    return sorted(
        path for folder in folders for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts
    )


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def needs_test(path: Path) -> bool:
    """A package's `__init__` does only where it has code."""
    return path.name != "__init__.py" or any(
        isinstance(node, ast.FunctionDef | ast.ClassDef) for node in ast.parse(path.read_text()).body
    )


def mirrored(path: Path) -> Path:
    last = path.parent.name if path.name == "__init__.py" else path.stem
    return ROOT / "tests" / path.relative_to(ROOT).parent / f"test_{last}.py"


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_every_source_has_its_test() -> None:
    """`enactd/x/y.py` is tested by `tests/enactd/x/test_y.py`; policies are tested by their declared examples."""
    missing = {name(path) for path in sources("enactd") if needs_test(path) and not mirrored(path).exists()}
    assert set() == missing - set(UNTESTED)
    assert set() == {path for path in UNTESTED if mirrored(ROOT / path).exists() or not (ROOT / path).exists()}


def test_every_mirrored_test_has_its_source() -> None:
    """A test whose module is gone goes, too."""
    orphans = [
        name(path)
        for path in sources("tests/enactd")
        if path.name.startswith("test_") and path.parent.name not in ("enactd",)
        for source in [ROOT / path.relative_to(ROOT / "tests").parent / path.name.removeprefix("test_")]
        if not source.exists() and not source.with_suffix("").is_dir() and source.stem != source.parent.name
    ]
    assert [] == [orphan for orphan in orphans if orphan not in FACETS]


FACETS: Final = {
    "tests/enactd/cli/test_cli.py",
    "tests/enactd/cli/test_entries.py",
    "tests/enactd/effects/shell/test_totality.py",
    "tests/enactd/receipts/test_redact_yardstick.py",
}  # tests of something that is no single module


def test_modules_are_short() -> None:
    """Nothing that takes more than a sitting to read."""
    long = {name(path) for path in sources("enactd", "policies") if len(path.read_text().splitlines()) > MODULE_LINES}
    assert set(LONG_MODULES) == long


def test_functions_are_short() -> None:
    """A function is one thought; a table beside it is data."""
    long = {
        f"{name(path)}:{function.name}"
        for path in sources("enactd", "policies", "hookshim")
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > FUNCTION_LINES
    }
    assert set(LONG_FUNCTIONS) == long


def test_modules_and_public_functions_say_what_they_promise() -> None:
    """Every module has a docstring, and every public function or class that is not short enough to be its own.

    What is registered by a decorator is called by the name that it is registered under: its module says more.
    """
    silent = []
    for path in sources("enactd", "policies"):
        tree = ast.parse(path.read_text())
        if tree.body and not ast.get_docstring(tree):
            silent.append(name(path))
        for node in tree.body if path.is_relative_to(ROOT / "enactd") else ():
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                long = (node.end_lineno or 0) - node.lineno >= SELF_EVIDENT
                if long and not (node.name.startswith("_") or node.decorator_list or ast.get_docstring(node)):
                    silent.append(f"{name(path)}:{node.name}")
    assert [] == silent


def test_names_of_modules_are_nouns_of_the_field() -> None:
    """No drawer for whatever is left over."""
    vague = {"utils", "util", "helpers", "helper", "manager", "core", "common", "misc", "base_classes"}
    assert [] == [
        name(path) for path in sources("enactd", "policies", "tests", "bench") if vague & {path.stem, path.parent.name}
    ]


def test_catch_all_clauses_are_counted() -> None:
    """`except Exception` stands where a fault must become a denial, and nowhere else; what tidies up raises again."""
    found = set()
    for path in sources("enactd", "policies"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ExceptHandler) and _catches_all(node) and not _raises_again(node):
                found.add(name(path))
    assert set(CATCH_ALL) == found


def _catches_all(handler: ast.ExceptHandler) -> bool:
    kinds = [handler.type] if not isinstance(handler.type, ast.Tuple) else handler.type.elts
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException")) for kind in kinds
    )


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_every_program_is_described_once() -> None:
    """Loading the folder fails where two modules name one program; here both are named."""
    where: dict[str, list[str]] = {}
    for path in sources("enactd/effects/programs"):
        for function in functions(path):
            for decorator in function.decorator_list:
                if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "program":
                    for word in decorator.args:
                        if isinstance(word, ast.Constant):
                            where.setdefault(str(word.value), []).append(name(path))
    assert {} == {word: places for word, places in where.items() if len(places) > 1}
    assert len(where) > 500


FORBIDDEN: Final = re.compile(
    # Spelt in pieces, so that this file does not find itself.
    "|".join(
        [
            r"/wor" r"k/(?:main|shared|venv|BRIEF)",
            r"\bissue #\d",
            r"\b" r"F-0\d{3}\b",
            r"\bOK-\d{3}\b",
            r"\bS-0\d{2}\b",
            r"BRIEF" r"\.md",
        ]
    )
)


def tracked() -> list[Path]:
    """The files of the repository; of the folder, where it is none."""
    try:
        done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return [path for path in ROOT.rglob("*") if path.is_file() and ".git" not in path.parts]
    return [ROOT / line for line in done.stdout.decode().split("\0") if line]


def test_nothing_names_the_place_where_it_was_made() -> None:
    """No paths of a workplace, no numbers of tickets, no ids of acceptance cases."""
    found = []
    for path in tracked():
        if not path.is_file() or path.suffix in (".png", ".gz"):
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if FORBIDDEN.search(line):
                found.append(f"{name(path)}:{number}: {line.strip()[:80]}")
    assert [] == found


def test_imports_point_down() -> None:
    """The contract of `pyproject.toml` holds."""
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [str(program)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )
    assert 0 == done.returncode, done.stdout[-2000:] + done.stderr[-500:]


@pytest.mark.parametrize(
    "listed", [UNTESTED, LONG_MODULES, LONG_FUNCTIONS, CATCH_ALL], ids=["untested", "modules", "functions", "catch-all"]
)
def test_exceptions_have_reasons(listed: dict[str, str]) -> None:
    """An exception without a reason is a habit."""
    assert all(len(reason.split()) >= 2 for reason in listed.values())
