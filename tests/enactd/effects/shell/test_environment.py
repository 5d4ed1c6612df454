"""Variables by which programs run code: told apart by name and by value."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.scripts import reading

from enactd.effects.model import SetEnvironment


def told(script: str, folder: Path | str = "/nowhere/proj") -> list[tuple[str, bool]]:
    """Each variable that is an effect, and whether what it runs is harmless or lies readable in the workspace."""
    found = [e for e in reading(script, folder)[1] if isinstance(e, SetEnvironment)]
    return list(dict.fromkeys((e.name, e.readable) for e in found))


@pytest.mark.parametrize(
    "assignment",
    [
        "LD_PRELOAD=/tmp/x.so", "BASH_ENV=/tmp/x", "ENV=/tmp/x", "GIT_SSH_COMMAND='sh -c x'", "PAGER='sh -c x'", "EDITOR=/tmp/e",
        "NODE_OPTIONS='--require ./x.js'", "NODE_OPTIONS='-r ../x'", "PERL5OPT=-Mx", "RUBYOPT=-rx", "JAVA_TOOL_OPTIONS=-javaagent:x.jar",
        "PATH=/tmp/bin:$PATH", "LD_LIBRARY_PATH=/tmp/lib", "GIT_SSL_NO_VERIFY=1", "NODE_TLS_REJECT_UNAUTHORIZED=0",
        "PYTHONSTARTUP=x.py", "RUSTC_WRAPPER=./x", "GIT_EXTERNAL_DIFF=$(cmd)", "LESSOPEN='|sh %s'",
    ],
)  # fmt: skip
def test_what_runs_code(assignment: str) -> None:
    """Set for one command, for the rest, or exported: it is told."""
    name, _, value = assignment.partition("=")
    for script in (
        f"env {assignment} python x.py",
        f"export {name}={value}" if "%" not in name else f"env {assignment} sh",
    ):
        assert [(name, False)] == told(script), script


@pytest.mark.parametrize(
    "assignment",
    [
        "PAGER=cat", "PAGER=", "GIT_PAGER='less -FRX'", "EDITOR=vim", "EDITOR='code --wait'", "GIT_EDITOR=true", "GIT_EDITOR=:",
        "NODE_OPTIONS=--max-old-space-size=4096", "NODE_OPTIONS='-r dotenv/config'", "NODE_OPTIONS='--require @scope/x --inspect'",
        "RUBYOPT=-W0", "JAVA_TOOL_OPTIONS=-Xmx2g", "PATH=$HOME/bin:$PATH", "PATH=./node_modules/.bin:$PATH", "LD_LIBRARY_PATH=/opt/x/lib",
        "GIT_SSL_NO_VERIFY=false", "NODE_TLS_REJECT_UNAUTHORIZED=1", "RUSTC_WRAPPER=sccache", "PS4='+ '", "PYTHONPATH=src", "DEBUG=1",
    ],
)  # fmt: skip
def test_what_is_harmless(assignment: str) -> None:
    """Values that people set every day are not told."""
    assert [] == told(f"{assignment} make test")
    assert [] == told(f"export {assignment}")


def test_a_function_that_is_exported_by_its_variable() -> None:
    """What bash takes for a function of the next shell is told."""
    assert [("BASH_FUNC_ls%%", False)] == told("env 'BASH_FUNC_ls%%=() { rm x; }' bash -c ls")


def test_a_file_of_the_workspace_can_be_read(tmp_path: Path) -> None:
    """What lies in the workspace can be looked at; what is not there cannot."""
    (tmp_path / "env.sh").write_text("x=1\n")
    assert [("BASH_ENV", True)] == told("BASH_ENV=./env.sh make", tmp_path)
    assert [("BASH_ENV", False)] == told("BASH_ENV=./gone.sh make", tmp_path)


def test_a_variable_of_the_shell_alone_runs_nothing() -> None:
    """Not exported, it reaches no program; a prompt is expanded by the shell itself."""
    assert [] == told("EDITOR=./x; make")
    assert [("PROMPT_COMMAND", False)] == told("export PROMPT_COMMAND='rm x'")
