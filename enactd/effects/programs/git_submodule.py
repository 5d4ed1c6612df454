"""git submodule: repositories inside the repository."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Options, join
from enactd.effects.programs.git_context import Git, verb
from enactd.effects.programs.git_transport import address_effects

_SUBMODULE: Final = Options(
    "-q --quiet", "--cached", "-f --force", "-b --branch B", "--name N", "--reference R", "--depth N", "--init",
    "--remote", "-N --no-fetch", "--recursive", "--checkout", "--merge", "--rebase", "-j --jobs N", "--all",
    "--recommend-shallow", "--no-recommend-shallow", "--single-branch", "--no-single-branch", "--filter F",
    "--dissociate", "-d --default", "--summary-limit N", "-n", "--files", "--progress", "--ref-format F",
)  # fmt: skip


@verb("submodule")
def submodule(git: Git) -> Effects:
    """Forced updates and deinit lose what submodules hold; foreach runs a command in each."""
    index = next((i for i, word in enumerate(git.args) if not word.startswith("-")), None)
    if index is None:
        return
    action = git.args[index].text
    if action == "foreach":
        words = [word for word in git.args[index + 1 :] if word.text not in ("--recursive", "-q", "--quiet", "--")]
        if words:
            yield from git.call.shell(join(words), via="git submodule foreach")
        return
    line = _SUBMODULE.parse(git.args[index + 1 :])
    if action == "deinit":
        yield git.discard("submodule deinit", None, words=line.operands)
    elif action == "update" and line.has("-f"):
        yield git.discard("submodule update --force", None, words=line.operands)
    elif action == "add" and line.operands:
        yield from address_effects(git, line.operands[0], direction="fetch")
