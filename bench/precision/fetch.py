"""Brings the archives that `sources.toml` names, with the registries' own clients; runs nothing of what it brings."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

SOURCES = Path(__file__).with_name("sources.toml")


def main(folder: str) -> None:
    """Download what is missing below `folder`/raw. A package that cannot be had is named and left out."""
    names = tomllib.loads(SOURCES.read_text())
    raw = Path(folder).resolve() / "raw"
    for kind, bring in (("npm", _npm), ("pypi", _pypi), ("deb", _deb), ("debsrc", _source)):
        place = raw / kind
        place.mkdir(parents=True, exist_ok=True)
        for name in names[kind]:
            mark = place / f".{name.replace('/', '+')}"
            if not mark.exists():
                done = subprocess.run(bring(name, raw), cwd=place, env=_environment(raw), check=False, timeout=300)
                mark.write_text(str(done.returncode))
                if done.returncode:
                    print("not had:", kind, name, file=sys.stderr)


def _npm(name: str, raw: Path) -> list[str]:
    return ["npm", "pack", "--silent", "--ignore-scripts", name]


def _pypi(name: str, raw: Path) -> list[str]:
    package = name.partition("==")[0]
    return [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", package, name]


def _deb(name: str, raw: Path) -> list[str]:
    return ["apt-get", "download", "-q", name]


def _source(name: str, raw: Path) -> list[str]:
    _source_lists(raw / "apt")
    return ["apt-get", "source", "-q", "--download-only", name]


def _environment(raw: Path) -> dict[str, str]:
    options = raw / "apt" / "options"
    return {**os.environ, **({"APT_CONFIG": str(options)} if options.exists() else {})}


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
    subprocess.run(["apt-get", "update", "-q"], env=_environment(apt.parent), check=True)


if __name__ == "__main__":
    main(sys.argv[1])
