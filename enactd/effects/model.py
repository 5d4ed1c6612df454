"""The effect types: what a call would do to the world, whatever tool or spelling it came by.

Effects say what happens, never whether it is allowed. Every effect carries its `source` (the words as
written), its `chain` (the wrappers that led to it, outermost first), its `place` (empty for this
machine, else where it happens) and the user it happens as. The reader stamps these four.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from enactd.facts import FileKind, GitState
from enactd.risk import Risk

Area = Literal[
    "workspace",  # inside the folder the agent was started for
    "workspace-root",  # that folder itself, or an ancestor of it that is no home
    "temp",  # below a temporary folder
    "temp-root",  # /tmp itself, or all that is in it
    "root",  # / itself, a drive root
    "home",  # a home itself, or an ancestor of one
    "in-home",  # inside the user's home, outside workspace, no other repository
    "system-root",  # a system folder itself: /etc, /usr, /var, /var/lib ...
    "system",  # below one of them
    "repository",  # another git repository of the user
    "agent",  # the agent's own working folders: plans, memory, transcripts
    "agent-settings",  # files that wire or unwire the gate's hooks
    "gate",  # the gate's configuration, log, keys, socket
    "device",  # a raw disk
    "stream",  # /dev/null, /dev/stdout, /proc/self/fd
    "elsewhere",  # known, none of the above: /srv, /opt/x, /mnt/x
    "unknown",
]


# What a path is by its name and place. A target may have several.
Nature = Literal[
    "build-output",  # made again by a build: dist, target, node_modules, __pycache__, coverage, caches
    "git-dir",  # .git or inside it
    "git-hook",  # a git hook or config that runs programs
    "git-lock",  # .git/index.lock and the like
    "ci",  # CI/CD and deploy definitions
    "dockerfile",
    "gitignore",
    "startup",  # shell start-up files, ~/.ssh/config, ~/.gitconfig, login items
    "scheduled",  # cron, systemd units, launch agents
    "authorized-keys",
    "sudoers",
    "private",  # private folders of the home: mail, browser profiles, messages
    "database",  # a database file or dump
    "personal",  # data about patients, customers or other people, by its name
    "dotenv",
    "editor-settings",  # editor and agent rule files that can run or approve things
]


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A path an effect touches, with what is known about it.

    `path` is absolute with links resolved, or None where only the run will tell. `named` is the path before
    links were followed. `everything_in` says the target is all that lies in the folder `path`
    (`x/*`), `pattern` holds a glob that stands for several files below `path`. `worst` is what the word
    becomes if every unknown part is empty (`"$X"/*` -> `/*`), set only where that differs.
    """

    word: str
    path: str | None = None
    named: str | None = None
    area: Area = "unknown"
    kind: FileKind = "unknown"
    size: int = -1  # bytes, -1 unknown
    git: GitState = "unknown"
    nature: tuple[str, ...] = ()
    secret: str = ""  # what kind of secret it holds, in words: "private key", "dotenv file"; empty: none
    pattern: str = ""
    everything_in: bool = False
    worst: str | None = None
    worst_area: Area = "unknown"
    why_unknown: str = ""

    @property
    def shown(self) -> str:
        """The path for people: resolved where known, else the word."""
        if self.path is None:
            return self.word
        if self.everything_in:
            return self.path.rstrip("/") + "/*"
        return f"{self.path.rstrip('/')}/{self.pattern}" if self.pattern else self.path


# How places on this machine begin.
NEAR: Final = ("docker", "podman", "compose", "nerdctl", "minikube", "local ", "wsl", "chroot")


class Effect(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """One thing a call would do. Subclasses say what."""

    source: str = ""
    chain: tuple[str, ...] = ()
    place: str = ""  # "" = this machine; "ssh host", "docker web", "kubectl api-0"
    user: str = ""  # "" = the caller; "root" under sudo
    conditional: bool = False  # happens only in a branch whose condition is not known
    span: tuple[int, int] = (0, 0)  # character offsets in the command text

    @property
    def type_name(self) -> str:
        """The name of the effect's type, as receipts have it."""
        return type(self).__name__

    @property
    def elsewhere(self) -> bool:
        """Whether it happens on another machine; containers and clusters on this one are no other machine."""
        return bool(self.place) and not self.place.startswith(NEAR)


# --- files -----------------------------------------------------------------------------------------


class ReadPath(Effect, frozen=True, kw_only=True):
    """Contents (or names, for `list`) become visible. `recursive` reads everything below.

    `how`: content | list | search | exists. `shown` is False where the content goes nowhere visible
    (`grep -q`, `test -f`, a checksum, a copy). `search` is the pattern of a search.
    """

    target: Target
    how: Literal["content", "list", "search", "exists"] = "content"
    recursive: bool = False
    shown: bool = True
    search: str = ""


class WritePath(Effect, frozen=True, kw_only=True):
    """A file is made or changed. `content` is what is written where known; None: unknown.

    `how`: create (must not exist), overwrite, append, edit (part of it changes).
    """

    target: Target
    how: Literal["create", "overwrite", "append", "edit"] = "overwrite"
    content: str | None = None
    removed: str = ""  # text an edit takes away, where known
    origins: frozenset[str] = frozenset()
    recursive: bool = False


class DeletePath(Effect, frozen=True, kw_only=True):
    """A file or folder goes away. `only_empty` for rmdir; `untracked_only` for tools that keep tracked files."""

    target: Target
    recursive: bool = False
    only_empty: bool = False
    bulk: bool = False  # one of many found by a search: `find … -delete`
    scrub: bool = False  # contents overwritten first: shred, wipe
    by_project: bool = False  # a step of a committed recipe or script of the project: its own idea of what it makes


class MovePath(Effect, frozen=True, kw_only=True):
    """The source leaves its place; the destination is replaced where it exists."""

    target: Target
    to: Target


class CopyPath(Effect, frozen=True, kw_only=True):
    """The source's content appears at another place too (also hard links and archives made of it)."""

    target: Target
    to: Target


class LinkPath(Effect, frozen=True, kw_only=True):
    """A symbolic link is made at `to`, pointing to `target`."""

    target: Target
    to: Target


class ChangeMode(Effect, frozen=True, kw_only=True):
    """Permissions or ownership change. `mode` as written; `opens` when others may write afterwards."""

    target: Target
    mode: str
    recursive: bool = False
    opens: bool = False
    owner: bool = False


class WriteDevice(Effect, frozen=True, kw_only=True):
    """A disk, partition, volume or file system is written raw, made anew, or destroyed."""

    device: str
    how: str


# --- git -------------------------------------------------------------------------------------------


class GitDiscard(Effect, frozen=True, kw_only=True):
    """Work that is in no commit is lost, or commits become hard to reach.

    `what`: changes | untracked | ignored | stash | commits | worktree | index.
    `losing` says what would really go: "nothing" where provably clean, "something" where known, "unknown".
    """

    what: Literal["changes", "untracked", "ignored", "stash", "commits", "worktree"]
    how: str
    repository: str | None = None
    paths: tuple[str, ...] = ()
    losing: Literal["nothing", "something", "unknown"] = "unknown"
    examples: tuple[str, ...] = ()


class GitPush(Effect, frozen=True, kw_only=True):
    """A remote branch, tag or all of them change.

    `branch` is the remote branch, None where it cannot be told. `force`: "" | plain | lease.
    """

    remote: str | None
    branch: str | None
    force: Literal["", "plain", "lease"] = ""
    deletes: bool = False
    tags: bool = False
    mirror: bool = False
    own_branch: bool = False  # pushes to the branch of the same name that is checked out or named
    url: str = ""
    secrets: tuple[str, ...] = ()  # kinds of keys in commits that no remote branch has yet, never their value


class GitDeleteRef(Effect, frozen=True, kw_only=True):
    """A local branch or tag goes away. `merged` says whether its commits are kept by another ref."""

    ref: str
    kind: Literal["branch", "tag", "remote"]
    merged: bool | None = None


class GitRewrite(Effect, frozen=True, kw_only=True):
    """History is rewritten or its safety net is cut: filter-repo, amend of pushed commits, gc --prune=now."""

    how: str
    pushed: bool | None = None


class GitCommit(Effect, frozen=True, kw_only=True):
    """Commits are made. `secrets` names keys found in what is staged, never their value.

    `how`: commit merge cherry-pick revert rebase pull. `message` is None where an editor or the run will tell.
    """

    message: str | None
    files: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    skips_hooks: bool = False
    how: str = "commit"


class GitConfigure(Effect, frozen=True, kw_only=True):
    """Git settings change. `runs` says that the setting makes git run a program."""

    key: str
    value: str | None
    scope: Literal["local", "global", "system", "command"] = "local"
    runs: bool = False


class ChangeForge(Effect, frozen=True, kw_only=True):
    """Something changes on GitHub, GitLab or the like. `own` where it is the workspace's own repository."""

    service: str
    verb: str  # create comment close merge delete edit release settings secret run approve ...
    what: str  # pr issue repo release asset workflow secret ...
    own: bool | None = None


# --- databases -------------------------------------------------------------------------------------


class Database(msgspec.Struct, frozen=True, kw_only=True):
    """Where statements go. `stage`: memory | temp | local | test | production | unknown."""

    dialect: str = ""
    name: str = ""
    host: str = ""
    stage: Literal["memory", "temp", "local", "test", "production", "unknown"] = "unknown"


class RunSql(Effect, frozen=True, kw_only=True):
    """One SQL statement.

    `verb`: select insert update delete merge truncate drop alter create rename grant revoke call copy-in copy-out
    execute set transaction explain vacuum other. `object`: table database schema column index view role ...
    `where`: none | always (matches everything) | some. `destructive` parts of an ALTER are in `drops`.
    """

    verb: str
    tables: tuple[str, ...] = ()
    object: str = "table"
    where: Literal["none", "always", "some", ""] = ""
    columns: tuple[str, ...] = ()
    limit: bool = False
    drops: tuple[str, ...] = ()
    renames: tuple[str, str] = ("", "")
    text: str = ""
    database: Database = Database()
    leaves: Literal["screen", "file", "program"] = "screen"


class ResetDatabase(Effect, frozen=True, kw_only=True):
    """A whole database or schema is dropped, flushed, reset or rolled back by a tool.

    `how`: reset | fresh | drop | flush | force-push | rollback | restore | truncate.
    """

    tool: str
    how: str
    what: str = ""
    database: Database = Database()


class MigrateDatabase(Effect, frozen=True, kw_only=True):
    """A framework applies forward migrations, seeds or schema pushes."""

    tool: str
    how: str
    database: Database = Database()


class ChangeStore(Effect, frozen=True, kw_only=True):
    """Keys or documents in Redis, MongoDB, Elasticsearch and the like. `verb`: write | delete | flush."""

    tool: str
    verb: Literal["read", "write", "delete", "flush"]
    what: str = ""
    everything: bool = False
    database: Database = Database()


# --- infrastructure and containers -----------------------------------------------------------------


class ChangeInfrastructure(Effect, frozen=True, kw_only=True):
    """Clouds, clusters, platforms.

    `verb`: read | plan | create | change | apply | deploy | restart | scale | delete | destroy | state | import
    | secret-read | secret-write | access (IAM) | dns | run (a command inside). `local` is a cluster or emulator on
    this machine.
    """

    tool: str
    verb: str
    what: str = ""
    context: str = ""
    bulk: bool = False
    local: bool = False
    production: bool = False  # the settings say so


class ChangeContainers(Effect, frozen=True, kw_only=True):
    """Docker, podman and the like.

    `verb`: read | build | run | start | stop | remove | prune | push | pull. `what`: container image volume network
    system project. `privileged` and `mounts` (host paths) are set for runs.
    """

    tool: str
    verb: str
    what: str = ""
    names: tuple[str, ...] = ()
    everything: bool = False
    volumes: bool = False
    force: bool = False
    privileged: bool = False
    mounts: tuple[Target, ...] = ()


# --- network ---------------------------------------------------------------------------------------


class Request(Effect, frozen=True, kw_only=True):
    """An HTTP request. `host` None: known only at run time.

    `carries` are the taints of URL, headers and body; `uploads` the files sent. `operations` are parsed
    GraphQL fields or RPC methods, e.g. `mutation volumeDelete`. `changes` says whether it changes something
    there: nothing | something | destroys | unknown.
    """

    method: str
    host: str | None
    url: str = ""
    scheme: str = ""
    local: bool = False  # loopback
    private: bool = False  # private address range or .local/.internal
    metadata: bool = False  # cloud metadata service
    carries: frozenset[str] = frozenset()
    uploads: tuple[Target, ...] = ()
    operations: tuple[str, ...] = ()
    changes: Literal["nothing", "something", "destroys", "unknown"] = "nothing"
    secret_in_url: bool = False
    token_kinds: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()  # names of the secret variables that it carries
    insecure: bool = False  # TLS verification off
    lookalike: str = ""  # the host it imitates, or "punycode"
    production: bool = False  # the settings say so


class SendData(Effect, frozen=True, kw_only=True):
    """Bytes leave by something that is not HTTP: nc, scp, rsync, DNS, /dev/tcp, ssh stdin, tar host:."""

    to: str | None
    by: str
    carries: frozenset[str] = frozenset()
    uploads: tuple[Target, ...] = ()
    local: bool = False


class OpenTunnel(Effect, frozen=True, kw_only=True):
    """A port or shell of this machine opens outward: ngrok, ssh -R, socat EXEC, nc -e."""

    by: str
    to: str = ""
    shell: bool = False


class OpenShell(Effect, frozen=True, kw_only=True):
    """An interactive session on another machine or in a place where later commands are not seen."""

    by: str
    to: str = ""


# --- secrets ---------------------------------------------------------------------------------------


class RevealSecret(Effect, frozen=True, kw_only=True):
    """A command whose purpose is to print secrets: gh auth token, kubectl get secret -o yaml, env."""

    what: str
    by: str


class StoreSecret(Effect, frozen=True, kw_only=True):
    """A secret appears in a place: a key in a file's content, a commit, a log, a command line.

    `kinds` name the key types, never the value. `where` is file | commit | service.
    """

    kinds: tuple[str, ...]
    where: str
    target: Target | None = None


class SearchSecrets(Effect, frozen=True, kw_only=True):
    """A search (grep, glob, find) aimed at secrets by name or shape."""

    pattern: str
    by: str


# --- code ------------------------------------------------------------------------------------------


class RunCode(Effect, frozen=True, kw_only=True):
    """Code runs that was not (wholly) read here.

    `origin`: workspace | own | system | outside | download | decoded | generated | stdin | argument | unknown.
    Code whose reading succeeded yields its own effects and no RunCode, except for `download` and `decoded`.
    """

    language: str
    origin: str
    what: str = ""
    target: Target | None = None


class Opaque(Effect, frozen=True, kw_only=True):
    """Something that could not be read. `level` is the risk it is given."""

    reason: str
    level: Risk = Risk.SENSITIVE


class SetEnvironment(Effect, frozen=True, kw_only=True):
    """A variable that makes programs run code or trust others: LD_PRELOAD, BASH_ENV, GIT_SSH_COMMAND, PAGER."""

    name: str
    value: str | None
    readable: bool = False  # the value is a file in the workspace, or is harmless


# --- packages --------------------------------------------------------------------------------------


class InstallPackage(Effect, frozen=True, kw_only=True):
    """Packages are installed or a package is run without installing.

    `origin`: registry | lockfile | path | url | git | index (another one) | unknown. `scope`: project | user | system.
    `lookalike` is the well-known name it resembles.
    """

    manager: str
    names: tuple[str, ...] = ()
    origin: str = "registry"
    scope: Literal["project", "user", "system"] = "project"
    unchecked: bool = False  # signature or TLS checks off
    lookalike: str = ""
    runs: bool = False  # npx, uvx: downloaded and run


class RemovePackage(Effect, frozen=True, kw_only=True):
    """Packages are removed."""

    manager: str
    names: tuple[str, ...] = ()
    scope: Literal["project", "user", "system"] = "project"


class PublishPackage(Effect, frozen=True, kw_only=True):
    """A package, image or release goes public, is withdrawn, or changes hands."""

    manager: str
    verb: str  # publish unpublish deprecate owner yank push
    what: str = ""


# --- people and money ------------------------------------------------------------------------------


class SendMessage(Effect, frozen=True, kw_only=True):
    """Mail, chat, SMS, push, posts. `bulk` for many recipients."""

    by: str
    to: str = ""
    bulk: bool = False
    carries: frozenset[str] = frozenset()


class MoveMoney(Effect, frozen=True, kw_only=True):
    """Payments, refunds, cancellations."""

    by: str
    verb: str
    bulk: bool = False


class ActInBrowser(Effect, frozen=True, kw_only=True):
    """A click or submission whose words say that something is destroyed, sent or bought."""

    verb: str
    what: str
    url: str = ""


# --- machine ---------------------------------------------------------------------------------------


class SignalProcess(Effect, frozen=True, kw_only=True):
    """A process is signalled. `scope`: own | one | named (all of a name) | user | all."""

    scope: Literal["own", "one", "named", "user", "all"]
    what: str = ""
    signal: str = "TERM"


class ChangeService(Effect, frozen=True, kw_only=True):
    """Services, timers, kernel and system settings, users, firewall. `verb` as the tool names it."""

    tool: str
    verb: str
    what: str = ""


class ScheduleJob(Effect, frozen=True, kw_only=True):
    """Something will run later without being asked again: crontab, at, systemd-run, launchd."""

    by: str
    what: str = ""
    removes: bool = False


class PowerState(Effect, frozen=True, kw_only=True):
    """Shutdown, reboot, halt, suspend."""

    verb: str


class ForkBomb(Effect, frozen=True, kw_only=True):
    """Processes multiply without bound."""

    how: str


# --- agents and the gate ---------------------------------------------------------------------------


class StartAgent(Effect, frozen=True, kw_only=True):
    """Another agent starts. `unguarded` when its approvals or hooks are switched off."""

    agent: str
    unguarded: bool = False


class UseGate(Effect, frozen=True, kw_only=True):
    """The gate's own commands. `harmless` for status, check, explain, log."""

    verb: str
    harmless: bool = False


class TamperGate(Effect, frozen=True, kw_only=True):
    """Something would blind, weaken or stop the gate, or answer in a person's place."""

    how: str
    target: Target | None = None


class AgentTool(Effect, frozen=True, kw_only=True):
    """A tool of the agent that touches only the agent: to-do lists, plans, questions, sub-agents."""

    tool: str


class UnknownTool(Effect, frozen=True, kw_only=True):
    """A tool whose meaning is not known from name and arguments. `reads` if its name says it only looks."""

    tool: str
    reads: bool = False


AnyEffect = (
    ReadPath | WritePath | DeletePath | MovePath | CopyPath | LinkPath | ChangeMode | WriteDevice
    | GitDiscard | GitPush | GitDeleteRef | GitRewrite | GitCommit | GitConfigure | ChangeForge
    | RunSql | ResetDatabase | MigrateDatabase | ChangeStore
    | ChangeInfrastructure | ChangeContainers
    | Request | SendData | OpenTunnel | OpenShell
    | RevealSecret | StoreSecret | SearchSecrets
    | RunCode | Opaque | SetEnvironment
    | InstallPackage | RemovePackage | PublishPackage
    | SendMessage | MoveMoney | ActInBrowser
    | SignalProcess | ChangeService | ScheduleJob | PowerState | ForkBomb
    | StartAgent | UseGate | TamperGate | AgentTool | UnknownTool
)  # fmt: skip
