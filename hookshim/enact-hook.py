#!/bin/sh
""":"
# enact-hook in Python: what shim.c does, for machines without a C compiler. Slower, and weaker in one
# respect: the dynamic linker has read the environment before any of this runs. `enactctl doctor` says so.
# To sh this file is these lines, to Python they are a string. No interpreter is looked up in PATH, which a
# repository may have set.
for python in "${0%/*}/python3" /usr/bin/python3 /usr/local/bin/python3; do
    [ -x "$python" ] && exec "$python" -I -S -E "$0" "$@"
done
echo 'enactd: refused: no python3 to run enact-hook. Fix: install a C compiler, then reinstall enactd' >&2
case "$2" in PostToolUse | PostToolUseFailure | SessionStart | SessionEnd | Stop) exit 0 ;; esac
exit 2
"""
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Only modules that the interpreter has without its library: a start costs 7 to 10 ms, with `socket` and `json` 23.

import posix

GATING = True
NO = 2


def refuse(fix, *cause):
    """The only end besides a delivered answer: one line on stderr, nothing on stdout."""
    try:
        block_signals()
        text = "".join(as_text(part) for part in cause)
        text = "".join("?" if ord(letter) < 0x20 or ord(letter) == 0x7F else letter for letter in text)
        label = "refused" if GATING else "not recorded"
        line = as_bytes(f"enactd: {label}: {text}")[:800] + as_bytes(f". Fix: {fix}\n")
        target = select.poll()
        target.register(2, select.POLLOUT)
        if target.poll(100):
            posix.write(2, line)
    except BaseException:
        pass
    finally:
        posix._exit(NO if GATING else 0)


def as_text(value):
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value


def as_bytes(text):
    return text.encode("utf-8", "surrogateescape")


def block_signals():
    _signal.pthread_sigmask(_signal.SIG_BLOCK, _signal.valid_signals())


try:
    import _signal
    import _socket
    import errno
    import fcntl
    import select
    import sys
    import time
except BaseException:
    posix.write(2, b"enactd: refused: python3 lacks a module. Fix: install a C compiler, then reinstall enactd\n")
    posix._exit(NO)

VERSION = "0+unbuilt"  # set by build_shim.py
WIRE_VERSION = 1
MAX_INPUT = 16 * 1024 * 1024
MAX_REPLY = 1024 * 1024
MAX_WORD = 64
MAX_HOME = 2048
MAX_SPAWN = 4096
MAX_SPAWN_WORDS = 32
DEFAULT_DEADLINE_MS = 8000
MAX_DEADLINE_MS = 3600 * 1000
ALARM_GRACE_MS = 100
O_PATH = 0o10000000
LOCK_EX, LOCK_NB = 2, 4
SO_PEERCRED = getattr(_socket, "SO_PEERCRED", 17)

SOCKET_NAME = "enactd.sock"
FIX_INSTALL = "enactctl init"
FIX_REPEAT = "repeat the call"
FIX_START = "enactd start"
FIX_STATUS = "enactctl status"
FIX_SYSTEM = "sudo enactctl init --system-wide"

WORD_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:+-")

# The same tables as in events.h.
OBSERVING = frozenset(
    (
        "PostToolUse PostToolUseFailure PostToolBatch PermissionDenied SessionStart SessionEnd "
        "SessionDelete Setup Stop StopFailure SubagentStart SubagentStop PreCompact PostCompact "
        "PostModelSwitch Notification MessageDisplay InstructionsLoaded CwdChanged FileChanged "
        "DirectoryAdded WorktreeRemove TeammateIdle TaskCompleted TodoCreated TodoCompleted "
        "UserPromptSubmit Interrupt PostInvocation "
        "AfterTool AfterAgent AfterModel PreCompress "
        "postToolUse postToolUseFailure sessionStart sessionEnd userPromptSubmit userPromptSubmitted "
        "userPromptTransformed agentSpawn agentStop subagentStop errorOccurred preCompact notification "
        "afterShellExecution afterMCPExecution afterFileEdit afterTabFileEdit afterAgentResponse "
        "afterAgentThought beforeSubmitPrompt workspaceOpen stop "
        "post_tool_use post_read_code post_write_code post_run_command post_mcp_tool_use "
        "post_cascade_response post_cascade_response_with_transcript post_setup_worktree pre_user_prompt "
        "tool.execute.after tool_result"
    ).split()
)
DEFAULT_EVENTS = {
    "gemini-cli": "BeforeTool",
    "copilot-cli": "preToolUse",
    "cursor": "preToolUse",
    "windsurf": "pre_run_command",
    "kiro-cli": "preToolUse",
    "grok-cli": "pre_tool_use",
    "opencode": "tool.execute.before",
    "cline-cli": "tool_call",
}

HELP = b"""usage: enact-hook AGENT [EVENT] [--home DIR | --system DIR] [--deadline SECONDS] [--hold SECONDS]

Carries a hook's message from stdin to enactd and answers what the daemon decides.
Agents run it; `enactctl init` registers it.

  AGENT               the dialect: claude-code, codex, gemini-cli, copilot-cli, cursor, ...
  EVENT               default: the event that asks before a tool runs
  --home DIR          absolute; the daemon listens at DIR/run/enactd.sock
  --system DIR        absolute; the machine's daemon for this user listens at DIR/UID/enactd.sock
  --deadline SECONDS  refuse after that long without an answer (default 8)
  --hold SECONDS      wait so much longer while the daemon says that a person is asked (default 0)

exit code: what the daemon says; 2 = refused, also when nobody answers
"""

DEADLINE = 0.0
SILENCE_MS = 2**31 - 1


def reason(error):
    return posix.strerror(error.errno) if getattr(error, "errno", None) else str(error)


def on_signal(number, _frame):
    if number == _signal.SIGALRM:
        refuse(FIX_STATUS, "the daemon's answer could not be had and passed on within the deadline")
    refuse(FIX_REPEAT, "stopped by signal ", str(number))


def catch_signals():
    """A killed hook lets the tool run in most agents: every signal that can be caught becomes a refusal."""
    left_alone = (_signal.SIGCHLD, _signal.SIGCONT, _signal.SIGURG, _signal.SIGWINCH, _signal.SIGPIPE)
    for number in _signal.valid_signals():
        if number not in left_alone:
            try:
                _signal.signal(number, on_signal)
            except (OSError, ValueError):
                pass
    _signal.signal(_signal.SIGPIPE, _signal.SIG_IGN)
    _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)
    _signal.pthread_sigmask(_signal.SIG_SETMASK, ())


def set_deadline(wait_ms):
    global DEADLINE
    DEADLINE = time.monotonic() + wait_ms / 1000
    _signal.setitimer(_signal.ITIMER_REAL, (wait_ms + ALARM_GRACE_MS) / 1000)


def extend_deadline(hold_ms, quiet_ms):
    """Puts the deadline off once, for as long as a person may think; from then on so long a silence ends a wait."""
    global DEADLINE, SILENCE_MS
    DEADLINE += hold_ms / 1000
    SILENCE_MS = quiet_ms
    _signal.setitimer(_signal.ITIMER_REAL, (left_ms() + ALARM_GRACE_MS) / 1000)


def left_ms():
    return max(0, int((DEADLINE - time.monotonic()) * 1000))


def wait_for(fd, events, doing):
    """Returns when `fd` is ready or has failed, so that the next call on it tells."""
    target = select.poll()
    target.register(fd, events)
    left = left_ms()
    if not target.poll(min(left, SILENCE_MS)):
        if left > SILENCE_MS:
            refuse(FIX_STATUS, "nothing was heard of the daemon for too long while ", doing)
        refuse(FIX_STATUS, "the deadline passed while ", doing)


def write_all(fd, data, doing):
    data = memoryview(data)
    while data:
        wait_for(fd, select.POLLOUT, doing)
        try:
            data = data[posix.write(fd, data) :]
        except BlockingIOError:
            pass
        except OSError as error:
            refuse(FIX_REPEAT, "failed while ", doing, ": ", reason(error))


def is_word(text):
    return 1 <= len(text) <= MAX_WORD and WORD_LETTERS.issuperset(text)


def milliseconds(text):
    """Seconds with up to three decimals, as milliseconds; -1 if it is anything else or out of bounds."""
    whole, point, decimals = text.partition(".")
    if not (whole and set(whole + decimals) <= set("0123456789") and bool(point) == bool(decimals)):
        return -1
    if len(decimals) > 3 or len(whole.lstrip("0")) > 7:
        return -1
    value = int(whole) * 1000 + int((decimals + "000")[:3])
    return value if 10 <= value <= MAX_DEADLINE_MS else -1


def read_option(word, value, given):
    """Takes an option's value into `given`; what is wrong with it, else None."""
    if word in ("--home", "--system"):
        given[word] = value
        if not value.startswith("/") or len(as_bytes(value)) > MAX_HOME:
            return word + " must be an absolute path, not "
        return None
    given[word] = milliseconds(value)
    return word + " must be 0.01 to 3600 seconds, not " if given[word] < 0 else None


def read_arguments(arguments):
    """The whole line is read before anything is refused: an event that observes must not stop its agent."""
    global GATING
    given = {"--home": None, "--system": None, "--deadline": DEFAULT_DEADLINE_MS, "--hold": 0}
    words, wrong = [], None
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        complaint = None
        if word in given and not rest:
            complaint = "a value is missing after "
        elif word in given:
            option, word = word, rest.pop(0)
            complaint = read_option(option, word, given)
        elif not is_word(word) or word.startswith("-"):
            complaint = "not understood: "
        elif len(words) == 2:
            complaint = "one argument too many: "
        else:
            words.append(word)
        if complaint is None and given["--home"] is not None and given["--system"] is not None:
            complaint = "--home and --system exclude each other: "
        wrong = wrong or (complaint and (complaint, word))
    GATING = len(words) < 2 or words[1] not in OBSERVING
    if wrong:
        refuse("enact-hook --help", *wrong)
    if not words:
        refuse("enact-hook --help", "no agent is named")
    event = words[1] if len(words) == 2 else DEFAULT_EVENTS.get(words[0], "PreToolUse")
    return words[0], event, given


def check_descriptors():
    """A descriptor that is closed would be given to the next file opened: the socket as stdout."""
    for fd in (0, 1, 2):
        try:
            fcntl.fcntl(fd, fcntl.F_GETFD)
        except OSError:
            refuse("start hooks with stdin, stdout and stderr open", "stdin, stdout or stderr is closed")


def read_input():
    pieces, size = [], 0
    while True:
        wait_for(0, select.POLLIN, "reading the agent's message")
        try:
            piece = posix.read(0, 1024 * 1024)
        except BlockingIOError:
            continue
        except OSError as error:
            refuse(FIX_REPEAT, "the agent's message cannot be read: ", reason(error))
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        size += len(piece)
        if size > MAX_INPUT:
            refuse("split the call", "the agent's message is larger than 16 MiB")


def home_of_user():
    """Home of this user in /etc/passwd (HOME may come from a repository's settings); None if there is none."""
    try:
        fd = posix.open("/etc/passwd", posix.O_RDONLY | posix.O_CLOEXEC)
        text = as_text(posix.read(fd, 256 * 1024 - 1))
        posix.close(fd)
    except OSError:
        return None
    for entry in text.split("\n"):
        field = entry.split(":")
        if len(field) < 6 or not 1 <= len(field[2]) <= 10 or not set(field[2]) <= set("0123456789"):
            continue
        if int(field[2]) == posix.geteuid() and field[5].startswith("/") and len(as_bytes(field[5])) <= MAX_HOME:
            return field[5]
    return None


def runtime_folder():
    """The session's runtime folder, "" where this user has none."""
    path = f"/run/user/{posix.geteuid()}"
    try:
        found = posix.lstat(path)
    except OSError:
        return ""
    return path if found.st_mode & 0o170000 == 0o040000 and found.st_uid == posix.geteuid() else ""


def socket_folder(given):
    if given is not None:
        return given + "/run"
    if runtime_folder():
        return runtime_folder() + "/enactd"
    home = home_of_user()
    if home is None:
        refuse(FIX_INSTALL, "this user has no home in /etc/passwd and --home is not given")
    return home + "/.local/state/enactd/run"


def is_private(found):
    """Whether only this user or root could have written what `found` describes."""
    return found.st_uid in (posix.geteuid(), 0) and not found.st_mode & 0o022


def become_daemon(words, given, home):
    """Nothing of the agent's environment, files, signals or session remains."""
    environment = {"HOME": home, "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
    if runtime_folder():
        environment["XDG_RUNTIME_DIR"] = runtime_folder()
    if given is not None:
        environment["ENACT_HOME"] = given
    for number in _signal.valid_signals():
        try:
            _signal.signal(number, _signal.SIG_DFL)
        except (OSError, ValueError):
            pass
    _signal.pthread_sigmask(_signal.SIG_SETMASK, ())
    posix.umask(0o077)
    null = posix.open("/dev/null", posix.O_RDWR)
    posix.chdir("/")
    for fd in (0, 1, 2):
        posix.dup2(null, fd)
    posix.closerange(3, 65536)
    posix.execve(words[0], words, environment)


def fork_daemon(words, given):
    home = home_of_user()
    if home is None:
        refuse(FIX_START, "the daemon is not running and this user has no home in /etc/passwd to start it in")
    if not posix.access(words[0], posix.X_OK):
        refuse(FIX_INSTALL, "the daemon is not running and ", words[0], " cannot be started")
    before = _signal.pthread_sigmask(_signal.SIG_BLOCK, _signal.valid_signals())  # a child must not answer for us
    try:
        child = posix.fork()
    except OSError as error:
        refuse(FIX_START, "the daemon is not running and cannot be started: ", reason(error))
    if child == 0:
        try:
            posix.setsid()
            if posix.fork() == 0:
                become_daemon(words, given, home)
        finally:
            posix._exit(0)
    _signal.pthread_sigmask(_signal.SIG_SETMASK, before)
    posix.waitpid(child, 0)


def open_spawn_file():
    """Descriptor of `spawn` beside this program; None if it is missing, -1 if somebody else could have written it."""
    folder = real_path(sys.argv[0]).rpartition("/")[0] or "/"
    try:
        directory = posix.open(folder, O_PATH | posix.O_DIRECTORY | posix.O_CLOEXEC)
    except OSError:
        return None
    flags = posix.O_RDONLY | posix.O_NOFOLLOW | posix.O_NONBLOCK | posix.O_CLOEXEC
    try:
        file = posix.open("spawn", flags, dir_fd=directory)
    except OSError as error:
        return None if error.errno == errno.ENOENT else -1
    found = posix.fstat(file)
    private = is_private(posix.fstat(directory)) and is_private(found) and found.st_mode & 0o170000 == 0o100000
    return file if private else -1


def real_path(path):
    """The kernel's own name of a file, links followed."""
    fd = posix.open(path, O_PATH | posix.O_CLOEXEC)
    try:
        return posix.readlink(f"/proc/self/fd/{fd}")
    finally:
        posix.close(fd)


def read_spawn_file():
    """File and words of a daemon's command line; None if none may be started, False if it cannot be trusted."""
    file = open_spawn_file()
    if file is None or file < 0:
        return None if file is None else False
    text = posix.read(file, MAX_SPAWN + 1)
    words = as_text(text[:-1] if text.endswith(b"\n") else text).split("\n")
    if len(text) > MAX_SPAWN or text[:1] != b"/" or b"\0" in text or "" in words or len(words) > MAX_SPAWN_WORDS:
        return False
    return file, words


def claim(file):
    """Of many shims at once one starts the daemon; the lock ends with this process."""
    try:
        fcntl.flock(file, LOCK_EX | LOCK_NB)
        return True
    except OSError:
        return False


def cannot_reach(folder, why, fix):
    refuse(fix, "cannot reach the daemon at ", folder, "/", SOCKET_NAME, " (", why, ")")


def try_connect(folder, system):
    """Connects by way of the checked folder itself: nobody can swap it in between, and its path may be long."""
    directory = posix.open(folder, O_PATH | posix.O_DIRECTORY | posix.O_CLOEXEC)
    try:
        found = posix.fstat(directory)
        if system and found.st_uid != 0:
            cannot_reach(folder, "its folder is not root's", FIX_SYSTEM)
        if not is_private(found):
            cannot_reach(folder, "its folder is not private to you", "chmod 700 the folder, or enactctl init")
        connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        connection.setblocking(False)
        try:
            back = posix.open(".", O_PATH | posix.O_DIRECTORY | posix.O_CLOEXEC)
        except OSError:
            back = None
        posix.chdir(directory)
        try:
            connection.connect(SOCKET_NAME)
        finally:
            if back is not None:
                posix.chdir(back)
                posix.close(back)
    finally:
        posix.close(directory)
    return connection


def check_peer(connection, folder, system):
    """The machine's daemon has a user of its own, never this one; only root puts a socket into that folder."""
    peer = connection.getsockopt(_socket.SOL_SOCKET, SO_PEERCRED, 12)
    uid = int.from_bytes(peer[4:8], sys.byteorder)
    if system and uid == posix.geteuid() != 0:
        cannot_reach(folder, "you listen there yourself", FIX_SYSTEM)
    if not system and uid not in (posix.geteuid(), 0):
        cannot_reach(folder, "another user listens there", FIX_STATUS)


def reach_daemon(given, system):
    folder = socket_folder(given) if system is None else f"{system}/{posix.geteuid()}"
    spawn, claimed, started = None, False, False
    pause = 0.002
    while True:
        try:
            connection = try_connect(folder, system is not None)
            check_peer(connection, folder, system is not None)
            return connection
        except OSError as error:
            failure = error
        if system is not None and failure.errno not in (errno.EAGAIN, errno.EINTR):
            cannot_reach(folder, reason(failure), FIX_SYSTEM)  # its start is the service manager's
        if failure.errno in (errno.ENOENT, errno.ECONNREFUSED):
            spawn = spawn or read_spawn_file()
            if spawn is None:
                cannot_reach(folder, reason(failure), FIX_START)
            if spawn is False:
                why = "the file `spawn` beside the shim is damaged or not private, and was ignored"
                cannot_reach(folder, why, FIX_INSTALL)
            if not claimed and claim(spawn[0]):
                claimed = True
                continue  # somebody may have started it before the claim was ours
            if claimed and not started:
                fork_daemon(spawn[1], given)
                started = True
        elif failure.errno not in (errno.EAGAIN, errno.EINTR):
            cannot_reach(folder, reason(failure), FIX_STATUS)
        if left_ms() == 0:
            cannot_reach(folder, "it was started and does not listen yet" if spawn else "it is too busy", FIX_STATUS)
        time.sleep(pause)
        pause = min(pause * 2, 0.02)


def frame_of(agent, event, message):
    payload = bytes((WIRE_VERSION,)) + left_ms().to_bytes(4, "big")
    for word in (agent, event, VERSION):
        payload += bytes((len(word),)) + as_bytes(word)
    return (1 + len(payload) + len(message)).to_bytes(4, "big") + b"H" + payload + message


def send_call(connection, frame):
    """False when the daemon stopped listening: it may have said why."""
    data = memoryview(frame)
    while data:
        try:
            data = data[connection.send(data) :]
        except BlockingIOError:
            wait_for(connection.fileno(), select.POLLOUT, "the daemon took the call")
        except (BrokenPipeError, ConnectionResetError):
            return False
        except OSError as error:
            refuse(FIX_REPEAT, "the call cannot be sent: ", reason(error))
    return True


def receive(connection, size):
    data = b""
    while len(data) < size:
        wait_for(connection.fileno(), select.POLLIN, "the daemon was deciding")
        try:
            piece = connection.recv(size - len(data))
        except BlockingIOError:
            continue
        except ConnectionResetError:
            piece = b""
        except OSError as error:
            refuse(FIX_REPEAT, "the answer cannot be read: ", reason(error))
        if not piece:
            refuse(FIX_STATUS, "the daemon closed the connection before it had answered")
        data += piece
    return data


def await_answer(connection):
    """The payload of the answer. Keep-alives before it are passed over."""
    while True:
        head = receive(connection, 5)
        size, kind = int.from_bytes(head[:4], "big"), head[4:]
        if not 1 <= size <= MAX_REPLY:
            refuse(FIX_INSTALL, "the daemon's answer has an impossible length")
        if kind not in (b"A", b"K"):
            refuse(FIX_INSTALL, "the daemon's answer is of an unknown kind")
        if kind == b"K" and size != 5:
            refuse(FIX_INSTALL, "the daemon's keep-alive has an impossible length")
        payload = receive(connection, size - 1)
        if kind == b"A":
            return payload
        if left_ms() == 0:
            refuse(FIX_STATUS, "the deadline passed while the daemon was deciding")


def deliver(payload, whole_call):
    size = int.from_bytes(payload[1:5], "big")
    if len(payload) < 5 or size > len(payload) - 5:
        refuse(FIX_INSTALL, "the daemon's answer contradicts itself")
    if payload[0] == 0 and GATING and not whole_call:
        refuse(FIX_STATUS, "the daemon answered before it had read the whole call")
    write_all(1, payload[5 : 5 + size], "writing the answer to stdout")
    write_all(2, payload[5 + size :], "writing the reason to stderr")
    posix._exit(payload[0])


def main():
    catch_signals()
    if sys.argv[1:] == ["--help"]:
        posix._exit(posix.write(1, HELP) < 0)
    if sys.argv[1:] == ["--version"]:
        posix._exit(posix.write(1, as_bytes(f"enact-hook {VERSION}\n")) < 0)
    agent, event, given = read_arguments(sys.argv[1:])
    set_deadline(given["--deadline"])
    check_descriptors()
    message = read_input()
    connection = reach_daemon(given["--home"], given["--system"])
    if given["--hold"]:
        extend_deadline(given["--hold"], given["--deadline"])
    whole_call = send_call(connection, frame_of(agent, event, message))
    deliver(await_answer(connection), whole_call)


try:
    main()
except BaseException as error:
    refuse(FIX_REPEAT, "enact-hook failed: ", type(error).__name__, " ", str(error))
