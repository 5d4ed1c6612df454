"""What an effect is about, in words that outlive the call: for what a session remembers of earlier calls.

A subject names the thing and not the spelling: `rm -rf src`, `find src -delete` and `shutil.rmtree("src")` have
the same one. A deed is a short word and a subject: `copied /a`, `moved-to /b`, `leased origin/x`, `deleted /c`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from enactd.effects import model as m

_LIMIT: Final = 1024  # characters of one subject
_PASSING: Final = ("temp", "stream")


def subject(effect: m.Effect) -> str:
    """The thing that an effect is about; empty where only the run will tell, or where nothing needs remembering."""
    found = _named(effect)
    where = f"{effect.place}:" if found and effect.place else ""
    return (where + found)[:_LIMIT]


def _named(effect: m.Effect) -> str:
    match effect:
        case (
            m.DeletePath(target=target) | m.MovePath(target=target) | m.WritePath(target=target)
            | m.CopyPath(target=target) | m.ReadPath(target=target) | m.ChangeMode(target=target)
        ):  # fmt: skip
            return target.shown if target.path else ""
        case m.RunSql(tables=tables):
            return ",".join(sorted(plain_table(table) for table in tables if table != "?"))
        case m.GitPush(remote=remote, branch=branch):
            return f"{remote or '?'}/{branch}" if branch else ""
        case m.GitDiscard(what=what, repository=repository):
            return f"{what} of {repository}" if repository else ""
        case m.GitDeleteRef(ref=ref, kind=kind):
            return f"{kind} {ref}"
        case m.ChangeInfrastructure(what=what) | m.PublishPackage(what=what) | m.ResetDatabase(what=what):
            return what
        case m.ChangeContainers(what=what, names=names):
            return f"{what} {' '.join(names)}".strip()
        case m.InstallPackage(names=names):
            return " ".join(names)
        case m.Request(host=str(host), method=method):
            return f"{method} {host}"
        case _:
            return ""


def plain_table(table: str) -> str:
    """A table's name without schema, quotes and case."""
    return table.rsplit(".", maxsplit=1)[-1].strip('"`[]').lower()


def about(effect: m.Effect) -> str:
    """The kind of an effect and its subject in one word; empty where there is no subject."""
    found = subject(effect)
    return f"{effect.type_name} {found}" if found else ""


def deeds(effects: Iterable[m.Effect]) -> tuple[str, ...]:
    """What a call with these effects has done if it runs, as far as later calls are judged by it; each once."""
    return tuple(dict.fromkeys(deed for effect in effects for deed in _deeds(effect)))


def _deeds(effect: m.Effect) -> Iterator[str]:
    found = subject(effect)
    match effect:
        case m.CopyPath(target=target) | m.MovePath(target=target) if found and target.area != "stream":
            yield f"copied {found}"
            if isinstance(effect, m.MovePath) and effect.to.path and not (_made(target) or target.git == "clean"):
                yield f"moved-to {effect.to.path}"[:_LIMIT]
        case m.GitPush(force="lease") if found:
            yield f"leased {found}"
        case m.DeletePath() if found and not effect.only_empty and not _passing(effect.target):
            yield f"deleted {found}"
        case _:
            pass
    if destroys(effect):
        yield "destroyed"


def destroys(effect: m.Effect) -> bool:
    """Whether something goes away that is neither temporary, nor made again, nor missing anyhow."""
    match effect:
        case m.DeletePath(target=target, only_empty=False):
            return not (_passing(target) or _made(target) or target.kind == "missing")
        case m.RunSql(verb=verb, database=database):
            return verb in ("delete", "drop", "truncate") and database.stage not in ("memory", "temp")
        case m.ChangeStore(verb=verb):
            return verb in ("delete", "flush")
        case m.ChangeInfrastructure(verb=verb):
            return verb in ("delete", "destroy")
        case m.ChangeContainers(verb=verb):
            return verb in ("remove", "prune")
        case m.GitDeleteRef() | m.ResetDatabase():
            return True
        case m.GitDiscard(losing=losing):
            return losing != "nothing"
        case _:
            return False


def given_back(target: m.Target) -> bool:
    """Whether git, a build, or nothing gives a target back: clean, made again, temporary, a mere link, or not there."""
    return _passing(target) or target.git == "clean" or target.kind in ("missing", "link") or _made(target)


def _passing(target: m.Target) -> bool:
    return target.area in _PASSING


def _made(target: m.Target) -> bool:
    return "build-output" in target.nature or "git-lock" in target.nature
