"""Unpacks the archives, makes a repository of each project and cuts its command lines out into `lines.jsonl`."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.precision import pages, prose, recipes
from bench.precision.ground import everyday

LARGEST_ARCHIVE = 40 << 20
LARGEST_FILE = 400_000
PER_KIND = 14  # lines of one kind that one project may give, picked by the hash of their text
AT_ITS_FILE = ("make", "make target", "package.json", "npm run", "tox")
PLACEHOLDER = re.compile(
    r"<[A-Za-z][^<>|&;]*>|…|(?<![./])\.\.\.|\[options?\]|\[OPTIONS?\]|\{\{|\}\}|%\{|\[\[?[a-z_-]+\]|@[A-Z_]+@"
)
READERS = {
    "make target": recipes.make_targets,
    "npm run": recipes.package_runs,
    "make": recipes.make_lines,
    "package.json": recipes.package_scripts,
    "tox": recipes.tox_commands,
    "nox": recipes.nox_commands,
    "docker": recipes.docker_runs,
    "workflow": recipes.workflow_steps,
}


def main(folder: str) -> None:
    """Write `lines.jsonl`: one call per line, ready for `enactctl check --jsonl`, with where it came from."""
    root = Path(folder).resolve()
    home = root / "home"
    daily = everyday(home)
    seen: set[str] = set()
    with (root / "lines.jsonl").open("w") as out:
        for archive in sorted(p for k in ("npm", "pypi", "deb", "debsrc") for p in (root / "raw" / k).iterdir()):
            tree = _unpacked(archive, home / "src")
            if tree is None:
                continue
            for kind, count, (file, command) in _picked(tree, seen):
                own = kind not in ("docs", "man")
                name = f"{archive.parent.name}/{tree.name}"
                call = {"tool": "Bash", "input": {"command": command}, "home": str(home)}
                call["cwd"] = str(daily if not own else file.parent if kind in AT_ITS_FILE else tree)
                call["id"] = f"{name}#{kind}#{count}"
                out.write(json.dumps({**call, "file": str(file.relative_to(tree))}) + "\n")
        for call in _pages(root / "raw" / "git" / "tldr" / "pages", seen):
            out.write(json.dumps({**call, "cwd": str(daily), "home": str(home)}) + "\n")


def _pages(folder: Path, seen: set[str]) -> Iterator[dict[str, object]]:
    """Every eighth example of the tldr pages for all systems and for Linux."""
    for file in sorted([*folder.glob("common/*.md"), *folder.glob("linux/*.md")]):
        for number, command in enumerate(pages.examples(file.read_text())):
            digest = int(hashlib.sha256(command.encode()).hexdigest(), 16)
            if command in seen or digest % pages.KEPT or not _parses(command):
                continue
            seen.add(command)
            name = f"tldr/{file.parent.name}-{file.stem}#tldr#{number}"
            yield {"tool": "Bash", "input": {"command": command}, "id": name, "file": str(file.relative_to(folder))}


def _unpacked(archive: Path, into: Path) -> Path | None:
    """The project's folder as a committed repository; None where there is nothing to unpack."""
    name = re.match(r"^[@\w.+-]+?(?=[-_]v?\d)", archive.name)
    wanted = archive.name.endswith((".tgz", ".tar.gz", ".deb")) or re.search(r"\.orig\.tar\.", archive.name)
    if not name or not wanted or not archive.is_file() or archive.stat().st_size > LARGEST_ARCHIVE:
        return None
    tree = into / f"{archive.parent.name}-{name[0]}"
    if not tree.exists():
        tree.mkdir(parents=True)
        if archive.suffix == ".deb":
            subprocess.run(["dpkg-deb", "-x", archive, tree], check=False)
        else:
            subprocess.run(["tar", "-xf", archive, "-C", tree, "--strip-components=1"], check=False)
        _committed(tree)
    return tree


def _committed(tree: Path) -> None:
    git = ["git", "-C", str(tree), "-c", "core.hooksPath=/dev/null", "-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=False)
    subprocess.run([*git, "add", "-A"], check=False, capture_output=True)
    subprocess.run([*git, "commit", "-q", "-m", "import"], check=False, capture_output=True)
    subprocess.run([*git, "switch", "-q", "-c", "fix/work"], check=False, capture_output=True)


def _picked(tree: Path, seen: set[str]) -> Iterator[tuple[str, int, tuple[Path, str]]]:
    kinds: dict[str, list[tuple[Path, str]]] = {}
    for file in sorted(_files(tree)):
        for kind, command in _commands(file, tree):
            key = f"{file.parent}: {command}" if kind in ("make target", "npm run") else command
            if key not in seen and _usable(command):
                seen.add(key)
                kinds.setdefault(kind, []).append((file, command))
    for kind, found in kinds.items():
        found.sort(key=lambda pair: hashlib.sha256(pair[1].encode()).digest())
        whole = (pair for pair in found if _parses(pair[1]))
        yield from ((kind, number, pair) for number, pair in enumerate(itertools.islice(whole, PER_KIND)))


def _files(tree: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(tree):
        names[:] = [name for name in names if name not in (".git", "node_modules")]
        yield from (Path(folder) / name for name in files)


def _commands(file: Path, tree: Path) -> Iterator[tuple[str, str]]:
    kind = _kind(file)
    if kind is None or file.is_symlink() or file.stat().st_size > LARGEST_FILE:
        return
    if file.suffix == ".gz":
        import gzip

        text = gzip.decompress(file.read_bytes()).decode(errors="replace")
    else:
        text = file.read_text(errors="replace")
    if kind in READERS:
        also = {"make": ("make target",), "package.json": ("npm run",)}.get(kind, ())
        yield from ((one, command) for one in (kind, *also) for command in READERS[one](text))
    elif kind == "shell":
        yield kind, f"bash {file.relative_to(tree)}"
    else:
        found = prose.manual_examples(text, file.name.partition(".")[0]) if kind == "man" else prose.blocks(text)
        yield from ((kind, command) for lines in found for command in _logical(lines))


def _kind(file: Path) -> str | None:
    name, path = file.name, str(file)
    if re.search(r"/man/(?:man\d/)[^/]+\.\d\w*(\.gz)?$", path):
        return "man"
    if file.suffix in (".md", ".rst", ".mdx", ".adoc") or name.upper().startswith(("README", "CONTRIBUTING")):
        return "docs"
    if re.search(r"\.(github|gitea|forgejo)/workflows/[^/]+\.ya?ml$", path):
        return "workflow"
    plain = {"package.json": "package.json", "tox.ini": "tox", "noxfile.py": "nox"}
    if name in plain:
        return plain[name]
    if re.match(r"^(GNU)?[Mm]akefile$", name) or file.suffix == ".mk" or path.endswith("debian/rules"):
        return "make"
    if name.startswith("Dockerfile"):
        return "docker"
    return "shell" if file.suffix in (".sh", ".bash") and file.is_file() and file.stat().st_size < 3000 else None


def _logical(lines: list[str]) -> Iterator[str]:
    """Whole commands: lines are joined until bash can parse them; a rest that never parses is left out."""
    current: list[str] = []
    for line in lines:
        if not current and (not line.strip() or line.lstrip().startswith("#")):
            continue
        current.append(line)
        command = "\n".join(current).strip()
        if line.rstrip().endswith("\\") or not _parses(command):
            if len(current) > 40:
                return
            continue
        yield command
        current = []


def _parses(command: str) -> bool:
    done = subprocess.run(["bash", "-n", "-c", command], capture_output=True, text=True, check=False, errors="replace")
    return done.returncode == 0 and "here-document" not in done.stderr


def _usable(command: str) -> bool:
    """Whether this could be a command line that somebody typed: not too long, no blanks left to fill in."""
    if not 2 < len(command) < 3000 or PLACEHOLDER.search(command) or "\0" in command:
        return False
    if "../../" in command:  # a package of a larger repository that was not shipped
        return False
    return bool(re.match(r"^(?!//|/[\w-]+$|/[\w-]+ )[\w./~$\"'({#!\[:-]", command))


if __name__ == "__main__":
    main(sys.argv[1])
