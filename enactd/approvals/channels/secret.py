"""Passwords and access tokens, each in a file of its own that nobody else could have read."""

from __future__ import annotations

from pathlib import Path

from enactd.errors import ChannelError, ReceiptError
from enactd.receipts import keyfile

UNTOLD = "people are not told by this channel; the others and the terminal go on"


def secret(name: str, keys: Path, what: str) -> str:
    """The first line of the file; a relative name lies in the keys folder, where policies keep agents out.

    Raises `ChannelError` for a link, a folder, a file of others or that others may read, and an empty one.
    """
    path = keys / name
    try:
        text = keyfile.read(str(path)).decode("utf-8", "strict").split("\n", 1)[0].strip()
    except ReceiptError as error:
        raise ChannelError(
            f"the {what} is not private", cause=error.cause, effect=UNTOLD, fix=f"chmod 600 {path}"
        ) from None
    except (OSError, ValueError) as error:
        cause = f"`{path}`: {getattr(error, 'strerror', None) or 'it is no text'}"
        raise ChannelError(f"the {what} cannot be read", cause=cause, effect=UNTOLD, fix=f"ls -l {path}") from None
    if not text or not text.isprintable():
        raise ChannelError(f"the {what} is empty", cause=f"`{path}` has no text in its first line", effect=UNTOLD)
    return text
