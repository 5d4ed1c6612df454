"""What a program imports is under the Apache License, and nothing else comes with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEADER = "# SPDX-License-Identifier: Apache-2.0\n"


def test_exactly_these_files() -> None:
    """The package, and the `__init__` above it that importing it runs."""
    apache = {path.relative_to(ROOT) for path in (ROOT / "enactd").rglob("*.py") if path.read_text().startswith(HEADER)}
    client = {path.relative_to(ROOT) for path in (ROOT / "enactd/client").rglob("*.py")}
    assert apache == client | {Path("enactd/__init__.py")}
    assert "Apache License" in (ROOT / "enactd/client/LICENSE").read_text()


def test_nothing_else_is_imported() -> None:
    """Of this project only the client, and besides it the standard library."""
    program = (
        "import sys; before = set(sys.modules); import enactd.client.aio;"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before};"
        "print(sorted(n for n in sys.modules if n.startswith('enactd') and not n.startswith('enactd.client')),"
        " sorted(new - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(ROOT)}
    )
    assert "['enactd'] ['enactd']" == done.stdout.strip()
