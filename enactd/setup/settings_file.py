"""An agent's settings file: read it, replace it whole, keep its mode, follow its link.

No backup is made: the new text is complete beside the old one before it takes its place.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from enactd.atomic import replace_file
from enactd.errors import InstallError

LIMIT: Final = 4 << 20
UNCHANGED: Final = "the file is as it was; agents stay as protected as they were"


def read(path: Path) -> str | None:
    """The file's text, None if there is none. Raises `InstallError` for what cannot be a settings file."""
    try:
        with path.open("rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise _error(path, "it is not an ordinary file")
            content = file.read(LIMIT + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _error(path, _said(error)) from None
    if len(content) > LIMIT:
        raise _error(path, f"it is larger than {LIMIT >> 20} MiB")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise _error(path, f"byte {error.start} is not UTF-8") from None


def replace(path: Path, before: str | None, after: str, *, mode: int = 0o600) -> None:
    """Put `after` in place of `before`, at once; `mode` is for a new file. Missing folders are made.

    Raises `InstallError` if the file is not writable, or is no longer what `before` says.
    """
    target = Path(os.path.realpath(path))
    existing = _existing(target)
    if existing is not None and not stat.S_ISREG(existing.st_mode):
        raise _error(path, "it is no regular file, or a link to something that is none")
    if existing is not None:
        mode = stat.S_IMODE(existing.st_mode)
    check_writable(path)

    def ready(draft: int) -> None:
        if existing is not None and (existing.st_uid, existing.st_gid) != (os.getuid(), os.getgid()):
            os.fchown(draft, existing.st_uid, existing.st_gid)
        if read(target) != before:
            raise _error(path, "somebody else changed it at the same moment", fix="run the command again")

    try:
        target.parent.mkdir(mode=0o755 if mode & 0o044 else 0o700, parents=True, exist_ok=True)
        replace_file(target, after.encode(), mode, before=ready)
    except OSError as error:
        raise _error(path, _said(error)) from None


def remove(path: Path, *, folder: bool) -> None:
    """Delete a settings file that the gate had made, and its folder if that too and empty now."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _error(path, _said(error)) from None
    if folder:
        try:
            path.parent.rmdir()
        except OSError:
            return  # something else lives there now


def check_writable(path: Path) -> None:
    """Raise `InstallError` for a file that its owner keeps from being written, whatever our own powers are."""
    target = Path(os.path.realpath(path))
    existing = _existing(target)
    if existing is None:
        above = next((folder for folder in target.parents if folder.exists()), target.parent)
        if not above.is_dir():
            raise _error(path, f"`{above}` is not a folder")
        if not os.access(above, os.W_OK | os.X_OK):
            raise _error(path, f"`{above}` may not be written", fix=f"ls -ld {above}")
        return
    if not existing.st_mode & stat.S_IWUSR or not os.access(target, os.W_OK):
        where = "" if target == path else f"; it is a link to `{target}`"
        raise _error(path, f"it is read-only{where}", fix=f"make it writable, or add the hooks where {target} is made")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise _error(path, f"`{target.parent}` may not be written", fix=f"ls -ld {target.parent}")


def _existing(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _error(path, _said(error)) from None


def _error(path: Path, cause: str, fix: str = "") -> InstallError:
    return InstallError(
        f"the settings file `{path}` cannot be changed", cause=cause, effect=UNCHANGED, fix=fix or f"ls -l {path}"
    )


def _said(error: OSError) -> str:
    text = error.strerror or str(error)
    return text[:1].lower() + text[1:]
