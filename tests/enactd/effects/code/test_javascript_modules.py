"""Names of modules, and files that are required."""

from __future__ import annotations

import pytest
from support.code import deeds

from enactd.effects.code.javascript_modules import canonical, module_name, nearest


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("node:fs", "fs"),
        ("fs/promises", "fs"),
        ("npm:chalk@5", "chalk"),
        ("graceful-fs", "fs"),
        ("jsr:@std/fs@1.0", "@std/fs"),
        ("pg", "pg"),
    ],
)
def test_module_names(written: str, expected: str) -> None:
    """Schemes and versions are no part of a module's name."""
    assert expected == module_name(written)


def test_function_names() -> None:
    """Promise and default forms are the same function."""
    assert "fs.rm" == canonical("fs.promises.rm")
    assert "eval" == canonical("globalThis.eval")
    assert "fs.rmSync" == nearest("fs-extra.rmSync")


def test_required_files_are_read(project_script, tmp_path) -> None:  # type: ignore[no-untyped-def]
    """What lies beside a script and is required runs with it."""
    folder = tmp_path / "work" / "proj"
    folder.mkdir(parents=True)
    (folder / "lib.js").write_text("require('fs').rmSync('/home/u', {recursive: true})")
    assert "DeletePath /home/u" in deeds(project_script("require('./lib')"))
    assert "DeletePath /home/u" in deeds(project_script("import './lib.js'", "b.mjs"))
