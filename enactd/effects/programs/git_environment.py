"""Variables that make git start other programs."""

from __future__ import annotations

import re
import shlex
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Value
from enactd.effects.model import SetEnvironment

_COMMANDS: Final = (
    "GIT_SSH_COMMAND", "GIT_SSH", "GIT_EXTERNAL_DIFF", "GIT_PAGER", "PAGER", "GIT_EDITOR", "EDITOR", "VISUAL",
    "GIT_SEQUENCE_EDITOR", "GIT_ASKPASS", "SSH_ASKPASS", "GIT_PROXY_COMMAND", "GIT_DIFFTOOL_EXTCMD",
)  # fmt: skip
_PLACES: Final = (
    "GIT_TEMPLATE_DIR",
    "GIT_EXEC_PATH",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_PARAMETERS",
)
_ORDINARY: Final = frozenset(
    "cat less more most bat delta diff-so-fancy difft diff-highlight true false : echo vi vim nvim nano emacs "
    "emacsclient code codium subl zed micro hx helix pico joe kate gedit ed ssh-askpass gpg gpg2 gpgsm ssh-keygen head "
    "tail git-credential-manager git-lfs".split()
)
_SSH_RUNS: Final = re.compile(r"proxycommand|localcommand|proxyusefdpass|knownhostscommand|permitlocal|\s-F\s?\S", re.I)


def is_ordinary(command: str) -> bool:
    """Whether a command is a usual pager, editor or ssh call, with nothing hidden in it."""
    text = command.strip()
    if not text:
        return True
    if any(char in text for char in ";&`$\n<>()"):
        return False
    for part in text.split("|"):
        try:
            words = [word for word in shlex.split(part) if not re.fullmatch(r"[A-Z_]+=\S*", word)]
        except ValueError:
            return False
        name = words[0].rsplit("/", 1)[-1] if words else ""
        folder = words[0].rpartition("/")[0] if words else ""
        if folder not in ("", "/bin", "/usr/bin", "/usr/local/bin"):
            return False
        if name == "ssh" and not _SSH_RUNS.search(part):
            continue
        if name not in _ORDINARY or any(word.startswith(("+", "-c", "--cmd", "-S", "-e")) for word in words[1:]):
            return False
    return True


def environment(call: Invocation) -> Effects:
    """The variables set for this command that make git run something out of the ordinary."""
    for name in _COMMANDS:
        value: Value | None = call.env.get(name)
        if value is not None and (value.text is None or not is_ordinary(value.text)):
            yield SetEnvironment(name=name, value=value.text)
    for name in _PLACES:
        value = call.env.get(name)
        if value is not None and value.text not in ("", "/dev/null"):
            yield SetEnvironment(name=name, value=value.text)
