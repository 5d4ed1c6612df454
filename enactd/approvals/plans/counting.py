"""Resources by type: how many, which, and those that hold data first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from enactd.effects.words.phrase import cut, listed

TYPES: Final = 12
"""Types that are told one by one."""
NAMES: Final = 5
"""Names shown of one type."""
# What holds something that no second `apply` brings back.
_HOLDS_DATA: Final = re.compile(
    r"db|rds|sql|database|dynamo|table|bucket|s3|storage|blob|volume|ebs|efs|disk|redis|cache|elastic|kafka|queue|snapshot"
    r"|backup|secret|kms|key|vault|zone|dns|record|registry|ecr|persistent|statefulset|namespace|user|iam|cluster|topic",
    re.IGNORECASE,
)


def by_type(resources: Iterable[tuple[str, str]]) -> list[str]:
    """`3 aws_s3_bucket: logs, data, site`, one line a type; what holds data comes first, then what is many."""
    groups: dict[str, list[str]] = {}
    for kind, name in resources:
        groups.setdefault(kind, []).append(name)
    ordered = sorted(groups.items(), key=lambda item: (not _HOLDS_DATA.search(item[0]), -len(item[1]), item[0]))
    lines = [f"{len(names)} {cut(kind, 80)}: {listed(names, NAMES)}" for kind, names in ordered[:TYPES]]
    rest = ordered[TYPES:]
    if rest:
        more = sum(len(names) for _, names in rest)
        lines.append(f"and {more} more of {len(rest)} types: {listed([kind for kind, _ in rest], TYPES)}")
    return lines


def counted(number: int, word: str) -> str:
    """`1 resource`, `2 resources`."""
    return f"{number} {word}{'' if number == 1 else 's'}"
