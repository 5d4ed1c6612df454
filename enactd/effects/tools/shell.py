"""Tools that run a shell command."""

from __future__ import annotations

from collections.abc import Iterator

from enactd.effects.interpret import ToolUse, tool_reader
from enactd.effects.model import AgentTool, Effect, Opaque
from enactd.risk import Risk


@tool_reader(
    "Bash", "Monitor", "Shell", "run_shell_command", "execute_command", "exec_command", "run_command", "run_commands",
    "run_terminal_cmd", "terminal", "local_shell", "shell_command", "execute_bash", "run_in_terminal", "bash_tool", "exec", "Execute",
    "runTerminalCommand", "runInTerminal", "unified_exec", "container.exec", "run_bash", "run_bash_command", "run_terminal_command",
)  # fmt: skip
def bash(use: ToolUse) -> Iterator[Effect]:
    """A command in bash. Several commands may come as a list; a list of words is one command."""
    command = use.argument("command", "cmd", "commands", "script", "command_line")
    folder = use.text("workdir", "working_directory", "dir_path", "directory", "cwd")
    if isinstance(command, list) and all(isinstance(word, str) for word in command):
        command = _joined(command, use.tool)
    if not isinstance(command, str):
        if isinstance(use.input.get("ws"), dict):
            return
        yield Opaque(reason=f"`{use.tool}` names no command", level=Risk.COMMITMENT)
        return
    if folder:
        use.reading.start = use.path(folder)
    yield from use.reading.bash(command)


def _joined(words: list[str], tool: str) -> str:
    if tool.endswith("s"):
        return "\n".join(words)
    if len(words) == 3 and words[0].rsplit("/", 1)[-1] in ("bash", "sh", "zsh") and words[1] in ("-c", "-lc"):
        return words[2]
    return " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)


@tool_reader("write_stdin", "write_bash", "send_command_input", "send_to_terminal")
def typed(use: ToolUse) -> Iterator[Effect]:
    """Text typed into something that runs: a shell takes it for commands, so it is read as such."""
    text = use.text("chars", "input", "text", "data", "stdin")
    if text is None or not text.strip("\x03\x04\r\n"):
        yield AgentTool(tool=use.tool)
        return
    yield from use.reading.bash(text) or [AgentTool(tool=use.tool)]
