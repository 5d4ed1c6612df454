"""Editors: batch commands of ed, ex, vim and emacs, and files opened for editing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from enactd.effects.code.operations import in_project
from enactd.effects.invocation import EMPTY, Effects, Invocation, Options, Value, known, program
from enactd.effects.model import DeletePath, Opaque, ReadPath, RunCode, WritePath
from enactd.effects.programs.streams import content_of, standard_input, without_output
from enactd.effects.scripts import origin_of
from enactd.risk import Risk

_VIM: Final = Options(
    "-c COMMAND", "--cmd COMMAND", "-S FILE", "-s FILE", "-u FILE", "-U FILE", "-i FILE", "-w FILE", "-W FILE",
    "-t TAG",
    "-T TERM", "-q FILE", "-e", "-E", "-es", "-Es", "-R", "-m", "-M", "-b", "-d", "-n", "-N", "-v", "-y", "-Z", "-l",
    "-o", "-p", "-O", "-L", "-r", "-f", "-g", "-x", "-X", "-C", "-V", "--headless", "--clean", "--noplugin", "--embed",
    "--not-a-term", "--remote", "--startuptime FILE", "--listen ADDR", "--server ADDR", "--remote-send KEYS",
    "--remote-expr EXPR", "--servername NAME", "-h --help", "--version",
    abbreviate=False,
)  # fmt: skip
_EX_RANGE: Final = r"(?:[%\d$.,;'<>a-z+\s-]|/[^/]*/|\?[^?]*\?)*?"
_RUNS: Final = re.compile(
    rf"^:*\s*(?:sil(?:ent)?!?\s+)?(?:{_EX_RANGE})(?:(?:r|re|read|w|wr|write)!?\s+)?!\s*(.+)$", re.DOTALL
)
_WRITES: Final = re.compile(
    rf"^:*\s*(?:sil(?:ent)?!?\s+)?{_EX_RANGE}(?:w|wr|wri|write|wq|x|xit|wa|wall|wqa|wqall|xa|xall|up|update|sav|saveas|exi|exit)!?(?:\s*>>)?(?:\s+(?!!)(\S.*))?$"
)
_SYSTEM: Final = re.compile(
    r"(?:system(?:list)?|job_start|termopen|term_start|jobstart)\s*\(\s*(['\"])(.*?)\1", re.DOTALL
)
_CODE: Final = re.compile(
    r"^:*\s*(lua|py3?|python3?|pyx|rub(?:y)?|perl|pe|tcl|mz(?:scheme)?)(?:do|file)?\s+(.+)$", re.DOTALL
)
_TERMINAL: Final = re.compile(r"^:*\s*(?:ter(?:minal)?!?|make|mak|gr(?:ep)?!?)\s+(.+)$", re.DOTALL)
_LANGUAGES: Final = {"lua": "lua", "py": "python", "py3": "python", "python": "python", "python3": "python",
                     "pyx": "python",
                     "rub": "ruby", "ruby": "ruby", "perl": "perl", "pe": "perl"}  # fmt: skip


def ex_command(call: Invocation, text: Value, files: Sequence[Value]) -> Effects:
    """One command line of ex or vim on the files that are open."""
    command = text.text
    if command is None:
        yield Opaque(
            reason=f"an editor command that is known only at run time: {text.shown(80)}", level=Risk.COMMITMENT
        )
        command = text.visible
    runs = _RUNS.match(command)
    if runs:
        yield from without_output(call.shell(known(runs.group(1))))
        return
    for match in _SYSTEM.finditer(command):
        yield from without_output(call.shell(known(match.group(2))))
    for part in _parts(command):
        code, terminal, writes = _CODE.match(part), _TERMINAL.match(part), _WRITES.match(part)
        inner = _RUNS.match(part)
        if inner:
            yield from without_output(call.shell(known(inner.group(1))))
        elif code:
            yield from without_output(call.code(_LANGUAGES.get(code.group(1), code.group(1)), known(code.group(2))))
        elif terminal:
            yield from without_output(call.shell(known(terminal.group(1))))
        elif re.match(r"^:*\s*(?:exe(?:cute)?|norm(?:al)?!?)\s.*!", part):
            yield RunCode(language="shell", origin="generated", what=part[:80])
        elif re.match(r"^:*\s*so(?:urce)?\s+\S", part):
            yield from _sourced(call, known(part.split(None, 1)[1]), files)
        elif writes:
            name = writes.group(1)
            for word in [known(name)] if name else files:
                yield WritePath(target=call.target(word), how="edit")


def _parts(command: str) -> list[str]:
    """Commands between bars; `g/x/cmd` and `bufdo cmd` stand for the command in them."""
    parts = re.split(r"(?<!\\)\|", command)
    inner = [
        m.group(1) for p in parts if (m := re.match(r"^:*\s*(?:arg|buf|win|tab|c|l)(?:f)?do!?\s+(.+)$", p.strip()))
    ]
    return [p.strip() for p in parts] + inner


def _sourced(call: Invocation, word: Value, files: Sequence[Value]) -> Effects:
    target = call.target(word)
    yield ReadPath(target=target, shown=False)
    content = content_of(call, word, target)
    if not content.known:
        yield RunCode(language="vim", origin=origin_of(target), what=word.shown(), target=target)
        return
    effects = (effect for one in content.lines()[:200] for effect in ex_command(call, one, files))
    yield from in_project(effects, origin_of(target), "vim")


@program("vim", "nvim", "vi", "ex", "gvim", "mvim", "vimdiff", "nvimdiff", "view", "rvim", "rview", "elvis", "nvi",
         "vim.basic",
         "vim.tiny", "evim", "eview", "gview")  # fmt: skip
def vim(call: Invocation) -> Effects:
    """With `-c`, `+cmd`, `-S` or `-es` the commands decide what is written; else the files are open for editing."""
    plus = [word for word in call.args if word.startswith("+") and len(word.prefix) > 1]
    silent = call.name == "ex" or any(re.match(r"-(?:e|E)", word.prefix) for word in call.args)
    args = [word for word in call.args if word not in plus]
    if silent:  # here `-s` means silent and takes nothing
        args = [known("-c") if word.text == "-sc" else word for word in args if word.text != "-s"]
    line = _VIM.parse(args)
    if line.has("--help", "--version"):
        return
    files = [word for word in line.operands if word.text != "-"]
    reads_only = call.name in ("view", "rview", "eview", "gview") or line.has("-R", "-M", "-m")
    commands = [
        *line.values("--cmd"),
        *line.values("-c"),
        *(word.cut(1) for word in plus if not (word.text or "")[1:].isdigit()),
    ]
    batch = line.has("-es", "-Es") or call.name == "ex" or (silent and len(args) < len(call.args) - len(plus))
    if batch and call.stdin is not None:
        commands += standard_input(call).lines()[:200]
    for word in files:
        yield ReadPath(target=call.target(word))
    for command in commands:
        yield from ex_command(call, command, files)
    for option in ("-S", "-u"):
        for word in line.values(option):
            if word.text not in ("NONE", "NORC", "DEFAULTS"):
                yield from _sourced(call, word, files)
    if line.has("-s") and not batch:
        yield Opaque(reason="keys for the editor come out of a file", level=Risk.COMMITMENT)
    for word in line.values("-w") + line.values("-W") + line.values("--startuptime"):
        yield WritePath(target=call.target(word))
    batch = batch or line.has("--headless", "-l")
    if not batch and not commands and not reads_only:
        for word in files:
            yield WritePath(target=call.target(word), how="edit")


@program("ed", "red")
def ed(call: Invocation) -> Effects:
    """Line commands from standard input: `w` writes, `!` runs."""
    options = Options(
        "-s --quiet --silent -",
        "-p --prompt P",
        "-E -r",
        "-G --traditional",
        "-l",
        "-v --verbose",
        "--help",
        "--version",
    )
    line = options.parse(call.args)
    if line.has("--help", "--version"):
        return
    files = line.operands[:1]
    for word in files:
        if word.startswith("!"):
            yield from without_output(call.shell(word.cut(1)))
            files = []
    yield from (ReadPath(target=call.target(word)) for word in files)
    commands = standard_input(call)
    if call.stdin is None or not commands.known:
        if call.stdin is not None:
            yield Opaque(reason="commands for ed that are known only at run time", level=Risk.COMMITMENT)
        yield from (WritePath(target=call.target(word), how="edit") for word in files)
        return
    inserting = False
    for one in (commands.text or "").splitlines():
        if inserting:
            inserting = one != "."
            continue
        inserting = re.match(r"^[\d,$.;%+\s-]*[aic]$", one) is not None
        yield from ex_command(call, known(one), files)


@program("nano", "pico", "micro", "hx", "helix", "kak", "joe", "jed", "mcedit", "ne", "emacsclient", "mg", "zile",
         "tilde", "dte",
         "gedit", "kate", "notepad", "notepad++", "mousepad", "xed")  # fmt: skip
def interactive(call: Invocation) -> Effects:
    """Files opened for editing by a person."""
    readonly = any(word.text in ("-v", "--view", "-R", "--readonly") for word in call.args)
    for index, word in enumerate(call.args):
        if call.name == "emacsclient" and index and call.args[index - 1].text in ("-e", "--eval"):
            yield from _lisp(call, word)
        elif not word.startswith("-") and not word.startswith("+"):
            target = call.target(word)
            yield ReadPath(target=target) if readonly else WritePath(target=target, how="edit")


@program("emacs", "xemacs")
def emacs(call: Invocation) -> Effects:
    """`--batch` with `--eval` and `-l`; without it the files are open for editing."""
    options = Options("--batch -batch", "-q --no-init-file", "-Q --quick", "-l --load -load FILE",
                      "--eval -eval --execute EXPR",
                      "-f --funcall -funcall NAME", "--script -script FILE", "-x FILE", "--insert -i FILE",
                      "--visit FILE",
                      "-nw --no-window-system", "--daemon [N]", "-u --user U", "--kill -kill",
                      "-L --directory -directory DIR",
                      "--chdir DIR", "--no-site-file", "--debug-init", "-T --title T", "-t --terminal T", "--help",
                      "--version")  # fmt: skip
    line = options.parse(call.args)
    if line.has("--help", "--version"):
        return
    for expression in line.values("--eval"):
        yield from _lisp(call, expression)
    for option in ("-l", "--script", "-x"):
        for word in line.values(option):
            yield from call.script(word, language="elisp")
    for word in line.operands + line.values("--visit"):
        if not word.startswith("+"):
            if line.has("--batch", "--script"):
                yield ReadPath(target=call.target(word), shown=False)
            else:
                yield WritePath(target=call.target(word), how="edit")


def _lisp(call: Invocation, expression: Value) -> Effects:
    text = expression.text
    found = re.search(r"\((?:async-)?shell-command(?:-to-string)?\s+\"((?:[^\"\\]|\\.)*)\"", text or "")
    if found:
        yield from without_output(call.shell(known(found.group(1).replace('\\"', '"'))))
        return
    files = re.findall(r"\((delete-file|delete-directory|write-region\b[^\"]*|write-file)\s+\"([^\"]*)\"", text or "")
    for kind, name in files:
        target = call.target(call.world.home + name[1:] if re.match(r"~(?:/|$)", name) else name)
        if kind.startswith("delete"):
            yield DeletePath(target=target, recursive="directory" in kind)
        else:
            yield WritePath(target=target)
    if files:
        return
    if text is None or re.search(
        r"process|shell|load|eval|compile|url-|network|delete|rename|copy-file|write|append-to", text
    ):
        yield RunCode(language="elisp", origin="argument", what=expression.shown(80))


@program("sponge")
def sponge(call: Invocation) -> Effects:
    """Takes in all of standard input, then writes the file."""
    appends = any(word.text == "-a" for word in call.args)
    for word in call.args:
        if not word.startswith("-"):
            text = call.stdin or EMPTY
            yield WritePath(
                target=call.target(word), how="append" if appends else "overwrite",
                content=text.text if call.stdin is not None else None, origins=text.origins,
            )  # fmt: skip
