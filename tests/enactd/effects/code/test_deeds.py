"""Handlers for files and folders."""

from __future__ import annotations

import pytest
from support.code import deeds, one_liner


@pytest.mark.parametrize(
    ("program", "code", "expected"),
    [
        ("ruby -e", "File.join('/a', 'b', '/c'); File.delete(File.join('/a/', 'b'))", "DeletePath /a/b"),
        ("ruby -e", "File.delete(File.expand_path('x', '/y'))", "DeletePath /y/x"),
        ("ruby -e", "d = Dir.mktmpdir; FileUtils.rm_rf(d)", "DeletePath /tmp/*"),
        ("ruby -e", "FileUtils.chown 'root', 'root', '/etc'", "ChangeMode /etc"),
        ("ruby -e", "File.symlink('/etc', 'a')", "LinkPath /etc /home/u/proj/a"),
        ("ruby -e", "Dir.entries('/home/u/.ssh')", "ReadPath /home/u/.ssh"),
        ("php -r", "copy('https://x.y/a', 'b');", "Request x.y"),
        ("php -r", "chmod('a', 0777);", "ChangeMode /home/u/proj/a"),
        ("perl -e", "chdir '/etc'; unlink 'x'", "DeletePath /etc/x"),
        ("perl -e", "use File::Copy; copy('a', '/b')", "CopyPath /home/u/proj/a /b"),
    ],
)
def test_files(program: str, code: str, expected: str) -> None:
    """One handler serves all languages."""
    assert expected in deeds(one_liner(program, code))
