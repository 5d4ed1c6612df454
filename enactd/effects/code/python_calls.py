"""What Python's functions and methods do: one short reader each, found by dotted name or by method name."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from enactd.effects.http import exchange
from enactd.effects.invocation import Effects, Invocation
from enactd.effects.model import (
    ChangeMode,
    CopyPath,
    Database,
    DeletePath,
    LinkPath,
    MovePath,
    ReadPath,
    RevealSecret,
    RunCode,
    SendData,
    SendMessage,
    SignalProcess,
    WritePath,
)  # fmt: skip
from enactd.effects.sql.reading import read_sql
from enactd.effects.values import DECODED, EMPTY, FILE, NETWORK, NONE, SECRET, Value, known, unknown

if TYPE_CHECKING:
    from enactd.effects.code.python import PythonReader


class Arguments:
    """A call's arguments, evaluated when asked for. `subject` and `kind` are set for methods."""

    def __init__(self, reader: PythonReader, positional: list[ast.expr], keywords: dict[str, ast.expr]) -> None:
        self.reader = reader
        self.positional = positional
        self.keywords = keywords
        self.subject: Value = EMPTY
        self.kind = ""

    def at(self, index: int, *names: str) -> Value | None:
        """An argument by position or name; None if it is not given."""
        if index < len(self.positional):
            return self.reader.value(self.positional[index])
        for name in names:
            if name in self.keywords:
                return self.reader.value(self.keywords[name])
        return None

    def node(self, index: int, *names: str) -> ast.expr | None:
        if index < len(self.positional):
            return self.positional[index]
        return next((self.keywords[name] for name in names if name in self.keywords), None)

    def true(self, name: str) -> bool:
        node = self.keywords.get(name)
        return isinstance(node, ast.Constant) and bool(node.value)

    def words(self, index: int, *names: str) -> list[Value] | None:
        """A list of words as a program's arguments; None where it is no literal list."""
        node = self.node(index, *names)
        if isinstance(node, ast.List | ast.Tuple):
            return [self.reader.value(item) for item in node.elts]
        return None


Reader = Callable[[Invocation, Arguments], Effects]
CALLS: Final[dict[str, Reader]] = {}
METHODS: Final[dict[str, Reader]] = {}
_UNKNOWN: Final = unknown("an argument")


def function(*names: str) -> Callable[[Reader], Reader]:
    def register(reader: Reader) -> Reader:
        CALLS.update(dict.fromkeys(names, reader))
        return reader

    return register


def method(*names: str) -> Callable[[Reader], Reader]:
    def register(reader: Reader) -> Reader:
        METHODS.update(dict.fromkeys(names, reader))
        return reader

    return register


def taints_of(call: Invocation, path: Value) -> frozenset[str]:
    """What a file's content carries."""
    return frozenset({FILE, SECRET}) if call.target(path).secret else frozenset({FILE})


# --- files -----------------------------------------------------------------------------------------


@function("os.remove", "os.unlink", "os.rmdir", "os.removedirs", "pathlib.Path.unlink", "send2trash.send2trash")
def remove(call: Invocation, given: Arguments) -> Effects:
    path = given.at(0, "path")
    yield DeletePath(target=call.target(path if path is not None else _UNKNOWN))


@function("shutil.rmtree", "distutils.dir_util.remove_tree", "rmtree", "setuptools.archive_util.rmtree")
def rmtree(call: Invocation, given: Arguments) -> Effects:
    path = given.at(0, "path")
    yield DeletePath(target=call.target(path if path is not None else _UNKNOWN), recursive=True)


@method("unlink", "rmdir", "rmtree", "remove_p", "rmtree_p")
def path_unlink(call: Invocation, given: Arguments) -> Effects:
    name = given.subject
    if name.pieces:
        yield DeletePath(target=call.target(name))


@function("os.rename", "os.replace", "os.renames", "shutil.move")
def rename(call: Invocation, given: Arguments) -> Effects:
    source, to = given.at(0, "src"), given.at(1, "dst")
    yield MovePath(target=call.target(source or _UNKNOWN), to=call.target(to or _UNKNOWN))


@function("shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.copytree", "os.link")
def copy(call: Invocation, given: Arguments) -> Effects:
    source, to = given.at(0, "src"), given.at(1, "dst")
    yield CopyPath(target=call.target(source or _UNKNOWN), to=call.target(to or _UNKNOWN))


@function("os.symlink")
def symlink(call: Invocation, given: Arguments) -> Effects:
    yield LinkPath(target=call.target(given.at(0, "src") or _UNKNOWN), to=call.target(given.at(1, "dst") or _UNKNOWN))


@function("os.chmod", "os.chown", "os.lchown")
def chmod(call: Invocation, given: Arguments) -> Effects:
    mode = given.node(1, "mode")
    number = mode.value if isinstance(mode, ast.Constant) and isinstance(mode.value, int) else 0
    yield ChangeMode(
        target=call.target(given.at(0, "path") or _UNKNOWN), mode=f"{number:o}", opens=bool(number & 0o002)
    )


@function("os.truncate")
def truncate(call: Invocation, given: Arguments) -> Effects:
    yield WritePath(target=call.target(given.at(0, "path") or _UNKNOWN), content="")


@function("open", "io.open", "codecs.open", "os.open", "aiofiles.open", "gzip.open", "bz2.open", "lzma.open")
def open_file(call: Invocation, given: Arguments) -> Effects:
    path = given.at(0, "file")
    mode = given.at(1, "mode")
    text = mode.text if mode is not None else "r"
    target = call.target(path if path is not None else _UNKNOWN)
    if text is None or any(letter in text for letter in "wxa+") or "O_W" in text or "O_RDWR" in text:
        yield WritePath(target=target, how="append" if text is not None and "a" in text else "overwrite")
    else:
        yield ReadPath(target=target)


@method("write_text", "write_bytes")
def write_text(call: Invocation, given: Arguments) -> Effects:
    content = given.at(0, "data")
    yield WritePath(
        target=call.target(given.subject), content=content.text if content is not None else None,
        origins=content.origins if content is not None else NONE,
    )  # fmt: skip


@method("read_text", "read_bytes")
def read_text(call: Invocation, given: Arguments) -> Effects:
    yield ReadPath(target=call.target(given.subject))


@method("open")
def open_path(call: Invocation, given: Arguments) -> Effects:
    mode = given.at(0, "mode")
    if given.kind.rsplit(".", 1)[-1] not in ("Path", "joinpath", "PosixPath"):
        return
    writes = mode is not None and (mode.text is None or any(letter in mode.text for letter in "wxa+"))
    target = call.target(given.subject)
    yield WritePath(target=target) if writes else ReadPath(target=target)


# --- programs and code -----------------------------------------------------------------------------


@function("os.system", "os.popen", "os.popen2", "os.popen3", "commands.getoutput", "commands.getstatusoutput",
          "subprocess.getoutput", "subprocess.getstatusoutput", "asyncio.create_subprocess_shell", "pexpect.run")  # fmt: skip
def system(call: Invocation, given: Arguments) -> Effects:
    yield from _effects(call.shell(given.at(0, "command", "cmd") or _UNKNOWN, via=call.name or "python"))


@function("subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output", "subprocess.Popen",
          "asyncio.create_subprocess_exec", "os.execv", "os.execvp", "os.execve", "os.spawnv", "os.posix_spawn",
          "pty.spawn", "sh.Command", "os.execl", "os.execlp", "pexpect.spawn", "plumbum.local")  # fmt: skip
def run(call: Invocation, given: Arguments) -> Effects:
    changes: dict[str, Any] = {"via": call.name or "python"}
    folder = given.at(99, "cwd")
    if folder is not None and folder.pieces and folder.text != "None":
        changes["cwd"] = folder
    fed = given.at(99, "input")
    if fed is not None:
        changes["stdin"] = fed
    index = 1 if len(given.positional) > 1 and given.words(1) is not None else 0
    words = given.words(index, "args")
    if words is None:
        command = given.at(0, "args") or _UNKNOWN
        several = [given.reader.value(node) for node in given.positional]
        if len(several) > 1 and not given.true("shell"):
            yield from _effects(call.run(several, **changes))
        elif given.true("shell") or command.text is None or " " not in command.text:
            yield from _effects(call.shell(command, **changes))
        else:
            yield from _effects(call.run([command], **changes))
    elif given.true("shell") and words:
        yield from _effects(call.shell(words[0], **changes))
    else:
        yield from _effects(call.run(words, **changes))


@function("eval", "exec", "compile", "runpy.run_path", "execfile")
def evaluate(call: Invocation, given: Arguments) -> Effects:
    text = given.at(0, "source")
    if text is None:
        return
    if text.known and not text.origins & {NETWORK, DECODED} and call.depth < 6:
        yield from _effects(call.code("python", text))
        return
    origin = "download" if NETWORK in text.origins else "decoded" if DECODED in text.origins else "generated"
    yield RunCode(language="python", origin=origin, what=text.shown(60))


@function("pickle.loads", "marshal.loads", "dill.loads")
def unpickle(call: Invocation, given: Arguments) -> Effects:
    text = given.at(0)
    if text is not None and text.origins & {NETWORK, DECODED}:
        yield RunCode(
            language="python", origin="download" if NETWORK in text.origins else "decoded", what="pickled objects"
        )


def _effects(found: list[Any]) -> Effects:
    from enactd.effects.model import Effect

    yield from (item for item in found if isinstance(item, Effect))


# --- network ---------------------------------------------------------------------------------------


def _request(call: Invocation, given: Arguments, method_name: str, offset: int = 0) -> Effects:
    url = given.at(offset, "url")
    if url is None or ("://" not in url.visible and url.known):
        return
    body = given.at(offset + 1, "data", "json", "content") if method_name != "GET" else None
    files = given.at(99, "files", "data", "json", "params")
    carries = files.origins if files is not None else NONE
    yield from exchange(method_name, url, body=body, carries=carries | (body.origins if body is not None else NONE))


for _name in ("get", "post", "put", "patch", "delete", "head", "options"):

    def _verb(call: Invocation, given: Arguments, name: str = _name.upper()) -> Effects:
        yield from _request(call, given, name)

    for _module in ("requests", "httpx", "aiohttp", "requests.Session()", "httpx.Client()", "requests.session()"):
        CALLS[f"{_module}.{_name}"] = _verb


@function("requests.request", "httpx.request")
def request(call: Invocation, given: Arguments) -> Effects:
    verb = given.at(0, "method")
    yield from _request(call, given, (verb.text if verb is not None else None) or "POST", 1)


@function("urllib.request.urlopen", "urllib.request.Request", "urllib.request.urlretrieve", "urllib.urlopen", "urlopen")
def urlopen(call: Invocation, given: Arguments) -> Effects:
    verb = given.at(99, "method")
    has_data = given.node(1, "data") is not None
    yield from _request(call, given, (verb.text if verb is not None else None) or ("POST" if has_data else "GET"))


@function("socket.create_connection", "ftplib.FTP", "telnetlib.Telnet", "paramiko.SSHClient")
def connect(call: Invocation, given: Arguments) -> Effects:
    address = given.node(0, "address", "host")
    host = (
        given.reader.value(address.elts[0]) if isinstance(address, ast.Tuple) and address.elts else given.at(0, "host")
    )
    text = host.text if host is not None else None
    yield SendData(to=text, by="a socket", local=text in ("localhost", "127.0.0.1", "::1"))


@method("connect")
def socket_connect(call: Invocation, given: Arguments) -> Effects:
    if "socket" in given.kind:
        yield from connect(call, given)


@function("smtplib.SMTP", "smtplib.SMTP_SSL")
def smtp(call: Invocation, given: Arguments) -> Effects:
    host = given.at(0, "host")
    yield SendMessage(by="smtplib", to=host.shown(60) if host is not None else "")


# --- databases -------------------------------------------------------------------------------------


@method(
    "execute",
    "executemany",
    "executescript",
    "exec_driver_sql",
    "raw",
    "run_sql",
    "fetch",
    "fetchrow",
    "fetchval",
    "sql",
)
def execute(call: Invocation, given: Arguments) -> Effects:
    statement = given.node(0, "sql", "query", "statement", "operation")
    if isinstance(statement, ast.Call) and statement.args:
        statement = statement.args[0]
    text = given.reader.value(statement) if statement is not None else None
    if text is None or not text.visible.strip() or not text.visible.strip()[0].isalpha():
        return
    if text.known and " " not in (text.text or "").strip():
        return
    yield from read_sql(text, "postgres", Database(name="", stage="unknown"))


@method("drop_all", "drop_database", "dropDatabase", "flushall", "flushdb", "delete_many", "drop_collection")
def drop_all(call: Invocation, given: Arguments) -> Effects:
    from enactd.effects.model import ResetDatabase

    yield ResetDatabase(tool="python", how="drop", what="a database through its client")


# --- secrets and processes -------------------------------------------------------------------------


@function("print", "sys.stdout.write", "json.dump", "pprint.pprint", "logging.info", "json.dumps")
def show(call: Invocation, given: Arguments) -> Effects:
    for node in given.positional:
        text = given.reader.value(node)
        if (SECRET in text.origins and FILE not in text.origins and "environment" in text.origins) or _secret_variable(
            text
        ):
            yield RevealSecret(what=text.shown(60), by="print")


def _secret_variable(text: Value) -> bool:
    return SECRET in text.origins and FILE not in text.origins


@function("os.kill", "os.killpg")
def kill(call: Invocation, given: Arguments) -> Effects:
    number, signal = _integer(given.node(0, "pid")), _integer(given.node(1, "signal"))
    yield SignalProcess(
        scope="all" if number == -1 else "one",
        what="a process" if number is None else str(number),
        signal="TERM" if signal is None else str(signal),
    )


def _integer(node: ast.expr | None) -> int | None:
    """A literal number, with its sign."""
    negative = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
    literal = node.operand if isinstance(node, ast.UnaryOp) and negative else node
    if not isinstance(literal, ast.Constant) or type(literal.value) is not int:
        return None
    return -literal.value if negative else literal.value


@function("shutil.disk_usage")
def nothing(call: Invocation, given: Arguments) -> Effects:
    yield from ()


__all__ = ["CALLS", "METHODS", "Arguments", "known", "taints_of"]
