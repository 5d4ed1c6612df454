"""What a person who read every stop said of it, written down as rules, so that the next run is read the same way.

`right`: by the posture a person is to be asked, or the call is never to run. `cut`: the line is none of this
machine: output of a page taken for a command, another shell's text, a neighbour of the project that its archive
lacks. `false`: routine work that should pass. A stop with one right reason is right.
"""

from __future__ import annotations

import re
from typing import Any

OWN = frozenset({"make", "make target", "npm run", "package.json", "shell", "tox", "nox"})
"""Kinds of lines that are a project's own code."""
_NEIGHBOUR = re.compile(r"`[^`]*/home/(?:src/|scripts|admin|tools|wasm|bin)")
_OWN_SCRIPT = re.compile(r"(?:\./|script/|ci/|make\b)")
_OUTPUT = re.compile(r"/[\w./?=]+(?: |$|:)")
_OTHER_SHELL = re.compile(r"\$env:|\$env\b|Get-Location|\$ProgressPreference|^\$\(call ")
_BUILD_OUTPUT = re.compile(
    r"is a whole folder of the workspace|deletes whatever matches|has just moved|made by no known build"
)

OWN_TARGET = "false: a project's own code names its target only when it runs"
OWN_OUTPUT = "false: what a recipe makes and removes, in an archive without its .gitignore"
SESSION = "false: a session that ends at once where there is no terminal"
GIT = "false: a git command of an extension that nobody described"
COMPLETION = "false: completion that a program prints, evaluated"
STEPS = "false: more steps or time than a reading has"
CERTIFICATE = "false: a certificate with the name of a key"
NEIGHBOUR = "cut: a neighbour that the archive lacks"
OUTPUT = "cut: output taken for a command"
SHELL = "cut: another shell's text"
HISTORY = "cut: a history that has no remote"


def said(identity: str, command: str, why: list[str]) -> str:
    """`right`, or the class of what is wrong with a stop; `why` are `policy: reason` lines."""
    kind = identity.split("#")[1]
    found = sorted({_of(kind, command, *reason.split(": ", 1)) for reason in why})
    if "right" in found or not found:
        return "right"
    return next((one for one in found if one.startswith("false")), found[0])


def _of(kind: str, command: str, policy: str, reason: str) -> str:
    own = kind in OWN
    classes: list[tuple[Any, str]] = [
        (own and re.search("known only at run time|only the run will tell", reason), OWN_TARGET),
        (own and policy == "files.unrecoverable-delete" and _BUILD_OUTPUT.search(reason), OWN_OUTPUT),
        ("is no known git command" in reason, GIT),
        ("too much to read" in reason, STEPS),
        (own and policy == "secrets.write-file" and ".pem` is a private key" in reason, CERTIFICATE),
        (kind == "workflow" and _OWN_SCRIPT.match(command) and "only at run time" in reason, OWN_TARGET),
        ("not known before the run: <output of" in reason, COMPLETION),
        (policy == "shell.run-unread" and kind == "docs" and _OUTPUT.match(command), OUTPUT),
        (_OTHER_SHELL.search(command), SHELL),
        (own and "outside" in reason and _NEIGHBOUR.search(reason), NEIGHBOUR),
        (policy == "network.tunnel" and "nobody sees" in reason, SESSION),
        (policy in ("git.push-secrets", "secrets.store"), HISTORY),
    ]
    return next((name for fits, name in classes if fits), "right")
