"""JavaScript's file functions."""

from __future__ import annotations

import pytest
from support.code import deeds, node

P = "/home/u/proj/"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("fs.unlinkSync('a')", [f"DeletePath {P}a"]),
        ("fs.rmdir('a', () => {})", [f"DeletePath {P}a"]),
        ("require('fs-extra').removeSync('a')", [f"DeletePath {P}a"]),
        ("require('fs-extra').emptyDirSync('a')", [f"DeletePath {P}a/*"]),
        ("require('fs-extra').rmSync('a')", [f"DeletePath {P}a"]),
        ("require('rimraf').sync('a')", [f"DeletePath {P}a"]),
        ("require('rimraf').rimraf(['a', 'b'])", [f"DeletePath {P}a", f"DeletePath {P}b"]),
        ("import {deleteSync} from 'del'; deleteSync(['dist/*', '!dist/keep'])", [f"DeletePath {P}dist/*"]),
        ("Deno.removeSync('a', {recursive: true})", [f"DeletePath {P}a"]),
        ("await Bun.write('a', 'x')", [f"WritePath {P}a"]),
        ("Bun.file('.env').text()", [f"ReadPath {P}.env"]),
        ("fs.writeFileSync('a', 'x')", [f"WritePath {P}a"]),
        ("fs.appendFileSync('/etc/hosts', 'x')", ["WritePath /etc/hosts"]),
        ("fs.createWriteStream('a')", [f"WritePath {P}a"]),
        ("fs.openSync('a', 'w')", [f"WritePath {P}a"]),
        ("fs.openSync('a', 'r')", [f"ReadPath {P}a"]),
        ("fs.truncateSync('a')", [f"WritePath {P}a"]),
        ("fs.readdirSync('/home/u/.ssh')", ["ReadPath /home/u/.ssh"]),
        ("fs.createReadStream('.env').pipe(process.stdout)", [f"ReadPath {P}.env"]),
        ("fs.renameSync('a', '/b')", [f"MovePath {P}a /b"]),
        ("fs.cpSync('a', '/b')", [f"CopyPath {P}a /b"]),
        ("fs.symlinkSync('/etc', 'a')", [f"LinkPath /etc {P}a"]),
        ("fs.chmodSync('a', 0o777)", [f"ChangeMode {P}a"]),
        ("require('shelljs').rm('-rf', 'a')", [f"DeletePath {P}a"]),
        ("const d = fs.mkdtempSync('/tmp/x'); fs.rmSync(d)", ["DeletePath /tmp/x*"]),
        ("fs.existsSync('.env')", []),
        ("fs.mkdirSync('a', {recursive: true})", []),
    ],
)
def test_files(code: str, expected: list[str]) -> None:
    """Each function is the deed that a command would be."""
    assert expected == deeds(node(code))


def test_mode_and_content() -> None:
    """Open modes, content and appending are told."""
    (opened,) = node("fs.chmodSync('a', 0o777)")
    assert ("777", True) == (opened.mode, opened.opens)  # type: ignore[attr-defined]
    (closed,) = node("fs.chmodSync('a', '755')")
    assert ("755", False) == (closed.mode, closed.opens)  # type: ignore[attr-defined]
    (written,) = node("fs.appendFileSync('a', 'x' + 1)")
    assert ("append", "x1") == (written.how, written.content)  # type: ignore[attr-defined]


def test_unknown_paths_are_kept() -> None:
    """A target that only the run will tell is still a deletion."""
    assert "DeletePath" in deeds(node("fs.rmSync(process.argv[9], {recursive: true})"))[0]
