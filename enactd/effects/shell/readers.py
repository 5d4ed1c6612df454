"""The other readers of shell text, and the referee between them.

Our own parser builds the effects. tree-sitter-bash and bashlex read the same text on their own, both in a
killable worker: one crashes on some texts, the other loops for ever. Where one of them sees a command that
ours does not, where one had to be killed, or neither can read the text, `shfmt --to-json` decides; what it
sees beyond ours is a doubt, and a doubt is an `Opaque` that asks.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sysconfig
import threading
from collections import Counter, OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from enactd.effects.shell.syntax import Lit, Script, Simple, Word
from enactd.workers import WORKERS, Result, reader_pool

if TYPE_CHECKING:
    from enactd.effects.budget import Budget
    from enactd.workers import Failure, Pool

# Words, quotes without expansions, pipes, `&&`, `;`, output redirects. Possessive: no text makes it go back.
_PLAIN: Final = re.compile(
    r"(?:[\w./=:,@%+~^#*?\[\] -]++|'[^']*+'|\"[^\"$`\\!]*+\"|&&|\|\|?+|;(?!;)|>>?+(?:&\d)?+|\n)*+"
)
_QUOTED: Final = re.compile(r"'[^']*+'|\"[^\"]*+\"")
_RESERVED: Final = re.compile(r"(?:^|[\s;|&])(?:if|for|while|until|case|select|function|coproc|time)(?=\s|$)")
_LITERAL: Final = re.compile(r"[\w./+:@%,-]+")
_KEYWORDS: Final = frozenset(
    {"time", "coproc", "!", "{", "}", "[[", "]]", "((", "in", "do", "done", "then", "fi", "esac"}
)
_REFEREE_SECONDS: Final = 0.5
_REFEREE_LIMIT: Final = 16_384  # characters; shfmt, too, has inputs that take it long
_MEMO: Final = 2_048  # texts
_MEMO_TEXT: Final = 4_096  # characters; a longer one is not kept
_KILLED: Final = 600  # steps of the budget for a text that kills its reader: a call has few of them to spend


class _Heard(NamedTuple):
    """What the other readers had to say about a text."""

    names: list[Counter[str]]  # of those that can read it
    killed: bool = False  # one of them hung, crashed or grew, and had to be replaced
    absent: bool = False  # nobody was free or alive to be asked


Asked = Future[_Heard]


class Readers:
    """Asks the others, in `pool`, else in the one that all readers share. `doubt` gives a reason to distrust a reading."""

    def __init__(self, pool: Pool | None = None) -> None:
        self._lock = threading.Lock()
        self._pool = pool
        self._shfmt = _find_shfmt()
        self._memo: OrderedDict[str, str | None] = OrderedDict()
        self.asked = {"plain": 0, "agreed": 0, "referee": 0, "doubt": 0}

    def ask(self, text: str) -> Asked | None:
        """Begin to ask, for `doubt` to be told later: the others read while the text is interpreted. None: no need."""
        if _plain(text) or text in self._memo:
            return None
        return _asking().submit(self._hear, text)

    def doubt(self, text: str, script: Script, budget: Budget | None = None, asked: Asked | None = None) -> str | None:
        """Why the reading of this text may miss a command; None where the readers agree. Any thread may ask.

        A text that kills its readers is charged to `budget`, so that no call can kill one after the other.
        """
        if asked is None and _plain(text):
            self._count("plain")
            return None
        with self._lock:
            if text in self._memo:
                self._memo.move_to_end(text)
                return self._memo[text]
        heard = self._hear(text) if asked is None else asked.result()
        found = self._compare(text, script, heard)
        if not heard.absent and len(text) <= _MEMO_TEXT:
            self._keep(text, found)
        if heard.killed and budget is not None:
            budget.spend(_KILLED)
        return found

    def _keep(self, text: str, found: str | None) -> None:
        with self._lock:
            self._memo[text] = found
            if len(self._memo) > _MEMO:
                self._memo.popitem(last=False)

    def _count(self, what: str) -> None:
        with self._lock:
            self.asked[what] += 1

    def _compare(self, text: str, script: Script, heard: _Heard) -> str | None:
        ours = names_in(script)
        if heard.names and not heard.killed and not any(names - ours for names in heard.names):
            self._count("agreed")
            return None
        self._count("referee")
        judged = self._referee(text)
        if judged is None and (heard.killed or not heard.names):
            self._count("doubt")
            return f"no second reader {'survives' if heard.killed else 'understands'} this shell text"
        missing = Counter() if judged is None else judged - ours
        for names in heard.names if judged is None else ():
            missing |= names - ours
        if not missing:
            return None
        self._count("doubt")
        return f"the shell readers disagree about `{', '.join(sorted(missing)[:3])}`"

    def _hear(self, text: str) -> _Heard:
        """Both readers in one round trip. If that ends badly each is asked alone: the fault of one blinds no other."""
        both = self._ask("shell", text)
        if isinstance(both, Result):
            return _Heard([_counted(names) for names in both.value if names is not None])
        if both.cause in ("busy", "closed", "rejected"):
            return _Heard([], absent=both.cause != "rejected")
        grammar = self._ask("tree-sitter", text)
        if isinstance(grammar, Result):
            return _Heard([_counted(grammar.value)], killed=True)
        other = self._ask("bashlex", text)
        return _Heard([_counted(other.value)] if isinstance(other, Result) else [], killed=True)

    def _ask(self, kind: str, text: str) -> Result | Failure:
        return (self._pool or reader_pool()).call(kind, text)

    def _referee(self, text: str) -> Counter[str] | None:
        """Command names that shfmt sees; None where it rejects the text or is not there."""
        if self._shfmt is None or len(text) > _REFEREE_LIMIT:
            return None
        try:
            done = subprocess.run(
                [self._shfmt, "--to-json", "-ln", "bash"], input=text.encode("utf-8", "replace"), capture_output=True,
                timeout=_REFEREE_SECONDS, check=False, env={},
            )  # fmt: skip
            tree = json.loads(done.stdout) if done.returncode == 0 else None
        except (OSError, subprocess.TimeoutExpired, ValueError, RecursionError):
            return None
        return None if tree is None else _shfmt_names(tree)


_LEAVES: Final = frozenset({str, int, bool, type(None), Lit})


def _plain(text: str) -> bool:
    """Whether a text has nothing in it that two readers could take for two things."""
    return "<<" not in text and _PLAIN.fullmatch(text) is not None and not _RESERVED.search(_QUOTED.sub("''", text))


@cache
def _asking() -> ThreadPoolExecutor:
    """Threads that wait for the workers' answers; each waits no longer than a worker may take."""
    return ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="readers")


def names_in(script: Script) -> Counter[str]:
    """All literal command names in a tree of ours, at any depth, with how often each is there."""
    names: Counter[str] = Counter()
    pending: list[Any] = [script]
    while pending:
        node = pending.pop()
        kind = type(node)
        if kind in _LEAVES:
            continue
        if kind is list or kind is tuple:
            pending.extend(node)
        elif kind is Word:
            pending.extend(part for part in node.parts if type(part) is not Lit)
        elif isinstance(node, msgspec.Struct):
            if isinstance(node, Simple):
                first = next((w for w in node.words if isinstance(w, Word)), None)
                if first is not None and first.literal is not None:
                    names[first.literal] += 1
            pending.extend(getattr(node, name) for name in node.__struct_fields__)
    return names


def _counted(names: list[str]) -> Counter[str]:
    """How often each plain name is there; what is computed or a keyword says nothing."""
    return Counter(name for name in names if _LITERAL.fullmatch(name) and name not in _KEYWORDS and "=" not in name)


def _shfmt_names(tree: Any) -> Counter[str]:
    names: Counter[str] = Counter()
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending.extend(node)
        elif isinstance(node, dict):
            if node.get("Type") == "CallExpr" and node.get("Args"):
                text = _shfmt_text(node["Args"][0])
                if text and _LITERAL.fullmatch(text):
                    names[text] += 1
            pending.extend(node.values())
    return names


def _shfmt_text(word: Any) -> str | None:
    parts: list[str] = []
    for part in word.get("Parts", ()):
        kind = part.get("Type")
        if kind == "Lit":
            parts.append(part.get("Value", "").replace("\\\n", ""))
        elif kind == "SglQuoted" and not part.get("Dollar"):
            parts.append(part.get("Value", ""))
        else:
            return None
    text = "".join(parts)
    return None if "\\" in text else text


def _find_shfmt() -> str | None:
    inside = shutil.which("shfmt", path=sysconfig.get_path("scripts"))
    return inside or shutil.which("shfmt", path="/usr/local/bin:/usr/bin:/bin")
