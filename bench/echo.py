"""A server that answers every frame at once and decides nothing: the floor under the daemon.

python -m bench.echo SOCKET
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import uvloop

from enactd import wire
from enactd.call import Reply

ANSWER = wire.encode_answer(Reply(0))


class Echo(asyncio.Protocol):
    """One frame in, "no objection" out."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._decoder = wire.Decoder.of_daemon()

    def data_received(self, data: bytes) -> None:
        if self._decoder.feed(data):
            self._transport.write(ANSWER)  # type: ignore[attr-defined]
            self._transport.close()


async def _serve(path: str) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_unix_server(Echo, path, backlog=512)
    os.chmod(path, 0o600)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    Path(sys.argv[1]).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    uvloop.run(_serve(sys.argv[1]))
