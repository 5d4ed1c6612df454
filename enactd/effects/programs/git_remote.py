"""Verbs that take from other repositories, and the list of remotes."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Options, Output, Value, known, unknown
from enactd.effects.model import (
    GitCommit,
    GitConfigure,
    GitDeleteRef,
    GitPush,
    GitRewrite,
    OpenTunnel,
    RevealSecret,
    WritePath,
)
from enactd.effects.programs.git_config import runs_program
from enactd.effects.programs.git_context import Git, verb
from enactd.effects.programs.git_transport import address_effects, remote_program
from enactd.effects.values import SECRET

_FETCH: Final = Options(
    "-v --verbose", "-q --quiet", "--all", "--no-all", "--set-upstream", "-a --append", "--atomic",
    "--upload-pack CMD", "-f --force", "-m --multiple", "-t --tags", "-n --no-tags", "-j --jobs N", "--prefetch",
    "-p --prune", "-P --prune-tags", "--recurse-submodules [MODE]", "--no-recurse-submodules", "--dry-run",
    "--porcelain", "--no-write-fetch-head", "-k --keep", "-u --update-head-ok", "--progress", "--depth N",
    "--shallow-since D", "--shallow-exclude R", "--deepen N", "--unshallow", "--refetch", "--update-shallow",
    "--refmap R", "-o --server-option O", "-4 --ipv4", "-6 --ipv6", "--negotiation-tip T", "--negotiate-only",
    "--filter F", "--auto-maintenance", "--no-auto-maintenance", "--auto-gc", "--no-auto-gc",
    "--show-forced-updates", "--no-show-forced-updates", "--write-commit-graph", "--stdin", "-r --rebase [MODE]",
    "--no-rebase", "--stat", "--no-stat", "--log [N]", "--signoff", "--squash", "--no-squash", "--commit",
    "--no-commit", "--edit", "--no-edit", "--cleanup M", "--ff", "--no-ff", "--ff-only", "--verify", "--no-verify",
    "--verify-signatures", "--autostash", "--no-autostash", "-s --strategy S", "-X --strategy-option O",
    "-S --gpg-sign [K]", "--allow-unrelated-histories",
)  # fmt: skip
_CLONE: Final = Options(
    "-v --verbose", "-q --quiet", "--progress", "--reject-shallow", "-n --no-checkout", "--bare", "--mirror",
    "-l --local", "--no-local", "--no-hardlinks", "-s --shared", "--recurse-submodules --recursive [P]",
    "-j --jobs N", "--template DIR", "--reference R", "--reference-if-able R", "--dissociate", "-o --origin N",
    "-b --branch B", "--revision R", "-u --upload-pack CMD", "--depth N", "--shallow-since T",
    "--shallow-exclude R", "--single-branch", "--no-single-branch", "--tags", "--no-tags", "--shallow-submodules",
    "--separate-git-dir DIR", "--ref-format F", "-c --config KEY=VALUE", "--server-option O", "-4 --ipv4",
    "-6 --ipv6", "--filter F", "--also-filter-submodules", "--remote-submodules", "--sparse", "--bundle-uri U",
)  # fmt: skip


@verb("fetch", "pull")
def fetch(git: Git) -> Effects:
    """Free, unless a refspec with a plus sign overwrites a local branch or an option runs a program."""
    line = _FETCH.parse(git.args)
    for value in line.values("--upload-pack"):
        yield from remote_program(git, value, f"git {git.name} --upload-pack")
    if line.operands:
        yield from address_effects(git, line.operands[0], direction="fetch")
    if line.has("--dry-run"):
        return
    for word in line.operands[1:]:
        text = word.text or ""
        target = text.partition(":")[2].removeprefix("refs/heads/")
        if target and not target.startswith("refs/") and (text.startswith("+") or line.has("-f")) and "*" not in target:
            yield from git.moved_branch("fetch --force", target, None)
    if git.name == "pull":
        yield GitCommit(message=None, how="pull")


@verb("clone")
def clone(git: Git) -> Effects:
    """A new folder with somebody else's files; settings and templates given along may run programs."""
    line = _CLONE.parse(git.args)
    for value in line.values("-u"):
        yield from remote_program(git, value, "git clone --upload-pack")
    yield from _template(git, line.value("--template"))
    for setting in line.values("-c"):
        key = setting.prefix.partition("=")[0]
        value = setting.cut(len(key) + 1)
        yield GitConfigure(key=key, value=value.text, scope="command", runs=runs_program(key, value))
    if not line.operands:
        return
    source = line.operands[0]
    yield from address_effects(git, source, direction="fetch")
    folder = line.operands[1] if len(line.operands) > 1 else _folder_of(source, bare=line.has("--bare", "--mirror"))
    yield WritePath(target=git.call.target(folder), how="create", recursive=True)
    separate = line.value("--separate-git-dir")
    if separate is not None:
        yield WritePath(target=git.call.target(separate), how="create", recursive=True)


def _folder_of(source: Value, *, bare: bool) -> Value:
    """The folder that git makes for a URL."""
    if source.text is None:
        return unknown("folder of the clone", plain=True, empty=False)
    name = source.text.rstrip("/").removesuffix("/.git").removesuffix(".git").rstrip("/")
    name = name.rpartition("/")[2].rpartition(":")[2] or "repository"
    return known(name + ".git" if bare else name)


def _template(git: Git, folder: Value | None) -> Effects:
    """A template folder brings hooks into the new repository."""
    if folder is not None and folder.text != "":
        yield GitConfigure(key="init.templateDir", value=folder.text, scope="command", runs=True)


@verb("init")
def init(git: Git) -> Effects:
    """An empty repository; running it again changes nothing."""
    line = Options("-q --quiet", "--bare", "--template DIR", "--separate-git-dir DIR", "--object-format F",
                   "--ref-format F", "-b --initial-branch B", "--shared [P]").parse(git.args)  # fmt: skip
    yield from _template(git, line.value("--template"))
    for word in (*line.operands[:1], *line.values("--separate-git-dir")):
        yield WritePath(target=git.call.target(word), how="create", recursive=True)


@verb("ls-remote")
def ls_remote(git: Git) -> Effects:
    """Only looks."""
    line = Options(
        "-q --quiet", "--upload-pack --exec CMD", "-t --tags", "-h --heads", "-b --branches", "--refs", "--get-url",
        "--sort K", "--exit-code", "--symref", "-o --server-option O",
    ).parse(git.args)  # fmt: skip
    for value in line.values("--upload-pack"):
        yield from remote_program(git, value, "git ls-remote --upload-pack")
    if line.operands:
        yield from address_effects(git, line.operands[0], direction="fetch")


@verb("remote")
def remote(git: Git) -> Effects:
    """Names for other repositories. An `ext::` URL makes git run a program."""
    words = [word for word in git.args if not word.startswith("-")]
    action = words[0].text if words else "show"
    if action in ("add", "set-url"):
        line = Options("-t TRACK", "-m MASTER", "-f --fetch", "--tags", "--no-tags", "--mirror [M]", "--push", "--add",
                       "--delete").parse(git.args)  # fmt: skip
        operands = [word for word in line.operands if word.text != action]
        if len(operands) > 1:
            key = f"remote.{operands[0].shown()}.url"
            yield GitConfigure(key=key, value=operands[1].text, runs=runs_program(key, operands[1]))
    elif action in ("remove", "rm") and len(words) > 1:
        yield GitDeleteRef(ref=words[1].shown(), kind="remote")
    elif action == "get-url" and len(words) > 1 and git.repo is not None:
        url = git.repo.remotes.get(words[1].text or "")
        if url is not None:
            yield Output(known(url + "\n"))


@verb("credential", "credential-store", "credential-cache", "credential-osxkeychain", "credential-manager",
      "credential-libsecret", "credential-wincred", "credential-netrc", "credential-manager-core")  # fmt: skip
def credential(git: Git) -> Effects:
    """`fill` and `get` print what is stored."""
    action = next((word.text for word in git.args if not word.startswith("-")), None)
    if action in ("fill", "get") or (action is None and git.args):
        yield RevealSecret(what="stored git credentials", by=f"git {git.name}")
        yield Output(unknown("stored git credentials", SECRET))


@verb("svn", "p4")
def foreign(git: Git) -> Effects:
    """Bridges to other systems: what they hand in is seen by all."""
    action = next((word.text for word in git.args if not word.startswith("-")), None)
    dry = any(word.text in ("-n", "--dry-run") for word in git.args)
    if action in ("dcommit", "submit", "commit-diff", "set-tree", "branch", "tag", None) and git.args and not dry:
        yield GitPush(remote=git.name, branch=None)
    elif action == "reset":
        yield git.discard("svn reset", None, what="commits")


@verb("subtree")
def subtree(git: Git) -> Effects:
    """A part of the tree with a history of its own; `push` sends it to a branch elsewhere."""
    words = [word for word in git.args if not word.startswith("-")]
    if words and words[0].text == "push" and len(words) > 2:
        yield GitPush(remote=words[-2].text, branch=words[-1].text)


@verb("release")
def release(git: Git) -> Effects:
    """git-extras' release commits, tags and pushes both."""
    if git.args:
        yield GitPush(remote="origin", branch=git.branch, tags=True)


@verb("delete-merged-branches", "delete-squashed-branches")
def delete_merged(git: Git) -> Effects:
    """git-extras deletes branches that are merged, here and (the former) where they were pushed to."""
    if git.name == "delete-merged-branches":
        yield GitPush(remote="origin", branch=None, deletes=True)


@verb("daemon")
def daemon(git: Git) -> Effects:
    """Serves repositories to anybody who can reach this machine."""
    yield OpenTunnel(by="git daemon")


@verb("instaweb")
def instaweb(git: Git) -> Effects:
    """A web server on this machine."""
    if not any(word.text in ("-l", "--local", "--stop", "stop") for word in git.args):
        yield OpenTunnel(by="git instaweb")


@verb("lfs")
def lfs(git: Git) -> Effects:
    """Large files: only migration rewrites history, and a push sends."""
    words = [word.text for word in git.args if not word.startswith("-")]
    action = words[0] if words else None
    dry = any(word.text in ("-d", "--dry-run", "-n") for word in git.args)
    if action == "migrate" and "info" not in words[1:2]:
        yield GitRewrite(how="lfs migrate")
    elif action == "push" and not dry:
        yield GitPush(remote=words[1] if len(words) > 1 else None, branch=words[2] if len(words) > 2 else git.branch)
    elif action == "install" and not any(word.text in ("--local", "--worktree") for word in git.args):
        yield GitConfigure(key="filter.lfs.process", value="git-lfs filter-process", scope="global")
