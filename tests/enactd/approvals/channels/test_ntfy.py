"""Questions by ntfy and answers from the phone, against a stand-in of the server's documented HTTP API."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.asking import EVIL, asked, links
from support.ntfy_server import OPEN, TOKEN, Ntfy, ntfy
from support.unhelpful import silent, unhelpful

from enactd import posting
from enactd.approvals.channels.ntfy import NtfyChannel
from enactd.config.approvals import Ntfy as Settings
from enactd.errors import ChannelError


@pytest.fixture
def server() -> Iterator[Ntfy]:
    with ntfy() as running:
        yield running


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    file = tmp_path / "ntfy.token"
    file.touch(mode=0o600)
    file.write_text(TOKEN + "\n")
    return tmp_path


def settings(server: Ntfy, **fields: Any) -> Settings:
    usual = {"topic": f"{server.url}/asks", "replies": f"{server.url}/{OPEN}", "token_file": "ntfy.token"}
    return Settings(**(usual | fields))


async def heard(channel: NtfyChannel, number: int = 1) -> list[str]:
    """The first tokens that come back."""
    found: list[str] = []
    async with asyncio.timeout(30):
        async for token in channel.replies():
            found.append(token)
            if len(found) == number:
                break
    return found


async def test_a_button_on_the_phone_answers(server: Ntfy, keys: Path) -> None:
    """What the message's action says is posted as the app posts it, and its token comes back."""
    channel = NtfyChannel(settings(server), keys, pause=0.05)
    request = asked()
    given = links(request, "phone")
    await channel.announce(request, given)
    message = server.topics["asks"][0]
    actions = {action["label"]: action for action in message["actions"]}
    assert ["See it", "Approve", "Deny"] == list(actions)
    assert given.view == actions["See it"]["url"] == message["click"]
    press = actions["Deny"]
    assert 200 == await asyncio.to_thread(
        lambda: posting.request(press["method"], press["url"], press["body"].encode()).status
    )
    assert [given.deny] == await heard(channel)


async def test_what_is_not_shown_whole_has_no_button_that_approves(server: Ntfy, keys: Path) -> None:
    """The dangerous line may be in what is left out: it can be looked at and denied, and its token went nowhere."""
    hidden = "\U00020bb7"
    request = asked(f"echo # {hidden * 470}\nterraform destroy -auto-approve\n# {hidden * 700}")
    given = links(request, "phone")
    await NtfyChannel(settings(server), keys).announce(request, given)
    message = server.topics["asks"][0]
    assert ["See it", "Deny"] == [action["label"] for action in message["actions"]]
    assert given.approve not in str(message)
    assert 3_500 >= len(message["message"].encode())
    for part in ("Cannot be undone: the database `main`", "Would: deletes 5 resources", "Why: ", "characters more]"):
        assert part in message["message"]


async def test_buttons_carry_no_access_token(server: Ntfy, keys: Path) -> None:
    """Who reads the topic could use it."""
    request = asked(EVIL)
    await NtfyChannel(settings(server), keys).announce(request, links(request, "phone"))
    assert TOKEN not in str(server.topics)
    assert not set("\x1b\u202e\r") & set(str(server.topics["asks"][0]["message"]))


async def test_what_was_never_sent_out_is_not_heard(server: Ntfy, keys: Path) -> None:
    """Garbage, tokens of others, of settled requests, and what was there before us."""
    old, new, settled = asked(), asked(name="8-def"), asked(name="9-ghi")
    server.put(OPEN, message="before", time=1)
    channel = NtfyChannel(settings(server), keys, pause=0.05)
    given, gone = links(new, "phone"), links(settled, "phone")
    await channel.announce(new, given)
    await channel.announce(settled, gone)
    await channel.withdraw(settled, "denied")
    for text in ("", "x" * 5000, links(old, "phone").approve, gone.approve, given.approve[:-1], "\x00", "ÄÖ"):
        server.put(OPEN, message=text)
    server.put(OPEN, event="keepalive", message=given.deny)
    server.put(OPEN, message=f" {given.approve}\n")
    assert [given.approve] == await heard(channel)


async def test_nothing_is_polled_while_nothing_waits(server: Ntfy, keys: Path) -> None:
    """No question, no traffic."""
    channel = NtfyChannel(settings(server), keys, pause=0.01)
    listening = asyncio.ensure_future(heard(channel))
    await asyncio.sleep(0.2)
    assert 0 == server.polls
    request = asked()
    given = links(request, "phone")
    await channel.announce(request, given)
    server.put(OPEN, message=given.approve)
    assert [given.approve] == await listening


async def test_without_an_access_token_it_only_tells(server: Ntfy, keys: Path) -> None:
    """The topic stands in a file that agents may read: neither link nor button goes there."""
    request = asked()
    given = links(request, "phone")
    server.topics[OPEN] = []
    open_topic = settings(server, topic=f"{server.url}/{OPEN}", replies="", token_file="")
    await NtfyChannel(open_topic, keys).announce(request, given)
    message = server.topics[OPEN][0]
    assert ([], False) == (message["actions"], "click" in message)
    for token in (given.view, given.approve, given.deny):
        assert token not in str(message)
    with pytest.raises(ChannelError, match="need an access token"):
        NtfyChannel(settings(server, token_file=""), keys)


async def test_a_refusal_says_so(server: Ntfy, keys: Path) -> None:
    """A wrong token, and a server that hangs."""
    (keys / "ntfy.token").write_text("tk_wrong")
    request = asked()
    with pytest.raises(ChannelError) as caught:
        await NtfyChannel(settings(server), keys).announce(request, links(request, "phone"))
    assert "answered 403" in caught.value.cause
    assert "tk_wrong" not in str(caught.value)
    with unhelpful(silent) as port:
        slow = NtfyChannel(Settings(topic=f"http://127.0.0.1:{port}/asks"), keys, seconds=0.3)
        with pytest.raises(ChannelError) as caught:
            await slow.announce(request, links(request, "phone"))
    assert "longer" in caught.value.cause or "timed out" in caught.value.cause


async def test_a_server_that_comes_back_is_heard_again(server: Ntfy, keys: Path) -> None:
    """A failure of a look is no end of looking."""
    channel = NtfyChannel(settings(server), keys, pause=0.05)
    request = asked()
    given = links(request, "phone")
    await channel.announce(request, given)
    (keys / "ntfy.token").write_text("tk_wrong")
    listening = asyncio.ensure_future(heard(channel))
    await asyncio.sleep(0.2)
    (keys / "ntfy.token").write_text(TOKEN)
    server.put(OPEN, message=given.approve)
    assert [given.approve] == await listening


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
async def test_a_token_that_others_may_read_is_not_used(server: Ntfy, keys: Path, mode: int) -> None:
    """Nothing is sent with it."""
    (keys / "ntfy.token").chmod(mode)
    request = asked()
    with pytest.raises(ChannelError, match="not private"):
        await NtfyChannel(settings(server), keys).announce(request, links(request, "phone"))
    assert {} == server.topics


@pytest.mark.parametrize(
    "fields",
    [
        {"topic": "http://ntfy.example/x"},
        {"topic": "https://ntfy.sh/"},
        {"topic": "https://ntfy.sh"},
        {"topic": "https://ntfy.sh/a b"},
        {"topic": "https://ntfy.sh/x?y"},
        {"replies": "https://elsewhere.example/x"},
    ],
)
def test_what_is_no_topic_is_refused(server: Ntfy, keys: Path, fields: dict[str, str]) -> None:
    """When the channel is made, with the reason; and no token goes to a second server."""
    with pytest.raises(ChannelError):
        NtfyChannel(settings(server, **fields), keys)
