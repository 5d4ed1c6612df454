"""An agent that wants to destroy what Terraform built, a gate that asks, a page and a channel: all of it real."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from enactd import resources
from enactd.agents.base import Registration
from enactd.agents.claude_code import ADAPTER
from support import terraform
from support.claude import Run, installed
from support.guarded import Guarded, furnished
from support.loopback import Loopback
from support.receiver import Receiver, receiver

DESTROY: Final = "cd infra && terraform destroy -auto-approve -no-color"
HOLD_S: Final = 60


class Story:
    """A furnished home with infrastructure in it, the gate with a page and a channel, and the agent."""

    def __init__(self, place: Guarded, posts: Receiver) -> None:
        self.place, self.posts = place, posts
        self.infra = place.project / "infra"
        self.mark = place.base / "mark"
        self.mark.touch()
        terraform.furnish(self.infra, terraform.program(place.bin), self.mark)
        self.port = free_port(place.network)
        self.configure()
        resources.install_shim(place.layout.shim)
        place.settings.write_text(
            ADAPTER.register("", Registration(shim=str(place.layout.shim), home=str(place.layout.root), hold_s=HOLD_S))
        )
        place.start()

    def configure(self, **more: str) -> None:
        """Settings: a page, a webhook, and `more` of `[approvals]`."""
        wanted = {"hold_s": str(HOLD_S), "ticket_minutes": "5", "dialog": "false", **more}
        lines = ["[approvals]", *(f"{key} = {value}" for key, value in wanted.items())]
        lines += ["[approvals.web]", f'listen = "127.0.0.1:{self.port}"']
        lines += ["[[approvals.webhooks]]", f'url = "{self.posts.url}"', 'approver = "owner"']
        self.place.layout.config_file.parent.mkdir(parents=True, exist_ok=True)
        self.place.layout.config_file.write_text("\n".join(lines) + "\n")

    def question(self, after: int = 0) -> dict[str, Any]:
        """What the next person is told who is asked."""
        return self.posts.wait(lambda message: message.get("event") == "approval.requested", after=after)

    @property
    def destroyed(self) -> list[str]:
        """What Terraform really took away, in order."""
        return self.mark.read_text().split()

    def events(self) -> list[str]:
        """The receipts of approvals, oldest first."""
        return [record["event"] for record in self.place.receipts("approval")]


class Playing:
    """The agent, in a thread of its own, because it waits."""

    def __init__(self, story: Story, *turns: Any) -> None:
        self._ended: list[Any] = []

        def work() -> None:
            try:
                self._ended.append(story.place.run(*turns, timeout=240))
            except BaseException as fault:
                self._ended.append(fault)

        self._thread = threading.Thread(target=work)
        self._thread.start()

    def run(self) -> Run:
        """How it ended."""
        self._thread.join(300)
        assert isinstance(self._ended[0], Run), self._ended
        return self._ended[0]


def free_port(network: Loopback) -> int:
    code = "import socket; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1])"
    return int(
        subprocess.run(network.argv([sys.executable, "-c", code]), capture_output=True, text=True, check=True).stdout
    )


@contextmanager
def beginning(network: Loopback) -> Iterator[Story]:
    """The story before its first call; gone afterwards."""
    installed()
    with furnished(network) as place, receiver(network, place.base / "posts.jsonl") as posts:
        yield Story(place, posts)
