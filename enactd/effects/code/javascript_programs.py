"""Programs and code that JavaScript starts: child_process, execa, zx, Bun and Deno; eval and its kin."""

from __future__ import annotations

from typing import Any

from enactd.effects.code import operations
from enactd.effects.code.javascript_modules import Given, function, method
from enactd.effects.code.objects import Thing, flattened, untold
from enactd.effects.model import Effect, ReadPath, Request, RunCode
from enactd.effects.values import FILE, NETWORK, SECRET, Value, join, known, unknown


def _changes(given: Given) -> dict[str, Any]:
    """`cwd`, `input` and the environment set so far, for a program that is started."""
    changes: dict[str, Any] = {"via": given.call.name or "node"}
    folder = given.reader.folder(given.options().field("cwd"))
    if folder is not None:
        changes["cwd"] = folder
    fed = given.options().field("input")
    if fed is not None:
        changes["stdin"] = fed.text
    if given.reader.environment:
        changes["env"] = {**given.call.env, **given.reader.environment}
    return changes


def _outcome(effects: list[Effect]) -> Thing:
    """What a program printed: unknown, with the taints of what it read."""
    origins: set[str] = set()
    for effect in effects:
        if isinstance(effect, Request):
            origins.add(NETWORK)
        elif isinstance(effect, ReadPath):
            origins |= {FILE, SECRET} if effect.target.secret else {FILE}
    output = unknown("output of a program", *origins)
    return Thing((output,), "child_process()", None, {"stdout": Thing((output,)), "stderr": untold()})


@function("child_process.exec", "child_process.execSync", "shelljs.exec", "execa.execaCommand", "execa.command",
          "execa.commandSync", "execa.execaCommandSync", "Deno.run.shell", "shell-exec", "node-cmd.run", "node-cmd.runSync")  # fmt: skip
def shell_text(given: Given) -> Thing | None:
    found: list[Effect] = []
    for text in given.values(0):
        found += given.emit(operations.shell(given.call, text, **_changes(given)))
    return _outcome(found)


@function("child_process.spawn", "child_process.spawnSync", "child_process.execFile", "child_process.execFileSync",
          "execa", "execa.execa", "execa.execaSync", "execa.sync", "cross-spawn", "cross-spawn.sync", "Bun.spawn", "Bun.spawnSync",
          "Deno.Command", "Deno.run", "tinyexec.x", "tinyexec.exec", "nano-spawn", "node-pty.spawn")  # fmt: skip
def program(given: Given) -> Thing | None:
    """A program and its words, or one line for the shell where `shell` is on."""
    words = _words(given)
    shell = given.flag("shell")
    if shell and words:
        return _outcome(given.emit(operations.shell(given.call, join(words), **_changes(given))))
    return _outcome(given.emit(operations.run(given.call, words, **_changes(given))))


def _words(given: Given) -> list[Value]:
    first, second = given.at(0), given.at(1)
    if given.name in ("Bun.spawn", "Bun.spawnSync", "Deno.run"):
        listed = given.options().field("cmd") or first
        return [item.text for item in flattened(listed)] if listed is not None else [operations.UNTOLD]
    if given.name == "Deno.Command":
        second = given.options().field("args")
    words = [first.text if first is not None else operations.UNTOLD]
    if second is not None and second.items is not None:
        words += [item.text for item in second.items]
    elif second is not None and second.fields is None and second.function is None:
        words.append(unknown("words known only at run time"))
    return words


@function("$", "zx.$", "Bun.$", "execa.$", "dax.$", "shelljs.$", "$.sync", "zx.$.sync")
def template(given: Given) -> Thing | None:
    """A tagged template is a line for the shell; as a function it only sets options."""
    if not given.tagged:
        return Thing((unknown("a shell"),), given.name)
    found: list[Effect] = []
    for text in given.values(0):
        found += given.emit(operations.shell(given.call, text, **_changes(given)))
    return _outcome(found)


@function(
    "child_process.fork", "Worker", "worker_threads.Worker", "cluster.setupMaster", "import-local", "importScripts"
)
def script(given: Given) -> Thing | None:
    """Another script of JavaScript."""
    for path in given.values(0):
        if path.prefix.startswith(("data:", "http")):
            given.emit(iter([RunCode(language="javascript", origin="download", what=path.shown(60))]))
        elif path.pieces and not path.startswith("blob:"):
            given.emit(operations.only_effects(given.call.script(path, language="javascript")))
    return None


@function("eval", "Function", "vm.runInThisContext", "vm.runInNewContext", "vm.runInContext", "vm.Script", "vm.compileFunction",
          "global.eval", "vm.VM().run", "module._compile", "vm.NodeVM().run", "AsyncFunction", "vm.SourceTextModule")  # fmt: skip
def evaluate(given: Given) -> Thing | None:
    """Text that becomes code; of `Function` only the last argument is a body."""
    if not given.arguments:
        return None
    index = len(given.arguments) - 1 if given.name in ("Function", "AsyncFunction") else 0
    if given.at(index) is not None and given.arguments[index].function is not None:
        return None
    for text in given.values(index):
        given.emit(operations.evaluate(given.call, "javascript", text))
    return untold("what evaluated text gives")


@method("_compile", "runInThisContext", "runInNewContext")
def compiled(given: Given) -> Thing | None:
    return evaluate(given) if given.arguments and given.arguments[0].fields is None else None


@function("setTimeout", "setInterval", "setImmediate", "process.nextTick", "queueMicrotask")
def later(given: Given) -> Thing | None:
    """Text instead of a function is code, too."""
    first = given.at(0)
    if first is not None and first.function is None and first.plain is not None and "(" in first.plain:
        given.emit(operations.evaluate(given.call, "javascript", first.text))
    return None


@function("Function()", "constructor.constructor", "constructor")
@method("constructor")
def constructor(given: Given) -> Thing | None:
    """`[].constructor.constructor(text)` is `Function` in disguise."""
    if given.name.count("constructor") > 1 and given.arguments:
        return evaluate(given)
    return None


@function(
    "process.binding",
    "process.dlopen",
    "process._linkedBinding",
    "ffi-napi.Library",
    "Bun.dlopen",
    "bun:ffi.dlopen",
    "Deno.dlopen",
)
def binding(given: Given) -> Thing | None:
    given.emit(iter([RunCode(language="native", origin="generated", what=f"{given.name}({given.text(0).shown(40)})")]))
    return None


@function("process.kill", "Deno.kill")
def kill(given: Given) -> Thing | None:
    number = given.text(1).text or "TERM"
    if number != "0":
        given.emit(operations.signal(given.text(0), number.removeprefix("SIG")))
    return None


@function("fkill", "fkill.default", "kill-port", "tree-kill")
def kill_named(given: Given) -> Thing | None:
    from enactd.effects.model import SignalProcess

    given.emit(iter([SignalProcess(scope="named", what=given.text(0).shown(40))]))
    return None


@function("process.chdir", "Deno.chdir", "shelljs.cd", "zx.cd", "cd")
def chdir(given: Given) -> Thing | None:
    """From here on, relative names mean something else."""
    if given.arguments:
        folder = given.reader.folder(given.at(0))
        given.call.cwd = folder if folder is not None else given.call.cwd
    return None


@function("require", "module.require", "process.mainModule.require", "createRequire()", "module.createRequire()",
          "process.getBuiltinModule", "require.main.require", "import", "jiti()", "proxyquire")  # fmt: skip
@method("require")
def require(given: Given) -> Thing | None:
    return given.reader.module(given.at(0) or untold())


@function("util.promisify", "bluebird.promisify", "bluebird.promisifyAll", "pify", "util.callbackify", "require.resolve",
          "Promise.resolve", "Object", "Object.freeze", "structuredClone", "Object.assign", "String", "path.normalize", "path.toNamespacedPath",
          "url.fileURLToPath", "fileURLToPath", "url.pathToFileURL", "pathToFileURL", "untildify", "Deno.realPathSync", "encodeURI",
          "shell-quote.quote", "shell-escape")  # fmt: skip
def same(given: Given) -> Thing | None:
    """What comes back is what was given."""
    first = given.at(0)
    if first is not None and first.plain is not None and first.plain.startswith("file://"):
        return Thing((known(first.plain[7:], *first.origins),))
    return first


@method("call", "apply", "bind")
def called_through(given: Given) -> Thing | None:
    """`f.call(this, x)` is `f(x)`."""
    if not (given.subject.name or given.subject.function):
        return None
    arguments = given.arguments[1:]
    if given.method == "apply" and arguments:
        arguments = flattened(arguments[0])
    if given.method == "bind":
        return given.subject
    return given.reader.invoke(given.subject, untold(), arguments)


@function("Reflect.apply")
def reflected(given: Given) -> Thing | None:
    target = given.at(0)
    words = given.at(2)
    return given.reader.invoke(target, untold(), flattened(words) if words else []) if target is not None else None


@function("Reflect.get")
def reflected_member(given: Given) -> Thing | None:
    target = given.at(0)
    return given.reader.member(target, given.text(1).text) if target is not None else None
