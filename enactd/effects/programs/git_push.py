"""git push: which branches of which remote change, and how roughly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from msgspec.structs import replace

from enactd.effects.invocation import Effects, Line, Options, Value, known
from enactd.effects.model import ChangeForge, ChangeInfrastructure, GitPush, StoreSecret
from enactd.effects.programs.git_context import Git, verb
from enactd.effects.programs.git_transport import address_effects, remote_program
from enactd.effects.secrets import find_keys

Force = Literal["", "plain", "lease"]

_PUSH: Final = Options(
    "-v --verbose", "-q --quiet", "--repo REPO", "--all --branches", "--mirror", "-d --delete", "--tags",
    "-n --dry-run", "--porcelain", "-f --force", "--no-force", "--force-with-lease [REF]", "--no-force-with-lease",
    "--force-if-includes", "--no-force-if-includes", "--recurse-submodules MODE", "--no-recurse-submodules",
    "--thin", "--no-thin", "--receive-pack --exec CMD", "-u --set-upstream", "--progress", "--no-progress",
    "--prune", "--no-verify", "--verify", "--follow-tags", "--no-follow-tags", "--signed [MODE]", "--no-signed",
    "--atomic", "--no-atomic", "-o --push-option OPT", "-4 --ipv4", "-6 --ipv6",
)  # fmt: skip
_DEPLOY_NAMES: Final = re.compile(
    r"(?:heroku|dokku|piku|gigalixir|scalingo|clever|caprover|flynn|deis|azure|wpengine|pantheon|platform|upsun|nanobox"
    r"|prod|production|live|deploy|deployment|staging)(?:[-_].*)?|.*[-_](?:prod|production|live|deploy)"
)
_DEPLOY_HOSTS: Final = re.compile(
    r"git\.heroku\.com|heroku\.com:|^dokku@|\.scm\.azurewebsites\.net|gigalixir\.com|scalingo\.com|clever-cloud\.com"
    r"|git\.wpengine\.com|drush\.in|platform\.sh|upsun\.com"
)


class Refspec(NamedTuple):
    """One thing to push. `target` is the remote branch or tag, None where it cannot be told."""

    source: str | None
    target: str | None
    plus: bool = False
    deletes: bool = False
    tag: bool = False
    unknown: bool = False


@verb("push")
def push(git: Git) -> Effects:
    """Every remote branch that changes is one effect."""
    line = _PUSH.parse(git.args)
    if line.has("-n"):
        return
    words = list(line.operands)
    place = words.pop(0) if words else line.value("--repo")
    remote, url = _remote(git, place)
    for value in line.values("--receive-pack"):
        yield from remote_program(git, value, "git push --receive-pack")
    if place is not None:
        yield from address_effects(git, place, direction="push")
    plain = GitPush(remote=remote, branch=None, url=url)
    if line.has("--mirror") or (remote and git.config(f"remote.{remote}.mirror") == "true" and not words):
        yield replace(plain, force="plain", mirror=True, deletes=True)
    else:
        for refspec in _refspecs(git, line, words, remote):
            yield from _effect(git, line, refspec, plain)
        if line.has("--tags") or (_follows_tags(git, line) and not line.has("-d")):
            yield replace(plain, tags=True, force=_force(line, "", False))
        if line.has("--prune"):
            yield replace(plain, deletes=True, force="plain")
    yield from _around(git, line, remote, url)


def _effect(git: Git, line: Line, refspec: Refspec, plain: GitPush) -> Iterator[GitPush | StoreSecret]:
    own = refspec.target is not None and refspec.target in (git.branch, refspec.source)
    secrets = () if refspec.deletes else _leaving(git, refspec.source or "HEAD")
    yield replace(
        plain,
        branch=refspec.target,
        force=_force(line, refspec.target or "", refspec.plus),
        deletes=refspec.deletes,
        tags=refspec.tag,
        own_branch=own and not refspec.deletes and not refspec.tag,
        secrets=secrets,
    )
    if secrets:
        yield StoreSecret(kinds=secrets, where="service")


def _leaving(git: Git, revision: str) -> tuple[str, ...]:
    """Kinds of keys in the commits that would leave."""
    texts = git.repo.unpushed_texts(revision) if git.repo is not None else None
    kinds = [kind for text in (texts or {}).values() for kind in find_keys(text)]
    return tuple(dict.fromkeys(kinds))


def _force(line: Line, branch: str, plus: bool) -> Force:
    """A plus sign or `--force` beats a lease; a lease that names refs covers only those."""
    force = False
    for name, _ in line.found:
        force = True if name == "-f" else False if name == "--no-force" else force
    if force or plus:
        return "plain"
    lease: Force = ""
    for name, value in line.found:
        if name == "--no-force-with-lease":
            lease = ""
        elif name == "--force-with-lease":
            covered = "" if value is None else (value.text or value.prefix).partition(":")[0]
            if covered in ("", branch, f"refs/heads/{branch}") or (value is not None and value.text is None):
                lease = "lease"
    return lease


def _remote(git: Git, place: Value | None) -> tuple[str | None, str]:
    """(name, url) of the remote; the name is None where it cannot be told."""
    repo = git.repo
    remotes = repo.remotes if repo is not None else {}
    if place is not None:
        text = place.text
        if text is None:
            return None, ""
        named = next((name for name, url in remotes.items() if url == text), text)
        return named, remotes.get(named, text if any(char in text for char in ":/") else "")
    branch = git.branch
    names = (
        git.config(f"branch.{branch}.pushremote") if branch else None,
        git.config("remote.pushdefault"),
        git.config(f"branch.{branch}.remote") if branch else None,
        "origin" if "origin" in remotes or not remotes else next(iter(remotes)) if len(remotes) == 1 else None,
    )
    name = next((name for name in names if name), None)
    return name, remotes.get(name or "", "")


def _refspecs(git: Git, line: Line, words: list[Value], remote: str | None) -> Iterator[Refspec]:
    if line.has("--all"):
        branches = git.repo.branches() if git.repo is not None else None
        yield from (
            (Refspec(name, name) for name in branches)
            if branches
            else [
                Refspec("main", "main"),  # every repository has one of that kind, and it goes along
                Refspec(None, None, unknown=True),
            ]
        )
        return
    if not words:
        if not line.has("--tags"):
            yield from _default(git, remote, line)
        return
    rest = iter(words)
    for word in rest:
        if word.text == "tag":
            name = next(rest, None)
            yield Refspec(None, name.text if name is not None else None, tag=True)
        elif word.text is not None and word.text.startswith("^"):
            continue
        else:
            yield _refspec(git, word, deletes=line.has("-d"))


def _default(git: Git, remote: str | None, line: Line) -> Iterator[Refspec]:
    """What a push without refspecs does: the remote's own refspecs, else `push.default`."""
    configured = git.config(f"remote.{remote}.push") if remote else None
    if configured:
        yield _refspec(git, known(configured), deletes=False)
        return
    branch = git.branch
    mode = git.config("push.default") or "simple"
    if branch is None or mode == "matching":
        yield Refspec(None, None, unknown=True)
        return
    upstream = git.repo.upstream(branch) if git.repo is not None else None
    follows = upstream is not None and upstream[0] == remote
    if mode in ("upstream", "tracking") and follows and upstream is not None and not line.has("-u"):
        yield Refspec(branch, upstream[1])
    elif mode != "nothing":
        yield Refspec(branch, branch)


def _refspec(git: Git, word: Value, *, deletes: bool) -> Refspec:
    plus = word.startswith("+")
    body = word.cut(1) if plus else word
    if body.text == ":":
        return Refspec(None, None, plus, unknown=True)
    source, separator, target = _halves(body)
    if deletes:
        return _named(git, None, target if separator else source, plus, deletes=True)
    if separator and source is not None and source.text == "":
        return _named(git, None, target, plus, deletes=True)
    if not separator:
        return _named(git, source, source, plus)
    return _named(git, source, target, plus)


def _halves(word: Value) -> tuple[Value | None, bool, Value | None]:
    parts = word.split(":", 1)
    if len(parts) == 1:
        return word, False, None
    return parts[0], True, parts[1]


def _named(git: Git, source: Value | None, target: Value | None, plus: bool, *, deletes: bool = False) -> Refspec:
    """Names without `refs/heads/`; HEAD is the branch that is checked out."""
    name = target.text if target is not None else None
    origin = source.text if source is not None else None
    if name in ("HEAD", "@"):
        name = git.branch
    if origin in ("HEAD", "@"):
        origin = git.branch
    if name is None or "*" in name:
        return Refspec(origin, None, plus, deletes, unknown=True)
    if name.startswith("refs/tags/") or name.startswith("tags/"):
        return Refspec(origin, name.rpartition("tags/")[2], plus, deletes, tag=True)
    name = name.removeprefix("refs/heads/").removeprefix("heads/")
    origin = origin and origin.removeprefix("refs/heads/")
    repo = git.repo
    is_tag = repo is not None and repo.is_tag(name) is True and repo.is_branch(name) is not True
    looks_like_tag = (repo is None or repo.is_branch(name) is None) and re.fullmatch(r"v\d+(\.\d+)+\S*", name)
    return Refspec(origin, name, plus, deletes, tag=bool(is_tag or looks_like_tag))


def _follows_tags(git: Git, line: Line) -> bool:
    if line.has("--no-follow-tags"):
        return False
    return line.has("--follow-tags") or (git.config("push.followtags") or "").lower() in ("true", "1", "yes", "on")


def _around(git: Git, line: Line, remote: str | None, url: str) -> Effects:
    """What the other side does with a push: a deploy, a merge request."""
    if (remote and _DEPLOY_NAMES.fullmatch(remote.lower())) or _DEPLOY_HOSTS.search(url):
        yield ChangeInfrastructure(tool="git push", verb="deploy", what=url or remote or "", context=remote or "")
    for option in line.values("-o"):
        if option.startswith("merge_request."):
            merges = "merge_when" in option.prefix or "auto_merge" in option.prefix
            yield ChangeForge(service="gitlab", verb="merge" if merges else "create", what="pr", own=True)
