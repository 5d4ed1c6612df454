"""Lua, R, Julia, Elixir, Groovy and AppleScript: the few calls by which they start programs and change files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from enactd.effects.code import deeds, operations
from enactd.effects.code import deeds_network as network
from enactd.effects.code import deeds_programs as programs
from enactd.effects.code import phrase_services as services
from enactd.effects.code.dialects import Dialect
from enactd.effects.code.objects import Thing, untold
from enactd.effects.code.phrases import Phrase
from enactd.effects.invocation import Effects, Invocation
from enactd.effects.scripts import reads
from enactd.effects.values import Value

_LUA: Final = Dialect(
    "lua", line_comments=("--",), block_comments=(("--[[", "]]"),), long_brackets=True, backticks="none", single_interpolates=True,
    concatenation=frozenset(("..",)), members=frozenset((".", ":")), command_calls=False,
)  # fmt: skip
_R: Final = Dialect(
    "r",
    backticks="text",
    concatenation=frozenset(),
    members=frozenset(("::", "$")),
    single_interpolates=True,
    tilde=True,
)
_JULIA: Final = Dialect(
    "julia", interpolation="brace", block_comments=(("#=", "=#"),), triple_quotes=True, concatenation=frozenset(("*",)), members=frozenset((".",)),
)  # fmt: skip
_ELIXIR: Final = Dialect(
    "elixir", interpolation="ruby", triple_quotes=True, concatenation=frozenset(("<>",)), members=frozenset((".",)), single_interpolates=True,
)  # fmt: skip
_GROOVY: Final = Dialect(
    "groovy", interpolation="brace", line_comments=("//", "#!"), block_comments=(("/*", "*/"),), triple_quotes=True, bare_members=True,
    concatenation=frozenset(("+",)), members=frozenset((".", "?.")),
)  # fmt: skip


def _paste(phrase: Phrase) -> Thing | None:
    from enactd.effects.code.objects import joined

    separator = phrase.options.get("sep")
    between = separator.plain if separator is not None else "" if phrase.method == "paste0" else " "
    return joined(phrase.arguments, between or "") if phrase.arguments else None


def _command(phrase: Phrase) -> Thing | None:
    """Julia's backticks are words without a shell; `run` starts them."""
    for value in phrase.values():
        phrase.emit(operations.shell(phrase.call, value))
    return untold("output of a program")


def _system2(phrase: Phrase) -> Thing | None:
    return programs.runs(phrase)


def _download(phrase: Phrase) -> Thing | None:
    return deeds.copies(phrase)


def _executes(phrase: Phrase) -> Thing | None:
    """Groovy: `"cmd".execute()`."""
    for value in phrase.subject.texts:
        if value.pieces and value.known:
            phrase.emit(operations.shell(phrase.call, value))
    return None


def _property(phrase: Phrase) -> Thing | None:
    """Java's `System.getProperty`: the folders it knows."""
    name = phrase.text(0).text
    if name == "user.home":
        return deeds.home(phrase)
    return deeds.here(phrase) if name == "user.dir" else None


def _subject_deletes(phrase: Phrase) -> Thing | None:
    """Groovy and Java: `new File("x").delete()`."""
    for value in phrase.subject.texts:
        if value.visible or phrase.method != "delete":  # what has a `delete` need be no file
            phrase.emit(operations.delete(phrase.call, value, recursive=phrase.method == "deleteDir"))
    return None


_LUA_TABLE: Final = deeds.table(
    {
        "os.execute io.popen vim.fn.system vim.cmd": programs.shells,
        "os.remove lfs.rmdir": deeds.deletes(),
        "os.rename": deeds.moves,
        "io.open": deeds.opens(),
        "io.lines": deeds.reads(),
        "load loadstring": programs.evaluates("lua"),
        "dofile loadfile": programs.loads("lua"),
        "os.getenv": network.environment,
        "print io.write": network.prints,
        "os.tmpname": deeds.temporary,
        "socket.connect": network.connects(),
        "http.request": network.requests("GET"),
    }
)
_R_TABLE: Final = deeds.table(
    {
        "system shell": programs.shells_at(0),
        "system2 processx.run": _system2,
        "unlink": deeds.deletes(stop=1),
        "file.remove fs.file_delete": deeds.deletes(),
        "fs.dir_delete": deeds.deletes(recursive=True),
        "file.rename": deeds.moves,
        "file.copy download.file fs.file_copy": _download,
        "writeLines saveRDS write.csv write.table cat.": deeds.writes(path=1, content=0),
        "readLines read.csv readRDS source. read.table readr.read_file": deeds.reads(),
        "source": programs.loads("r"),
        "eval": programs.evaluates("r"),
        "parse": deeds.same,
        "Sys.getenv": network.environment,
        "print cat message": network.prints,
        "paste paste0 file.path": _paste,
        "dbExecute dbGetQuery dbSendQuery DBI.dbExecute DBI.dbGetQuery dbSendStatement": network.statements(index=1),
        "httr.POST POST httr.PUT": network.requests("POST"),
        "httr.GET GET": network.requests("GET", body=None),
        "httr.DELETE DELETE": network.requests("DELETE", body=None),
        "setwd": deeds.chdir,
        "getwd": deeds.here,
        "tempdir tempfile": deeds.temporary,
        "path.expand normalizePath": deeds.expands_path,
    }
)
_JULIA_TABLE: Final = deeds.table(
    {
        "`": lambda phrase: Thing(phrase.arguments[0].texts, "command"),
        "run read pipeline readchomp": lambda phrase: (
            _command(phrase) if phrase.arguments and phrase.arguments[0].name == "command" else deeds.reads()(phrase)
        ),
        "rm": deeds.deletes(stop=1),
        "mv": deeds.moves,
        "cp": deeds.copies,
        "write": deeds.writes(),
        "open": deeds.opens(),
        "eval Meta.parse include_string": programs.evaluates("julia"),
        "include": programs.loads("julia"),
        "println print show": network.prints,
        "download Downloads.download": _download,
        "joinpath": deeds.joins_path,
        "homedir": deeds.home,
        "pwd": deeds.here,
        "cd": deeds.chdir,
        "symlink": deeds.links,
        "base64decode": programs.decodes("base64"),
        "HTTP.post HTTP.put": network.requests("POST"),
        "HTTP.get": network.requests("GET", body=None),
        "HTTP.delete": network.requests("DELETE", body=None),
    }
)
_ELIXIR_TABLE: Final = deeds.table(
    {
        "System.cmd": programs.runs,
        "System.shell os.cmd :os.cmd": programs.shells_at(0),
        "File.rm File.rm!": deeds.deletes(stop=1),
        "File.rm_rf File.rm_rf!": deeds.deletes(recursive=True, stop=1),
        "File.rmdir File.rmdir!": deeds.deletes(stop=1, empty=True),
        "File.write File.write!": deeds.writes(),
        "File.read File.read! File.stream!": deeds.reads(),
        "File.cp File.cp! File.cp_r File.cp_r!": deeds.copies,
        "File.rename File.rename!": deeds.moves,
        "Code.eval_string Code.eval_quoted Code.compile_string": programs.evaluates("elixir"),
        "System.get_env System.fetch_env!": network.environment,
        "IO.puts IO.inspect": network.prints,
        "Path.join": deeds.joins_path,
        "Path.expand": deeds.expands_path,
        "System.user_home!  System.user_home": deeds.home,
        ".query .query! Ecto.Adapters.SQL.query Ecto.Adapters.SQL.query!": network.statements(),
        ".delete_all": services.deletes_all,
        ".update_all": services.updates_all,
        "Base.decode64!": programs.decodes("base64"),
    }
)
_GROOVY_TABLE: Final = deeds.table(
    {
        ".execute": _executes,
        ".delete .deleteDir .deleteRecursively .deleteOnExit": _subject_deletes,
        "File": lambda phrase: (deeds.joins_path if len(phrase.arguments) > 1 else deeds.same)(phrase),
        "Runtime.getRuntime.exec .exec": programs.shells_at(0),
        "println print": network.prints,
        "System.getenv": network.environment,
        "System.getProperty": _property,
        "evaluate Eval.me": programs.evaluates("groovy"),
    }
)
_LANGUAGES: Final = {
    "lua": (_LUA, _LUA_TABLE),
    "r": (_R, _R_TABLE),
    "julia": (_JULIA, _JULIA_TABLE),
    "elixir": (_ELIXIR, _ELIXIR_TABLE),
    "groovy": (_GROOVY, _GROOVY_TABLE),
}


def _register(language: str) -> None:
    dialect, table = _LANGUAGES[language]

    @reads(language)
    def read(call: Invocation, text: Value, origin: str, changes: Mapping[str, Any]) -> Effects:
        yield from deeds.read_phrases(call, text, origin, changes, dialect, table)


for _language in _LANGUAGES:
    _register(_language)
