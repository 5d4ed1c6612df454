"""Questions leave a real daemon and answers come back: over real mail servers, over ntfy, and past servers that hang."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from support.daemon import Daemon, bash, hook, layout, until
from support.mail_servers import PASSWORD, USER, authority, imap, smtp
from support.ntfy_server import OPEN, TOKEN, ntfy
from support.processes import Agent
from support.unhelpful import dripping, says, silent, unhelpful

from enactd import posting
from enactd.call import Reply
from enactd.config import Layout

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")  # on loopback, in a test
ASKS = "terraform destroy"
FREE = "echo hello"
ADA = "ada@example.org"
REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def home(tmp_path: Path) -> Layout:
    made = layout(tmp_path)
    made.prepare()
    return made


@pytest.fixture
def agent() -> Iterator[Agent]:
    with Agent() as one:
        yield one


def configure(home: Layout, text: str, **secrets: str) -> None:
    home.config_file.write_text(text)
    for name, value in secrets.items():
        file = home.keys / f"{name}.secret"
        file.touch(mode=0o600)
        file.write_text(value)


def passes(reply: Reply) -> bool:
    """Whether the call runs: nothing is said, or nothing that stops it."""
    return reply.exit_code == 0 and b"deny" not in reply.stdout and b'"ask"' not in reply.stdout


def test_a_reply_mail_lets_the_held_call_run_once(home: Layout, agent: Agent, tmp_path: Path) -> None:
    """The agent waits; a person far away opens the mail's link and sends it; the next call is asked about again."""
    signed = authority(tmp_path)
    with smtp("none", signed) as (inbox, port), imap(signed) as mailbox:
        configure(
            home,
            f'[approvals]\nhold_s = 50\ndialog = false\n[approvals.mail]\nserver = "127.0.0.1:{port}"\nsecurity = "none"\n'
            f'user = "{USER}"\npassword_file = "mail.secret"\nsender = "bot@example.org"\nto = ["{ADA}"]\n'
            f'inbox = "127.0.0.1:{mailbox.plain}"\n',
            mail=PASSWORD,
        )
        with Daemon(home) as daemon, ThreadPoolExecutor(1) as beside:
            waiting = beside.submit(hook, agent, home, bash(ASKS), deadline_ms=60_000)
            assert until(lambda: inbox.envelopes, 30)
            asked: Any = message_from_bytes(inbox.envelopes[0].content, policy=policy.default)
            link = asked.get_body(("html",)).get_content().split('href="mailto:')[1].split('"')[0]
            answer = EmailMessage()
            answer["From"], answer["To"] = ADA, "bot@example.org"
            answer["Subject"] = unquote(link.partition("?subject=")[2])
            answer.set_content("fine")
            assert "approve" in answer["Subject"]
            assert not waiting.done()
            mailbox.deliver(answer.as_bytes(policy=policy.SMTP))
            assert passes(waiting.result(60))
            (told,) = [one.detail for one in daemon.receipts() if one.event == "approved"]
            assert (ADA, "mail", "reply") == (told["by"], told["channel"], told["proof"])
            again = beside.submit(hook, agent, home, bash(ASKS, call_id="toolu_2"), deadline_ms=60_000)
            assert until(lambda: len(inbox.envelopes) == 2, 30)
            assert not again.done()
            mailbox.deliver(answer.as_bytes(policy=policy.SMTP))  # the same letter once more
            deny = message_from_bytes(inbox.envelopes[1].content, policy=policy.default)
            text: Any = deny
            link = text.get_body(("html",)).get_content().split('href="mailto:')[2].split('"')[0]
            del answer["Subject"]
            answer["Subject"] = unquote(link.partition("?subject=")[2])
            mailbox.deliver(answer.as_bytes(policy=policy.SMTP))
            assert not passes(again.result(60))


def test_a_button_of_ntfy_answers_a_ticket(home: Layout, agent: Agent) -> None:
    """Nothing reaches the machine from outside; the retry passes, once."""
    with ntfy() as server:
        configure(
            home,
            f'[approvals]\nhold_s = 0\ndialog = false\n[approvals.ntfy]\ntopic = "{server.url}/asks"\n'
            f'replies = "{server.url}/{OPEN}"\ntoken_file = "ntfy.secret"\n',
            ntfy=TOKEN,
        )
        with Daemon(home) as daemon:
            assert not passes(hook(agent, home, bash(ASKS)))
            assert until(lambda: server.topics.get("asks"), 30)
            press = next(one for one in server.topics["asks"][0]["actions"] if one["label"] == "Approve")
            for _ in range(2):  # people press twice
                assert 200 == posting.request(press["method"], press["url"], press["body"].encode()).status
            assert until(lambda: not daemon.client.pending(), 30)
            replies = [hook(agent, home, bash(ASKS, call_id=f"toolu_{number}")) for number in (2, 3)]
            assert [True, False] == [passes(reply) for reply in replies]


def test_servers_that_hang_cost_their_own_messages(home: Layout, agent: Agent, record_property: Any) -> None:
    """Calls are decided as fast as before, what waits keeps waiting, nothing is approved, and `status` says what is wrong."""
    with unhelpful(silent) as mute, unhelpful(dripping) as slow, unhelpful(says(REDIRECT)) as elsewhere:
        configure(home, "[approvals]\nhold_s = 0\ndialog = false\n")
        with Daemon(home) as daemon:
            before = latencies(agent, home)
            text = (
                f'[approvals]\nhold_s = 0\ndialog = false\n[approvals.mail]\nserver = "127.0.0.1:{mute}"\nsecurity = "none"\n'
                f'sender = "bot@example.org"\nto = ["{ADA}", "bob@example.org"]\n'
                f'[approvals.ntfy]\ntopic = "http://127.0.0.1:{slow}/asks"\n'
                f'[[approvals.webhooks]]\nurl = "http://127.0.0.1:{elsewhere}/x"\n'
                f'[[approvals.webhooks]]\nurl = "http://127.0.0.1:{mute}/x"\n'
            )
            home.config_file.write_text(text)
            for number in range(30):
                reply = hook(agent, home, bash(f"{ASKS} -target=a.b{number}", call_id=f"toolu_{number}"))
                assert not passes(reply)
            during = latencies(agent, home)
            assert 30 == len(daemon.client.pending())
            assert until(lambda: "302" in str(daemon.client.health()), 60), daemon.client.health()
            assert not [one for one in daemon.receipts() if one.event in ("approved", "denied")]
    record_property(
        "figures",
        f"hook, median of 20 free calls with its process: {before:.0f} ms; while four channels hang and 30 questions wait: {during:.0f} ms",
    )


def latencies(agent: Agent, home: Layout) -> float:
    """The median of some free calls, in ms, the caller's own process included."""
    found = []
    for number in range(20):
        began = time.perf_counter()
        assert passes(hook(agent, home, bash(FREE, call_id=f"toolu_f{number}")))
        found.append(1000 * (time.perf_counter() - began))
    return statistics.median(found)
