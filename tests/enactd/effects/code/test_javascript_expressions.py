"""Expressions: what a path or a text comes to."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.code import deeds, node
from support.reading import effects


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("'a' + '/' + 'b'", "/home/u/proj/a/b"),
        ("`a/${'b'}`", "/home/u/proj/a/b"),
        ("require('path').join('a', '..', 'b')", "/home/u/proj/b"),
        ("path.resolve('a', '/etc', 'x')", "/etc/x"),
        ("path.join(__dirname, 'dist')", "/home/u/proj/dist"),
        ("path.join(process.cwd(), 'x')", "/home/u/proj/x"),
        ("os.homedir() + '/x'", "/home/u/x"),
        ("`${process.env.HOME}/x`", "/home/u/x"),
        ("process.env['HOME'] + '/x'", "/home/u/x"),
        ("['a', 'b'].join('/')", "/home/u/proj/a/b"),
        ("'crs/'.split('').reverse().join('')", "/src"),
        ("'a-b'.replace('-', '/')", "/home/u/proj/a/b"),
        ("String.fromCharCode(47, 101, 116, 99)", "/etc"),
        ("Buffer.from('L2V0Yw==', 'base64').toString()", "/etc"),
        ("atob('L2V0Yw==')", "/etc"),
        ("'\\x2fetc'", "/etc"),
        ("'\\u{2f}etc'", "/etc"),
        ("' /etc '.trim()", "/etc"),
        ("path.dirname('/etc/x')", "/etc"),
        ("{a: {b: '/etc'}}.a.b", "/etc"),
        ("['x', '/etc'][1]", "/etc"),
        ("(1, '/etc')", "/etc"),
        ("new URL('file:///etc')", "/etc"),
    ],
)
def test_paths_are_computed(path: str, expected: str) -> None:
    """What can be computed is."""
    assert f"DeletePath {expected}" in deeds(node(f"const t = {path}; fs.rmSync(t)"))


@pytest.mark.parametrize(
    "code",
    [
        "globalThis[x]('1')",
        "fs[x]('/')",
        "require(x)",
        "process[n]()",
        "eval(x)",
        "require('child_process')[a + b]('id')",
    ],
)
def test_names_made_at_run_time_are_generated_code(code: str) -> None:
    """Who hides the name of what he calls gets no easy yes."""
    assert "RunCode generated" in deeds(node(code))


@pytest.mark.parametrize("code", ["handlers[x]()", "obj[key](1)", "console[level]('x')", "arr[0]()"])
def test_ordinary_tables_of_functions_are_free(code: str) -> None:
    """Looking a function up in one's own table hides nothing."""
    assert [] == deeds(node(code))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("app.post('/x', () => require('fs').rmSync('/etc', {recursive: true}))", []),
        ("process.on('SIGTERM', () => require('fs').rmSync('/etc', {recursive: true}))", []),
        ("[1].forEach(() => require('fs').rmSync('/etc', {recursive: true}))", ["DeletePath /etc"]),
        ("stream.on('data', () => require('fs').rmSync('/etc', {recursive: true}))", ["DeletePath /etc"]),
    ],
)
def test_handlers_of_the_project_wait(tmp_path: Path, text: str, expected: list[str]) -> None:
    """A route runs when somebody asks for it; what a list or a stream calls runs by itself."""
    (tmp_path / "x.js").write_text(text)
    assert expected == deeds(effects("node x.js", cwd=str(tmp_path), home="/home/u"))
