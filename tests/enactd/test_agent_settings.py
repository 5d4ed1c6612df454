"""What a change of an agent's settings is compared with, and which files are read for it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from enactd import peer
from enactd.agent_settings import LIMIT, REMEMBERED, REMEMBERED_TEXT, AgentSettings, read
from enactd.agents.base import Registration, SettingsChanged
from enactd.agents.claude_code import ADAPTER
from enactd.errors import EnactError
from enactd.origin import Holder, Origin
from enactd.peer import Seen

GATE = Registration(shim="/opt/enact-hook", home="/opt/home")
GOOD = ADAPTER.register("", GATE)


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[AgentSettings]:
    with ThreadPoolExecutor(1) as pool:
        yield AgentSettings(pool, GATE)


def origin(folder: Path, **environment: str) -> Origin:
    """An agent started in `folder`/app by somebody whose home is `folder`."""
    process = peer.process_of(os.getpid())
    assert process is not None
    holder = Holder(
        process=process, exe="", folder=str(folder / "app"), workspace="", home=str(folder), environment=environment
    )
    return Origin(seen=Seen(uid=0, gid=0, process=process), holder=holder, opened=True)


def change(path: Path | str = "", source: str = "user_settings", session: str = "s") -> SettingsChanged:
    return SettingsChanged(session=session, source=source, path=str(path), cwd="/")


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def with_keys(**keys: Any) -> str:
    return json.dumps({**json.loads(GOOD), **keys})


async def test_what_cannot_be_checked_counts_only_against_a_known_start(seen: AgentSettings, tmp_path: Path) -> None:
    """A key nobody knows: accepted from a session that was not seen to start, refused to one that was."""
    file = put(tmp_path / ".claude/settings.json", GOOD)
    await seen.remember(ADAPTER, "s", origin(tmp_path))
    put(file, with_keys(tomorrow=1))
    assert "tomorrow" in await seen.objection(ADAPTER, change(file), origin(tmp_path))
    assert "" == await seen.objection(ADAPTER, change(file, session="other"), origin(tmp_path))


async def test_an_accepted_change_is_what_the_next_one_is_compared_with(seen: AgentSettings, tmp_path: Path) -> None:
    """A refused one is not: the hooks still run under the texts before it."""
    file = put(tmp_path / ".claude/settings.json", with_keys(tomorrow=1))
    assert "" == await seen.objection(ADAPTER, change(file), origin(tmp_path))
    put(file, with_keys(tomorrow=1, model="x"))
    assert "" == await seen.objection(ADAPTER, change(file), origin(tmp_path))
    put(file, with_keys(tomorrow=2))
    for _ in range(2):
        assert "tomorrow" in await seen.objection(ADAPTER, change(file), origin(tmp_path))


async def test_a_moved_configuration_is_followed(seen: AgentSettings, tmp_path: Path) -> None:
    """By the variable the agent was started with, else by the path it names for the layer."""
    put(tmp_path / ".claude/settings.json", GOOD)
    moved = put(tmp_path / "elsewhere/settings.json", "{}")
    by_variable = origin(tmp_path, CLAUDE_CONFIG_DIR=str(moved.parent))
    assert await seen.objection(ADAPTER, change(), by_variable)
    assert await seen.objection(ADAPTER, change(moved), origin(tmp_path))
    assert "" == await seen.objection(ADAPTER, change(), origin(tmp_path))


@pytest.mark.parametrize("path", ["settings.json", "", "/etc/passwd", "/etc/claude-code/managed-settings.d/x.json"])
async def test_a_path_that_is_no_file_of_the_layer_replaces_nothing(
    seen: AgentSettings, tmp_path: Path, path: str
) -> None:
    """The usual file stands, whatever name comes with the message."""
    put(tmp_path / ".claude/settings.json", "{}")
    assert await seen.objection(ADAPTER, change(path), origin(tmp_path))


@pytest.mark.parametrize("layer", ["project_settings", "local_settings", "user_settings"])
async def test_a_file_too_large_to_be_judged_is_refused(seen: AgentSettings, tmp_path: Path, layer: str) -> None:
    """Its end, which nobody read, could switch all hooks off."""
    put(tmp_path / ".claude/settings.json", GOOD)
    file = ADAPTER.settings_files(home=str(tmp_path), project=str(tmp_path / "app"))[layer]
    put(Path(file), "{" + " " * LIMIT + '"disableAllHooks": true}')
    with pytest.raises(EnactError, match="larger than"):
        await seen.objection(ADAPTER, change(file, layer), origin(tmp_path))
    await seen.remember(ADAPTER, "s", origin(tmp_path))


async def test_memory_is_bounded(seen: AgentSettings, tmp_path: Path) -> None:
    """Neither many sessions nor large files make the daemon grow; both only cost the comparison."""
    file = put(tmp_path / ".claude/settings.json", with_keys(apiKeyHelper="x" * REMEMBERED_TEXT))
    await seen.remember(ADAPTER, "large", origin(tmp_path))
    put(file, GOOD)
    for number in range(REMEMBERED + 1):
        await seen.remember(ADAPTER, str(number), origin(tmp_path))
    put(file, with_keys(tomorrow=1))
    for session, known in (("1", True), ("large", False), ("0", False)):
        assert known == bool(await seen.objection(ADAPTER, change(session=session), origin(tmp_path))), session


@pytest.mark.parametrize("kind", ["missing", "folder", "fifo"])
def test_what_is_no_file_has_no_text(tmp_path: Path, kind: str) -> None:
    """And nobody waits for it."""
    place = tmp_path / "x"
    if kind == "folder":
        place.mkdir()
    if kind == "fifo":
        os.mkfifo(place)
    assert read(str(place)) is None
