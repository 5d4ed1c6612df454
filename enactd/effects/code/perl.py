"""Perl: system, exec, qx, open with pipes, unlink, File::Path, LWP, sockets, eval, DBI."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from enactd.effects.code import deeds, operations
from enactd.effects.code import deeds_network as network
from enactd.effects.code import deeds_programs as programs
from enactd.effects.code.dialects import Dialect
from enactd.effects.code.objects import Thing, untold
from enactd.effects.code.phrases import Phrase
from enactd.effects.http import exchange
from enactd.effects.invocation import Effects, Invocation
from enactd.effects.scripts import reads
from enactd.effects.values import NETWORK, Value, unknown

_PERL: Final = Dialect(
    "perl", interpolation="perl", sigils=True, quote_words=True, patterns=True, heredocs=True, command_calls=True,
    bare_members=True, concatenation=frozenset((".",)), members=frozenset(("->", "::")),
)  # fmt: skip


def _open(phrase: Phrase) -> Thing | None:
    """Two or three arguments; the mode may be glued to the name, a `|` at either end is a command."""
    if len(phrase.arguments) < 2:
        return None
    mode = phrase.text(1)
    if len(phrase.arguments) > 2:
        letters, target = (mode.text or "<").split(":")[0].strip(), phrase.text(2)
        words = phrase.values(2)
    else:
        match = re.match(r"\s*(\+?[<>|]{0,2}&?)\s*", mode.prefix)
        letters = match.group(1) if match else "<"
        target = mode.cut(match.end()) if match else mode
        words = [target]
        if mode.suffix.rstrip().endswith("|"):
            letters, target = "-|", Value((*mode.pieces[:-1], mode.suffix.rstrip().rstrip("|")))
            words = [target]
    if "|" in letters:
        if len(words) > 1:
            phrase.emit(operations.run(phrase.call, words))
        else:
            phrase.emit(operations.shell(phrase.call, target))
        return untold("a handle")
    if "&" in letters or target.text in ("-", ""):
        return None
    if ">" in letters or letters.startswith("+"):
        phrase.emit(operations.write(phrase.call, target, append=">>" in letters))
    else:
        phrase.emit(operations.read(phrase.call, target))
    return untold("a handle")


def _getstore(phrase: Phrase) -> Thing | None:
    phrase.emit(exchange("GET", phrase.text(0)))
    phrase.emit(operations.write(phrase.call, phrase.text(1), unknown("what came from the network", NETWORK)))
    return None


def _evaluate(phrase: Phrase) -> Thing | None:
    """`eval BLOCK` is no text; without an argument it is `$_`."""
    if not phrase.arguments:
        return None
    return programs.evaluates("perl")(phrase)


_TABLE: Final = deeds.table(
    {
        "fork": programs.forks,
        "` system exec readpipe IPC.Open3.open3 open2 open3 IPC.Run.run capture capturex systemx": programs.shells,
        "unlink Path.Tiny.remove .unlink IO.File.unlink": deeds.deletes(),
        "rmtree remove_tree File.Path.rmtree File.Path.remove_tree .remove_tree pathrmdir": deeds.deletes(
            recursive=True
        ),
        "rmdir": deeds.deletes(empty=True),
        "open sysopen": _open,
        "IO.File": deeds.opens(),
        "truncate": deeds.writes(content=None),
        "write_file File.Slurp.write_file .spew .spew_utf8 .append": deeds.writes(),
        "read_file File.Slurp.read_file slurp .slurp .slurp_utf8 .lines": deeds.reads(),
        "opendir": deeds.reads(path=1, listing=True),
        "glob bsd_glob": deeds.globs,
        "rename move File.Copy.move mv": deeds.moves,
        "copy File.Copy.copy cp link File.Copy.Recursive.rcopy dircopy": deeds.copies,
        "symlink": deeds.links,
        "chmod chown": deeds.modes(first=True),
        "chdir": deeds.chdir,
        "cwd getcwd Cwd.cwd Cwd.getcwd": deeds.here,
        "tempdir tempfile File.Temp.tempdir File.Temp.tempfile": deeds.temporary,
        "catfile catdir File.Spec.catfile File.Spec.catdir": deeds.joins_path,
        "path Path.Tiny.path abs_path File.Spec.rel2abs realpath": deeds.expands_path,
        "eval": _evaluate,
        "do require": programs.loads("perl"),
        "decode_base64 MIME.Base64.decode_base64 decode_base64url": programs.decodes("base64"),
        "unpack pack": programs.hides,
        "uncompress Compress.Zlib.uncompress decrypt": programs.hides,
        "reverse scalar": programs.reverses,
        "join": programs.implodes,
        "chr": programs.characters,
        "kill": programs.signals,
        "print say printf warn die Dumper Data.Dumper.Dumper": network.prints,
        "get LWP.Simple.get head getprint LWP.Simple.getprint": network.requests("GET", body=None),
        "getstore LWP.Simple.getstore mirror": _getstore,
        "LWP.UserAgent.get HTTP.Tiny.get .get_url WWW.Mechanize.get Mojo.UserAgent.get": network.requests(
            "GET", body=None
        ),
        "LWP.UserAgent.post HTTP.Tiny.post HTTP.Tiny.post_form WWW.Mechanize.post Mojo.UserAgent.post": network.requests(
            "POST"
        ),
        "LWP.UserAgent.put HTTP.Tiny.put": network.requests("PUT"),
        "LWP.UserAgent.delete HTTP.Tiny.delete Mojo.UserAgent.delete": network.requests("DELETE", body=None),
        "HTTP.Request": network.requests(None, url=1, body=3, verb=0),
        "HTTP.Tiny.request": network.requests(None, url=1, body=2, verb=0),
        "IO.Socket.INET IO.Socket.SSL IO.Socket.IP": network.connects(),
        "DBI.connect": network.connects_database(),
        ".do .prepare .execute .selectall_arrayref .selectrow_array .selectall_hashref .selectcol_arrayref .query": network.statements(),
        "Net.SMTP sendmail Email.Sender.Simple.send": network.mails,
        ".drop_table .drop_database": network.empties(),
    }
)


@reads("perl")
def read_perl(call: Invocation, text: Value, origin: str, changes: Mapping[str, Any]) -> Effects:
    """What Perl text does; the code of `s///e` counts, too."""
    yield from deeds.read_phrases(call, text, origin, changes, _PERL, _TABLE)
