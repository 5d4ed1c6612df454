"""chmod, chown, ACLs and file attributes: who may do what with a file afterwards."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Value, program
from enactd.effects.model import ChangeMode, ReadPath
from enactd.effects.programs.streams import nothing_printed

_CHMOD: Final = Options(
    "-R --recursive", "-c --changes", "-f --silent --quiet", "-v --verbose", "--preserve-root", "--no-preserve-root",
    "--reference FILE", "-H", "-L", "-P", "--dereference", "--no-dereference", "--help", "--version",
)  # fmt: skip
_CHOWN: Final = Options(
    "-R --recursive", "-c --changes", "-f --silent --quiet", "-v --verbose", "--preserve-root", "--no-preserve-root",
    "--reference FILE", "--from OWNER", "-h --no-dereference", "--dereference", "-H", "-L", "-P", "-n", "-x",
    "--help", "--version",
)  # fmt: skip
_SETFACL: Final = Options(
    "-R --recursive", "-m --modify ACL", "-M --modify-file FILE", "-x --remove ACL", "-X --remove-file FILE",
    "-b --remove-all", "-k --remove-default", "-d --default", "-n --no-mask", "--mask", "--set ACL",
    "--set-file FILE", "--restore FILE", "--test", "-L --logical", "-P --physical", "-v --version", "-h --help",
)  # fmt: skip
_CHATTR: Final = Options("-R", "-V", "-f", "-v VERSION", "-p PROJECT")
_XATTR: Final = Options("-l", "-r", "-s", "-v", "-x", "-c", "-p NAME", "-w NAME", "-d NAME", "-h", "--help")
_SETFATTR: Final = Options(
    "-n --name NAME", "-v --value VALUE", "-x --remove NAME", "-h --no-dereference", "--restore FILE", "--help",
    "--version",
)  # fmt: skip
_SYMBOLIC: Final = re.compile(r"[-+=][rwxXstugoa0-7,+=-]*")
_CLAUSE: Final = re.compile(r"([ugoa]*)((?:[-+=][rwxXstugo]*)+)")


def opens_to_others(mode: str) -> bool:
    """Whether a mode gives write to others: `777`, `o+w`, `a=rwx`, `+w` is bounded by the umask and does not."""
    if re.fullmatch(r"[-+=]?[0-7]{1,5}", mode):
        return not mode.startswith("-") and bool(int(mode.lstrip("-+="), 8) & 0o002)
    for clause in mode.split(","):
        match = _CLAUSE.fullmatch(clause)
        if not match or not ({"o", "a"} & set(match.group(1))):
            continue
        for action in re.findall(r"[-+=][rwxXstugo]*", match.group(2)):
            if action[0] != "-" and ("w" in action or "u" in action[1:]):
                return True
    return False


@program("chmod", "gchmod", "lchmod")
def chmod(call: Invocation) -> Effects:
    """The mode may look like an option (`-w`); unknown modes count as opening."""
    words = [w for w in call.args if not (w.text and _is_mode(w.text) and w.text.startswith("-"))]
    minus = [w for w in call.args if w not in words]
    line = _CHMOD.parse(words)
    if line.has("--help", "--version"):
        return
    operands = list(line.operands)
    mode = "as the reference file"
    if line.value("--reference") is None:
        if minus:
            mode = minus[0].text or ""
        elif operands:
            first = operands.pop(0)
            mode = first.shown()
            opens = first.text is None or opens_to_others(mode)
            yield from _changes(call, operands, mode, line.has("-R") or line.uncertain, opens)
            return
    yield from _changes(call, operands, mode, line.has("-R"), opens_to_others(mode))


def _is_mode(text: str) -> bool:
    return bool(_SYMBOLIC.fullmatch(text)) and not re.fullmatch(r"-[RcfvHLP]+", text)


def _changes(call: Invocation, words: list[Value], mode: str, recursive: bool, opens: bool) -> Effects:
    for word in words:
        yield ChangeMode(target=call.target(word), mode=mode, recursive=recursive, opens=opens)
    yield nothing_printed()


@program("chown", "chgrp", "lchown", "gchown", "chcon")
def chown(call: Invocation) -> Effects:
    """Owner or group of files, recursively with `-R`."""
    line = _CHOWN.parse(call.args)
    if line.has("--help", "--version"):
        return
    operands = list(line.operands)
    owner = "as the reference file"
    if line.value("--reference") is None and operands:
        owner = operands.pop(0).shown()
    for word in operands:
        yield ChangeMode(target=call.target(word), mode=owner, recursive=line.has("-R"), owner=True)


@program("setfacl")
def setfacl(call: Invocation) -> Effects:
    """`o::rw` lets others write; an entry for one user or group does not."""
    line = _SETFACL.parse(call.args)
    if line.has("--help", "-v", "--test"):
        return
    rules = ",".join(v.shown() for name in ("-m", "--set", "-x") for v in line.values(name))
    given = ",".join(v.shown() for name in ("-m", "--set") for v in line.values(name))
    opens = bool(re.search(r"(?:^|,)(?:d(?:efault)?:)?o(?:ther)?::?[rx-]*[w2367]", given))
    mode = rules or ("remove all" if line.has("-b", "-k") else "from a file")
    for word in line.operands:
        yield ChangeMode(target=call.target(word), mode=mode, recursive=line.has("-R"), opens=opens)
    restored = line.value("--restore")
    if restored is not None:
        yield ReadPath(target=call.target(restored), shown=False)
        yield ChangeMode(target=call.target("."), mode="from a file", recursive=True)


@program("chattr", "chflags")
def chattr(call: Invocation) -> Effects:
    """Attributes such as immutable; the first `+i`, `-i`, `=` (or chflags' word) is the change."""
    change = next(
        (w for w in call.args if re.fullmatch(r"[-+=][a-zA-Z]+", w.text or "") and w.text not in ("-R", "-V", "-f")),
        None,
    )
    words = [w for w in call.args if w is not change]
    line = _CHATTR.parse(words)
    operands = list(line.operands)
    if call.name == "chflags" and operands:
        change = operands.pop(0)
    if change is None:
        return
    for word in operands:
        yield ChangeMode(target=call.target(word), mode=change.shown(), recursive=line.has("-R"))


@program("xattr")
def xattr(call: Invocation) -> Effects:
    """macOS: `-w`, `-d` and `-c` change, the rest reads."""
    line = _XATTR.parse(call.args)
    if line.has("-h", "--help"):
        return
    change = line.value("-w") or line.value("-d")
    operands = line.operands[1:] if line.value("-w") is not None else line.operands
    for word in operands:
        if change is not None or line.has("-c"):
            mode = change.shown() if change is not None else "clear"
            yield ChangeMode(target=call.target(word), mode=mode, recursive=line.has("-r"))
        else:
            yield ReadPath(target=call.target(word), how="exists", recursive=line.has("-r"))


@program("setfattr", "setcap", "setfile")
def setfattr(call: Invocation) -> Effects:
    """Extended attributes and capabilities: `setcap CAPS FILE`, `setfattr -n NAME FILE`."""
    if call.name == "setcap":
        words = [word for word in call.args if word.text not in ("-q", "-v", "-r", "-n", "-f")]
        pairs = [words[-1]] if words else []
        mode = words[0].shown() if len(words) > 1 else "remove capabilities"
    else:
        line = _SETFATTR.parse(call.args)
        pairs, mode = line.operands, (line.value("-n") or line.value("-x") or Value(("attributes",))).shown()
    for word in pairs:
        yield ChangeMode(target=call.target(word), mode=mode)


@program("getfacl", "lsattr", "getfattr", "getcap")
def getfacl(call: Invocation) -> Effects:
    """Shows rights, no content."""
    for word in call.args:
        if not word.startswith("-"):
            recursive = any(w.text in ("-R", "-r", "--recursive") for w in call.args)
            yield ReadPath(target=call.target(word), how="exists", recursive=recursive)


@program("icacls", "icacls.exe", "takeown", "takeown.exe", "attrib", "attrib.exe")
def icacls(call: Invocation) -> Effects:
    """Windows rights: granting to Everyone or Users opens; takeown and attrib change owner and flags."""
    words = [(w.text or "").lower() for w in call.args]
    recursive = any(w.lstrip("/") in ("t", "r", "s") for w in words)
    target = next((w for w in call.args if not re.match(r"//?[a-zA-Z]|[-+][a-zA-Z]$", w.text or "x")), None)
    if call.name.startswith("takeown"):
        target = next((call.args[i + 1] for i, w in enumerate(words[:-1]) if w.lstrip("/") == "f"), None)
    elif call.name.startswith("attrib"):
        if not any(re.fullmatch(r"[-+][a-z]", w) for w in words):
            return
    elif not any(
        w.lstrip("/") in ("grant", "deny", "remove", "reset", "setowner", "inheritance:r")
        or w.lstrip("/").startswith(("grant", "inheritance", "remove"))
        for w in words
    ):
        return
    if target is None:
        return
    rule = " ".join(w for w in words if not w.startswith("/"))
    opens = bool(re.search(r"(?:everyone|users|\*s-1-1-0):.*[fmw]", rule))
    yield ChangeMode(
        target=call.target(target), mode=rule, recursive=recursive, opens=opens, owner=call.name.startswith("takeown")
    )
