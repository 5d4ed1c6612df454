"""A page beside the daemon: its process may die, hang or be replaced; the daemon, its keys and its port stay."""

from __future__ import annotations

import asyncio
import errno
import os
import re
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.desk import Table

from enactd.approvals.web import service
from enactd.approvals.web.service import WebPage
from enactd.config.approvals import Approvals, Web
from enactd.gate import attempt


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


async def until(condition: Callable[[], Any], seconds: float = 30) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(seconds):
        while True:
            if condition():
                return
            await asyncio.sleep(0.02)


class Place:
    """A page, its desk, and what was told of its health."""

    def __init__(self, folder: Path, web: Web) -> None:
        self.web = web
        self.table = Table(folder, Approvals(web=web))
        self.told: list[str] = []
        self.page = WebPage(self.table.desk, troubled=self.told.append, attempt=attempt)

    async def ready(self) -> None:
        await until(lambda: self.told and self.told[-1] == "" and self.page.pid)

    async def view(self, **fields: Any) -> str:
        asked = await self.table.ask(str(self.table.asked), **fields)
        return self.table.desk.links(asked, "owner").view


@asynccontextmanager
async def running(place: Place) -> AsyncIterator[httpx.AsyncClient]:
    """`place`, served; and a browser."""
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(place.page.run(lambda: place.web))
        try:
            async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
                yield client
        finally:
            serving.cancel()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    for name in ("GLANCE_S", "PAUSE_S"):
        monkeypatch.setattr(service, name, 0.05)
    return Place(tmp_path, Web(listen=f"127.0.0.1:{free_port()}"))


async def test_a_question_is_answered_through_the_process(place: Place) -> None:
    """From the link to the receipt, and the button once."""
    async with running(place) as client:
        await place.ready()
        view = await place.view(call="echo 'ünïcode' \u202e")
        text = (await client.get(view)).text
        token = re.findall(r'class="approve" name="token" value="([^"]+)"', text)[0]
        assert "Approved" in (await client.post(view, data={"token": token})).text
        assert 409 == (await client.post(view, data={"token": token})).status_code
        assert 404 == (await client.get(view[:-3])).status_code
    assert ["approved"] == place.table.receipts.events()


async def test_guesses_shut_nobody_out_who_opens_a_link_for_the_first_time(place: Place) -> None:
    """From one address, through the real process: what was guessed is refused at last, a genuine link opens."""
    async with running(place) as client:
        view = await place.view()
        base = view[: view.rindex("/") + 1]
        seen = 0
        for number in range(2_000):
            seen = (await client.get(f"{base}guess{number}")).status_code
            if seen == 429:
                break
        assert (429, 200) == (seen, (await client.get(view)).status_code)


async def test_the_process_has_nothing_but_the_port_and_the_talk(place: Place) -> None:
    """No variable of the daemon, no descriptor of its files, nothing that others may look into; and it yields."""
    os.environ["ENACTD_TEST_SECRET"] = "in the daemon's environment"
    with (place.table.folder / "open").open("w"):
        async with running(place) as client:
            await place.ready()
            await client.get(await place.view())
            proc = Path(f"/proc/{place.page.pid}")
            assert b"SECRET" not in (proc / "environ").read_bytes()
            targets = {(proc / "fd" / name).readlink().as_posix() for name in os.listdir(proc / "fd")}
            assert not [target for target in targets if not re.match(r"socket:|/dev/null|anon_inode:", target)]
            status = (proc / "status").read_text()
            assert "NoNewPrivs:\t1" in status
            assert os.nice(0) < os.getpriority(os.PRIO_PROCESS, place.page.pid)
    del os.environ["ENACTD_TEST_SECRET"]


async def test_a_process_that_dies_is_replaced_and_the_port_stays_ours(place: Place) -> None:
    """Who connects meanwhile waits; nobody else can put a page there; links go on working."""
    async with running(place) as client:
        await place.ready()
        view, first = await place.view(), place.page.pid
        os.kill(first, signal.SIGKILL)
        await until(lambda: any("ended, status -9" in told for told in place.told))
        port = int(place.web.listen.rpartition(":")[2])
        for options in ([], [socket.SO_REUSEADDR], [socket.SO_REUSEPORT]):
            with socket.socket() as thief:
                for option in options:
                    thief.setsockopt(socket.SOL_SOCKET, option, 1)
                with pytest.raises(OSError, match="in use"):
                    thief.bind(("127.0.0.1", port))
        assert 200 == (await client.get(view)).status_code
        assert first != place.page.pid
        await place.ready()


async def test_a_port_that_is_taken_is_told_and_taken_later(place: Place) -> None:
    """The daemon goes on without a page until it can have one."""
    port = int(place.web.listen.rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)):
        async with running(place) as client:
            await until(lambda: place.told)
            assert re.search(r"`127\.0\.0\.1:\d+` cannot be listened on: Address already in use", place.told[0])
            assert 0 == place.page.pid
    async with running(place) as client:
        await place.ready()
        assert 200 == (await client.get(await place.view())).status_code


async def test_a_unit_that_allows_no_network_is_told_with_its_remedy(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The daemon's own unit does so, unless the operator says otherwise."""

    def forbidden(*_: Any) -> Any:
        raise OSError(errno.EAFNOSUPPORT, os.strerror(errno.EAFNOSUPPORT))

    monkeypatch.setattr(service, "_listening", forbidden)
    async with running(place):
        await until(lambda: place.told)
        assert "RestrictAddressFamilies=AF_INET AF_INET6" in place.told[0]


async def test_the_page_follows_the_settings(place: Place) -> None:
    """It moves, goes and comes without a restart; nonsense is told."""
    async with running(place) as client:
        await place.ready()
        old = await place.view()
        place.web = Web(listen=f"127.0.0.1:{free_port()}")
        place.table.settings = Approvals(web=place.web)
        await until(lambda: not place.page.pid)
        await until(lambda: place.page.pid)
        assert 200 == (await client.get(await place.view())).status_code
        with pytest.raises(httpx.ConnectError):
            await client.get(old)
        place.web = Web()
        await until(lambda: not place.page.pid)
        place.web = Web(listen="nowhere")
        await until(lambda: "approvals.web.listen" in place.told[-1])


async def test_a_desk_that_fails_costs_that_answer_alone(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says so; the daemon does not end."""

    def broken(_: str) -> Any:
        raise ZeroDivisionError

    async with running(place) as client:
        await place.ready()
        view = await place.view()
        with monkeypatch.context() as patch:
            patch.setattr(place.table.desk, "open", broken)
            assert 503 == (await client.get(view)).status_code
        assert 200 == (await client.get(view)).status_code


async def test_a_fault_of_the_page_is_no_fault_of_the_daemon(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong in starting one."""

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(service, "_start", broken)
    async with running(place):
        await until(lambda: place.told)
        assert "a fault of enactd, ZeroDivisionError" == place.told[0]


async def test_a_process_that_talks_nonsense_is_replaced(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The daemon believes nothing that it does not understand."""
    monkeypatch.setattr(service, "_BOOT", "import os; os.write(0, b'\\x00\\x00\\x00\\x05nooo!'); os.read(0, 1)")
    async with running(place):
        await until(lambda: place.told)
        assert "the process that serves it ended" in place.told[0]


async def test_two_hundred_open_pages_and_one_answer_each(place: Place) -> None:
    """All are shown and all are counted, each once."""
    async with running(place) as client:
        await place.ready()
        views = [await place.view() for _ in range(200)]
        limit = asyncio.Semaphore(40)

        async def answer(view: str) -> int:
            async with limit:
                text = (await client.get(view)).text
                token = re.findall(r'class="deny" name="token" value="([^"]+)"', text)[0]
                return (await client.post(view, data={"token": token})).status_code

        assert [200] * 200 == await asyncio.gather(*map(answer, views))
    assert ["denied"] * 200 == place.table.receipts.events()


def test_nothing_of_it_is_imported_before_it_is_wanted() -> None:
    """A daemon without a page loads no web server."""
    import subprocess
    import sys

    code = (
        "import sys; import enactd.__main__; print(sorted({'starlette', 'uvicorn', 'anyio', 'h11'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[4]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert "[]\n" == done.stdout
