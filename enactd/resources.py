"""What travels with the program besides its modules: policies, systemd units, the shim.

All three are found from a normal install (inside the package, and in `bin/`), from an editable install
and from a checkout (beside the package). Nothing is looked up in `PATH` or in the working folder.
"""

from __future__ import annotations

import importlib.metadata
import os
import shlex
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from enactd.atomic import replace_file
from enactd.config import shipped
from enactd.errors import InstallError

SHIM: Final = "enact-hook"
_ELF = b"\x7fELF"
_REINSTALL = "pip install --force-reinstall --no-cache-dir enactd"
_UNPROTECTED = "nothing was changed; agents stay as protected as they were"
_SHEBANG_LIMIT = 127


def policies_folder() -> Path:
    """The policies of this release."""
    return _shipped_folder("policies")


def systemd_folder() -> Path:
    """The unit files of this release."""
    return _shipped_folder("systemd")


def shim_binary() -> Path:
    """The shim of this release; in a checkout it is built when it is missing or older than its source.

    Raises `InstallError` if there is none. Agents are registered with a copy (`install_shim`), never
    with this file, which goes when its virtual environment does.
    """
    checkout = _checkout_sources()
    if checkout is not None:
        built = checkout / SHIM
        if _is_current(built, checkout) or _build(checkout, built):
            return built
    for candidate in _installed():
        if os.access(candidate, os.X_OK) and candidate.is_file():
            return candidate
    raise InstallError(
        f"`{SHIM}` is missing",
        cause="the installation of enactd is not whole",
        effect=_UNPROTECTED,
        fix=_REINSTALL,
    )


def is_native(shim: Path) -> bool:
    """Whether `shim` is compiled; the script in Python starts slower and trusts the dynamic linker."""
    try:
        with shim.open("rb") as file:
            return file.read(len(_ELF)) == _ELF
    except OSError as error:
        raise InstallError(
            f"`{shim}` cannot be read", cause=str(error.strerror), effect=_UNPROTECTED, fix=_REINSTALL
        ) from None


def shim_version(shim: Path) -> str:
    """What `shim` says to `--version`, "" if it cannot run: run it only where nobody else may write."""
    try:
        told = subprocess.run([shim, "--version"], capture_output=True, text=True, timeout=10, check=False, env={})
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return ""
    name, _, version = told.stdout.strip().partition(" ")
    return version if name == SHIM and told.returncode == 0 else ""


def install_shim(target: Path) -> None:
    """Copy the shim to `target`, executable and whole or not at all; the folder must exist.

    A running shim keeps the file it was started from. The script in Python is tied to this
    interpreter, so that the copy needs neither `sh` nor a Python beside it.
    """
    content = shim_binary().read_bytes()
    interpreter = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
    line = f"#!{interpreter} -ISE\n".encode()
    if content.startswith(b"#!") and b" " not in interpreter.encode() and len(line) <= _SHEBANG_LIMIT:
        content = line + content.split(b"\n", 1)[1]
    try:
        replace_file(target, content, 0o755)
    except OSError as error:
        raise InstallError(
            f"the shim cannot be put at `{target}`",
            cause=str(error.strerror),
            effect=_UNPROTECTED,
            fix=f"ls -ld {shlex.quote(str(target.parent))}",
        ) from None


def allow_spawn(shim: Path, words: list[str]) -> None:
    """Let the installed `shim` start the daemon with this command line when nobody listens.

    The first word is an absolute path. The file is private: the shim ignores one that others may write.
    """
    text = "".join(f"{word}\n" for word in words)
    plain = all(word and not set(word) & {"\n", "\0"} for word in words)
    if not words or not words[0].startswith("/") or not plain or len(words) > 32 or len(text.encode()) > 4096:
        raise InstallError(
            "the daemon's command line cannot be written down for the shim",
            cause=f"`{shlex.join(words)}` is not an absolute path followed by plain words",
            effect="the shim does not start the daemon by itself",
            fix="enactd start",
        )
    target = shim.parent / "spawn"
    replace_file(target, text.encode())


def _shipped_folder(name: str) -> Path:
    folder = shipped(name)
    if folder.is_dir():
        return folder
    raise InstallError(
        f"the folder `{name}` of this release is missing",
        cause=f"`{folder}` is not there",
        effect="the daemon does not start; agents using the hook are denied",
        fix=_REINSTALL,
    )


def _checkout_sources() -> Path | None:
    """`hookshim/` of the checkout this package is imported from, if it is one."""
    folder = Path(__file__).resolve().parent.parent / "hookshim"
    return folder if (folder / "shim.c").is_file() and (folder / "build_shim.py").is_file() else None


def _is_current(built: Path, sources: Path) -> bool:
    if not os.access(built, os.X_OK):
        return False
    changed = max(source.stat().st_mtime for source in sources.iterdir() if source.suffix in {".c", ".h", ".py"})
    return built.stat().st_mtime >= changed


def _build(sources: Path, target: Path) -> bool:
    """Build in the checkout; False where that is not possible (read-only, say)."""
    command = [sys.executable, "-I", str(sources / "build_shim.py"), "--output", str(target)]
    try:
        return subprocess.run(command, capture_output=True, timeout=300, check=False).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _installed() -> Iterator[Path]:
    """Where an installer may have put the shim: what it recorded, then this environment's `bin/`."""
    try:
        recorded = importlib.metadata.files("enactd") or []
    except importlib.metadata.PackageNotFoundError:
        recorded = []
    yield from (Path(os.path.normpath(file.locate())) for file in recorded if file.name == SHIM)
    yield Path(sysconfig.get_path("scripts")) / SHIM
