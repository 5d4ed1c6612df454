"""Ask the real bash: what it makes of words and of expressions. Nothing of the user's is loaded."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "HOME": "/home/u", "LC_ALL": "C.UTF-8"}
_LOOP: Final = r"""
while IFS= read -r -d '' text; do
  ( eval "$SETUP"; eval "$text" ) 2>/dev/null </dev/null
  printf '\1%s\2' "$?"
done < "$TEXTS"
"""


def outputs(texts: Sequence[str], folder: Path, setup: str = "") -> list[tuple[str, int]]:
    """What each text prints when bash runs it in a subshell in `folder`, and its status."""
    source = folder.parent / f"{folder.name}.texts"
    source.write_text("".join(text + "\0" for text in texts))
    environment = ENVIRONMENT | {"SETUP": setup, "TEXTS": str(source)}
    done = subprocess.run(
        ["bash", "--norc", "--noprofile", "-c", _LOOP], cwd=folder, env=environment, capture_output=True, timeout=60,
        check=False,
    )  # fmt: skip
    found = []
    for record in done.stdout.decode("utf-8", "replace").split("\2")[:-1]:
        text, _, status = record.rpartition("\1")
        found.append((text, int(status)))
    assert len(texts) == len(found), done.stderr.decode()
    return found


def fields(words: Sequence[str], folder: Path, setup: str = "") -> list[list[str] | None]:
    """The fields that bash makes of each word; None where it refuses the word."""
    texts = [f"set -- {word}\n" + r"""printf '%s\0' "ok$#" "$@" """ for word in words]
    results: list[list[str] | None] = []
    for text, _status in outputs(texts, folder, setup):
        found = text.split("\0")
        if not found[0].startswith("ok"):
            results.append(None)
            continue
        count = int(found[0][2:])
        results.append(found[1 : count + 1])
    return results
