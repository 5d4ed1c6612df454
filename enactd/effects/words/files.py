"""Words for what happens to files and disks."""

from __future__ import annotations

from typing import Final

from enactd.effects import model as m
from enactd.effects.words.phrase import Names, Phrase, data

_KINDS: Final = {"folder": "folders", "file": "files", "link": "links"}
_STATES: Final = {
    "clean": ", as git has it",
    "modified": ", with changes that no commit has",
    "untracked": ", which no commit has",
    "ignored": ", which git leaves out",
}
_READS: Final = {
    "content": "reads",
    "list": "lists",
    "search": "searches",
    "exists": "looks whether there is",
}


def read(effect: m.ReadPath, names: Names) -> Phrase:
    """Shown or only used."""
    does = "shows" if effect.how == "content" and effect.shown and effect.target.secret else _READS[effect.how]
    sought = f" for `{effect.search[:80]}`" if effect.search and effect.how in ("search", "list") else ""
    return Phrase(does, names.target(effect.target), _kind(effect.target), _below(effect.recursive) + sought)


def write(effect: m.WritePath, names: Names) -> Phrase:
    """Made, replaced, or changed in part."""
    there = effect.target.kind not in ("missing", "unknown")
    does = {
        "create": "makes",
        "overwrite": "overwrites" if there else "writes",
        "append": "adds to",
        "edit": "changes",
    }[effect.how]
    carried = data(effect.origins)
    more = _below(effect.recursive) + (f", with {carried} in it" if carried else "")
    if does == "overwrites":
        more += _STATES.get(effect.target.git, "")
    return Phrase(does, names.target(effect.target), _kind(effect.target), more)


def delete(effect: m.DeletePath, names: Names) -> Phrase:
    """What goes, and whether git has it."""
    target = effect.target
    if target.kind == "missing" and target.path is not None:
        return Phrase("would delete", names.target(target), "paths", ", not there now")
    more = ", if empty" if effect.only_empty else ""
    if not effect.only_empty and target.kind != "file" and not target.everything_in:
        more += _below(effect.recursive)
    if effect.by_project:
        more += ", by a step of the project"
    does = "overwrites and deletes" if effect.scrub else "deletes"
    return Phrase(does, names.target(target), _kind(target), more + _STATES.get(target.git, ""))


def move(effect: m.MovePath, names: Names) -> Phrase:
    """Whatever lies at the destination is replaced."""
    replaced = ", over what is there" if effect.to.kind == "file" else ""
    return Phrase(
        "moves", names.target(effect.target), _kind(effect.target), f" to {names.target(effect.to)}{replaced}"
    )


def copy(effect: m.CopyPath, names: Names) -> Phrase:
    """The original stays."""
    return Phrase("copies", names.target(effect.target), _kind(effect.target), f" to {names.target(effect.to)}")


def link(effect: m.LinkPath, names: Names) -> Phrase:
    """Where it leads is what counts."""
    return Phrase("makes a link", f"{names.target(effect.to)} -> {names.target(effect.target)}")


def change_mode(effect: m.ChangeMode, names: Names) -> Phrase:
    """Rights or owner."""
    does = f"changes the {'owner' if effect.owner else 'rights'} of"
    opens = ", so that others may write there" if effect.opens else ""
    return Phrase(
        does, names.target(effect.target), _kind(effect.target), f"{_below(effect.recursive)} to {effect.mode}{opens}"
    )


def write_device(effect: m.WriteDevice, names: Names) -> Phrase:
    """Everything on it goes."""
    return Phrase("overwrites the device", effect.device, "devices", f" ({effect.how})")


def _kind(target: m.Target) -> str:
    if target.pattern or target.everything_in:
        return "groups of files"
    return _KINDS.get(target.kind, "paths")


def _below(recursive: bool) -> str:
    return " and everything in it" if recursive else ""
