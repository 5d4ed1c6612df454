"""Whether a repository on a forge is the workspace's own, told from its remotes."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.invocation import Invocation, Value

_SLUG: Final = re.compile(r"(?:.*[:/])?([\w.-]+)/([\w.-]+?)(?:\.git)?/?")
_URL: Final = re.compile(
    r"https?://[^/]+/([\w.-]+/[\w.-]+?)(?:\.git)?(?:/(?:-/)?(?:pull|pulls|issues|merge_requests|releases|actions|commit|tree|blob)\b.*|/?)"
)


def slug(text: str) -> str:
    """`owner/name` in lower case out of a URL, an scp-like address or `host/owner/name`; empty where there is none."""
    page = _URL.fullmatch(text)
    if page:
        return page[1].lower()
    found = _SLUG.fullmatch(text)
    return f"{found[1]}/{found[2]}".lower() if found else ""


def is_own(call: Invocation, named: Value | None) -> bool | None:
    """Whether `named` (None: the repository of the current folder) is the workspace's; None where it cannot be told."""
    if call.place:
        return None
    world = call.world
    workspace = world.repository(world.workspace)
    if named is None:
        here = world.repository(call.cwd.text) if call.cwd.text else None
        if here is None or workspace is None:
            return None
        return here.layout.common_dir == workspace.layout.common_dir
    text = named.text
    if text is None:
        return None
    if text in ("{owner}/{repo}", ":owner/:repo", ":fullpath", ":id"):
        return is_own(call, None)
    mine = {slug(url) for url in workspace.remotes.values()} - {""} if workspace is not None else set()
    return slug(text) in mine if mine and slug(text) else None
