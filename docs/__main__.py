"""`python -m docs`: write every generated page; with `--check` only say which are not current (exit code 1)."""

from __future__ import annotations

import sys
from pathlib import Path

from docs.incidents import incidents_page
from docs.library import library_page, shipped

ROOT = Path(__file__).parents[1]


def pages() -> dict[Path, str]:
    """All generated pages as they should be, by their path."""
    policies = shipped()
    return {
        ROOT / "docs" / "incidents.md": incidents_page(policies),
        ROOT / "policies" / "README.md": library_page(policies),
    }


def main(arguments: list[str]) -> int:
    """Write what is not current, or with `--check` only name it."""
    stale = [path for path, text in pages().items() if not path.exists() or path.read_text() != text]
    for path in stale:
        print(f"{path.relative_to(ROOT)} is not current" if "--check" in arguments else path.relative_to(ROOT))
        if "--check" not in arguments:
            path.write_text(pages()[path])
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
