"""Acceptance cases of the shared ground, and real worlds to judge them in."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import pygit2

from support.ground import GROUND

FOLDER: Final = GROUND / "acceptance"
Variant = Literal["real", "assumed", "bare"]
_HOME, _WORKSPACE = "/home/u", "/home/u/proj"
_SIGNATURE: Final = pygit2.Signature("Ada", "ada@example.com", 1_700_000_000, 0)
_IGNORED: Final = "\n".join(
    "node_modules dist build out target coverage htmlcov .next .nuxt .cache .turbo __pycache__ *.pyc *.log .venv venv"
    " .pytest_cache .mypy_cache .ruff_cache .tox *.egg-info .env .env.* !.env.example tmp .gradle .parcel-cache".split()
)
_FOLDERS: Final = frozenset(
    "src lib test tests docs app apps packages scripts config public assets components pages migrations backend frontend"
    " server client services build dist out target node_modules coverage htmlcov __pycache__ .git .cache .next .venv venv"
    " certs source data logs plan patches .ssh .aws .gnupg .kube".split()
)
_WORD: Final = re.compile(r"[^\s\"'`;|&()<>,=]+")
_NAME: Final = re.compile(r"(?:\./)?[A-Za-z0-9_.@+\[\]-]+(?:/[A-Za-z0-9_.@+\[\]-]+)*/?")
_REFERENCE: Final = re.compile(r"(?:origin|upstream|feature|feat|fix|release|hotfix|refs|heads|pr)[/-].*|HEAD.*")


@dataclass
class Case:
    """One line of a file: a call, or several of one session, and the verdict that is expected."""

    id: str
    tool: str
    inputs: list[dict[str, Any]]
    expected: str
    cwd: str
    home: str
    precondition: str

    @property
    def portable(self) -> bool:
        """Whether its paths can be mapped into a folder of this machine; Windows ones cannot."""
        return re.match(r"/(?!(?:[a-z]|mnt/[a-z])/)", self.cwd) is not None

    @property
    def text(self) -> str:
        return json.dumps(self.inputs, ensure_ascii=False)


@dataclass
class Place:
    """A world as a case sees it: the call's inputs, its folder and its home, mapped or as written."""

    inputs: list[dict[str, Any]]
    cwd: str
    home: str
    extra: dict[str, str] = field(default_factory=dict)


def cases(name: str) -> list[Case]:
    """The cases of one file; empty where the shared ground is absent."""
    path = FOLDER / f"{name}.jsonl"
    if not path.exists():
        return []
    found = []
    for line in path.read_text().splitlines():
        given = json.loads(line)
        call = given["input"]
        steps = [{"command": c} for c in call["sequence"]] if "sequence" in call else [call]
        found.append(
            Case(
                given["id"], given["tool"], steps, given["expected"], given.get("cwd", _WORKSPACE),
                given.get("home", _HOME), given.get("precondition") or "",
            )
        )  # fmt: skip
    return found


def place(case: Case, folder: Path, variant: Variant) -> Place | None:
    """The world of a case. `real`: what it names exists; `bare`: nothing does; `assumed`: not even the workspace.

    None where the variant says nothing: a precondition is no precondition in a world without files.
    """
    if variant == "assumed" or not case.portable:
        return Place(case.inputs, case.cwd, case.home) if variant == "assumed" and not case.precondition else None
    if variant == "bare" and case.precondition:
        return None
    inputs = [_mapped(call, case, folder) for call in case.inputs]
    cwd, home = Path(f"{folder}{case.cwd}"), Path(f"{folder}{case.home}")
    cwd.mkdir(parents=True)
    home.mkdir(parents=True, exist_ok=True)
    _repository(case, cwd, home, named=variant == "real")
    return Place(inputs, str(cwd), str(home))


def _mapped(given: Any, case: Case, folder: Path) -> Any:
    if isinstance(given, dict):
        return {key: _mapped(value, case, folder) for key, value in given.items()}
    if isinstance(given, list):
        return [_mapped(value, case, folder) for value in given]
    if not isinstance(given, str):
        return given
    roots = "|".join(re.escape(root) for root in sorted({case.cwd, case.home}, key=len, reverse=True))
    return re.sub(rf"(?<![\w.~-])(?:{roots})(?![\w.-])", lambda match: str(folder) + match.group(), given)


def _repository(case: Case, cwd: Path, home: Path, *, named: bool) -> None:
    repository = pygit2.init_repository(str(cwd), initial_head="main")
    (cwd / ".gitignore").write_text(_IGNORED + "\n")
    (cwd / "README.md").write_text("# Project\n\nText.\n")
    _file(cwd / "src" / "app.py", "print('hello')\n")
    if named:
        for relative in _names(case, str(cwd), str(home)):
            _named(cwd / relative)
        for relative in _home_names(case):
            _named(home / relative)
    untracked = [cwd / name for name in _names(case, str(cwd), str(home))] if "named files" in case.precondition else []
    index = repository.index
    index.add_all()
    for path in untracked:
        if path.is_file() and str(path.relative_to(cwd)) in index:
            index.remove(str(path.relative_to(cwd)))
    index.write()
    commit = repository.create_commit("HEAD", _SIGNATURE, _SIGNATURE, "Start", index.write_tree(), [])
    repository.references.create("refs/remotes/origin/main", commit)
    repository.references.create("refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    repository.remotes.create("origin", "https://github.com/u/proj.git")
    _apply(case, cwd, Path(f"{home}"))


def _apply(case: Case, cwd: Path, home: Path) -> None:
    """Make a precondition true."""
    if "uncommitted" in case.precondition:
        for path in [*cwd.rglob("*")]:
            if path.is_file() and ".git" not in path.relative_to(cwd).parts:
                path.write_text(path.read_text(errors="replace") + "changed\n")
        _file(cwd / "scratch.txt", "new\n")
    if "not in git" in case.precondition:
        for call in case.inputs:
            path = call.get("file_path", "")
            if path.startswith(case.home):
                _file(home / posixpath.relpath(path, case.home), "an entry of the diary\n" * 400)


def _file(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _named(path: Path) -> None:
    """A file, or a folder with a file in it, as its name suggests. What is in the way stays."""
    name = path.name
    try:
        plain = "." not in name.lstrip(".") and not name.isupper() and not name.endswith(("file", "env"))
        if name in _FOLDERS or plain or name.endswith((".bak", ".d")):
            if not path.is_file():
                path.mkdir(parents=True, exist_ok=True)
                if not any(path.iterdir()):
                    (path / "notes.md").write_text("Text.\n")
                return
        if not path.exists():
            _file(path, "{}\n" if name.endswith(".json") else "text\n")
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        return


def _words(case: Case) -> Iterator[str]:
    for call in case.inputs:
        for key, value in call.items():
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str) and key in ("command", "file_path", "path", "cmd", "filePath"):
                    yield from _WORD.findall(text)


def _names(case: Case, cwd: str, home: str) -> list[str]:
    """Words of a case that look like files of the workspace, relative to it; deeper ones first."""
    found = set()
    for word in _words(case):
        inside = word.removeprefix(case.cwd + "/") if word.startswith(case.cwd + "/") else word
        looks = "/" in inside or "." in inside.strip(".") or inside in _FOLDERS
        if _NAME.fullmatch(inside) and looks and not inside.startswith("-") and not _REFERENCE.fullmatch(inside):
            relative = posixpath.normpath(inside)
            if not relative.startswith(("..", "/", ".git/", "@")) and relative not in (".", ".git"):
                if not re.fullmatch(r"[\d.]+|(?:[\w-]+\.)+(?:com|example|org|io|net|dev|sh)(?:/.*)?", relative):
                    found.add(relative)
    return sorted(found, key=lambda name: (-name.count("/"), name))


def _home_names(case: Case) -> list[str]:
    found = set()
    for word in _words(case):
        for sign in ("~/", "$HOME/", case.home + "/"):
            rest = word.removeprefix(sign)
            if rest != word and _NAME.fullmatch(rest) and not word.startswith(case.cwd):
                relative = posixpath.normpath(rest)
                if not relative.startswith(".."):
                    found.add(relative)
    return sorted(found, key=lambda name: (-name.count("/"), name))
