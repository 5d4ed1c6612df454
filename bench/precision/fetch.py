"""Brings the archives that `sources.toml` names, with the registries' own clients; runs nothing of what it brings."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

SOURCES = Path(__file__).with_name("sources.toml")
PATIENCE_S = 300


def main(folder: str) -> None:
    """Download what is missing below `folder`/raw. What cannot be had, or is another archive, is named and left out."""
    named = tomllib.loads(SOURCES.read_text())
    raw = Path(folder).resolve() / "raw"
    for kind, bring in BRING.items():
        place = raw / kind
        place.mkdir(parents=True, exist_ok=True)
        known = {digest: name for name, (_, digest) in named[kind].items()}
        had = {known.get(_digest(file)) for file in place.iterdir() if file.is_file()}
        for name, (version, _) in named[kind].items():
            if name not in had:
                _run(bring(name, version), place, raw)
        for file in sorted(place.iterdir()):
            if file.is_file() and _is_archive(file.name) and _digest(file) not in known:
                print("not one of ours, left out:", kind, file.name, file=sys.stderr)
                file.unlink()
    for name, (url, commit) in named["git"].items():
        _clone(url, commit, raw / "git" / name)


def _is_archive(name: str) -> bool:
    """Whether a file is what `collect` opens; a source of Debian comes with descriptions and patches."""
    return not name.endswith((".dsc", ".asc")) and ".debian.tar." not in name


def _npm(name: str, version: str) -> list[str]:
    return ["npm", "pack", "--silent", "--ignore-scripts", f"{name}@{version}"]


def _pypi(name: str, version: str) -> list[str]:
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", name]
    return [*pip, f"{name}=={version}"]


def _deb(name: str, version: str) -> list[str]:
    return ["apt-get", "download", "-q", f"{name}={version}"]


def _source(name: str, version: str) -> list[str]:
    return ["apt-get", "source", "-q", "--download-only", f"{name}={version}"]


BRING: dict[str, Callable[[str, str], list[str]]] = {"npm": _npm, "pypi": _pypi, "deb": _deb, "debsrc": _source}


def _run(command: list[str], place: Path, raw: Path) -> None:
    if command[:2] == ["apt-get", "source"]:
        _source_lists(raw / "apt")
    options = raw / "apt" / "options"
    environment = {**os.environ, **({"APT_CONFIG": str(options)} if options.exists() else {})}
    done = subprocess.run(command, cwd=place, env=environment, check=False, timeout=PATIENCE_S)
    if done.returncode:
        print("not had:", " ".join(command), file=sys.stderr)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _clone(url: str, commit: str, place: Path) -> None:
    if place.exists():
        return
    place.mkdir(parents=True)
    for words in (["init", "-q"], ["fetch", "-q", "--depth", "1", url, commit], ["checkout", "-q", "FETCH_HEAD"]):
        subprocess.run(["git", "-C", str(place), "-c", "core.hooksPath=/dev/null", *words], check=True)


def _source_lists(apt: Path) -> None:
    """The machine's own package lists once more, for sources: in a folder of ours, the machine's stay as they are."""
    options = apt / "options"
    if options.exists():
        return
    for part in ("parts", "lists/partial"):
        (apt / part).mkdir(parents=True, exist_ok=True)
    for listed in Path("/etc/apt/sources.list.d").glob("debian*.sources"):
        text = listed.read_text().replace("Types: deb\n", "Types: deb-src\n")
        (apt / "parts" / listed.name).write_text(text)
    options.write_text(
        'Dir::Etc::sourcelist "/dev/null";\n'
        f'Dir::Etc::sourceparts "{apt / "parts"}";\n'
        f'Dir::State::lists "{apt / "lists"}";\n'
        'APT::Sandbox::User "root";\n'
    )
    subprocess.run(["apt-get", "update", "-q"], env={**os.environ, "APT_CONFIG": str(options)}, check=True)


if __name__ == "__main__":
    main(sys.argv[1])
