"""Words of files: what goes, where it lies, and whether git has it."""

from __future__ import annotations

import pytest
from support.effect_words import NAMES, target

from enactd.effects import model as m
from enactd.effects import words

CASES: list[tuple[m.Effect, str]] = [
    (m.DeletePath(target=target(kind="file", git="modified")), "deletes a, with changes that no commit has"),
    (m.DeletePath(target=target("/home/ada/shop", kind="folder"), recursive=True),
     "deletes the workspace itself (/home/ada/shop) and everything in it"),
    (m.DeletePath(target=target("/home/ada", kind="folder"), recursive=True),
     "deletes your home (/home/ada) and everything in it"),
    (m.DeletePath(target=target("/home/ada/shop", everything_in=True)),
     "deletes all that is in the workspace itself (/home/ada/shop)"),
    (m.DeletePath(target=target(None, why_unknown="$X is not known", worst="/y"), recursive=True),
     "deletes `$X/y`, known only when it runs: $X is not known, at worst `/y` and everything in it"),
    (m.DeletePath(target=target(), source="rm -r a", chain=("sudo", "bash"), user="root", place="ssh web"),
     "deletes a [on ssh web; as root; through sudo -> bash -> rm]"),
    (m.DeletePath(target=target("/home/ada/shop/~/x")), "deletes ./~/x"),
    (m.MovePath(target=target(), to=target("/srv/b", kind="file")), "moves a to /srv/b, over what is there"),
    (m.DeletePath(target=target(), conditional=True), "deletes a [only if a condition holds that is not known]"),
    (m.ReadPath(target=target("/home/ada/.env", secret="dotenv file")), "shows ~/.env (dotenv file)"),
    (m.ReadPath(target=target(kind="folder"), how="search", search="key", recursive=True),
     "searches a and everything in it for `key`"),
    (m.WritePath(target=target(kind="file", git="untracked"), origins=frozenset({"network"})),
     "overwrites a, with data from the network in it, which no commit has"),
    (m.WritePath(target=target(kind="missing"), how="create"), "makes a"),
    (m.DeletePath(target=target("/srv/x", kind="missing")), "would delete /srv/x, not there now"),
    (m.ChangeMode(target=target(), mode="777", recursive=True, opens=True),
     "changes the rights of a and everything in it to 777, so that others may write there"),
    (m.WriteDevice(device="/dev/sda", how="dd"), "overwrites the device /dev/sda (dd)"),
]  # fmt: skip


@pytest.mark.parametrize(("effect", "expected"), CASES, ids=[expected[:50] for _, expected in CASES])
def test_sentences(effect: m.Effect, expected: str) -> None:
    """Resolved targets and what is lost; what is not known is said to be unknown."""
    assert expected == words.told(effect, NAMES)
