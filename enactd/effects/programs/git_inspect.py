"""Verbs that only show: log, diff, show, blame, grep, cat-file. Some options of theirs write files or run programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from enactd.effects.invocation import Effects, Line, Options, Output, Value, known
from enactd.effects.model import Effect, ReadPath, SearchSecrets, WritePath
from enactd.effects.programs.git_context import Git, verb
from enactd.effects.secrets import secret_search
from enactd.effects.values import FILE, Hole, value

_NAME: Final = Hole("a tracked file", inside=True, empty=False)
_NAMES: Final = value(_NAME, "\n")
_DIFF: Final = Options(
    "-p -u --patch", "-s --no-patch", "-U --unified N", "--output FILE", "--output-indicator-new C",
    "--output-indicator-old C", "--output-indicator-context C", "--ours", "--oneline", "--other", "--raw",
    "--stat [S]", "--stat-count N", "--numstat", "--shortstat", "--dirstat [P]", "--summary", "--name-only",
    "--name-status", "-z", "-S STRING", "-G REGEX", "--find-object O", "--pickaxe-all", "-O FILE", "--skip-to P",
    "--rotate-to P", "-R", "-a --text", "-b --ignore-space-change", "-w --ignore-all-space", "--ext-diff",
    "--no-ext-diff", "--textconv", "--no-textconv", "--exit-code", "--quiet", "-M [N]", "-C [N]", "-D", "-l N",
    "--diff-filter F", "--color [W]", "--no-color", "--cached --staged", "--no-index", "--merge-base",
    "-n --max-count N", "--skip N", "--since D", "--until D", "--after D", "--before D", "--author P",
    "--committer P", "--grep P", "--format F", "--pretty [F]", "--date F", "-L RANGE", "--follow", "--all",
    "--graph", "--word-diff [M]", "--submodule [F]", "--relative [P]", "-q", "--branches [P]", "--tags [P]",
    "--remotes [P]", "--exclude P", "--glob P", "--contents F", "--ignore-rev R", "--ignore-revs-file F",
    "--decorate [M]", "--abbrev [N]", "-c", "--cc", "-i --regexp-ignore-case", "-e", "-t", "-r", "--batch [F]",
    "--batch-check [F]", "--batch-command [F]", "--full-index", "--binary", "--inter-hunk-context N",
)  # fmt: skip
_CONTENT: Final = frozenset(
    ("show", "diff", "blame", "annotate", "cat-file", "difftool", "diff-tree", "diff-index", "diff-files")
)


@verb("ls-files", "ls-tree")
def names(git: Git) -> Effects:
    """Names of files below the current folder, unless something above it is named."""
    if any(word.text is None or ".." in word.text.split("/") or word.startswith("/") for word in git.args):
        return
    words = [word.text or "" for word in git.args if not word.startswith("-")]
    ending = re.fullmatch(r"(?:\*\*/)?\*(\.[\w.]+)", words[0]) if len(words) == 1 else None
    yield Output(value(_NAME, ending[1], "\n") if ending else _NAMES)


@verb("show", "diff", "log", "blame", "annotate", "cat-file", "diff-tree", "diff-index", "diff-files", "range-diff",
      "stash-show", "pickaxe")  # fmt: skip
def look(git: Git) -> Effects:
    """Files whose content is shown, patterns searched for, and the file that takes the output."""
    head, tail = git.split()
    line = _DIFF.parse(head)
    for file in line.values("--output"):
        yield WritePath(target=git.call.target(file))
    for pattern in line.values("-S", "-G"):
        if secret_search(pattern.text or ""):
            yield SearchSecrets(pattern=pattern.text or "", by=f"git {git.name}")
    shows = git.name in _CONTENT or line.has("-p", "-S", "-G", "-L", "-U", "-c", "--cc")
    names_only = line.has(
        "--stat", "--numstat", "--shortstat", "--name-only", "--name-status", "--summary", "-s", "--quiet"
    )
    if names_only and not line.has("-p"):
        yield Output(_NAMES)
        return
    if shows:
        yield from _read(git, line, tail)


def _read(git: Git, line: Line, tail: tuple[Value, ...] | None) -> Iterator[Effect]:
    """The files among the words: `rev:path`, what stands behind `--`, and words that are no revision."""
    for span in line.values("-L"):
        _, colon, path = (span.text or "").rpartition(":")
        if colon and path:
            yield ReadPath(target=git.call.target(known(path)))
    for word in line.operands:
        if word.text is None:
            yield from _written_over(git, word)
        text = word.text or ""
        revision, colon, path = text.partition(":")
        if colon and path and "://" not in text:
            file = git.in_repository(path.split(":")[-1] if not revision else path)
            yield ReadPath(target=git.call.target(file))
            sink = git.call.stdout.target
            if sink is not None and sink.path is not None and sink.path == git.call.target(file).path:
                spec = known(path if path.startswith(("./", "../")) else f":/{path}")
                yield git.discard("show", git.dirty([spec]), words=[file])  # written over the file: a checkout of it
        elif text and not colon and ".." not in text.replace("../", "") and _is_path(git, word):
            yield ReadPath(target=git.call.target(word))
    for word in tail or ():
        if word.text is None or not word.text.startswith((":!", ":^", ":(")):
            yield ReadPath(target=git.call.target(word), recursive=git.call.target(word).kind == "folder")


def _written_over(git: Git, word: Value) -> Iterator[Effect]:
    """`git show HEAD:$f > $f` for files of whose names only the run will tell: a checkout of any of them."""
    sink, (revision, *path) = git.call.stdout.target, word.split(":", 1)
    if sink is None or not path or not revision.known:
        return
    target = git.call.target(path[0])
    if (sink.path, sink.pattern, sink.why_unknown) == (target.path, target.pattern, target.why_unknown):
        yield git.discard("show", git.dirty(), words=path)


def _is_path(git: Git, word: Value) -> bool:
    target = git.call.target(word)
    if target.secret:
        return True
    return target.kind == "file" and not (git.repo is not None and git.repo.is_branch(word.text or ""))


_GREP: Final = Options(
    "--cached", "--no-index", "--untracked", "--exclude-standard", "--no-exclude-standard", "--recurse-submodules",
    "-v --invert-match", "-i --ignore-case", "-w --word-regexp", "-a --text", "-I", "--textconv", "-r --recursive",
    "--no-recursive", "--max-depth N", "-E --extended-regexp", "-G --basic-regexp", "-F --fixed-strings",
    "-P --perl-regexp", "-n --line-number", "--column", "-h", "-H", "--full-name",
    "-l --files-with-matches --name-only", "-L --files-without-match", "-z --null", "-o --only-matching",
    "-c --count", "--color [W]", "--no-color", "--break", "--heading", "-C --context N", "-B --before-context N",
    "-A --after-context N", "--threads N", "-p --show-function", "-W --function-context", "-f FILE", "-e PATTERN",
    "--and", "--or", "--not", "-q --quiet", "--all-match", "-O --open-files-in-pager [PAGER]", "-m --max-count N",
    "--ext-grep",
)  # fmt: skip


@verb("grep")
def grep(git: Git) -> Effects:
    """Searches tracked files; `-O` hands those found to a program."""
    head, tail = git.split()
    line = _GREP.parse(head)
    for pager in line.values("-O"):
        yield from git.call.hidden(pager, "grep -O")
    patterns, words = line.values("-e"), list(line.operands)
    if not patterns and not line.has("-f") and words:
        patterns = [words.pop(0)]
    search = patterns[0].shown() if patterns else ""
    for pattern in patterns:
        if secret_search(pattern.text or ""):
            yield SearchSecrets(pattern=pattern.text or "", by="git grep")
    paths = [*(word for word in words if _is_path(git, word)), *(tail or ())]
    shown = not line.has("-q")
    inside = not any(".." in (word.text or "..").split("/") for word in paths)
    if line.has("-l", "-L") and inside:
        yield Output(_NAMES)
    elif inside and not line.has("-h", "-q", "-z", "-A", "-B", "-C", "-p", "-W", "--heading", "--break", "-O"):
        yield Output(value(_NAME, ":", Hole("a matching line", line=True), "\n", origins=(FILE,)))
    for word in paths:
        if word.text is None or not word.text.startswith(":"):
            yield ReadPath(target=git.call.target(word), how="search", recursive=True, shown=shown, search=search)
    if not paths and line.has("--no-index", "--untracked"):
        yield ReadPath(target=git.call.target("."), how="search", recursive=True, shown=shown, search=search)


@verb("difftool", "mergetool")
def tool(git: Git) -> Effects:
    """Opens a program for each file; `-x` says which."""
    line = Options("-x --extcmd CMD", "-t --tool TOOL", "-y --no-prompt", "-d --dir-diff", "-g --gui",
                   "--cached --staged", "--prompt", "--no-gui", "--tool-help", "-O FILE").parse(git.args)  # fmt: skip
    for command in line.values("-x"):
        yield from git.call.hidden(command, f"{git.name} --extcmd")
    name = line.text("-t")
    configured = git.config(f"{git.name}.{name}.cmd") if name else None
    if configured and f"{git.name}.{name}.cmd".lower() in git.settings:
        yield from git.call.shell(known(configured), via=f"git {git.name}")
