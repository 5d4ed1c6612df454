"""Whether a hook call comes from the agent itself, and what may control the daemon.

The rules, with *caller* for the shim's parent (its grandparent, where a shell whose whole script is the
shim's command line stands between):

1. The caller runs as our user and shares our mounts, users and process numbers. (A daemon of the machine: as the
   user it guards; what only that user may see of the caller, his scout looks up when a session is opened.)
2. A session nobody knows is opened by its caller. It inherits from the session that the caller itself, or
   else the nearest known agent above the caller, used last: `/clear` in the same process, or an agent
   started by a tool call of another one.
3. A known session is spoken for by the processes that hold it. Anybody below a living holder is a tool
   call that speaks for the agent, and refused.
4. Anybody else who comes with a known session holds it from then on: the conversation was resumed in
   another process. If an agent is above that process, the session inherits from it, too.

A session is known for as long as a process that holds it runs, however many there are (`holders.py`).

Control that changes something (`may_control`) is refused to agents and everything below them, to processes with
an agent's marks in their environment, and to whatever has come up after an agent without an ancestor that is older,
or another user's, unless it has a terminal in a control group where no agent ever was.

Limits. A tool call whose shell replaces itself by the shim is a child of the agent, just as a hook is; it
can write receipts into its own session and read answers nobody asked for, and loosen nothing, because
sessions only rise and no hook call grants anything. A process that left its parents behind (`setsid`,
double fork) is nobody's descendant any more: it may open or join a session under rules 2 and 4 with the
same harmless result. To control the daemon it needs somebody older to start it: a terminal multiplexer, the
service manager, another program of the user that runs what it is told to. An agent whose hooks come from
several processes, one below the other, is refused under rule 3.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol

import msgspec

from enactd import peer
from enactd.config import home_of
from enactd.errors import RefusedError
from enactd.holders import CAPACITY, Holder, Holders
from enactd.peer import Facts, Process, Seen
from enactd.receipts.compose import identifier

__all__ = [
    "KEPT_VARIABLES", "MARKS", "Holder", "Key", "Origin", "Origins", "Sight", "boot_id", "caller_of", "check_shared",
    "is_hook_shell", "uncontrolled", "workspace_of",
]  # fmt: skip

SHELLS: Final = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh", "busybox"})
SHIM: Final = re.compile(r"enact-hook(\.py)?\Z")
OPERATORS: Final = frozenset(";&|<>()`$\n\\{}*?!#")
MARKS: Final = frozenset(
    {"CLAUDECODE", "CLAUDE_CODE_SESSION_ID", "CODEX_SANDBOX", "CODEX_THREAD_ID", "GEMINI_CLI", "QWEN_CODE"}
    | {"CURSOR_AGENT", "OPENCODE", "COPILOT_CLI", "COPILOT_AGENT_SESSION_ID"}
)
SCHEDULERS: Final = frozenset({"cron", "crond", "atd", "anacron", "fcron"})
"""What starts anything that a user has written down, and is older than every agent."""
KEPT_VARIABLES: Final = frozenset(
    {"HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "PATH", "LANG", "CDPATH", "VIRTUAL_ENV", "GIT_DIR", "GIT_WORK_TREE"}
    | {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"}
    | {"KUBECONFIG", "AWS_PROFILE", "AWS_REGION", "TF_WORKSPACE", "DOCKER_HOST", "DOCKER_CONTEXT"}
    | {"ENACT_FREEZE", "NODE_ENV", "RAILS_ENV", "APP_ENV", "DJANGO_SETTINGS_MODULE", "CLAUDE_CONFIG_DIR", "CODEX_HOME"}
)
"""What of an agent's environment is kept: places and names, nothing that may be a secret."""

Key = tuple[str, str]  # (agent, session), both claims, as receipts spell them
Identity = tuple[int, int]


class Sight(Protocol):
    """How a daemon that may not look itself sees a caller; each look may block for as long as a scout takes."""

    def process(self, process: Process) -> Facts:
        """What only its own user sees of it. Raises `RefusedError` where that cannot be had."""

    def workspace(self, folder: str, home: str) -> str:
        """As `workspace_of`."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where an admitted call comes from. `parents` are the sessions to inherit from, empty if none are new."""

    seen: Seen
    holder: Holder
    opened: bool
    parents: tuple[Key, ...] = ()


class Origins:
    """Which process holds which session. Kept in `file` over a restart, for as long as the machine is up."""

    def __init__(self, file: Path | None = None, *, guarded: int | None = None, capacity: int = CAPACITY) -> None:
        self._guarded = os.getuid() if guarded is None else guarded
        self._holders = Holders(file, boot_id(), capacity=capacity)

    def close(self) -> None:
        """Nothing is admitted after."""
        self._holders.close()

    def stranger(self, seen: Seen, agent: str, session: str) -> Process | None:
        """The caller, if it does not hold the session yet, so that `admit` has to be told who it is."""
        self._check_user(seen)
        caller = caller_of(seen.process)
        holders = self._holders.of(_key(agent, session))
        return None if any(held.process.identity == caller.identity for held in holders) else caller

    def introduced(self, caller: Process, claimed_cwd: str, sight: Sight) -> Holder:
        """What a daemon that cannot look itself learns of a stranger. Blocks; raises `RefusedError`."""
        facts = sight.process(caller)
        _check_namespaces(facts.foreign)
        return _holder(caller, claimed_cwd, facts, sight.workspace, str(home_of(self._guarded)))

    def admit(self, seen: Seen, agent: str, session: str, claimed_cwd: str, holder: Holder | None = None) -> Origin:
        """The origin of a hook call; `holder` is what was learned of a stranger, if we cannot look ourselves.

        Raises `RefusedError` if it is not the agent that speaks.
        """
        self._check_user(seen)
        check_shared(seen)
        caller = caller_of(seen.process)
        key = _key(agent, session)
        known = self._holders.of(key)
        for held in known:
            if held.process.identity == caller.identity:
                self._holders.use(key)
                return Origin(seen=seen, holder=held, opened=False)
        above = [process.identity for process in peer.ancestors(caller)]
        if any(held.process.identity in above for held in known):
            raise RefusedError(
                f"process {caller.pid} (`{caller.name}`) is not the agent of session `{session}`",
                cause="it runs below the agent, so a tool call speaks for its own agent",
                effect="this hook call is refused; the agent's own calls are served as before",
            )
        nearest = next(filter(None, map(self._holders.latest, [caller.identity, *above])), None)
        if holder is None or holder.process.identity != caller.identity:
            facts = peer.facts_of(caller, KEPT_VARIABLES)
            holder = _holder(caller, claimed_cwd, facts, workspace_of, str(home_of(self._guarded)))
        self._holders.add(key, holder)
        return Origin(seen=seen, holder=holder, opened=True, parents=(nearest,) if nearest and nearest != key else ())

    @contextlib.contextmanager
    def unless_kept(self, origin: Origin, agent: str, session: str) -> Iterator[None]:
        """Around making an opened session durable: if that fails, its holder is forgotten and must open it again."""
        try:
            yield
        except BaseException:
            self._holders.drop(_key(agent, session), origin.holder)
            raise

    def below_no_agent(self, seen: Seen) -> tuple[tuple[Process, ...], set[Identity]]:
        """The caller and those above it, and the agents that run. Raises `RefusedError` below one of them."""
        if seen.process.start == 0:
            raise uncontrolled("this system cannot tell whose child the caller is")
        chain = (seen.process, *peer.ancestors(seen.process))
        agents = self._holders.living()
        for process in chain:
            if process.identity in agents:
                raise uncontrolled(f"the caller runs below an agent, process {process.pid} (`{process.name}`)")
        return chain, agents

    def may_control(self, seen: Seen) -> None:
        """Raise `RefusedError` unless the caller, of our own user, may change what the daemon does."""
        check_shared(seen)
        chain, agents = self.below_no_agent(seen)
        marks = MARKS & peer.environment(seen.process.pid).keys()
        if marks:
            raise uncontrolled(f"the caller's environment is an agent's: `{min(marks)}` is set")
        self._check_standing(chain, {start for _, start in agents})

    def _check_standing(self, chain: tuple[Process, ...], agents: set[int]) -> None:
        """Refuse what came up after an agent without anything older above it: who left an agent looks like that.

        It may be a person all the same, in a terminal that was opened later and whose program has no parent; then
        it is in no agent's control group. For agents that have ended the control group alone decides.
        """
        caller, *above = chain
        own = [caller, *(process for process in above if not peer.is_reaper(process))]
        if agents and any(process.name in SCHEDULERS for process in above):
            raise uncontrolled("a scheduler has started the caller, and an agent that runs may have told it to")
        first = min(agents, default=self._holders.began())
        if first is None or any(process.start < first or peer.is_from_outside(process) for process in own):
            return
        apart = self._holders.is_apart(peer.cgroup(caller.pid))
        if not apart or (agents and not caller.terminal):
            raise uncontrolled(
                "the caller has no ancestor older than the agent, as what left an agent has none",
                "run it in a terminal that was there before the agent, or that the desktop has opened",
            )

    def _check_user(self, seen: Seen) -> None:
        """An agent speaks as the user who is guarded; root and operators may look at the daemon, not speak for it."""
        if seen.uid != self._guarded:
            raise RefusedError(
                f"the caller is user {seen.uid}",
                cause=f"the agents of user {self._guarded} are guarded here",
                fix="run your own daemon",
            )


def check_shared(seen: Seen) -> None:
    """Refuse callers that live in other mounts, users or process numbers: their paths are not ours."""
    _check_namespaces(seen.foreign)


def _check_namespaces(foreign: tuple[str, ...]) -> None:
    if foreign:
        raise RefusedError(
            "the caller lives in another namespace",
            cause=f"it does not share: {', '.join(foreign)}; its paths and processes are not the daemon's",
            effect="its calls are denied",
            fix="run a daemon inside the container, `enactctl init` there",
        )


def caller_of(shim: Process) -> Process:
    """The process whose hook `shim` is. Raises `RefusedError` if it is gone."""
    parent = peer.parent_of(shim)
    if parent is not None and parent.name in SHELLS and is_hook_shell(peer.arguments(parent.pid)):
        parent = peer.parent_of(parent)
    if parent is None or peer.is_reaper(parent):
        raise RefusedError("nobody waits for this hook call", cause="the process that started the shim has ended")
    return parent


def is_hook_shell(argv: tuple[str, ...]) -> bool:
    """Whether this is `sh -c` with nothing in its script but the shim's command line."""
    if len(argv) < 3 or not re.fullmatch(r"-[a-z]*c", argv[1]):
        return False
    script = argv[2].removeprefix("exec ").strip()
    if OPERATORS & set(script):
        return False
    try:
        words = shlex.split(script)
    except ValueError:
        return False
    return bool(words) and SHIM.search(words[0]) is not None


def workspace_of(folder: str, home: str) -> str:
    """The top of the git work tree around `folder`, else `folder`; never the home or what is above it."""
    above = Path(folder)
    for candidate in (above, *above.parents):
        if candidate == Path(home) or candidate in Path(home).parents:
            break
        if (candidate / ".git").exists():
            return str(candidate)
    return folder


def boot_id() -> str:
    """Names this run of the kernel: process numbers and start times mean nothing in another one."""
    with contextlib.suppress(OSError), open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        return file.read().strip()
    return ""


def _key(agent: str, session: str) -> Key:
    return identifier(agent), identifier(session)


def _holder(
    caller: Process, claimed_cwd: str, facts: Facts, workspace: Callable[[str, str], str], usual_home: str
) -> Holder:
    home = facts.environment.get("HOME", "")
    home = os.path.normpath(home) if home.startswith("/") else usual_home
    folder = _start_folder(facts.folder, claimed_cwd, home)
    return Holder(
        process=caller,
        exe=facts.exe,
        folder=folder,
        workspace=workspace(folder, home),
        home=home,
        environment={name: value for name, value in facts.environment.items() if name in KEPT_VARIABLES},
        argv=peer.arguments(caller.pid),
        cgroup=peer.cgroup(caller.pid),
    )


def _start_folder(witnessed: str, claimed: str, home: str) -> str:
    """The process's own folder; for a program with windows, which starts in the home or `/`, the folder it says."""

    def is_nowhere(place: str) -> bool:
        return not place.startswith("/") or place == home or home.startswith(place.rstrip("/") + "/")

    return claimed if is_nowhere(witnessed) and not is_nowhere(claimed) else witnessed or "/"


def uncontrolled(cause: str, fix: str = "run the command yourself, in a terminal outside the agent") -> RefusedError:
    """The refusal of whoever may not control the daemon."""
    return RefusedError(
        "this may not be done from here",
        cause=cause,
        effect="nothing was changed",
        fix=fix,
    )
