"""An agent's settings files as the gate sees them: under which texts its hooks ran so far, and what a change does.

The texts are read when a process opens a session and after each accepted change. They are remembered for
the sessions used last; for others, and after a restart, only what is known to be wrong counts against a change.
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import Final

from enactd.agents.base import Adapter, Registration, SettingsChanged
from enactd.errors import EnactError
from enactd.origin import Origin

LIMIT: Final = 4 << 20
REMEMBERED: Final = 128  # sessions
REMEMBERED_TEXT: Final = 1 << 16  # characters of one session's files; more is not remembered
_FLAGS: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY

Texts = Mapping[str, str | None]
Read = Callable[[str], str | None]
"""As `read`."""


class AgentSettings:
    """What agents' settings files say. Files are read in `pool`, off the event loop."""

    def __init__(self, pool: Executor, registration: Registration, reader: Read | None = None) -> None:
        self._pool = pool
        self._read = reader or read
        self._registration = registration
        self._before: OrderedDict[tuple[str, str], Texts] = OrderedDict()

    async def remember(self, adapter: Adapter, session: str, origin: Origin) -> None:
        """A session opens, so the hooks run under what the files say now. What cannot be read is not remembered."""
        try:
            self._keep(adapter, session, await self.texts(adapter, origin))
        except EnactError:
            self._before.pop((adapter.name, session), None)

    async def objection(self, adapter: Adapter, change: SettingsChanged, origin: Origin) -> str:
        """Why a change would switch the gate off; empty if it would not, and then it is what holds from now on.

        Raises `EnactError` for a file too large to be judged.
        """
        texts = await self.texts(adapter, origin, change)
        before = self._before.get((adapter.name, change.session))
        why_not = adapter.disarms(texts, self._registration, before) or ""
        if not why_not:
            self._keep(adapter, change.session, texts)
        return why_not

    async def texts(self, adapter: Adapter, origin: Origin, change: SettingsChanged | None = None) -> Texts:
        """Layer to text, None where there is no file. A changed file stands for its layer, wherever it lies."""
        holder = origin.holder
        files = dict(adapter.settings_files(home=holder.home, project=holder.folder, environment=holder.environment))
        if change is not None and _is_same_kind(change.path, files.get(change.source, "")):
            files[change.source] = change.path
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, lambda: {layer: self._read(path) for layer, path in files.items()}
        )

    def _keep(self, adapter: Adapter, session: str, texts: Texts) -> None:
        key = adapter.name, session
        self._before.pop(key, None)
        if sum(len(text or "") for text in texts.values()) <= REMEMBERED_TEXT:
            self._before[key] = texts
        while len(self._before) > REMEMBERED:
            self._before.popitem(last=False)


def read(path: str) -> str | None:
    """A settings file's text, None if there is none. Raises `EnactError` for more than `LIMIT` bytes.

    Cut off it would look like a broken file, which agents ignore, while its end could switch all hooks off.
    """
    try:
        descriptor = os.open(path, _FLAGS)
    except OSError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with open(descriptor, "rb", closefd=False) as file:
            data = file.read(LIMIT + 1)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    if len(data) > LIMIT:
        raise EnactError(f"`{path}` is larger than {LIMIT >> 20} MiB, so nobody can tell what it switches off")
    return data.decode(errors="replace")


def _is_same_kind(path: str, usual: str) -> bool:
    """Whether a path that an agent names can be the file of a layer: another folder, the same name."""
    return os.path.isabs(path) and bool(usual) and os.path.basename(path) == os.path.basename(usual)
