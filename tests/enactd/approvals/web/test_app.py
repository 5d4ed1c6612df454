"""Looking changes nothing, the page's own form answers once, and nobody else gets in."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.desk import Table, answer
from support.fuzz import examples

from enactd.approvals.model import Opened, Request, Settled
from enactd.approvals.tokens import may_be_ours
from enactd.approvals.web import app as web
from enactd.approvals.web.address import PATH, address
from enactd.approvals.web.app import application
from enactd.approvals.web.limits import Limits
from enactd.config.approvals import Approvals, Web

WEB = Web(listen="127.0.0.1:7468")
BASE = "http://127.0.0.1:7468"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Near:
    """The desk without a process between."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.faults: list[str] = []
        self.broken = False

    async def open(self, token: str) -> Opened:
        if self.broken:
            raise ZeroDivisionError("with a secret in its text")
        return self.table.desk.open(token)

    async def answer(self, token: str, because: str) -> Settled:
        return await self.table.desk.answer_by_token(token, channel="web", because=because)

    def is_genuine(self, token: str) -> bool:
        return may_be_ours(self.table.desk.door, token)

    def note(self, fault: str) -> None:
        self.faults.append(fault)


class Site:
    """The page of a desk, and a browser that has no cookies and follows nothing."""

    def __init__(self, folder: Path, web_: Web = WEB, limits: Limits | None = None) -> None:
        self.web = web_
        self.table = Table(folder, Approvals(web=web_))
        self.desk = Near(self.table)
        self.asgi = application(self.desk, address(web_), clock=self.table.clock, limits=limits)
        inside = httpx.ASGITransport(self.asgi, raise_app_exceptions=False, client=("192.0.2.1", 4711))
        self.client = httpx.AsyncClient(transport=inside, base_url=BASE)

    async def ask(self, **fields: object) -> tuple[Request, str]:
        """A request, and its page's path for an approver."""
        asked = await self.table.ask(str(self.table.asked), **fields)
        return asked, self.path(asked)

    def path(self, asked: Request, approver: str = "owner") -> str:
        return self.table.desk.links(asked, approver).view.removeprefix(BASE)

    async def buttons(self, path: str) -> dict[str, str]:
        """The tokens behind a page's buttons."""
        return dict(
            re.findall(r'<button class="(\w+)" name="token" value="([^"]+)">', (await self.client.get(path)).text)
        )

    def state(self, asked: Request) -> str:
        return self.table.desk._state(self.table.desk._entries[asked.id])


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


async def test_looking_changes_nothing(site: Site) -> None:
    """Whoever looks, by whatever method that looks, as often as they like: a preview, a scanner, a prefetch."""
    asked, path = await site.ask()
    for headers in (
        {},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"User-Agent": "Slackbot-LinkExpanding 1.0"},
    ):
        for method in ("GET", "HEAD"):
            assert 200 == (await site.client.request(method, path, headers=headers)).status_code
    assert (asked,) == site.table.desk.pending()
    assert [] == site.table.receipts.events()
    assert "" == (await site.client.head(path)).text or b"" == (await site.client.head(path)).content


@pytest.mark.parametrize(("button", "state"), [("approve", "approved"), ("deny", "denied")])
async def test_a_button_answers_once(site: Site, button: str, state: str) -> None:
    """The page says what happened; a replay, of this button or the other, changes nothing."""
    asked, path = await site.ask()
    buttons = await site.buttons(path)
    done = await site.client.post(
        path, data={"token": buttons[button], "because": "because  of\nreasons"}, headers={"Origin": BASE}
    )
    assert 200 == done.status_code
    assert f"<h1>{state.capitalize()}</h1>" in done.text
    assert "because of reasons" in done.text
    assert state == site.state(asked)
    for again in buttons.values():
        late = await site.client.post(path, data={"token": again})
        assert 409 == late.status_code
        assert "<b>owner</b> (web)" in late.text
    assert [state] == site.table.receipts.events()
    told = site.table.receipts.told[0][1]
    assert ("owner", "web", "link", "because of reasons") == (
        told["by"],
        told["channel"],
        told["proof"],
        told["because"],
    )


async def test_the_second_browser_hears_who_was_first(site: Site) -> None:
    """Its answer does not count, and says so; so does its page when it is opened anew."""
    asked, first = await site.ask()
    second = site.path(asked, "other")
    mine, theirs = (await site.buttons(first)), (await site.buttons(second))
    assert 200 == (await site.client.post(first, data={"token": mine["deny"], "because": "no"})).status_code
    late = await site.client.post(second, data={"token": theirs["approve"]})
    assert 409 == late.status_code
    for text in (late.text, (await site.client.get(second)).text):
        assert "denied by <b>owner</b> (web): no" in text
        assert "<button" not in text
    assert "It was answered already: what you just sent was not counted" in late.text
    assert "denied" == site.state(asked)


async def test_what_came_by_another_way_counts_here_too(site: Site) -> None:
    """An answer in the terminal closes the page."""
    asked, path = await site.ask()
    buttons = await site.buttons(path)
    await site.table.desk.answer(answer(asked.id, "deny", name="ada"))
    assert 409 == (await site.client.post(path, data={"token": buttons["approve"]})).status_code
    assert "denied by <b>ada</b> (terminal)" in (await site.client.get(path)).text


async def test_two_people_are_asked_where_two_must_agree(site: Site) -> None:
    """One of them twice is one of them."""
    asked, first = await site.ask(needs=2)
    other = site.path(asked, "other")
    done = await site.client.post(first, data={"token": (await site.buttons(first))["approve"]})
    assert (200, True) == (done.status_code, "one more person" in done.text)
    assert {} == await site.buttons(first)
    assert "pending" == site.state(asked)
    assert "Approved" in (await site.client.post(other, data={"token": (await site.buttons(other))["approve"]})).text
    assert "approved" == site.state(asked)


async def test_a_question_that_expired_cannot_be_answered(site: Site) -> None:
    """Neither by a page that was open all along, nor by a new look at it."""
    asked, path = await site.ask()
    buttons = await site.buttons(path)
    site.table.clock.now += 3_601
    late = await site.client.post(path, data={"token": buttons["approve"]})
    assert 404 == late.status_code
    assert "This link has expired" in late.text
    assert 404 == (await site.client.get(path)).status_code
    assert [] == site.table.receipts.events()
    assert "expired" == site.state(asked)


async def test_after_a_restart_of_the_daemon_old_links_are_dead(site: Site) -> None:
    """They were signed by what is gone; the question waits on."""
    asked, path = await site.ask()
    buttons = await site.buttons(path)
    site.table.restart()
    assert 404 == (await site.client.get(path)).status_code
    dead = await site.client.post(path, data={"token": buttons["approve"]})
    assert (404, True) == (dead.status_code, "enactctl pending" in dead.text)
    assert [asked.id] == [one.id for one in site.table.desk.pending()]


async def test_forged_cut_and_swapped_tokens_open_nothing(site: Site) -> None:
    """In the address or in the form; each is told in words."""
    asked, path = await site.ask()
    _, foreign = await site.ask()
    token, buttons = path.removeprefix(PATH), (await site.buttons(path))
    for bad in (
        token[:-1],
        token[1:],
        token + "A",
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        "A" * 120,
        "x",
        quote("../../etc"),
        quote("\0"),
        buttons["approve"],
    ):
        answered = await site.client.get(PATH + bad)
        assert 404 == answered.status_code, bad
        assert "enactctl pending" in answered.text
    for bad in (buttons["approve"][:-1], token, "A" * 120, "x", "\0", "é"):
        assert 403 == (await site.client.post(path, data={"token": bad})).status_code, bad
    assert 200 == (await site.client.get(foreign)).status_code
    assert [] == site.table.receipts.events()
    assert "pending" == site.state(asked)


async def test_every_page_carries_the_headers_that_close_it(site: Site) -> None:
    """Questions, answers and errors alike: nothing loads, frames, keeps, or tells where one came from."""
    _, path = await site.ask()
    denied = (await site.buttons(path))["deny"]
    for response in (
        (await site.client.get(path)), (await site.client.head(path)), (await site.client.get("/")), (await site.client.get(PATH + "x")), (await site.client.put(path)),
        (await site.client.get(path, headers={"Host": "evil.example"})), (await site.client.post(path, data={"token": denied})), (await site.client.post(path)),
    ):  # fmt: skip
        policy = response.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self'" in policy
        assert "no-store" in response.headers["cache-control"]
        assert "same-origin" == response.headers["referrer-policy"]
        assert "DENY" == response.headers["x-frame-options"]
        assert "nosniff" == response.headers["x-content-type-options"]
        assert "set-cookie" not in response.headers
        assert "text/html; charset=utf-8" == response.headers["content-type"]
        assert "server" not in response.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "https://127.0.0.1:7469"}, {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}, {"Origin": BASE, "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"},
    ],
)  # fmt: skip
async def test_another_page_cannot_answer(site: Site, headers: dict[str, str]) -> None:
    """Even one that knew the token: the browser says where the form stood."""
    asked, path = await site.ask()
    sent = await site.client.post(path, data={"token": (await site.buttons(path))["approve"]}, headers=headers)
    assert 403 == sent.status_code
    assert "Nothing was decided" in sent.text
    assert "pending" == site.state(asked)


async def test_a_browser_and_a_browser_without_these_headers_can(site: Site) -> None:
    """Chromium sends them; a text browser sends none."""
    for headers in (
        {"Origin": BASE, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
        {},
    ):
        asked, path = await site.ask()
        assert (
            200
            == (
                await site.client.post(path, data={"token": (await site.buttons(path))["approve"]}, headers=headers)
            ).status_code
        )
        assert "approved" == site.state(asked)


async def test_another_page_cannot_look_inside(site: Site) -> None:
    """Not in a frame, not as an image or by fetch; a link from a mail or a chat is followed."""
    _, path = await site.ask()
    assert (
        403
        == (
            await site.client.get(path, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"})
        ).status_code
    )
    assert (
        403
        == (
            await site.client.get(
                path, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
            )
        ).status_code
    )
    assert (
        200
        == (
            await site.client.get(
                path,
                headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
            )
        ).status_code
    )


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7468", "127.0.0.1", "localhost", "127.0.0.1:7469", ""])
async def test_under_another_name_there_is_no_page(site: Site, host: str) -> None:
    """A name that was led to this address has no part in it, though the token is right."""
    asked, path = await site.ask()
    token = (await site.buttons(path))["approve"]
    assert 421 == (await site.client.get(path, headers={"Host": host})).status_code
    assert 421 == (await site.client.post(path, data={"token": token}, headers={"Host": host})).status_code
    assert "pending" == site.state(asked)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
async def test_other_methods_are_told_which_there_are(site: Site, method: str) -> None:
    """405, in words."""
    _, path = await site.ask()
    answered = await site.client.request(method, path)
    assert (405, "GET, HEAD, POST") == (answered.status_code, answered.headers["allow"])


@pytest.mark.parametrize(
    "path", ["/", "/approve", PATH, PATH + "a/b", "/favicon.ico", "/../etc/passwd", "/approve/%2e%2e/x", "/robots.txt"]
)
async def test_elsewhere_there_is_nothing(site: Site, path: str) -> None:
    """A page that says how to get to a question."""
    answered = await site.client.get(path)
    assert 404 == answered.status_code
    assert "enactctl pending" in answered.text
    assert "location" not in answered.headers


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", FORM, 400),
        (b"because=x", FORM, 400),
        (b"token=", FORM, 400),
        (b"token=a&token=b", FORM, 400),
        (b"token=a&extra=b", FORM, 400),
        (b"token=a&b=1&c=2&d=3&e=4", FORM, 400),
        (b"token=%ff", FORM, 400),
        (b"token=\xff", FORM, 400),
        (b"&&&", FORM, 400),
        (b"token=a&because=" + b"x" * 301, FORM, 413),
        (b"token=" + b"x" * (web.BODY_LIMIT + 1), FORM, 413),
        (b'{"token": "x"}', {"Content-Type": "application/json"}, 415),
        (b"token=x", {"Content-Type": "text/plain"}, 415),
        (b"token=x", {}, 415),
        (b"--b\r\n", {"Content-Type": "multipart/form-data; boundary=b"}, 415),
    ],
)  # fmt: skip
async def test_what_is_no_form_of_ours_decides_nothing(
    site: Site, body: bytes, headers: dict[str, str], status: int
) -> None:
    """And is told so."""
    asked, path = await site.ask()
    answered = await site.client.post(path, content=body, headers=headers)
    assert status == answered.status_code
    assert "Nothing was decided" in answered.text
    assert "pending" == site.state(asked)


async def test_a_reason_of_the_longest_kind_fits(site: Site) -> None:
    """In any alphabet."""
    _, path = await site.ask()
    because = "界" * 300
    done = await site.client.post(path, data={"token": (await site.buttons(path))["deny"], "because": because})
    assert (200, True) == (done.status_code, because in done.text)


async def test_who_asks_too_often_waits_and_who_holds_a_link_does_not(tmp_path: Path) -> None:
    """Guessing ends in 429 with a time to wait; the person with the genuine link answers all the same."""
    site = Site(tmp_path, limits=Limits(each=(5, 0.1), all_=(50, 1)))
    asked, path = await site.ask()
    buttons = await site.buttons(path)
    codes = [(await site.client.get(f"{PATH}guess{number}")).status_code for number in range(8)]
    assert [404, 404, 404, 404, 404, 429, 429, 429] == codes
    waiting = await site.client.get(PATH + "guess")
    assert int(waiting.headers["retry-after"]) > 0
    assert "enactctl approve" in waiting.text
    assert 200 == (await site.client.post(path, data={"token": buttons["deny"]})).status_code
    assert "denied" == site.state(asked)


async def test_a_fault_is_told_without_what_it_holds(site: Site) -> None:
    """A page, not a trace; the daemon hears the place, and nobody the text."""
    _, path = await site.ask()
    site.desk.broken = True
    answered = await site.client.get(path)
    assert 500 == answered.status_code
    assert "Nothing was decided" in answered.text
    assert "secret" not in answered.text
    assert ["ZeroDivisionError"] == [fault.split(" ")[0] for fault in site.desk.faults]
    assert "secret" not in site.desk.faults[0]


@pytest.mark.parametrize("prefix", ["", "/enactd"])
async def test_behind_a_proxy_with_a_path(tmp_path: Path, prefix: str) -> None:
    """Whether it takes its path off or leaves it; the browser's origin is the proxy's."""
    outside = "https://gate.example.org"
    site = Site(tmp_path, Web(listen="127.0.0.1:7468", url=f"{outside}/enactd"))
    asked, _ = await site.ask()
    view = site.table.desk.links(asked, "owner").view
    path = prefix + view.removeprefix(f"{outside}/enactd")
    headers = {"Host": "gate.example.org", "Origin": outside}
    text = (await site.client.get(path, headers=headers)).text
    token = re.findall(r'class="approve" name="token" value="([^"]+)"', text)[0]
    assert 200 == (await site.client.post(path, data={"token": token}, headers=headers)).status_code
    assert "approved" == site.state(asked)


_HEADERS = st.dictionaries(
    st.sampled_from(["Origin", "Content-Type", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest", "Referer", "X-HTTP-Method-Override"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30).map(str.strip), max_size=4,
)  # fmt: skip


@settings(max_examples=examples(120), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE"]),
    path=st.text(max_size=30),
    fields=st.lists(st.tuples(st.sampled_from(["token", "because", "x"]), st.text(max_size=20)), max_size=3),
    headers=_HEADERS,
)
def test_nothing_that_is_sent_decides_by_accident(
    tmp_path_factory: pytest.TempPathFactory,
    method: str,
    path: str,
    fields: list[tuple[str, str]],
    headers: dict[str, str],
) -> None:
    """Whatever comes, without a genuine button's token: an answer below 500, and no receipt."""
    site = Site(tmp_path_factory.mktemp("site"))
    body = urlencode([(key, value.encode("utf-8", "replace").decode()) for key, value in fields]).encode()

    async def send() -> None:
        _, genuine = await site.ask()
        for place in (genuine, "/" + quote(path.encode("utf-8", "replace"))):
            sent = body if method == "POST" else None
            answered = await site.client.request(method, place, content=sent, headers={**FORM, **headers})
            assert answered.status_code < 500

    asyncio.run(send())
    assert 1 == len(site.table.desk.pending())
    assert [] == site.table.receipts.events()
