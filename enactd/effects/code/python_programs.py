"""Programs and code that Python starts: os.system, subprocess, eval, exec, import, pickle, ctypes, signals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from enactd.effects.code import operations
from enactd.effects.code.objects import PRINTED, Thing, flattened, named, untold
from enactd.effects.code.python_modules import Given, function, is_dangerous, method
from enactd.effects.model import Effect, ForkBomb, ReadPath, Request, RunCode
from enactd.effects.values import DECODED, FILE, NETWORK, SECRET, Value, join, known, unknown


def _outcome(effects: list[Effect], ran: Sequence[Value] = ()) -> Thing:
    """What a program printed: unknown, with the taints of what it read. What was run stays known, for process ids."""
    origins: set[str] = set()
    for effect in effects:
        if isinstance(effect, Request):
            origins.add(NETWORK)
        elif isinstance(effect, ReadPath):
            origins |= {FILE, SECRET} if effect.target.secret else {FILE}
    line = " ".join(word.shown(60) for word in ran)
    output = Thing((unknown(f"{PRINTED}{line or 'a program'}"[:120], *origins),))
    fields = {"stdout": output, "stderr": output, "returncode": Thing((unknown("a status", plain=True),))}
    return Thing(output.texts, "subprocess.Popen()", None, fields)


def _changes(given: Given) -> dict[str, Any]:
    changes: dict[str, Any] = {"via": given.call.name or "python"}
    folder = given.reader.folder(given.keywords.get("cwd"))
    if folder is not None:
        changes["cwd"] = folder
    fed = given.keywords.get("input")
    if fed is not None:
        changes["stdin"] = fed.text
    if given.reader.environment:
        changes["env"] = {**given.call.env, **given.reader.environment}
    return changes


@function("os.system", "os.popen", "os.popen2", "os.popen3", "subprocess.getoutput", "subprocess.getstatusoutput",
          "asyncio.create_subprocess_shell", "pexpect.run", "invoke.run", "fabric.run", "sh.bash", "IPython.get_ipython().system",
          "get_ipython().system", "pexpect.spawn", "trio.run_process", "anyio.run_process", "plumbum.cmd.bash", "delegator.run")  # fmt: skip
def system(given: Given) -> Thing | None:
    """A line for the shell; a list is a program with its words."""
    first = given.at(0, "command", "cmd", "args")
    if first is not None and first.items is not None:
        return _started(given, first.items)
    found: list[Effect] = []
    for text in (first or untold("a command")).texts[:6]:
        found += given.emit(operations.shell(given.call, text, **_changes(given)))
    return _outcome(found, first.texts[:1] if first is not None else ())


@function("subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output", "subprocess.Popen")
def run(given: Given) -> Thing | None:
    """A list is a program with its words; one text is a line where `shell` is on, else a program alone."""
    command = given.at(0, "args") or untold("a command")
    shell = given.true("shell")
    if shell:
        line = (
            join([part.text for part in command.items])
            if command.items is not None and len(command.items) == 1
            else None
        )
        if command.items:
            command = Thing((line if line is not None else command.items[0].text,))
        return system(Given(given.reader, given.name, given.subject, [command], given.keywords))
    if command.items is not None:
        return _started(given, command.items)
    if command.plain is not None and " " not in command.plain:
        return _started(given, [command])
    # A text with blanks would not start; it is read as what it was meant to be.
    return system(Given(given.reader, given.name, given.subject, [command], given.keywords))


def _started(given: Given, words: list[Thing]) -> Thing:
    argv = [word.text for word in words] or [unknown("a program")]
    return _outcome(given.emit(operations.run(given.call, argv, **_changes(given))), argv)


@function("asyncio.create_subprocess_exec", "os.execl", "os.execlp", "os.execle", "os.execlpe", "sh.Command")
def words(given: Given) -> Thing | None:
    """The words one by one; `execl` names the program twice."""
    start = 1 if given.name.startswith("os.exec") and len(given.arguments) > 1 else 0
    return _started(given, [part for thing in given.arguments[start:] for part in flattened(thing)])


@function("os.execv", "os.execvp", "os.execve", "os.execvpe", "os.spawnv", "os.spawnvp", "os.spawnl", "os.spawnlp", "os.posix_spawn",
          "os.posix_spawnp", "pty.spawn")  # fmt: skip
def executed(given: Given) -> Thing | None:
    """The list of words stands behind the program's name."""
    listed = next((thing for thing in given.arguments if thing.items is not None), None)
    if listed is not None and listed.items is not None:
        return _started(given, listed.items)
    return _started(given, given.arguments[1:] if given.name.startswith("os.spawn") else given.arguments[:1])


@function("sh.rm", "sh.git", "sh.sudo", "sh.docker", "plumbum.cmd.rm")
def sh(given: Given) -> Thing | None:
    return _started(given, [named_word(given.method), *given.arguments])


def named_word(name: str) -> Thing:
    return Thing((known(name),))


@function(
    "eval",
    "exec",
    "execfile",
    "runpy.run_path",
    "code.InteractiveInterpreter().runsource",
    "timeit.timeit",
    "compile",
    "code.interact",
)
def evaluate(given: Given) -> Thing | None:
    """Text that becomes code; a compiled text is read when it is compiled."""
    first = given.at(0, "source", "stmt")
    if first is None or first.function is not None or first.name == "compile()":
        return None
    if given.method in ("run_path", "execfile"):
        for path in first.texts[:3]:
            given.emit(operations.only_effects(given.call.script(path, language="python")))
        return None
    for value in first.texts[:4]:
        given.emit(operations.evaluate(given.call, "python", value))
    return Thing(
        (unknown("what evaluated text gives", *first.origins),), "compile()" if given.method == "compile" else ""
    )


@function(
    "pickle.loads",
    "marshal.loads",
    "dill.loads",
    "pickle.load",
    "cloudpickle.loads",
    "joblib.load",
    "yaml.unsafe_load",
    "torch.load",
    "shelve.open",
)
def unpickle(given: Given) -> Thing | None:
    """Objects from elsewhere run code when they are loaded."""
    origins = given.carried()
    if origins & {NETWORK, DECODED}:
        origin = "download" if NETWORK in origins else "decoded"
        given.emit(iter([RunCode(language="python", origin=origin, what="pickled objects")]))
    return Thing((unknown("an object", *origins),))


@function("getattr", "operator.attrgetter()", "operator.methodcaller()")
def get_attribute(given: Given) -> Thing | None:
    """A member by its name; by a made-up name of a module that can do harm it can be anything."""
    subject, name = given.at(0), given.at(1)
    if subject is None or name is None:
        return None
    if name.plain is None:
        return named("?") if is_dangerous(subject.name) else untold("a member", subject.origins)
    return given.reader.member(subject, name.plain)


@function(
    "__import__", "importlib.import_module", "importlib.__import__", "importlib.util.find_spec", "pkgutil.resolve_name"
)
def import_module(given: Given) -> Thing | None:
    name = given.at(0, "name")
    if name is None or name.plain is None:
        return named("?")
    given.reader.imported(name.plain)
    return named(name.plain)


@function("sys.path.insert", "sys.path.append", "site.addsitedir")
def search(given: Given) -> Thing | None:
    """Modules are looked for there from then on."""
    place = given.arguments[-1].plain if given.arguments else None
    if place is not None:
        given.reader.search.append(place)
    return None


@method("__getattribute__", "__getattr__", "__getitem__", "__call__")
def dunder(given: Given) -> Thing | None:
    """The long way round to a member, an item or a call."""
    if given.method == "__call__":
        return given.reader.invoke(given.subject, untold(), given.arguments, given.keywords)
    if given.arguments and given.arguments[0].plain is not None:
        return given.reader.member(given.subject, given.arguments[0].plain)
    return named("?") if is_dangerous(given.subject.name) else None


@function("globals", "locals", "vars")
def names(given: Given) -> Thing | None:
    return named(f"{given.method}()")


@function("ctypes.CDLL", "ctypes.cdll.LoadLibrary", "ctypes.PyDLL", "cffi.FFI().dlopen")
def library(given: Given) -> Thing | None:
    """Functions of the C library: `system` is a line for the shell, the rest is not known."""
    return named("libc")


@method("system")
def library_system(given: Given) -> Thing | None:
    return system(given) if given.subject.name in ("libc", "ctypes.cdll.msvcrt") else None


@function("functools.partial")
def partial(given: Given) -> Thing | None:
    """A function with some arguments filled in: called at once, with what is known."""
    if given.arguments and (given.arguments[0].name or given.arguments[0].function):
        given.reader.invoke(given.arguments[0], untold(), given.arguments[1:], given.keywords)
    return untold("a function")


@function("map", "filter", "concurrent.futures.ThreadPoolExecutor().map", "multiprocessing.Pool().map")
def mapped(given: Given) -> Thing | None:
    """A function for every item."""
    if len(given.arguments) > 1:
        target = given.arguments[0]
        made = [given.reader.invoke(target, untold(), [part], {}) for part in flattened(given.arguments[1])[:16]]
        return Thing(given.arguments[1].texts, "[]", made if given.method == "map" else given.arguments[1].items)
    return None


@method("submit", "apply_async", "run_in_executor", "apply", "add_job", "call_soon")
def submitted(given: Given) -> Thing | None:
    """A function and its arguments, run later."""
    words = given.arguments[1:] if given.method == "run_in_executor" else given.arguments
    if words and words[0].name and not words[0].name.startswith("."):
        rest = words[1:]
        rest = flattened(rest[0]) if given.method in ("apply_async", "apply") and rest else rest
        return given.reader.invoke(words[0], untold(), rest, {})
    return None


@function("threading.Thread", "multiprocessing.Process", "threading.Timer", "atexit.register")
def threaded(given: Given) -> Thing | None:
    target = given.keywords.get("target") or (given.arguments[-1] if given.arguments else None)
    words = given.keywords.get("args")
    if target is not None and (target.name or target.function):
        given.reader.invoke(target, untold(), flattened(words) if words is not None else [], {})
    return None


@function("os.kill", "os.killpg")
def kill(given: Given) -> Thing | None:
    number = given.text(1, "sig").text
    if number != "0":
        given.emit(operations.signal(given.text(0, "pid"), number or "TERM"))
    return None


@function("os.fork", "os.forkpty")
def fork(given: Given) -> Thing | None:
    """In a short text that loops, a fork multiplies without bound."""
    if given.reader.straight is False and given.reader.origin not in ("workspace", "system", "own"):
        given.emit(iter([ForkBomb(how="os.fork in a loop")]))
    return untold("a process id")


@function("django.core.management.call_command")
def django(given: Given) -> Thing | None:
    """A management command, called from code."""
    argv = [known("manage.py"), *(thing.text for thing in given.arguments)]
    options = [known(f"--{name.replace('_', '-')}") for name in given.keywords if name != "verbosity"]
    given.emit(operations.run(given.call, [*argv, *options]))
    return None


@function("os.putenv", "os.environ.setdefault", "os.environ.update", "monkeypatch.setenv")
def set_variable(given: Given) -> Thing | None:
    name = given.text(0).text
    if name and len(given.arguments) > 1 and given.method != "update":
        given.reader.environment.setdefault(name, given.arguments[1].text)
    return None
