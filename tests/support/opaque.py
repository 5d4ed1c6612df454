"""Programs that nobody can read before they run: a zip archive with a shebang, as a build may leave behind."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path


def opaque(target: Path, source: str) -> Path:
    """Write an executable to `target` that runs `source` as Python, compressed so that its text is not visible."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("__main__.py", source)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(f"#!{sys.executable} -I\n".encode() + packed.getvalue())
    target.chmod(0o755)
    return target
