"""gh, glab, tea, hub, bb: what changes on GitHub, GitLab and the like.

Verbs and objects are told in one vocabulary (see `ChangeForge`). Reading has no effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from enactd.effects import http
from enactd.effects.invocation import (
    Effects,
    Invocation,
    Line,
    Options,
    Output,
    Value,
    find_program,
    known,
    program,
    unknown,
)
from enactd.effects.keys import find_keys
from enactd.effects.model import (
    ChangeForge,
    GitConfigure,
    GitDiscard,
    InstallPackage,
    OpenShell,
    ReadPath,
    RemovePackage,
    RevealSecret,
    RunCode,
    SetEnvironment,
)
from enactd.effects.programs.forge_api import api
from enactd.effects.programs.forge_repository import is_own
from enactd.effects.programs.git_config import runs_program
from enactd.effects.values import SECRET

OPTIONS: Final = Options(
    "-R --repo OWNER/NAME", "-b --body --description --notes --message -m TEXT", "-F --body-file --notes-file FILE",
    "-t --title TEXT",
    "-B --base BRANCH", "-H --head BRANCH", "-l --label NAME", "-a --assignee --approve [WHO]", "-r --reviewer WHO",
    "-w --web",
    "--milestone M", "-p --project P", "--target BRANCH", "--dry-run", "--help -h", "-d --delete-branch --draft",
    "-y --yes --confirm",
    "--hostname HOST", "-g --group G", "-e --env --environment E", "-o --org ORG", "-u --user", "-v --visibility V",
    "--app A",
    "-c --comment [TEXT]", "-f --field --env-file --filename FIELD", "-s --squash --source [S]", "--auto",
    "--admin", "--show-token",
    "--with-token", "-n --name NAME", "--ref R", "-L --limit N", "--json F", "-q --jq Q", "-T --template T",
    "--state S", "-S --search Q",
    "--add-label L", "--remove-label L", "--add-reviewer R", "--add-assignee A", "--remove-assignee A",
    "--reason R", "--desc D",
    "--public", "--private", "--internal", "--push", "--clone", "--remote R", "--fill", "--fill-first", "--force",
    "--all",
    "--notes-start-tag T", "--generate-notes", "--latest [B]", "--prerelease", "--discussion-category C",
    "--cleanup-tag",
    "--value V", "--key K", "--scope S", "--id ID", "--job ID", "--failed", "--branch B", "--subject S",
    "--match-head-commit S",
    "--merge", "--rebase", "--repos R", "--no-repos-selected", "--color C", "--owner O",
)  # fmt: skip

_OBJECTS: Final = {
    **dict.fromkeys(("pr", "prs", "mr", "pull", "pulls", "pull-request", "merge-request"), "pr"),
    **dict.fromkeys(("issue", "issues", "incident"), "issue"),
    **dict.fromkeys(("repo", "repos", "project-repo"), "repo"),
    **dict.fromkeys(("release", "releases"), "release"),
    **dict.fromkeys(("run", "ci", "pipeline", "pipe", "job", "actions"), "run"),
    **dict.fromkeys(("ssh-key", "gpg-key", "deploy-key"), "key"),
    **dict.fromkeys(("codespace", "cs"), "codespace"),
    **dict.fromkeys(("gist", "snippet"), "gist"),
    **dict.fromkeys(("secret", "securefile"), "secret"),
    **dict.fromkeys(("label", "labels"), "label"),
    **dict.fromkeys(("milestone", "milestones"), "milestone"),
    **{name: name for name in ("workflow", "variable", "cache", "ruleset", "project", "schedule", "token", "org",
    "branch",
                               "deploy", "environment", "webhook", "user", "member", "members", "runner", "cluster",
                               "attestation", "agent-task", "discussion", "comment", "time", "times", "notification",
                               "organization", "admin", "package", "pages", "stack", "work-items", "opentofu",
                               "iteration")},
}  # fmt: skip
_VERBS: Final = {
    **dict.fromkeys(("create", "new", "add", "item-add", "item-create", "field-create", "copy", "develop", "for",
    "fork",
                     "create-mr", "upload-symbols", "open", "import", "mirror"), "create"),
    **dict.fromkeys(("comment", "note", "reply"), "comment"),
    **dict.fromkeys(("edit", "update", "update-branch", "ready", "lock", "unlock", "pin", "unpin", "item-edit", "link",
                     "unlink", "subscribe", "unsubscribe", "todo", "reorder", "mark-template", "rebase", "sync",
                     "clean",
                     "board", "read", "unread", "pinned"), "edit"),
    **dict.fromkeys(("delete", "remove", "rm", "delete-asset", "item-delete", "item-archive", "field-delete", "d",
    "purge",
                     "bulk-delete", "revoke-all"), "delete"),
    **dict.fromkeys(("merge", "accept", "m"), "merge"),
    **dict.fromkeys(("review", "reject"), "review"),
    **dict.fromkeys(("approve",), "approve"),
    **dict.fromkeys(("rerun", "retry", "run", "trigger", "run-trig"), "run"),
    **dict.fromkeys(("archive", "unarchive", "rename", "transfer", "enable", "disable", "migrate", "rotate", "publish",
                     "set-default-branch", "protect", "unprotect"), "settings"),
    **{verb: verb for verb in ("close", "reopen", "cancel", "stop", "upload", "revert", "revoke", "set", "c",
    "assign")},
}  # fmt: skip
_LOOKS: Final = frozenset(
    """
    list ls view show status diff checks checkout co browse search watch download get verify trace lint stats compile
    clone set-default check config doctor viewed describe events field-list item-list logs ports issues approvers contributors
    autolink-list credits garden gitignore license info versions report artifact tail whoami members-list trusted-root
    """.split()
)


@program("gh", "glab", "tea", "bb", "berg", "fj", "gcli")
def forge(call: Invocation) -> Effects:
    """`TOOL GROUP VERB`, with a few groups of their own kind."""
    words = [word for word in call.args if not word.startswith("-")]
    early = Options("-R --repo R", "--help -h", "--version", stop_at_operand=True).parse(call.args)
    if early.has("--help", "--version") or not early.operands:
        return
    group, args = early.operands[0].text or "", early.operands[1:]
    line = OPTIONS.parse([*call.args[: len(call.args) - len(early.operands)], *args])
    if line.has("--help") or (group == "help" and words):
        return
    verb = line.operands[0].text or "" if line.operands else ""
    if group == "api":
        yield from api(call, call.args[call.args.index(early.operands[0]) + 1 :])
    elif group == "auth":
        yield from _auth(call, verb, line)
    elif group in ("extension", "extensions", "ext"):
        yield from _extension(call, verb, line)
    elif group in ("alias", "config"):
        yield from _setting(call, group, verb, line)
    elif verb in ("clone",) or group == "clone":
        yield from _clone(call, line.operands[1:] if group != "clone" else line.operands, line)
    elif group in _OBJECTS:
        yield from _change(call, _OBJECTS[group], verb, line)
    elif group not in ("status", "search", "browse", "completion", "version", "preview", "repo-list", "whoami", "open",
                       "logins", "login", "logout", "man", "check-update", "accessibility", "licenses",
                       "copilot"):  # fmt: skip
        yield RunCode(language="program", origin="system", what=f"{call.name} {group}")


def service_of(tool: str) -> str:
    return {"gh": "github", "hub": "github", "glab": "gitlab", "bb": "bitbucket"}.get(tool, "gitea")


def _change(call: Invocation, what: str, verb: str, line: Line) -> Effects:
    rest = line.operands[1:]
    if not verb or verb in _LOOKS or line.has("--dry-run"):
        if what == "variable" and verb == "get" and call.name == "glab":
            yield from _revealed(call, "the value of a CI variable", "glab variable get")
        return
    if what in ("secret", "variable"):
        yield from _secret(call, what, verb, line)
        return
    if what == "codespace" and verb in ("ssh", "cp", "code", "jupyter"):
        yield OpenShell(by=f"{call.name} codespace {verb}", to="codespace")
        return
    if what == "repo" and verb == "sync" and line.has("--force"):
        yield GitDiscard(what="commits", how="repo sync --force")
    if what in ("repo", "key") and verb in ("deploy-key", "autolink", "settings", "members"):
        verb = "settings" if any(word.text in ("add", "create", "delete", "remove") for word in rest) else "list"
        if verb == "list":
            return
    if line.has("-w") and what in ("pr", "issue") and verb in ("create", "new"):
        return  # a browser opens, nothing is made
    yield from _sent(call, line)
    meaning = _VERBS.get(verb)
    if meaning is None:
        if verb and verb not in _LOOKS and not verb.isdigit():
            yield ChangeForge(service=service_of(call.name), verb="change", what=what, own=_own(call, line, rest))
        return
    yield ChangeForge(
        service=service_of(call.name), verb=_refined(meaning, what, line), what=_object(what, verb, rest), own=_own(call, line, rest)
    )  # fmt: skip
    if what == "pr" and verb == "close" and line.has("--delete-branch"):
        yield ChangeForge(service=service_of(call.name), verb="delete", what="branch", own=_own(call, line, rest))


def _refined(verb: str, what: str, line: Line) -> str:
    """`repo edit` changes settings, `release create` releases, an approving review approves."""
    if what == "repo" and verb == "edit":
        return "settings"
    if what == "release" and verb in ("create", "edit", "upload", "c"):
        return "release"
    if what == "pr" and verb == "review" and line.has("--approve"):
        return "approve"
    if what == "run" and verb == "create":
        return "run"
    return {"c": "close", "upload": "edit", "revert": "create", "set": "settings", "revoke": "edit"}.get(verb, verb)


def _object(what: str, verb: str, rest: Sequence[Value]) -> str:
    return "asset" if verb == "delete-asset" else "branch" if verb == "develop" else what


def _own(call: Invocation, line: Line, rest: Sequence[Value]) -> bool | None:
    named = line.value("-R")
    if named is None:
        named = call.env.get("GH_REPO")
    if named is None:
        named = next((word for word in rest if word.prefix.startswith(("https://", "http://"))), None)
    group = next((word.text for word in call.args if not word.startswith("-")), "")
    if named is None and group in ("repo", "repos") and rest and "/" in rest[0].prefix:
        named = rest[0]
    return is_own(call, named)


def _sent(call: Invocation, line: Line) -> Effects:
    """Texts and files that go along. Secrets among them make it a request of its own."""
    address = known(f"https://api.{service_of(call.name)}.com/")
    for text in [*line.values("-b"), *line.values("-t"), *line.values("-c")]:
        if SECRET in text.origins or (text.text and find_keys(text.text)):
            yield http.request("POST", address, body=text)
    for file in line.values("-F"):
        if file.text == "-":
            if call.stdin is not None and (SECRET in call.stdin.origins or find_keys(call.stdin.text or "")):
                yield http.request("POST", address, body=call.stdin)
            continue
        yield from _uploaded(call, [file], address)
    group = call.args[0].text if call.args else ""
    if group in ("gist", "snippet") and line.operands[1:]:
        yield from _uploaded(call, [word for word in line.operands[1:] if word.text != "-"], address)
    elif group == "release" and line.operands[0].text in ("create", "upload") and line.operands[2:]:
        yield from _uploaded(call, line.operands[2:], address)


def _uploaded(call: Invocation, files: Sequence[Value], address: Value) -> Effects:
    targets = [call.target(file) for file in files]
    for target in targets:
        yield ReadPath(target=target, shown=False)
    secret = [target for target in targets if target.secret]
    if secret:
        yield http.request("POST", address, uploads=secret)


def _secret(call: Invocation, what: str, verb: str, line: Line) -> Effects:
    if verb in ("export",):
        yield from _revealed(call, "CI variables", f"{call.name} {what} export")
        return
    for file in line.values("-f"):
        yield ReadPath(target=call.target(file), shown=False)
    meaning = "delete" if verb in ("delete", "remove", "rm") else "secret" if what == "secret" else "settings"
    yield ChangeForge(service=service_of(call.name), verb=meaning, what=what, own=_own(call, line, line.operands[1:]))


def _revealed(call: Invocation, what: str, by: str) -> Effects:
    """Nothing is shown where a substitution or the next program takes it: where that leads is judged there."""
    if not (http.own_token(by) and call.stdout.kind in ("capture", "pipe")):
        yield RevealSecret(what=what, by=by)
    yield Output(unknown(f"output of {by}", SECRET))


def _auth(call: Invocation, verb: str, line: Line) -> Effects:
    shows = verb == "status" and (line.has("--show-token") or line.has("-t"))
    if verb == "token" or shows:
        yield from _revealed(call, f"the {service_of(call.name)} token", f"{call.name} auth {verb}")
    elif verb == "setup-git":
        yield GitConfigure(key="credential.helper", value=f"!{call.name} auth git-credential", scope="global")
    elif verb == "git-credential" and any(word.text in ("get", "fill") for word in line.operands):
        yield from _revealed(call, "stored git credentials", f"{call.name} auth git-credential")


def _extension(call: Invocation, verb: str, line: Line) -> Effects:
    names = tuple(word.shown() for word in line.operands[1:])
    if verb in ("install", "upgrade"):
        yield InstallPackage(manager=f"{call.name} extension", names=names, origin="git" if verb == "install" else "lockfile",
                             scope="user")  # fmt: skip
    elif verb in ("remove", "uninstall"):
        yield RemovePackage(manager=f"{call.name} extension", names=names, scope="user")
    elif verb == "exec" and names:
        yield RunCode(language="program", origin="system", what=f"{call.name} {names[0]}")


def _setting(call: Invocation, group: str, verb: str, line: Line) -> Effects:
    """An alias that is shell text, or an editor, pager or browser to start."""
    words = line.operands[1:]
    if verb != "set" or len(words) < 2:
        return
    text = words[1].text
    shell = any(word.text in ("-s", "--shell") for word in call.args)
    if group == "alias" and (text is None or text.startswith("!") or shell):
        yield SetEnvironment(name=f"{call.name} alias {words[0].shown()}", value=text)
    elif (
        group == "config" and words[0].text in ("editor", "pager", "browser") and runs_program("core.editor", words[1])
    ):
        yield SetEnvironment(name=f"{call.name} {words[0].text}", value=text)


def _clone(call: Invocation, words: Sequence[Value], line: Line) -> Effects:
    """`gh repo clone o/r [folder] [-- git flags]`."""
    if not words:
        return
    text = words[0].text or ""
    host = "gitlab.com" if call.name == "glab" else "github.com"
    address = known(f"https://{host}/{text}.git") if text.count("/") == 1 and ":" not in text else words[0]
    yield from call.run([known("git"), known("clone"), address, *words[1:]], via=call.name)


_HUB: Final = {
    "pull-request": ("create", "pr"), "fork": ("create", "repo"), "create": ("create", "repo"), "delete": ("delete",
    "repo"),
    "gist": ("create", "gist"), "issue": ("create", "issue"), "release": ("release", "release"), "pr": ("merge", "pr"),
}  # fmt: skip


@program("hub")
def hub(call: Invocation) -> Effects:
    """git with a few verbs of its own."""
    words = [word for word in call.args if not word.startswith("-")]
    verb = words[0].text or "" if words else ""
    action = words[1].text or "" if len(words) > 1 else ""
    if verb == "api":
        yield from api(call, call.args[call.args.index(words[0]) + 1 :])
    elif verb in _HUB:
        meaning, what = _HUB[verb]
        if (verb == "release" and action == "delete") or (verb == "issue" and action in ("update", "transfer")):
            meaning = "delete" if action == "delete" else "edit"
        elif verb in ("release", "issue", "gist", "pr") and action not in ("create", "edit", "merge"):
            return
        named = words[1] if verb in ("delete",) and len(words) > 1 else None
        yield ChangeForge(service="github", verb=meaning, what=what, own=is_own(call, named))
    elif verb not in ("browse", "ci-status", "compare", "sync", "help", "version") and find_program("git") is not None:
        yield from call.run([known("git"), *call.args], via="hub")
