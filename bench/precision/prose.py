"""Command lines in documentation: Markdown fences, reStructuredText blocks, prompts, EXAMPLES of manual pages."""

from __future__ import annotations

import re
from collections.abc import Iterator

FENCE = re.compile(r"^( *)(```+|~~~+) *\{?\.?([\w+-]*)[^\n]*\n(.*?)^\1\2", re.M | re.S)
DIRECTIVE = re.compile(r"^( *)\.\. (?:code-block|code|sourcecode|prompt)::? *(\w*).*\n((?:\1[ \t]+.*\n|\s*\n)+)", re.M)
SHELLS = {"bash", "sh", "shell", "zsh"}
SESSIONS = {"console", "shell-session", "shellsession", "terminal", "text", ""}
PROMPT = re.compile(r"^\s*(?:\([\w.-]+\) )?(?:[\w-]+@[\w-]+:?\S* ?)?[$%] +(?=\S)")
EXAMPLE_SECTION = re.compile(r'^\.S[Hh] +"?EXAMPLES?"?.*?$(.*?)(?=^\.S[Hh] |\Z)', re.M | re.S)
COMMON = set(
    "sudo cat cd cp mv mkdir rm ls echo find grep sed awk tar curl wget git ssh docker make chmod export for".split()
)
VERBATIM = re.compile(r"^\.(?:nf|EX)\b.*?\n(.*?)^\.(?:fi|EE)\b", re.M | re.S)


def blocks(text: str) -> Iterator[list[str]]:
    """The shell texts of a document, each as its lines; of a session only what follows a prompt."""
    for match in FENCE.finditer(text):
        yield from _block(match[3].lower(), match[4])
    for match in DIRECTIVE.finditer(text):
        yield from _block(match[2].lower(), match[3])


def _block(language: str, body: str) -> Iterator[list[str]]:
    lines = body.rstrip().split("\n")
    if any(PROMPT.match(line) for line in lines):
        yield from _prompted(lines)
    elif language in SHELLS:
        yield lines


def _prompted(lines: list[str]) -> Iterator[list[str]]:
    current: list[str] = []
    for line in lines:
        start = PROMPT.match(line)
        if start:
            current = [line[start.end() :]]
        elif current and current[-1].rstrip().endswith("\\"):
            current.append(line.lstrip().removeprefix("> "))
        else:
            continue
        if not current[-1].rstrip().endswith("\\"):
            yield current


def manual_examples(roff: str, page: str) -> Iterator[list[str]]:
    """The commands in the verbatim parts of a manual page's EXAMPLES, with roff's escapes undone.

    Output and configuration stand there, too: without a prompt only lines count that begin with a program which
    the page's name begins with (`git` on `git-push`), or with a common one.
    """
    for section in EXAMPLE_SECTION.findall(roff):
        for body in VERBATIM.findall(section):
            lines = [_plain(line) for line in body.split("\n") if not line.startswith((".", "'"))]
            if any(PROMPT.match(line) for line in lines):
                yield from _prompted(lines)
            else:
                yield from ([line] for line in lines if _is_command(line, page))


def _is_command(line: str, page: str) -> bool:
    first = (line.split() or [""])[0]
    return first in COMMON or (bool(first) and (page == first or page.startswith(first + "-")))


def _plain(line: str) -> str:
    line = re.sub(r"\\f(?:\[\w*\]|\(\w\w|.)", "", line)
    line = re.sub(r"\\\((aq|cq|oq)", "'", line.replace("\\(dq", '"').replace("\\-", "-").replace("\\&", ""))
    line = line.replace("\\.", ".")
    return line.replace("\\(ha", "^").replace("\\(ti", "~").replace("\\e", "\\").replace("\\\\", "\\")
