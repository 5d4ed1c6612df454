"""Tools that run PowerShell or cmd.exe."""

from __future__ import annotations

from collections.abc import Iterator

from enactd.effects.code.powershell import read_powershell
from enactd.effects.code.powershell_members import slashed
from enactd.effects.interpret import ToolUse, tool_reader
from enactd.effects.model import Effect, Opaque
from enactd.effects.programs.windows import read_line
from enactd.effects.values import known
from enactd.risk import Risk


def _command(use: ToolUse) -> str | None:
    folder = use.text("workdir", "working_directory", "cwd", "dir_path")
    if folder:
        use.invocation.cwd = slashed(use.path(folder)) or use.invocation.cwd
    return use.text("command", "cmd", "script", "input")


@tool_reader("PowerShell", "pwsh", "run_powershell", "execute_powershell", "powershell_command")
def powershell(use: ToolUse) -> Iterator[Effect]:
    """A command in PowerShell."""
    command = _command(use)
    if command is None:
        yield Opaque(reason=f"`{use.tool}` names no command", level=Risk.COMMITMENT)
        return
    use.reading.budget.spend()
    for item in read_powershell(use.invocation, known(command), "argument", {}):
        if isinstance(item, Effect):
            yield item


@tool_reader("cmd", "cmd.exe", "command_prompt", "batch")
def cmd(use: ToolUse) -> Iterator[Effect]:
    """A line of cmd.exe."""
    command = _command(use)
    if command is None:
        yield Opaque(reason=f"`{use.tool}` names no command", level=Risk.COMMITMENT)
        return
    for item in read_line(use.invocation, command):
        if isinstance(item, Effect):
            yield item
