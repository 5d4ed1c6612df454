"""Hook calls come from the agent itself; control never from an agent or below one. With real processes."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.processes import Agent, below, sleeping, started

from enactd import origin, peer
from enactd.errors import RefusedError
from enactd.origin import Origins, caller_of, is_hook_shell, workspace_of
from enactd.peer import Facts, Seen

A = "claude-code"


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    with Agent(cwd=tmp_path, env={"PATH": os.environ["PATH"], "HOME": "/home/ada"}) as started:
        yield started


def seen(pid: int, *, foreign: tuple[str, ...] = ()) -> Seen:
    process = peer.process_of(pid)
    assert process is not None
    return Seen(uid=os.getuid(), gid=os.getgid(), process=process, foreign=foreign)


def hook(agent: Agent) -> Seen:
    """A hook as Claude Code starts it: a child of the agent."""
    return seen(agent.start("sleep", "60"))


def tool_call(agent: Agent) -> Seen:
    """A process below a tool call: a child of the agent's shell."""
    return seen(below(agent.start("bash", "-c", "sleep 60; :"), "sleep"))


def test_the_agent_speaks_for_its_session(agent: Agent) -> None:
    """The process that opened a session goes on with it."""
    origins = Origins()
    assert origins.admit(hook(agent), A, "s", "/").opened
    again = origins.admit(hook(agent), A, "s", "/")
    assert (False, agent.pid) == (again.opened, again.holder.process.pid)


def test_a_tool_call_does_not_speak_for_its_agent(agent: Agent) -> None:
    """Whatever runs below the agent is refused for the agent's session, and the agent goes on."""
    origins = Origins()
    origins.admit(hook(agent), A, "s", "/")
    for _ in range(2):
        with pytest.raises(RefusedError, match="is not the agent"):
            origins.admit(tool_call(agent), A, "s", "/")
    assert not origins.admit(hook(agent), A, "s", "/").opened


def test_a_nested_agent_opens_its_own_session_and_inherits(agent: Agent) -> None:
    """An agent that a tool call starts has a session of its own, which inherits from the one above."""
    origins = Origins()
    origins.admit(hook(agent), A, "outer", "/")
    nested = origins.admit(tool_call(agent), A, "inner", "/")
    assert (True, ((A, "outer"),)) == (nested.opened, nested.parents)
    assert origins.admit(hook(agent), A, "outer", "/").parents == ()


def test_a_new_session_in_the_same_process_inherits(agent: Agent) -> None:
    """`/clear` does not wash a session clean: the last one of the process is its parent."""
    origins = Origins()
    origins.admit(hook(agent), A, "one", "/")
    origins.admit(hook(agent), A, "two", "/")
    assert ((A, "two"),) == origins.admit(hook(agent), A, "three", "/").parents
    origins.admit(hook(agent), A, "one", "/")
    assert ((A, "one"),) == origins.admit(hook(agent), A, "four", "/").parents


def test_an_agent_is_no_parent_of_its_neighbour(agent: Agent) -> None:
    """Two agents side by side have nothing to do with each other."""
    origins = Origins()
    origins.admit(hook(agent), A, "s", "/")
    with Agent() as other:
        assert () == origins.admit(hook(other), A, "t", "/").parents


def test_a_resumed_session_gets_a_new_holder(agent: Agent) -> None:
    """Another process, not below the first, takes a conversation up; then both hold it."""
    origins = Origins()
    origins.admit(hook(agent), A, "s", "/")
    with Agent() as other:
        resumed = origins.admit(hook(other), A, "s", "/")
        assert (True, other.pid, ()) == (resumed.opened, resumed.holder.process.pid, resumed.parents)
        with pytest.raises(RefusedError):
            origins.admit(tool_call(other), A, "s", "/")
        assert not origins.admit(hook(agent), A, "s", "/").opened


def test_resuming_below_an_agent_inherits_from_it(agent: Agent) -> None:
    """A tool call that resumes somebody else's session brings its own agent's risk along."""
    origins = Origins()
    origins.admit(hook(agent), A, "outer", "/")
    with Agent() as gone:
        origins.admit(hook(gone), A, "old", "/")
    assert ((A, "outer"),) == origins.admit(tool_call(agent), A, "old", "/").parents


def test_the_same_name_at_another_agent_is_another_session(agent: Agent) -> None:
    """Sessions of different agents are not mixed up by their names."""
    origins = Origins()
    origins.admit(hook(agent), A, "s", "/")
    with Agent() as other:
        assert origins.admit(hook(other), "codex", "s", "/").opened


def test_holders_survive_a_restart_of_the_daemon(agent: Agent, tmp_path: Path) -> None:
    """A tool call cannot become the agent by being first after the daemon came back."""
    Origins(tmp_path / "agents.db").admit(hook(agent), A, "s", "/")
    assert 0o600 == (tmp_path / "agents.db").stat().st_mode & 0o777
    after = Origins(tmp_path / "agents.db")
    with pytest.raises(RefusedError):
        after.admit(tool_call(agent), A, "s", "/")
    assert not after.admit(hook(agent), A, "s", "/").opened


@pytest.mark.parametrize("text", [b"", b"{", b"SQLite format 3\0", b"\xff" * 4096])
def test_a_damaged_file_means_nothing_is_known(agent: Agent, tmp_path: Path, text: bytes) -> None:
    """What cannot be read is not believed and stops nothing."""
    (tmp_path / "agents.db").write_bytes(text)
    assert Origins(tmp_path / "agents.db").admit(hook(agent), A, "s", "/").opened


def test_a_file_that_cannot_be_written_stops_nothing(agent: Agent, tmp_path: Path) -> None:
    """Calls are decided without it."""
    assert Origins(tmp_path / "no/agents.db").admit(hook(agent), A, "s", "/").opened


def test_other_namespaces_are_refused_with_the_explanation(agent: Agent) -> None:
    """Paths of a container are not ours."""
    strange = seen(agent.start("sleep", "60"), foreign=("mnt",))
    for ask in (lambda: Origins().admit(strange, A, "s", "/"), lambda: Origins().may_control(strange)):
        with pytest.raises(RefusedError) as caught:
            ask()
        assert "run a daemon inside" in caught.value.fix


def test_one_shell_may_stand_between(agent: Agent, tmp_path: Path) -> None:
    """Agents that start hooks by `sh -c` are the caller, not their shell."""
    shim = tmp_path / "enact-hook"
    shutil.copy("/bin/sleep", shim)
    (tmp_path / "keep").write_text("trap : EXIT")  # else the shell replaces itself by its last command
    shell = agent.start("bash", "-c", f"'{shim}' 60", env={"BASH_ENV": str(tmp_path / "keep")})
    leaf = seen(below(shell, "enact-hook"))
    assert shell == leaf.process.parent
    assert agent.pid == caller_of(leaf.process).pid


def test_an_orphan_is_nobodys_hook(agent: Agent) -> None:
    """A shim whose parent has ended speaks for nobody."""
    agent.run("bash", "-c", "setsid sleep 61 >/dev/null 2>&1 & exit 0")
    process = peer.process_of(started("sleep", "61"))
    assert process is not None
    try:
        with pytest.raises(RefusedError, match="nobody waits"):
            caller_of(process)
    finally:
        os.kill(process.pid, 9)


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (("sh", "-c", "/d/bin/enact-hook claude-code PreToolUse --home /x"), True),
        (("/bin/bash", "-c", "'/d x/enact-hook' cursor"), True),
        (("bash", "-lc", "exec /d/enact-hook codex"), True),
        (("sh", "-c", "/d/enact-hook.py codex"), True),
        (("sh", "-c", "/d/enact-hook codex; rm x"), False),
        (("sh", "-c", "/d/enact-hook codex < forged.json"), False),
        (("sh", "-c", "echo x | /d/enact-hook codex"), False),
        (("sh", "-c", "$(which enact-hook)"), False),
        (("sh", "-c", "env enact-hook codex"), False),
        (("sh", "-c", "python3 agent.py"), False),
        (("sh", "-c", "'"), False),
        (("sh", "-c", ""), False),
        (("sh", "script"), False),
        (("sh",), False),
        ((), False),
    ],
)
def test_only_a_shell_that_does_nothing_else_is_looked_through(argv: tuple[str, ...], expected: bool) -> None:
    """A shell that does more than start the shim is a tool call."""
    assert expected == is_hook_shell(argv)


def test_agents_may_not_control(agent: Agent) -> None:
    """Neither the agent nor anything below it changes what the daemon does."""
    origins = Origins()
    origins.admit(hook(agent), A, "s", "/")
    for process in (hook(agent), tool_call(agent), seen(agent.pid)):
        with pytest.raises(RefusedError) as caught:
            origins.may_control(process)
        assert "terminal" in caught.value.fix


def test_a_person_may_control(agent: Agent) -> None:
    """What neither runs below an agent nor looks like it may."""
    origins = Origins()
    origins.admit(hook(agent), A, "s", "/")
    child = sleeping({})
    origins.may_control(seen(child.pid))
    child.kill()
    child.wait()


@pytest.mark.parametrize("mark", sorted(origin.MARKS))
def test_an_agents_environment_gives_it_away(mark: str) -> None:
    """Without any ancestor an agent's variables are enough to be refused."""
    child = sleeping({mark: ""})
    with pytest.raises(RefusedError, match="may not be done"):
        Origins().may_control(seen(child.pid))
    child.kill()
    child.wait()


def test_an_orphan_may_not_control(agent: Agent) -> None:
    """What left its parents behind and is younger than an agent is no person, when the agent has ended, too."""
    origins = Origins()
    origins.admit(hook(agent), A, "s", "/")
    agent.run("bash", "-c", "env -i setsid sleep 62 >/dev/null 2>&1 & exit 0")
    orphan = started("sleep", "62")
    try:
        for _ in range(2):
            with pytest.raises(RefusedError) as caught:
                origins.may_control(seen(orphan))
            assert "no ancestor older than the agent" in caught.value.cause
            agent.kill()
        Origins().may_control(seen(orphan))  # where no agent ever was, there is nothing to fear
    finally:
        os.kill(orphan, 9)


def test_a_terminal_of_its_own_makes_no_person_of_an_orphan(agent: Agent) -> None:
    """A pseudo-terminal costs a process nothing."""
    origins = Origins()
    origins.admit(hook(agent), A, "s", "/")
    program = "import os, pty\nif os.fork() == 0:\n    os.setsid()\n    pty.spawn(['sleep', '64'])"
    agent.start(sys.executable, "-c", f"{program}\nos._exit(0)")
    orphan = started("sleep", "64")
    try:
        stray = seen(orphan)
        assert stray.process.terminal
        while agent.pid in {process.pid for process in peer.ancestors(stray.process)}:
            stray = seen(orphan)
        with pytest.raises(RefusedError):
            origins.may_control(stray)
    finally:
        os.kill(orphan, 9)


def test_what_calls_itself_a_reaper_is_none(agent: Agent) -> None:
    """A name is chosen by its process; whoever asks is looked at, whatever it is called."""
    origins = Origins()
    origins.admit(hook(agent), A, "s", "/")
    stray = seen(agent.start("sleep", "60")).process
    process = peer.Process(pid=stray.pid, start=stray.start, parent=1, name="systemd", terminal=True)
    with pytest.raises(RefusedError):
        origins.may_control(Seen(uid=os.getuid(), gid=os.getgid(), process=process))


def test_a_scheduler_speaks_for_nobody_while_an_agent_runs(agent: Agent, tmp_path: Path) -> None:
    """It is older than the agent, and starts what the agent has written down."""
    scheduler = tmp_path / "cron"
    shutil.copy("/bin/sh", scheduler)
    with Agent() as other:
        job = seen(below(other.start(str(scheduler), "-c", "sleep 60; :"), "sleep"))
        origins = Origins()
        origins.may_control(job)
        origins.admit(hook(agent), A, "s", "/")
        with pytest.raises(RefusedError, match="may not be done") as caught:
            origins.may_control(job)
        assert "a scheduler has started the caller" in caught.value.cause


def test_the_workspace_is_where_the_agent_was_started(agent: Agent, tmp_path: Path) -> None:
    """It is the kernel's word, not the message's."""
    (tmp_path / ".git").mkdir()
    holder = Origins().admit(hook(agent), A, "s", "/somewhere/else").holder
    assert (str(tmp_path), str(tmp_path), "/home/ada") == (holder.workspace, holder.folder, holder.home)


@pytest.mark.parametrize("start", ["/", "home"])
def test_a_program_started_nowhere_names_its_folder(tmp_path: Path, start: str) -> None:
    """For one with windows, started in the home or `/`, the first folder it names is taken."""
    home, project = tmp_path / "home", tmp_path / "home/project"
    project.mkdir(parents=True)
    cwd = Path("/") if start == "/" else home
    with Agent(cwd=cwd, env={"HOME": str(home), "PATH": os.environ["PATH"]}) as program:
        assert str(project) == Origins().admit(hook(program), A, "s", str(project)).holder.workspace
        for nowhere in ("/", "", "relative", str(home), str(tmp_path)):
            assert str(cwd) == Origins().admit(hook(program), A, "s", nowhere).holder.workspace


def test_secrets_of_the_environment_are_not_kept() -> None:
    """Only places and names are remembered of an agent's variables."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/h", "ANTHROPIC_API_KEY": "k", "AWS_PROFILE": "p"}
    with Agent(env=environment) as program:
        kept = Origins().admit(hook(program), A, "s", "/").holder.environment
    assert {"PATH": os.environ["PATH"], "HOME": "/h", "AWS_PROFILE": "p"} == kept


def test_a_workspace_is_never_the_home(tmp_path: Path) -> None:
    """A repository in the home or above does not make everything in it the workspace."""
    home = tmp_path / "home"
    inner = home / "a/b"
    inner.mkdir(parents=True)
    for place in (tmp_path, home):
        (place / ".git").mkdir()
    assert str(inner) == workspace_of(str(inner), str(home))
    (home / "a/.git").write_text("gitdir: elsewhere")
    assert str(home / "a") == workspace_of(str(inner), str(home))
    assert sys.platform != "linux" or origin.boot_id()


def test_sessions_that_find_no_room_in_memory_are_known_all_the_same(agent: Agent, tmp_path: Path) -> None:
    """However many sessions a running process opened: a tool call speaks for none of them, its agent for all."""
    origins = Origins(tmp_path / "agents.db", capacity=3)
    for number in range(20):
        parents = origins.admit(hook(agent), A, f"s{number}", "/").parents
        assert (((A, f"s{number - 1}"),) if number else ()) == parents
    call = tool_call(agent)
    for number in range(20):
        with pytest.raises(RefusedError, match="is not the agent"):
            origins.admit(call, A, f"s{number}", "/")
        assert not origins.admit(hook(agent), A, f"s{number}", "/").opened
    assert len(origins._holders._sessions) <= 4
    assert ((A, "s19"),) == origins.admit(call, A, "inner", "/").parents
    after = Origins(tmp_path / "agents.db", capacity=3)  # the first was never closed, as by `kill -9`
    for number in range(20):
        with pytest.raises(RefusedError, match="is not the agent"):
            after.admit(tool_call(agent), A, f"s{number}", "/")
        assert not after.admit(hook(agent), A, f"s{number}", "/").opened


def test_what_was_used_last_is_inherited_after_it_found_no_room(agent: Agent, tmp_path: Path) -> None:
    """A session that is not in memory any more, and is used again, is what the next one begins with."""
    origins = Origins(tmp_path / "agents.db", capacity=2)
    for number in range(8):
        origins.admit(hook(agent), A, f"s{number}", "/")
    origins.admit(hook(agent), A, "s1", "/")
    assert ((A, "s1"),) == origins.admit(hook(agent), A, "next", "/").parents
    origins.admit(hook(agent), A, "s2", "/")
    origins.close()
    assert ((A, "s2"),) == Origins(tmp_path / "agents.db").admit(hook(agent), A, "last", "/").parents


def test_a_session_whose_opening_was_not_recorded_is_opened_again(agent: Agent) -> None:
    """What a session inherits is not lost because it could not be written down at once."""
    origins = Origins()
    origins.admit(hook(agent), A, "outer", "/")
    caller = tool_call(agent)
    opened = origins.admit(caller, A, "inner", "/")
    with pytest.raises(OSError, match="disk"), origins.unless_kept(opened, A, "inner"):
        raise OSError("disk")
    assert ((A, "outer"),) == origins.admit(caller, A, "inner", "/").parents


class Told:
    """A sight that says what it was told to say."""

    def __init__(self, **facts: Any) -> None:
        self.facts = Facts(**{"foreign": (), **facts})

    def process(self, process: peer.Process) -> Facts:
        return self.facts

    def workspace(self, folder: str, home: str) -> str:
        return f"{folder}/top"


def test_a_stranger_is_introduced_by_a_sight(agent: Agent) -> None:
    """A daemon that may not look itself knows of an opener what it is told, and of a holder what it knew."""
    origins = Origins(guarded=os.getuid())
    call = hook(agent)
    stranger = origins.stranger(call, A, "s")
    assert stranger is not None
    told = Told(exe="/bin/agent", folder="/home/ada/p", environment={"HOME": "/home/ada", "X": "y"})
    holder = origins.introduced(stranger, "/", told)
    opened = origins.admit(call, A, "s", "/", holder)
    assert (True, "/bin/agent", "/home/ada/p/top") == (opened.opened, opened.holder.exe, opened.holder.workspace)
    assert {"HOME": "/home/ada"} == opened.holder.environment
    assert None is origins.stranger(hook(agent), A, "s")


def test_a_stranger_from_elsewhere_is_refused(agent: Agent) -> None:
    """The sight says that it shares no mounts with the user."""
    origins = Origins(guarded=os.getuid())
    stranger = origins.stranger(hook(agent), A, "s")
    assert stranger is not None
    with pytest.raises(RefusedError, match="another namespace"):
        origins.introduced(stranger, "/", Told(foreign=("mnt",)))


def test_only_the_guarded_user_speaks_for_his_agents(agent: Agent) -> None:
    """Whoever else is let in for control."""
    origins = Origins(guarded=os.getuid() + 1)
    for speak in (lambda: origins.stranger(hook(agent), A, "s"), lambda: origins.admit(hook(agent), A, "s", "/")):
        with pytest.raises(RefusedError, match="the caller is user"):
            speak()
