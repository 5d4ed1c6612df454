"""Programs that nobody described: what their words say of them.

A word on the command line is weak evidence, so only verbs that hardly ever mean anything harmless count, only
where a sub-command stands, and milder ones (`rm`, `remove`) only with an option that says "do not ask" or "all".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from enactd.effects.values import Value

_DESTROYS: Final = frozenset(
    "delete destroy drop purge wipe erase terminate nuke truncate undefine decommission deprovision flushall unpublish"
    " dropdb teardown obliterate factory-reset revoke".split()
)
_REMOVES: Final = frozenset("rm remove del uninstall unregister unregistervm reset prune clear kill".split())
_INSISTS: Final = frozenset("--force --all --purge --yes -y -f --recursive -r -rf --no-confirm --hard --delete".split())
_OUTWARD: Final = frozenset("publish deploy upload send transfer pay payout sendtoaddress withdraw refund".split())
_HARMLESS: Final = frozenset(
    "--help -h --version --dry-run --dryrun -n --check --what-if --list help --simulate".split()
)
_PARTS: Final = re.compile(r"[:._-]")
_VERB_PLACES: Final = 3


def grave_verb(args: Sequence[Value]) -> str:
    """The word among the first sub-commands that says that something is destroyed or sent; "" where none does.

    Words after the third operand, options' values that follow `=`, and paths are no verbs.
    """
    texts = [arg.text or "" for arg in args]
    if _HARMLESS & set(texts):
        return ""
    insists = bool(_INSISTS & {text.partition("=")[0] for text in texts})
    operands = [text for text in texts if text and not text.startswith("-")][:_VERB_PLACES]
    for operand in operands:
        if not re.fullmatch(r"[A-Za-z][\w:.-]{1,40}", operand) or "." in operand:
            continue
        parts = _PARTS.split(operand.lower())
        words = {operand.lower(), parts[0], parts[-1]}  # `delete_hc`, `db:drop`; not `git_deploy_key`
        if words & _DESTROYS or words & _OUTWARD or (insists and words & _REMOVES):
            return operand
    return ""


_OUTPUTS: Final = re.compile(
    r"(?:-o|--?(?:out|output)(?:[-_]?(?:file|dir|path|folder|directory))?|--?(?:log|report)[-_]?(?:file|dir))",
    re.IGNORECASE,
)


def named_outputs(args: Sequence[Value]) -> list[Value]:
    """Paths that follow an option for output and lie outside by their look: `-o /etc/x`, `--outputFile=~/x`.

    A relative value may as well be a format (`-o json`), and would stay in the workspace: it says nothing.
    """
    found = []
    for number, word in enumerate(args):
        name, equals, _ = word.prefix.partition("=")
        if not _OUTPUTS.fullmatch(name):
            continue
        given = word.cut(len(name) + 1) if equals else args[number + 1] if number + 1 < len(args) else None
        if given is not None and given.prefix.startswith(("/", "~", "../")):
            found.append(given)
    return found
