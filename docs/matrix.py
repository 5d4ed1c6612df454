"""How many declared examples each surface has, by area or class."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from enactd.evaluate import Policy
from enactd.policy import Example

_TOOLS: Final = {
    "Read": "Read", "NotebookRead": "Read", "read_file": "Read", "Write": "Write", "write_file": "Write", "Edit": "Edit",
    "MultiEdit": "Edit", "NotebookEdit": "Edit", "Glob": "Glob", "Grep": "Grep", "WebFetch": "web", "WebSearch": "web",
}  # fmt: skip
_CODE: Final = re.compile(
    r"\b(?:(?:python|node|bun|perl|ruby|php|deno|pwsh|powershell|osascript|Rscript|lua)[\d.]*(?:\.exe)?"
    r"(?:\s+-[\w-]+)*\s+-(?:c|e|r|p|Command)\b|deno eval\b|(?:python|node|ruby|perl|php)[\d.]*\s+(?:-\s+)?<<)",
    re.IGNORECASE,
)


def surface(example: Example) -> str:
    """The surface an example is said on."""
    if example.tool.startswith("mcp__"):
        return "MCP"
    if example.tool in ("Bash", "PowerShell"):
        return "code" if _CODE.search(str(example.input.get("command", ""))) else "Bash"
    return _TOOLS.get(example.tool, "other")


def cells(policies: Iterable[Policy]) -> dict[str, tuple[int, int]]:
    """Stopped and passing examples of these policies, by surface."""
    found: dict[str, tuple[int, int]] = {}
    for policy in policies:
        declaration = policy.declaration
        for example in (*declaration.denies, *declaration.asks):
            stops, passes = found.get(surface(example), (0, 0))
            found[surface(example)] = (stops + 1, passes)
        for example in declaration.allows:
            stops, passes = found.get(surface(example), (0, 0))
            found[surface(example)] = (stops, passes + 1)
    return found


def matrix(surfaces: Sequence[str], rows: Mapping[str, Mapping[str, Any]], policies: Sequence[Policy]) -> str:
    """A table: one row for each area or class, one column for each surface."""
    by_id = {policy.id: policy for policy in policies}
    lines = [f"| | {' | '.join(surfaces)} |", "|---|" + "---|" * len(surfaces)]
    for name, row in rows.items():
        counted = cells(by_id[identity] for identity in row["policies"])
        shown = [
            f"{counted.get(one, (0, 0))[0]}/{counted.get(one, (0, 0))[1]}" if one in row["surfaces"] else "·"
            for one in surfaces
        ]
        title = row["title"] if row["title"] == name else f"{name} {row['title']}"
        lines.append(f"| {title} | {' | '.join(shown)} |")
    return "\n".join(lines)
