"""The other readers of shell text, and the referee between them.

Our own parser builds the effects. tree-sitter-bash (in process) and bashlex (in a killable worker) read the
same text on their own. Where one of them sees a command that ours does not, or neither can read the text,
`shfmt --to-json` decides; what it sees beyond ours is a doubt, and a doubt is an `Opaque` that asks.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sysconfig
import threading
from collections import Counter, OrderedDict
from typing import TYPE_CHECKING, Any, Final

import msgspec
import tree_sitter
import tree_sitter_bash

from enactd.effects.shell.syntax import Script, Simple, Word

if TYPE_CHECKING:
    from enactd.workers import Pool

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
_QUOTED_BODY: Final = re.compile(r"<<-?[ \t]*(['\"\\])")
_REFEREE_SECONDS: Final = 0.5
_REFEREE_LIMIT: Final = 16_384  # characters; shfmt, too, has inputs that take it long
_MEMO: Final = 2_048


class Readers:
    """Asks the others. `doubt` gives a reason to distrust a reading, or None."""

    def __init__(self, pool: Pool | None) -> None:
        self._language = tree_sitter.Language(tree_sitter_bash.language())
        self._own = threading.local()  # a tree-sitter parser serves one thread at a time
        self._lock = threading.Lock()
        self._pool = pool
        self._shfmt = _find_shfmt()
        self._memo: OrderedDict[str, str | None] = OrderedDict()
        self.asked = {"plain": 0, "agreed": 0, "referee": 0, "doubt": 0}

    def doubt(self, text: str, script: Script) -> str | None:
        """Why the reading of this text may miss a command; None where the readers agree. Any thread may ask."""
        if "<<" not in text and _PLAIN.fullmatch(text) and not _RESERVED.search(_QUOTED.sub("''", text)):
            self._count("plain")
            return None
        with self._lock:
            if text in self._memo:
                self._memo.move_to_end(text)
                return self._memo[text]
        found = self._compare(text, script)
        with self._lock:
            self._memo[text] = found
            if len(self._memo) > _MEMO:
                self._memo.popitem(last=False)
        return found

    def _count(self, what: str) -> None:
        with self._lock:
            self.asked[what] += 1

    def _compare(self, text: str, script: Script) -> str | None:
        ours = names_in(script)
        readable = [names for names in (self._tree_sitter(text), self._bashlex(text)) if names is not None]
        if readable and not any(names - ours for names in readable):
            self._count("agreed")
            return None
        self._count("referee")
        judged = self._referee(text)
        if judged is not None:
            missing = judged - ours
        elif not readable:
            self._count("doubt")
            return "no second reader understands this shell text"
        else:
            missing = Counter()
            for names in readable:
                missing |= names - ours
        if not missing:
            return None
        self._count("doubt")
        return f"the shell readers disagree about `{', '.join(sorted(missing)[:3])}`"

    def _tree_sitter(self, text: str) -> Counter[str] | None:
        """Command names that tree-sitter sees; None where its tree has errors or the text could stall it."""
        if text.count("<<") > 50:
            return None
        parser = getattr(self._own, "parser", None)
        if parser is None:
            parser = self._own.parser = tree_sitter.Parser(self._language)
        root = parser.parse(text.encode("utf-8", "surrogatepass")).root_node
        if root.has_error:
            return None
        names: Counter[str] = Counter()
        pending = [root]
        while pending:
            node = pending.pop()
            if node.type == "command_name":
                found = (node.text or b"").decode("utf-8", "replace")
                if _LITERAL.fullmatch(found) and found not in _KEYWORDS and "=" not in found:
                    names[found] += 1
            pending.extend(node.children)
        return names

    def _bashlex(self, text: str) -> Counter[str] | None:
        """Command names that bashlex sees; None where it rejects the text or had to be killed."""
        from enactd.workers import Result

        if self._pool is None:
            return None
        answer = self._pool.call("bashlex", _blanked(text))
        if not isinstance(answer, Result):
            return None
        names = (words[0] for words in answer.value if words)
        return Counter(name for name in names if _LITERAL.fullmatch(name) and name not in _KEYWORDS)

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


def names_in(script: Script) -> Counter[str]:
    """All literal command names in a tree of ours, at any depth, with how often each is there."""
    names: Counter[str] = Counter()
    pending: list[Any] = [script]
    while pending:
        node = pending.pop()
        if isinstance(node, (list, tuple)):
            pending.extend(node)
        elif isinstance(node, msgspec.Struct):
            if isinstance(node, Simple):
                first = next((w for w in node.words if isinstance(w, Word)), None)
                if first is not None and first.literal is not None:
                    names[first.literal] += 1
            pending.extend(getattr(node, name) for name in node.__struct_fields__)
    return names


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


def _blanked(text: str) -> str:
    """The text with quoted here-document bodies emptied: bashlex rejects what it should not look at."""
    if not _QUOTED_BODY.search(text):
        return text
    lines, out = text.split("\n"), []
    delimiters: list[str] = []
    for line in lines:
        if delimiters:
            if line.strip("\t") == delimiters[0] or line == delimiters[0]:
                delimiters.pop(0)
                out.append(line)
            continue
        out.append(line)
        delimiters = [m.group(2) for m in re.finditer(r"<<-?[ \t]*(['\"\\]?)([\w.-]+)\1?", line) if m.group(1)]
    return "\n".join(out)


def _find_shfmt() -> str | None:
    inside = shutil.which("shfmt", path=sysconfig.get_path("scripts"))
    return inside or shutil.which("shfmt", path="/usr/local/bin:/usr/bin:/bin")
