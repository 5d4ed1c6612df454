"""Addresses that git talks to, and the programs that options make it run on the way."""

from __future__ import annotations

from typing import Literal

from enactd.effects import http
from enactd.effects.invocation import Effects, Value
from enactd.effects.model import Opaque
from enactd.effects.programs.git_context import Git

_OWN = ("git-receive-pack", "git-upload-pack", "git-upload-archive", "git receive-pack", "git upload-pack")


def remote_program(git: Git, command: Value, via: str) -> Effects:
    """`--upload-pack CMD` and the like: git hands the text to a shell, here or on the other side."""
    text = command.text
    if text is not None and text.rsplit("/", 1)[-1] in _OWN:
        return
    yield from git.call.hidden(command, via.rsplit(" ", 1)[-1])


def address_effects(git: Git, place: Value, *, direction: Literal["fetch", "push"]) -> Effects:
    """What talking to this remote or URL does by itself: `ext::` runs a command, `https:` is a request."""
    text = place.text
    configured = git.repo.remotes.get(text) if git.repo is not None and text is not None else None
    if configured is not None:
        if configured.startswith("ext::"):
            yield Opaque(reason=f"the remote `{text}` runs a command: {configured[:80]}")
        return
    if place.startswith("ext::"):
        yield from git.call.hidden(place.cut(5), "ext::")
    elif place.prefix.startswith(("https://", "http://", "ftp://")):
        yield http.request("GET", place)
