"""Questions about commits: what reaches what, how many are ahead. Bounded walks; None is "too far to tell"."""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterable
from typing import Final

from enactd.git.objects import Objects

_MOST_COMMITS: Final = 20_000
_MOST_SECONDS: Final = 0.15  # processor time of this thread
_CLOCK_SLACK: Final = 86_400  # commit times of different machines disagree


def reachable(objects: Objects, target: str, tips: Iterable[str]) -> bool | None:
    """Whether `target` is one of the tips or an ancestor of one."""
    starts = {tip for tip in tips if tip}
    if target in starts:
        return True
    commit = objects.commit(target)
    if commit is None:
        return None
    oldest = commit[1] - _CLOCK_SLACK
    deadline = time.thread_time() + _MOST_SECONDS
    queue: list[tuple[int, str]] = []
    seen: set[str] = set()
    missing = False
    for sha in starts:
        missing |= not _push(objects, sha, queue, seen)
    while queue:
        negative, sha = heapq.heappop(queue)
        if -negative < oldest:
            break
        if len(seen) > _MOST_COMMITS or time.thread_time() > deadline:
            return None
        for parent in objects.parents(sha) or ():
            if parent == target:
                return True
            missing |= not _push(objects, parent, queue, seen)
    return None if missing else False


def beyond(objects: Objects, tip: str, bases: Iterable[str]) -> list[str] | None:
    """The commits that `tip` has and none of the bases has, in no order."""
    deadline = time.thread_time() + _MOST_SECONDS
    of_tip, of_base = 1, 2
    flags: dict[str, int] = {}
    queue: list[tuple[int, str]] = []

    def mark(sha: str, flag: int) -> bool:
        """Note what reaches a commit; news about one seen before are passed on to its ancestors again."""
        before = flags.get(sha, 0)
        flags[sha] = before | flag
        return flags[sha] == before or _push(objects, sha, queue, set())

    if not mark(tip, of_tip) or not all(mark(base, of_base) for base in bases):
        return None
    oldest = 0
    while queue:
        if not any(flags[sha] == of_tip for _, sha in queue) and -queue[0][0] < oldest - _CLOCK_SLACK:
            break
        negative, sha = heapq.heappop(queue)
        if len(flags) > _MOST_COMMITS or time.thread_time() > deadline:
            return None
        if flags[sha] == of_tip:
            oldest = min(oldest or -negative, -negative)
        if not all(mark(parent, flags[sha]) for parent in objects.parents(sha) or ()):
            return None
    return [sha for sha, flag in flags.items() if flag == of_tip]


def _push(objects: Objects, sha: str, queue: list[tuple[int, str]], seen: set[str]) -> bool:
    """Queue a commit by time, newest first. False where it is not at hand (a shallow clone's edge)."""
    if sha in seen:
        return True
    seen.add(sha)
    commit = objects.commit(sha)
    if commit is None:
        return False
    heapq.heappush(queue, (-commit[1], sha))
    return True
