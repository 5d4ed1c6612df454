"""`if`, `case`, `[[ ]]`: which ways a script may take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from enactd.effects.shell.patterns import matches
from enactd.effects.shell.state import State, Streams
from enactd.effects.shell.syntax import Case, Cond, If, Word

if TYPE_CHECKING:
    from enactd.effects.shell.interpreter import Interpreter

_NUMERIC: Final = frozenset({"-eq", "-ne", "-lt", "-le", "-gt", "-ge"})
_COMPARED: Final = {
    "-eq": int.__eq__, "-ne": int.__ne__, "-lt": int.__lt__, "-le": int.__le__, "-gt": int.__gt__, "-ge": int.__ge__,
}  # fmt: skip


def run_if(shell: Interpreter, node: If, state: State, io: Streams) -> list[State]:
    """Every branch that may be taken."""
    waiting, done = [state], []
    uncertain = 0
    for condition, body in node.branches:
        shell.guarded += 1
        tested = shell.script(condition, waiting, io)
        shell.guarded -= 1
        done += [s for s in tested if s.control]
        tested = [s for s in tested if not s.control]
        waiting = [s.fork() if s.status is None else s for s in tested if s.status != 0]
        entering = [s for s in tested if s.status in (0, None)]
        if waiting and entering:
            uncertain += 1
            shell.conditions += 1
        for s in entering:
            s.status = 0
        done += shell.script(body, entering, io) if entering else []
        if not waiting:
            break
    for other in waiting:
        other.status = 0
    done += shell.script(node.otherwise, waiting, io) if node.otherwise is not None and waiting else waiting
    shell.conditions -= uncertain
    return done


def run_case(shell: Interpreter, node: Case, state: State, io: Streams) -> list[State]:
    """Every branch whose pattern may match, in order, with `;&` and `;;&`."""
    text = shell.expander.one(node.word, state, io).text
    state.status = 0
    waiting, done = [state], []
    falls: list[State] = []
    for patterns, body, terminator in node.items:
        if not waiting and not falls:
            break
        verdicts = [_matches(shell, text, pattern, state, io) for pattern in patterns]
        match = True if True in verdicts else None if None in verdicts else False
        entering = [
            *falls,
            *([s.fork() if match is None or terminator == ";;&" else s for s in waiting] if match is not False else []),
        ]
        falls = []
        if match is True and terminator != ";;&":
            waiting = []
        if not entering:
            continue
        shell.conditions += bool(waiting)
        after = shell.script(body, entering, io)
        shell.conditions -= bool(waiting)
        if terminator == ";&":
            falls = [s for s in after if not s.control]
            done += [s for s in after if s.control]
        elif terminator == ";;&":
            # Later patterns are tried as well, in the state that this branch leaves.
            waiting = [s for s in after if not s.control] + ([] if match is True else waiting)
            done += [s for s in after if s.control]
        else:
            done += after
    return done + falls + waiting


def _matches(shell: Interpreter, text: str | None, pattern: Word, state: State, io: Streams) -> bool | None:
    found = shell.expander.pattern(pattern, state, io)
    if found == "*":
        return True
    return None if text is None or found is None else matches(text, found)


def run_condition(shell: Interpreter, node: Cond, state: State, io: Streams) -> list[State]:
    """`[[ … ]]`: single tests whose words are known have a known status."""
    values = [shell.expander.one(word, state, io) for word in node.words]
    texts = [None if v.glob else v.text for v in values]
    truth: bool | None = None
    for index, text in enumerate(texts):
        if text in _NUMERIC or text == "-v":
            for operand in values[max(index - 1, 0) : index + 2]:
                shell.expander.arithmetic(operand, state.fork(), io)
    if len(values) == 3 and (op := texts[1]) in ("=", "==", "!="):
        left, right = texts[0], shell.expander.pattern(node.words[2], state, io)
        found = None if left is None or right is None else matches(left, right)
        truth = None if found is None else found is (op != "!=")
    elif len(values) == 3 and texts[1] in _NUMERIC:
        numbers = [shell.expander.arithmetic(v, state.fork(), io).text for v in (values[0], values[2])]
        if numbers[0] is not None and numbers[1] is not None:
            truth = _COMPARED[texts[1]](int(numbers[0]), int(numbers[1]))
    elif len(values) == 2 and texts[0] in ("-z", "-n") and texts[1] is not None:
        truth = (texts[1] == "") is (texts[0] == "-z")
    elif len(values) == 1 and texts[0] is not None and not re.fullmatch(r"[!()]", texts[0]):
        truth = texts[0] != ""
    state.status = None if truth is None else int(not truth)
    return [state]
