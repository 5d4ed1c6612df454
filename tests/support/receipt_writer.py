"""A process that writes receipts until it is killed: prints each number once it is acknowledged.

python receipt_writer.py FOLDER SEGMENT_BYTES CALLERS
"""

from __future__ import annotations

import asyncio
import os
import sys

from enactd.receipts.log import Log
from enactd.receipts.record import Draft
from enactd.receipts.signer import Signer


async def write(folder: str, segment_bytes: int, callers: int) -> None:
    log = Log.open(folder, Signer(bytes(range(32))), segment_bytes=segment_bytes)
    os.write(1, b"open\n")

    async def caller(name: str) -> None:
        while True:
            receipt = await log.append(Draft(kind="decision", session=name, verdict="allow", tool="x" * 300))
            os.write(1, f"{receipt.id}\n".encode())

    await asyncio.gather(*(caller(f"s{number}") for number in range(callers)))


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
