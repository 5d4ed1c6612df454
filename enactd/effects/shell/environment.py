"""Variables that make programs run code, and whether a value is a harmless one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enactd.effects.model import RunCode
from enactd.effects.values import Value, known

if TYPE_CHECKING:
    from enactd.effects.shell.interpreter import Interpreter

_LOADS_FILE: Final = frozenset(
    {"LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "BASH_ENV", "ENV", "PERL5DB", "RUBYLIB", "PERL5LIB"}
)
_COMMAND: Final = frozenset(
    {
        "PROMPT_COMMAND", "GIT_SSH_COMMAND", "GIT_SSH", "GIT_PAGER", "GIT_EDITOR", "GIT_EXTERNAL_DIFF", "GIT_ASKPASS",
        "GIT_PROXY_COMMAND", "GIT_SEQUENCE_EDITOR", "SSH_ASKPASS", "SUDO_ASKPASS", "PAGER", "MANPAGER", "EDITOR", "VISUAL",
        "BROWSER", "LESSOPEN", "LESSCLOSE", "RSYNC_RSH", "CVS_RSH", "PERL5OPT", "RUBYOPT", "NODE_OPTIONS",
        "PYTHONSTARTUP", "PYTHONINSPECT", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "TAR_OPTIONS", "GCC_EXEC_PREFIX",
        "GIT_CONFIG_PARAMETERS", "PSQL_EDITOR", "CARGO_BUILD_RUSTC_WRAPPER", "RUSTC_WRAPPER", "PS4", "PS0",
    }
)  # fmt: skip
_HARMLESS: Final = re.compile(
    r"^(?:|cat|less(?: -\S+)*|more|most|true|:|vi|vim|nvim|nano|emacs|code --wait|delta|bat(?: -\S+)*|echo|/bin/true|/usr/bin/true|firefox|open|xdg-open|w3m|-?\d+)$"
)
_OPTIONS: Final = {
    # A package's name is looked for among the project's own dependencies.
    "NODE_OPTIONS": re.compile(
        r"^(?:\s*(?:--(?!require|import|loader|experimental-loader|r\b)[\w-]+(?:=\S*)?"
        r"|(?:-r|--require|--import|--loader|--experimental-loader)[ =](?:@[\w-][\w.-]*/)?[\w-][\w.-]*(?:/[\w.-]+)*(?=\s|$)))*\s*$"
    ),
    "PERL5OPT": re.compile(r"^(?:-[wWTtCu]\S*\s*)*$"),
    "RUBYOPT": re.compile(r"^(?:-(?:W\S*|w|E\S*|-yjit|-disable\S*|-enable\S*)\s*)*$"),
    "JAVA_TOOL_OPTIONS": re.compile(
        r"^(?:(?!-javaagent|-agentlib|-agentpath|-XX:OnError|-XX:OnOutOfMemoryError)\S+\s*)*$"
    ),
    "_JAVA_OPTIONS": re.compile(r"^(?:(?!-javaagent|-agentlib|-agentpath)\S+\s*)*$"),
    "PYTHONINSPECT": re.compile(r"^"),
    "CARGO_BUILD_RUSTC_WRAPPER": re.compile(r"^(?:sccache)?$"),
    "RUSTC_WRAPPER": re.compile(r"^(?:sccache)?$"),
    "TAR_OPTIONS": re.compile(r"^"),  # tar's own module reads it
    "PS4": re.compile(r"^[^$`]*$"),
    "PS0": re.compile(r"^[^$`]*$"),
}
_SHELL_ONLY: Final = frozenset({"PROMPT_COMMAND", "PS0"})
_PYTHON_ONLY: Final = frozenset({"PYTHONSTARTUP"})


_SEARCHED: Final = frozenset({"PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"})
# Values that leave the checks on; any other value switches them off.
_TRUST: Final = {
    "GIT_SSL_NO_VERIFY": frozenset({"", "0", "false", "no"}),
    "NODE_TLS_REJECT_UNAUTHORIZED": frozenset({"", "1"}),
    "PYTHONHTTPSVERIFY": frozenset({"", "1"}),
    "GONOSUMCHECK": frozenset({"", "0"}),
    "NPM_CONFIG_STRICT_SSL": frozenset({"", "true"}),
    "npm_config_strict_ssl": frozenset({"", "true"}),
}


def _searches_temp(shell: Interpreter, content: Value) -> bool:
    """Whether programs or libraries would be looked for first where everybody can put them."""
    first = content.prefix.split(":")[0]
    if not first.startswith("/"):
        return False
    return shell.reader.paths.target(known(first), shell.reader.start).area in ("temp", "temp-root")


def runs_code(shell: Interpreter, name: str, content: Value, program: str) -> bool | None:
    """None if the variable runs nothing; else whether its value is harmless or lies readable in the workspace."""
    if name.startswith("BASH_FUNC_"):
        return False
    if name in _LOADS_FILE:
        return _readable_file(shell, content)
    if name in _SEARCHED:
        return False if _searches_temp(shell, content) else None
    if name in _TRUST:
        return None if content.text in _TRUST[name] else False
    if name not in _COMMAND:
        return None
    if name in _PYTHON_ONLY and program and not program.startswith("python"):
        return None
    text = content.text
    if text is None:
        return False
    shape = _OPTIONS.get(name)
    if shape is not None:
        return None if shape.match(text) else False
    if _HARMLESS.match(text.strip()):
        return None
    return _harmless_command(shell, content)


def _harmless_command(shell: Interpreter, content: Value) -> bool:
    """A command is harmless when reading it shows nothing but programs that are known."""
    effects = shell.reader.trial(content, shell)
    return (
        effects is not None
        and not any(isinstance(e, RunCode) and e.origin == "system" for e in effects)
        and not effects
    )


def _readable_file(shell: Interpreter, content: Value) -> bool:
    if content.text == "":
        return True
    target = shell.reader.paths.target(content, shell.reader.start)
    return target.area == "workspace" and target.path is not None and shell.reader.world.text(target.path) is not None
