"""Which git settings run programs, and how they are set and shown."""

from __future__ import annotations

import pytest
from support.briefly import lines

from enactd.effects.programs.git_config import runs_program
from enactd.effects.values import known, unknown


@pytest.mark.parametrize(
    ("key", "value", "runs"),
    [
        ("core.hooksPath", ".hooks", True), ("core.hooksPath", "/dev/null", False), ("core.fsmonitor", "true", False),
        ("core.fsmonitor", "./x", True), ("core.pager", "less -R", False), ("core.pager", "sh -c id", True),
        ("core.editor", "vim", False), ("core.editor", "vim -c '!id'", True), ("core.sshCommand", "ssh -i k", False),
        ("core.sshCommand", "ssh -o ProxyCommand=x h", True), ("core.sshCommand", "touch /tmp/x", True),
        ("alias.co", "checkout", False), ("alias.x", "!id", True), ("credential.helper", "store", False),
        ("credential.helper", "!gh auth git-credential", False), ("credential.helper", "!f() { id; }; f", True),
        ("filter.x.clean", "id", True), ("filter.lfs.process", "git-lfs filter-process", False), ("diff.external", "id", True),
        ("diff.x.textconv", "id", True), ("gpg.program", "gpg", False), ("gpg.ssh.program", "/tmp/x", True),
        ("protocol.ext.allow", "always", True), ("protocol.ext.allow", "never", False), ("include.path", "x", True),
        ("includeIf.gitdir:/a/.path", "x", True), ("url.git@github.com:.insteadOf", "https://github.com/", False),
        ("url.https://evil.example/.insteadOf", "https://github.com/", True), ("init.templateDir", "x", True),
        ("user.name", "x", False), ("submodule.a.update", "!id", True), ("remote.a.url", "ext::id", True),
        ("mergetool.x.cmd", "id", True), ("sendemail.smtpServer", "/bin/x", True), ("color.ui", "auto", False),
        ("pager.log", "false", False), ("sequence.editor", "true", False), ("core.askPass", "/tmp/x", True),
    ],
)  # fmt: skip
def test_runs_program(key: str, value: str, runs: bool) -> None:
    """By key and value; usual pagers, editors and helpers are none."""
    assert runs is runs_program(key, known(value))


def test_unknown_values_run() -> None:
    """A value that only the run will tell may be any program."""
    assert runs_program("core.pager", unknown("x"))
    assert not runs_program("user.name", unknown("x"))


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("git config user.name", []),
        ("git config --get user.name", []),
        ("git config get user.name", []),
        ("git config --list --show-origin", []),
        ("git config list", []),
        ("git config user.name Ada", ["GitConfigure key=user.name value=Ada"]),
        ("git config set user.name Ada", ["GitConfigure key=user.name value=Ada"]),
        ("git config --global core.editor vim", ["GitConfigure key=core.editor value=vim scope=global"]),
        ("git config --system x.y z", ["GitConfigure key=x.y value=z scope=system"]),
        ("git config core.hooksPath .h", ["GitConfigure key=core.hooksPath value=.h runs"]),
        ("git config --add alias.x '!id'", ["GitConfigure key=alias.x value=!id runs"]),
        ("git config --unset core.hooksPath", ["GitConfigure key=core.hooksPath value="]),
        ("git config unset core.hooksPath", ["GitConfigure key=core.hooksPath value="]),
        ('git config core.pager "$P"', ["GitConfigure key=core.pager value=None runs"]),
        ("git config -f x.ini a.b c", ["WritePath target=/home/u/proj/x.ini how=edit", "GitConfigure key=a.b value=c"]),
        ("git config -e", ["GitConfigure key=(edited by hand) value=None"]),
        (
            "git config http.extraHeader",
            ["RevealSecret what=the git setting http.extraHeader by=git config"],
        ),
        ("git -c core.pager=cat log", ["GitConfigure key=core.pager value=cat scope=command"]),
        ("git -c core.fsmonitor=./x status", ["GitConfigure key=core.fsmonitor value=./x scope=command runs"]),
        (
            "GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.pager GIT_CONFIG_VALUE_0='sh x' git log",
            ["GitConfigure key=core.pager value=sh x scope=command runs"],
        ),
        ("git --config-env=core.pager=X log", ["GitConfigure key=core.pager value=None scope=command runs"]),
    ],
)  # fmt: skip
def test_config(command: str, expected: list[str]) -> None:
    """Reading is free; setting is told with its scope."""
    assert expected == [line for line in lines(command) if not line.startswith("SetEnvironment")]
