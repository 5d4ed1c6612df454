"""Sub-commands of cloud and platform tools: what a phrase means, by the tool's own table, else by its verb's form.

A meaning is a verb of `ChangeInfrastructure`, or one of: `nothing` (harmless and silent), `shell` (an
interactive session elsewhere), `message` (somebody is told something). A table maps meanings to phrases:

    Tool({"delete": "app destroy | volumes rm", "nothing": "docs | login"}, options="-a --app A")

The longest phrase wins. What no table names is told by the first word that is a verb: `delete-user`,
`instances:destroy`, `DeleteInstance` are deletions; a word that says nothing is a change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from enactd.effects.http import own_token
from enactd.effects.invocation import Effects, Invocation, Line, Options, Output, Value
from enactd.effects.model import ChangeInfrastructure, Opaque, OpenShell, SendMessage
from enactd.effects.values import NETWORK, SECRET, unknown
from enactd.risk import Risk

_FORMS: Final[dict[str, str]] = {
    word: meaning
    for meaning, words in {
        "read": """get list ls describe show view info inspect status logs log tail print whoami current search find
            lookup filter estimate preview simulate validate check wait head diff plan explain history events top watch
            doctor lint ping stat stats size count docs open dashboard completion login logout query scan select verify
            summarize detect download pull ps cat du tree read poll evaluate discover
            monitor retrieve fetch resolve dump exists browse ratelimit help version test synth build console metrics usage compare analyzecan tree topology locations sizes types""",
        "delete": """delete del rm remove destroy terminate deregister purge drop erase wipe clear empty flush uninstall
            teardown unpublish prune undeploy nuke decommission deprovision unlink unset discard archive deactivate
            disassociate dissociate clean cleanup""",
        "restart": """restart reboot stop suspend pause cycle kill halt shutdown cancel disable detach resume abort
            bounce drain recreate failover reset rebuild""",
        "access": "revoke grant authorize allow invite share impersonate",
        "scale": "scale resize autoscale",
        "deploy": "deploy publish rollback rollout promote push up launch redeploy release submit undo",
        "create": """create new add run init provision allocate insert upload request purchase buy register restore copy
            clone cp sync send start fork mb""",
        "import": "import adopt",
        "change": """set put update modify change edit patch attach associate enable tag untag apply config configure
            rename move mv link assign unassign replace upgrade migrate transfer invoke call execute exec write
            switch bind unbind rotate renew""",
    }.items()
    for word in words.split()
}
_PARTS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_VALUE: Final = re.compile(r"=\S.*")
_HELP: Final = "--help | --version | --dry-run | --dryrun | --dry_run | --what-if | -h"
# A table that names a group as a listing does not mean its deletions.
_DELETING: Final = re.compile(r"(?:delete|destroy|remove|rm|purge|terminate)(?:-all)?")
_NO: Final = frozenset({"false", "none", "no", "0"})
_SILENT: Final = frozenset("help version completion completions autocomplete changelog docs --help".split())
_LONGEST: Final = 4
_FARTHEST: Final = 6
# Nouns that look like reading: `logs delete`, `metrics alert delete`, `log-analytics workspace delete` are none.
_WEAK: Final = frozenset("log logs event events metrics status test build usage history console docs tree top".split())


def by_form(word: str) -> str:
    """What the form of a verb says: `delete-user`, `apps:destroy`, `DeleteInstance`; "" where it says nothing."""
    parts = [part.lower() for part in _PARTS.findall(word)]
    if parts and parts[0] == "batch":
        parts = parts[1:]
    if not parts:
        return ""
    return _FORMS.get(parts[0], "") or (_FORMS.get(parts[-1], "") if len(parts) > 1 else "")


class Reading(NamedTuple):
    """A command line as a tool's table reads it. `meaning` is None where the run decides the command."""

    line: Line
    words: list[Value]
    phrase: str
    meaning: str | None
    context: str
    dry: bool

    @property
    def rest(self) -> list[Value]:
        """The operands behind the phrase."""
        return self.words[len(self.phrase.split()) :]

    @property
    def what(self) -> str:
        """The command's own words, for people."""
        return " ".join(word.shown(60) for word in self.words[:5])


class Tool:
    """One tool's commands. `bare` is what it means without any; `context` names options that say where it acts."""

    def __init__(
        self,
        commands: Mapping[str, str],
        *,
        options: str = "",
        context: str = "",
        bare: str = "nothing",
        default: str = "change",
        groups: str = "",
        abbreviate: bool = False,
    ) -> None:
        self.phrases: dict[str, str] = {}
        for meaning, phrases in commands.items():
            for phrase in phrases.split("|"):
                self.phrases[" ".join(phrase.split())] = meaning.strip()
        own = [part for part in options.split("|") if part.strip()]
        taken = {word for part in own for word in part.split() if word.startswith("-")}
        help_ = [part for part in _HELP.split("|") if part.split()[0] not in taken]
        self.options = Options(*own, *help_, abbreviate=abbreviate)
        self.context = context.split()
        self.bare = bare
        self.default = default
        self.groups = frozenset(groups.split())

    def read(self, call: Invocation, args: Sequence[Value] | None = None) -> Reading:
        """Parse a command line and find its meaning."""
        line = self.options.parse(call.args if args is None else args)
        words = line.operands
        phrase, meaning = self.meaning(words)
        context = next((value.shown(80) for name in self.context for value in line.values(name)), "")
        return Reading(line, words, phrase, meaning, context, is_dry(line))

    def meaning(self, words: Sequence[Value]) -> tuple[str, str | None]:
        """(phrase, meaning) of a command's words."""
        texts = [word.text for word in words]
        if not texts:
            return "", self.bare
        for length in range(min(len(texts), _LONGEST), 0, -1):
            head = texts[:length]
            if None not in head and (phrase := " ".join(head)) in self.phrases:  # type: ignore[arg-type]
                meaning = self.phrases[phrase]
                after = texts[length] if length == 1 and len(texts) > 1 and meaning == "read" else None
                if after is not None and _DELETING.fullmatch(after):
                    return f"{phrase} {after}", "delete"
                return phrase, meaning
        if texts[0] is None:
            return "", None
        if texts[0] in _SILENT:
            return texts[0], "nothing"
        return self._by_form(texts)

    def _by_form(self, texts: Sequence[str | None]) -> tuple[str, str | None]:
        """The first word that is a verb; what could be the name of a group waits for a better one."""
        waiting: tuple[str, str] | None = None
        for number, text in enumerate(texts[:_FARTHEST]):
            if text is None:
                break
            meaning = by_form(text) if text not in self.groups else ""
            if not meaning:
                continue
            phrase = " ".join(part or "" for part in texts[: number + 1])
            weak = _is_weak(text, meaning)
            if not weak and (waiting is None or waiting[1] != "read" or meaning != "read"):
                return phrase, meaning
            waiting = waiting or (phrase, meaning)
        if waiting is not None:
            return waiting
        return (texts[0] or "", self.default) if None not in texts[:3] else ("", None)


def _is_weak(text: str, meaning: str) -> bool:
    """Whether a word may well be the name of a group: `log-analytics`, `record-set`, `metrics`."""
    parts = _PARTS.findall(text)
    if len(parts) < 2 or ":" in text:
        return meaning == "read" and text in _WEAK
    return meaning == "read" or parts[0].lower() not in _FORMS


def is_dry(line: Line) -> bool:
    """Whether help, a version or a dry run was asked for, so that nothing happens."""
    own_version = line.names.get("--version", "--version") != "--version"  # some number their releases with it
    if line.has("--help") or (line.has("--version") and not own_version):
        return True
    if line.names.get("-h") == "-h" and line.has("-h"):
        return True
    for name in ("--dry-run", "--dryrun", "--dry_run", "--what-if"):
        if line.has(name) and line.text(name, "true").lower() not in _NO:
            return True
    return False


def effects_of(
    call: Invocation, meaning: str | None, what: str, *, context: str = "", bulk: bool = False, local: bool = False
) -> Effects:
    """The effects that a meaning stands for."""
    if meaning is None:
        yield Opaque(reason=f"{call.name} command known only at run time", level=Risk.COMMITMENT)
    elif meaning == "shell":
        yield OpenShell(by=call.name, to=what)
    elif meaning == "message":
        yield SendMessage(by=call.name, to=what)
    elif meaning == "secret-read" and own_token(f"{call.name} {what}") and call.stdout.kind in ("capture", "pipe"):
        # Nothing is shown: a substitution or the next program takes it, and where that leads is judged there.
        yield Output(unknown(f"output of {call.name} {what}", SECRET))
    elif meaning != "nothing":
        if meaning == "secret-write":
            what = _VALUE.sub("=…", what)
        yield ChangeInfrastructure(tool=call.name, verb=meaning, what=what, context=context, bulk=bulk, local=local)
        if meaning == "secret-read":
            yield Output(unknown(f"output of {call.name} {what}", SECRET))
        elif meaning == "read" and not local:
            yield Output(unknown(f"output of {call.name} {what}", NETWORK))


def read_platform(call: Invocation, tool: Tool, *, bulk: bool = False, local: bool = False) -> Effects:
    """All effects of a tool that needs nothing but its table."""
    reading = tool.read(call)
    if not reading.dry:
        yield from effects_of(call, reading.meaning, reading.what, context=reading.context, bulk=bulk, local=local)
