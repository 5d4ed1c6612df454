"""The page as a web application: who may ask, for what, how often; and the headers that every page carries.

GET and HEAD show and change nothing, however often a preview or a mail scanner asks. POST answers, and only from
the page itself: its buttons carry what no other page can know, and a browser says where it comes from.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final, Protocol
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from enactd.approvals.model import Opened, Settled
from enactd.approvals.web import page
from enactd.approvals.web.address import PATH, Address
from enactd.approvals.web.limits import Limits
from enactd.errors import RefusedError

BODY_LIMIT: Final = 16 << 10
"""Bytes of a form: a token and a reason."""
TERMINAL: Final = "`enactctl pending` lists what waits; `enactctl approve` and `enactctl deny` answer in the terminal."
HEADERS: Final = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src '{page.STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store, private",
    # Not `no-referrer`: under that, browsers hide the form's origin from the page itself. The token leaves for no other.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


class DaemonGone(Exception):
    """There is no daemon to ask, or it failed."""


class Desk(Protocol):
    """The desk as the page's process reaches it. Both raise `RefusedError` and `DaemonGone`."""

    async def open(self, token: str) -> Opened:
        """What a view token opens."""

    async def answer(self, token: str, because: str) -> Settled:
        """Settle a request by an answering token."""

    def is_genuine(self, token: str) -> bool:
        """Whether a token was made by the daemon, known without asking it."""

    def note(self, fault: str) -> None:
        """Tell of a fault of the page, by its place."""


class Pages:
    """The handlers. `clock` in seconds since 1970."""

    def __init__(self, desk: Desk, clock: Callable[[], float], limits: Limits) -> None:
        self._desk, self._clock, self._limits = desk, clock, limits

    async def show(self, request: Request) -> Response:
        """The question of a link; nothing happens by looking at it."""
        opened = await self._open(request)
        return _html(page.question(opened, self._clock()))

    async def decide(self, request: Request) -> Response:
        """An answer from the page's own form."""
        opened = await self._open(request)
        token, because = await _form(request)
        try:
            done = await self._desk.answer(token, because)
        except RefusedError as error:
            now = await self._found(request.path_params["token"])
            if now.state != "pending" or not now.approve:
                return _html(page.question(now, self._clock(), late=True), 409)
            raise _refused(403, error) from None
        return _html(page.settled(opened, done, because))

    async def _open(self, request: Request) -> Opened:
        token = request.path_params["token"]
        client = request.client.host if request.client else ""
        if self._desk.is_genuine(token):
            self._limits.trust(token)  # those who guess cannot shut out who opens a link for the first time
        wait = self._limits.wait(client, token)
        if wait:
            seconds = str(math.ceil(wait))
            detail = f"Too many requests come from where you are. Try again in {seconds} s.", TERMINAL
            raise Problem(429, "Please wait", *detail, headers={"Retry-After": seconds})
        return await self._found(token)

    async def _found(self, token: str) -> Opened:
        try:
            return await self._desk.open(token)
        except RefusedError as error:
            raise _refused(404, error) from None


class Problem(HTTPException):
    """What is answered by a page that says what went wrong."""

    def __init__(self, status: int, title: str, *paragraphs: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, title, headers)
        self.paragraphs = paragraphs


def application(
    desk: Desk, place: Address, *, clock: Callable[[], float] = time.time, limits: Limits | None = None
) -> ASGIApp:
    """The page of `desk`, as it is reached at `place`."""
    pages = Pages(desk, clock, limits or Limits())
    # A proxy may keep the path that links have before it, or take it off.
    paths = {PATH, f"/{place.base.partition('://')[2].partition('/')[2]}{PATH}".replace("//", "/")}

    async def fault(_: Request, error: Exception) -> Response:
        last = error.__traceback__
        while last and last.tb_next:
            last = last.tb_next
        where = f"{last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last else ""
        desk.note(f"{type(error).__name__} at {where}")
        return _problem(500, "The page failed", "Nothing was decided by this request.", TERMINAL)

    starlette = Starlette(
        routes=[
            route
            for path in sorted(paths)
            for route in (
                Route(f"{path}{{token}}", pages.show, methods=["GET"]),
                Route(f"{path}{{token}}", pages.decide, methods=["POST"]),
            )
        ],
        exception_handlers={
            Problem: _explain,
            HTTPException: _explain,
            DaemonGone: _no_daemon,
            ClientDisconnect: _gone,
            Exception: fault,
        },
    )
    starlette.router.redirect_slashes = False
    return Door(starlette, place)


class Door:
    """Lets in what is meant for this page, by its `Host` and by what the browser says of where it comes from."""

    def __init__(self, inner: ASGIApp, place: Address) -> None:
        self._inner, self._place = inner, place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            return
        objection = self._objection(Request(scope))
        app: ASGIApp = objection if objection is not None else self._inner
        await app(scope, receive, send)

    def _objection(self, request: Request) -> Response | None:
        hosts = request.headers.getlist("host")
        if len(hosts) != 1 or not self._place.is_ours(hosts[0]):
            return _problem(421, "Not the address of this page", "Use the link as it was sent to you.", TERMINAL)
        if request.method not in ("GET", "HEAD", "POST"):
            return _wrong_method()
        site, mode = request.headers.get("sec-fetch-site", ""), request.headers.get("sec-fetch-mode", "")
        changing = request.method == "POST"
        origins = request.headers.getlist("origin")
        strange = any(not self._place.is_origin(origin) for origin in origins) or len(origins) > 1
        elsewhere = site not in ("", "same-origin") if changing else site == "cross-site" and mode != "navigate"
        framed = request.headers.get("sec-fetch-dest", "document") in ("iframe", "frame", "embed", "object")
        if (changing and strange) or elsewhere or framed:
            return _problem(
                403, "Only this page itself may answer", "Another page tried to send your answer. Nothing was decided.",
                "Open the link that you were sent, and answer there.",
            )  # fmt: skip
        return None


async def _form(request: Request) -> tuple[str, str]:
    """The token and the reason. Raises `Problem` for a body that no form of ours sends."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise Problem(415, "Not a form of this page", "Nothing was decided. Open the link, and use its buttons.")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > BODY_LIMIT:
            raise Problem(413, "Too long", f"An answer has at most {BODY_LIMIT >> 10} KiB. Nothing was decided.")
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=bool(body), max_num_fields=4,
                           encoding="utf-8", errors="strict")  # fmt: skip
    except ValueError:
        fields = []
    known = dict(fields)
    if len(known) != len(fields) or not known.get("token") or known.keys() - {"token", "because"}:
        raise Problem(400, "Not a form of this page", "Nothing was decided. Open the link, and use its buttons.")
    because = " ".join(known.get("because", "").split())
    if len(because) > page.LONGEST_REASON:
        raise Problem(413, "Too long", f"A reason has at most {page.LONGEST_REASON} characters. Nothing was decided.")
    return known["token"], because


def _refused(status: int, error: RefusedError) -> Problem:
    def said(text: str) -> str:
        return f"{text[:1].upper()}{text[1:]}." if text else ""

    return Problem(status, said(error.problem).rstrip("."), said(error.cause), said(error.effect), TERMINAL)


async def _explain(request: Request, error: Exception) -> Response:
    if isinstance(error, Problem):
        return _problem(error.status_code, error.detail, *error.paragraphs, headers=dict(error.headers or {}))
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 405:
        return _wrong_method()
    return _problem(status, "There is no such page", "Open the link that you were sent, whole.", TERMINAL)


async def _no_daemon(_: Request, __: Exception) -> Response:
    """Its answer may have been lost on the way: look again, before anything is said of what was decided."""
    return _problem(
        503, "The daemon does not answer", "Open the link again to see what became of the question.", TERMINAL
    )


async def _gone(_: Request, __: Exception) -> Response:
    return Response(status_code=400)


def _wrong_method() -> Response:
    text = "Looking at a question and answering it by its buttons is all that this page does."
    return _problem(405, "Not something this page does", text, headers={"Allow": "GET, HEAD, POST"})


def _problem(status: int, title: str, *paragraphs: str, headers: dict[str, str] | None = None) -> Response:
    response = _html(page.problem(title, *paragraphs), status)
    response.headers.update(headers or {})
    return response


def _html(text: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(text, status, headers=HEADERS)
