"""Interpreters of smaller languages: lua, R, julia, elixir, groovy, tclsh, and compilers that run what they compile."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Value, join, program
from enactd.effects.model import DeletePath, OpenShell, RunCode, WritePath
from enactd.effects.programs.ruby import tainted_output

_HARMLESS: Final = ("-v", "--version", "-version", "-h", "--help", "-V")


def _interpreter(
    call: Invocation, language: str, options: Options, code: tuple[str, ...], *, shell: bool = True
) -> Effects:
    """Code by these options, else the first operand as a file, else standard input."""
    line = options.parse(call.args)
    if any((word.text or "") in _HARMLESS for word in call.args[:1]):
        return
    texts = [text for name in code for text in line.values(name)]
    if texts:
        yield from call.code(language, join(texts, "\n"), via=call.name, args=line.operands)
    elif line.operands and line.operands[0].text != "-":
        yield from call.script(line.operands[0], line.operands[1:], language=language)
    elif call.stdin is not None:
        yield from call.code(language, call.stdin, origin="stdin", via=call.name, stdin=None)
    elif shell:
        yield OpenShell(by=call.name, to="this machine")
    yield from tainted_output(call)


_LUA: Final = Options("-e STAT", "-l NAME", "-i", "-v", "-E", "-W", "-b", "-j CMD", "-O [N]", stop_at_operand=True)
_R: Final = Options(
    "-e EXPR", "-f --file FILE", "--args", "--vanilla", "--slave -s", "--quiet -q", "--silent", "--no-save", "--no-restore", "--no-echo",
    "--save", "--verbose", "--default-packages L", "--no-environ", "--no-site-file", "--no-init-file", "--encoding E", "-g T",
    stop_at_operand=True, abbreviate=False,
)  # fmt: skip
_JULIA: Final = Options(
    "-e --eval EXPR", "-E --print EXPR", "-L --load FILE", "-t --threads N", "-p --procs N", "-J --sysimage F", "-C --cpu-target T",
    "-O --optimize [L]", "-g [L]", "-i", "-q --quiet", "--project [DIR]", "--startup-file V", "--color V", "--history-file V",
    "--check-bounds V", "--compile V", "--depwarn V", "--code-coverage [V]", stop_at_operand=True, abbreviate=False,
)  # fmt: skip
_ELIXIR: Final = Options(
    "-e --eval CODE", "--rpc-eval CODE", "-r FILE", "-S SCRIPT", "-pa DIR", "-pz DIR", "--app A", "--erl S", "--cookie C", "--sname N",
    "--name N", "--no-halt", "--logger-otp-reports V", "--dot-iex F", stop_at_operand=True, abbreviate=False,
)  # fmt: skip
_GROOVY: Final = Options(
    "-e CODE", "-cp --classpath -classpath P", "-D --define K", "-i [EXT]", "-n", "-p", "-a", "-d", "-l [P]", "-v", stop_at_operand=True, abbreviate=False
)  # fmt: skip


@program("lua", "luajit", "texlua", "resty")
def lua(call: Invocation) -> Effects:
    """`lua -e TEXT`, a file, or standard input."""
    yield from _interpreter(call, "lua", _LUA, ("-e",))


@program("Rscript", "R", "r", "littler")
def r(call: Invocation) -> Effects:
    """`Rscript -e TEXT`; `R CMD BATCH file`."""
    words = [word.text for word in call.args]
    if words[:2] == ["CMD", "BATCH"] and len(words) > 2:
        yield from call.script(call.args[-1] if len(words) == 3 else call.args[2], language="r")
    elif words[:1] != ["CMD"]:
        yield from _interpreter(call, "r", _R, ("-e",))


@program("julia")
def julia(call: Invocation) -> Effects:
    """`julia -e TEXT` or a file."""
    yield from _interpreter(call, "julia", _JULIA, ("-e", "-E"))


@program("elixir", "iex")
def elixir(call: Invocation) -> Effects:
    """`elixir -e TEXT`, `iex -S mix`."""
    line = _ELIXIR.parse(call.args)
    if line.value("-S") is not None and call.name == "elixir":
        yield from call.run([*line.values("-S"), *line.operands])
        return
    if line.value("-S") is not None and call.stdin is None:
        # the project's own console, like `rails console`
        yield from call.run([*line.values("-S"), *line.operands]) if line.operands else ()
        return
    yield from _interpreter(call, "elixir", _ELIXIR, ("-e", "--rpc-eval"))


@program("groovy", "groovysh", "jbang")
def groovy(call: Invocation) -> Effects:
    """`groovy -e TEXT` or a file."""
    yield from _interpreter(call, "groovy", _GROOVY, ("-e",))


_TCL_DELETE: Final = re.compile(r"\bfile\s+delete\s+((?:-force\s+|--\s+)*)([^\n;\]]+)")
_TCL_EXEC: Final = re.compile(r"\b(?:exec|open\s+\{?\|)\s+((?:-\w+\s+)*)([^\n;\]]+)")
_TCL_WRITE: Final = re.compile(r"\bopen\s+(\S+)\s+\{?\"?([wa]\+?)")


@program("tclsh", "wish", "jimsh")
def tcl(call: Invocation) -> Effects:
    """A script file or what flows in; commands that delete, write or run are picked out of the text."""
    if call.args and call.args[0].text not in ("-",):
        content = call.text_of(call.args[0])
        if content.text is None:
            yield from call.script(call.args[0], call.args[1:], language="tcl")
            return
    elif call.stdin is not None:
        content = call.stdin
    else:
        yield OpenShell(by=call.name, to="this machine")
        return
    yield from _tcl_text(call, content)


def _tcl_text(call: Invocation, content: Value) -> Effects:
    text = content.text
    if text is None:
        yield RunCode(language="tcl", origin="stdin", what=content.shown(60))
        return
    text = text[:65_536]
    for match in _TCL_DELETE.finditer(text):
        for word in match.group(2).split():
            yield DeletePath(target=call.target(_tcl_word(call, word)), recursive="-force" in match.group(1))
    for match in _TCL_EXEC.finditer(text):
        yield from call.shell(Value((match.group(2).rstrip("}"),)), via=call.name)
    for match in _TCL_WRITE.finditer(text):
        yield WritePath(
            target=call.target(_tcl_word(call, match.group(1))),
            how="append" if match.group(2)[0] == "a" else "overwrite",
        )


def _tcl_word(call: Invocation, word: str) -> Value:
    from enactd.effects.invocation import known, unknown

    plain = word.strip('"{}')
    return (
        known(call.world.home + plain[1:] if plain == "~" or plain.startswith("~/") else plain)
        if "$" not in plain and "[" not in plain
        else unknown(f"the tcl word `{plain}`")
    )


_RUNS: Final = {
    "runghc": "haskell", "ghc": "haskell", "runhaskell": "haskell", "stack-runghc": "haskell", "scala": "scala", "scala-cli": "scala", "kotlin": "kotlin",
    "clojure": "clojure", "clj": "clojure", "erl": "erlang", "escript": "erlang", "ocaml": "ocaml", "racket": "racket",
    "guile": "scheme", "sbcl": "lisp", "gosh": "scheme", "swipl": "prolog", "nim": "nim", "crystal": "crystal",
    "vlang": "v", "csi": "csharp", "dotnet-script": "csharp", "fsi": "fsharp", "octave": "octave", "matlab": "matlab", "gjs": "javascript",
    "qjs": "javascript", "janet": "janet", }  # fmt: skip
_CODE: Final = frozenset(("-e", "--eval", "-c", "-eval", "--command", "-E", "--execute-string", "-g"))


@program(*_RUNS)
def unread(call: Invocation) -> Effects:
    """Languages that nobody reads: code by option is unread code, files are told by their place."""
    language = _RUNS[call.name]
    words = list(call.args)
    if any(
        (word.text or "") in (*_HARMLESS, "build", "check", "format", "fmt", "test", "compile", "doc")
        for word in words[:1]
    ):
        return
    for index, word in enumerate(words):
        text = word.text or ""
        if text in _CODE and index + 1 < len(words):
            code = words[index + 1]
            if language == "javascript":
                yield from call.code(language, code, via=call.name)
            elif not _is_plain(code.text):
                yield RunCode(language=language, origin="argument", what=code.shown(60))
            return
        if language == "clojure" and re.match(r"-(?:P|Spath|Stree|Sdescribe)$", text):
            return
        if language == "erlang" and text in ("-make", "-s", "-run"):
            yield RunCode(
                language=language, origin="workspace", what=" ".join(word.shown(40) for word in words[index:])
            )
            return
        if not text.startswith("-") and text not in ("run", "r", "script"):
            yield from call.script(word, words[index + 1 :], language=language)
            return
    if call.stdin is not None:
        yield RunCode(language=language, origin="stdin", what=call.stdin.shown(60))
    else:
        yield OpenShell(by=call.name, to="this machine")


def _is_plain(code: str | None) -> bool:
    """Arithmetic and printing of literals: nothing that could reach a file, a program or a network."""
    if code is None:
        return False
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", code)
    return (
        re.fullmatch(
            r"[\s\d+\-*/%().,<>=!?:]*|\(?\s*(?:print(?:ln)?|putStrLn|display|io:format|writeln|halt|exit)[\s()\d.,+\-*/!;$]*",
            bare,
        )
        is not None
    )
