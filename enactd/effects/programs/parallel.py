"""GNU parallel: one shell command per combination of its inputs."""

from __future__ import annotations

import itertools
import posixpath
import shlex
from collections.abc import Callable, Sequence
from typing import Final

from enactd.effects.invocation import (
    EMPTY,
    Effects,
    Invocation,
    Line,
    Options,
    Value,
    Yield,
    join,
    known,
    program,
    value,
)
from enactd.effects.model import ReadPath, WritePath
from enactd.effects.programs.find import substituted
from enactd.effects.programs.streams import content_of, merged, standard_input, without_output

_PARALLEL: Final = Options(
    "-j --jobs -P --max-procs --process-slots N", "-a --arg-file FILE", "-C --colsep RE", "-d --delimiter D", "-I R",
    "-U R", "-i", "-L --max-lines N", "-l", "-n --max-args N", "-N --max-replace-args N",
    "-S --sshlogin --sshlogins LOGIN",
    "--sshloginfile --slf FILE", "--basefile --bf FILE", "--return FILE", "--workdir --wd DIR", "--results DIR",
    "--joblog FILE", "--tmpdir DIR", "--tagstring S", "--timeout T", "--delay T", "--retries N", "--halt WHEN",
    "--env NAME", "--load N", "--memfree N", "--nice N", "-J --profile NAME", "--block N", "--recstart S",
    "--recend S", "-s --max-chars N", "-E S", "--semaphorename --id NAME", "--arg-sep S", "--arg-file-sep S",
    "--trim M",
    "--rpl EXPR", "--sshdelay T", "--trc FILE", "--transferfile --tf FILE", "--limit CMD", "--compress-program CMD",
    "--decompress-program CMD", "--onall", "--nonall", "--pipe --spreadstdin", "--pipepart --pipe-part",
    "-k --keep-order",
    "-u --ungroup", "-v", "-t --verbose", "-q --quote", "-X", "-m", "-x", "-0 --null", "-r --no-run-if-empty",
    "--dry-run --dryrun", "--bar", "--eta", "--progress", "--line-buffer --lb", "--tag", "--citation", "--will-cite",
    "--number-of-cores", "--number-of-cpus", "--tmux", "--fg", "--bg", "--wait", "--plain", "--record-env", "-T",
    "--semaphore", "--resume", "--resume-failed", "--retry-failed", "--cleanup", "--transfer", "--compress", "--files",
    "--shuf", "--group", "--link --xapply", "--ctrlc", "--no-notice", "--silent", "--gnu",
    "--use-cpus-instead-of-cores",
    "--shell-quote", "--csv", "--header RE", "--help -h", "--version -V",
    stop_at_operand=True,
)  # fmt: skip
_SEPARATORS: Final = (":::", "::::", ":::+", "::::+")
_MOST: Final = 30


@program("parallel", "sem", "rush", "parallel.moreutils")
def parallel(call: Invocation) -> Effects:
    """Without a command every input line is one; inputs are quoted for the shell, the command is not."""
    args = list(call.args)
    at = next((i for i, word in enumerate(args) if word.text in _SEPARATORS), len(args))
    line = _PARALLEL.parse(args[:at])
    if line.has("--help", "--version", "--citation", "--number-of-cores", "--number-of-cpus", "--record-env"):
        return
    for option in ("--compress-program", "--decompress-program", "--limit"):
        for command in line.values(option):
            yield from without_output(call.hidden(command, option))
    for log in line.values("--joblog"):
        yield WritePath(target=call.target(log), how="append")
    reads, lists = _inputs(call, line, args[at:])
    yield from reads
    if line.has("--dry-run"):
        return
    template = line.operands
    hosts = [host for given in line.values("-S") for host in given.split(",") if host.text != ":"]
    places = [f"ssh {host.shown().rpartition('@')[2].rpartition('/')[2]}" for host in hosts] or [call.place]
    runs: list[list[Yield]] = []
    for place in places:
        if line.has("--pipe", "--pipepart"):
            runs.append(call.shell(join(template), stdin=standard_input(call), place=place))
            continue
        for job in _jobs(lists, call.name == "sem"):
            runs.append(_run(call, line, template, job, place))
    yield from merged(runs)


def _inputs(call: Invocation, line: Line, words: Sequence[Value]) -> tuple[list[ReadPath], list[list[Value]]]:
    """The input sources: lists after `:::`, files after `::::` and `-a`, else standard input."""
    reads: list[ReadPath] = []
    lists: list[list[Value]] = []
    kind = ""
    for word in words:
        if word.text in _SEPARATORS:
            kind = word.text or ""
            lists.append([])
        elif kind.startswith("::::"):
            lists[-1] += _lines_of(call, word, reads)
        else:
            lists[-1].append(word)
    for word in line.values("-a"):
        lists.append(_lines_of(call, word, reads))
    if not lists:
        lists = [standard_input(call).split("\0") if line.has("-0") else standard_input(call).lines()]
    return reads, lists


def _lines_of(call: Invocation, word: Value, reads: list[ReadPath]) -> list[Value]:
    if word.text == "-":
        return standard_input(call).lines()
    target = call.target(word)
    reads.append(ReadPath(target=target, shown=False))
    return content_of(call, word, target).lines()


def _jobs(lists: list[list[Value]], alone: bool) -> list[tuple[Value, ...]]:
    if alone:
        return [()]
    return list(itertools.islice(itertools.product(*lists), _MOST))


def _quoted(word: Value) -> Value:
    text = word.text
    return word if text is None else value(shlex.quote(text), origins=word.origins)


def _run(call: Invocation, line: Line, template: list[Value], job: tuple[Value, ...], place: str) -> list[Yield]:
    if not template:
        return call.shell(join(job), stdin=EMPTY, place=place)
    if line.has("-q"):
        return call.run(_filled(template, job, line.text("-I", "{}")), stdin=EMPTY, place=place)
    words = _filled([join(template)], job, line.text("-I", "{}"), _quoted)
    found = call.shell(join(words), stdin=EMPTY, place=place)
    if any(" " in word.visible for word in template[1:]):
        # The quotes are lost on the way, which breaks `parallel bash -c 'rm {}'`: what was meant counts, too.
        found += call.run(_filled(template, job, line.text("-I", "{}")), stdin=EMPTY, place=place)
    return found


def _filled(
    words: list[Value], job: tuple[Value, ...], mark: str, quoted: Callable[[Value], Value] = lambda word: word
) -> list[Value]:
    """Words with all replacement strings filled in, `quoted`; the inputs appended where there is none."""
    before = [word.visible for word in words]
    for number, word in enumerate(job, 1):
        for change in (".", "/.", "//", "/"):
            words = substituted(words, f"{{{number}{change}}}", quoted(_changed(word, change)))
        words = substituted(words, f"{{{number}}}", quoted(word))
    for change in (".", "/.", "//", "/"):
        words = substituted(words, f"{{{change}}}", join([quoted(_changed(word, change)) for word in job]))
    for one in (mark, "{}"):
        words = substituted(words, one, join([quoted(word) for word in job]))
    unchanged = before == [word.visible for word in words]
    for other in ("{#}", "{%}"):
        words = substituted(words, other, known("1"))
    return [*words, *map(quoted, job)] if unchanged else words


def _changed(word: Value, change: str) -> Value:
    text = word.text
    if text is None:
        return word
    match change:
        case ".":
            return known(posixpath.splitext(text)[0])
        case "/.":
            return known(posixpath.splitext(posixpath.basename(text))[0])
        case "//":
            return known(posixpath.dirname(text) or ".")
        case _:
            return known(posixpath.basename(text))
