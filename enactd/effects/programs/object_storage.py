"""Buckets: aws s3, gsutil, gcloud storage, rclone, s3cmd, s5cmd, mc, azcopy, b2. What moves, and what goes away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from enactd.effects.hosts import address
from enactd.effects.invocation import Effects, Invocation, Line, Options, Output, Value, program
from enactd.effects.model import ChangeInfrastructure, DeletePath, Opaque, ReadPath, RevealSecret, SendData, WritePath
from enactd.effects.values import EMPTY, FILE, NETWORK, SECRET, unknown
from enactd.risk import Risk

_URL: Final = re.compile(r"(?:s3|gs|b2|oss|cos|wasb|abfs|az)://|https?://|[\w.-]+:(?!\\)", re.IGNORECASE)


class Store(NamedTuple):
    """The tool that speaks to a store; `local` for an emulator on this machine."""

    call: Invocation
    tool: str
    context: str = ""
    local: bool = False
    by: str = ""  # how the sender is named where that is more than the tool

    def change(self, verb: str, words: Sequence[Value], *, bulk: bool = False) -> ChangeInfrastructure:
        """A change of objects or buckets."""
        what = " ".join(word.shown(80) for word in words[:3])
        return ChangeInfrastructure(
            tool=self.tool, verb=verb, what=what, context=self.context, bulk=bulk, local=self.local
        )

    def move(
        self,
        source: Value,
        target: Value,
        *,
        moves: bool = False,
        deletes: bool = False,
        recursive: bool = False,
        remote: re.Pattern[str] = _URL,
    ) -> Effects:
        """A copy: in, out, or between stores. `moves` takes the source away, `deletes` what the source lacks."""
        outward, inward = remote.match(target.prefix) is not None, remote.match(source.prefix) is not None
        if outward:
            if not inward:
                yield self._send(source, target)
            yield self.change("change", [target], bulk=recursive)
            if deletes:
                yield self.change("delete", [target], bulk=True)
        elif target.text == "-":
            yield Output(unknown(f"content of {source.shown(80)}", NETWORK))
        elif inward:
            found = self.call.target(target)
            yield WritePath(target=found, origins=frozenset({NETWORK}), recursive=recursive)
            if deletes:
                yield DeletePath(target=self.call.target(target, everything=True), recursive=True, bulk=True)
        if moves:
            yield (
                self.change("delete", [source], bulk=recursive)
                if inward
                else DeletePath(target=self.call.target(source), recursive=recursive)
            )

    def _send(self, source: Value, target: Value) -> SendData:
        call = self.call
        if source.text == "-":
            carries = (call.stdin or EMPTY).origins
            return SendData(to=target.shown(100), by=self.by or self.tool, carries=carries, local=self.local)
        found = call.target(source)
        taints = frozenset({FILE, SECRET} if found.secret else {FILE}) | source.origins
        return SendData(
            to=target.shown(100), by=self.by or self.tool, carries=taints, uploads=(found,), local=self.local
        )


_TAKE: Final = (
    "-h --help", "--version", "-n --dry-run", "--dryrun", "-r -R --recursive", "-f --force", "--delete --delete-removed"
    " --remove", "-i", "-q --quiet", "-v --verbose", "-d", "-m", "-P --progress", "--config F", "--config-dir D", "-c", "--include P",
    "--exclude P", "--filter P", "--transfers N", "--checkers N", "--bwlimit R", "--profile P", "--region R",
    "--endpoint-url --host U", "--no-sign-request", "-a --acl A", "-s", "-p", "-u P", "--credentials-file F", "-o O",
    "-l", "--max-age A", "--min-age A", "--older-than A", "--newer-than A", "--from-to F", "--recursive-x", "-x P",
    "--delete-destination D", "--put-md5", "--block-size-mb N", "--log-level L", "--storage-class S", "--rmdirs",
    "--incomplete", "--versions", "--dangerous", "--purge", "--expires-in N", "--interactive", "--backup-dir D",
    "--include-from F", "--exclude-from F", "--files-from F", "--s3-endpoint U", "--log-file F", "--overwrite O",
)  # fmt: skip
_LINE: Final = Options(*_TAKE, abbreviate=False)
_READING: Final = frozenset(
    """
    ls list lsd lsl lsf lsjson size du cat stat tree info find head about check cryptcheck md5sum sha1sum hashsum ncdu
    version help config-x listremotes lsbuckets get-bucket get-file-info listbuckets list-buckets list-file-names
    diff mb-x la dedupe-x link-x obscure cryptdecode test select sql watch ping ready logs-x get-account-info
    list-parts ls-x hash acl-get iam-get du-x jobs env doc completion update-x update serve-x ncdu-x logout login
    """.split()
)
_DELETE: Final = frozenset(
    """
    rm rmi del delete remove purge rmdir rmdirs rb deletefile cleanup delete-bucket delete-file-version delete_bucket
    delete-file-versions dedupe expire abortmp delbucket delpolicy
    """.split()
)
_CONFIG_SECRETS: Final = frozenset("show dump file-x redacted-x get userinfo reconnect".split())
_COPY: Final = frozenset(
    """
    cp copy copyto mv move moveto sync rsync bisync mirror put get rcopy upload-file download-file upload_file
    download_file file-upload file upload download pipe copyurl rcat
    """.split()
)
_MOVING: Final = frozenset("mv move moveto".split())
_DELETING_SYNC: Final = frozenset("sync bisync".split())


@program("rclone", "s3cmd", "s5cmd", "mc", "gsutil", "azcopy", "b2", "mcli", "ossutil", "obsutil", "coscli")
def object_store(call: Invocation) -> Effects:
    """One command of a bucket tool; `-n` and `--dry-run` only tell."""
    line = _LINE.parse(call.args)
    words = line.operands
    if line.has("-h", "--version", "--dryrun") or not words or (line.has("-n") and call.name != "mc"):
        return
    verb = words[0].text
    if call.name == "mc" and verb is not None and ("/" in verb or "." in verb):
        return  # the file manager of that name, or a compiler of messages
    store = Store(call, call.name, line.text("--profile"), _is_local(line))
    if verb is None:
        yield Opaque(reason=f"{call.name} command known only at run time", level=Risk.COMMITMENT)
    elif verb in ("config", "authorize", "alias", "admin") or verb in _READING or verb.startswith(("list_", "list-")):
        yield from _looking(store, line, verb, words)
    elif verb in _DELETE:
        bulk = line.has("-r", "--force", "--versions") or verb in ("purge", "rb", "delete", "cleanup", "rmdirs")
        yield store.change("delete", words[1:], bulk=bulk)
    elif verb in _COPY:
        yield from _copying(store, line, verb, words[1:])
    elif verb in ("iam", "acl", "policy", "setacl", "setpolicy", "anonymous", "share", "defacl", "hmac", "link", "key"):
        if not (len(words) > 1 and words[1].text in ("get", "ls", "list", "info")):
            yield store.change("access", words)
    else:
        yield store.change("create" if verb in ("mb", "mkdir", "make-bucket", "create-bucket") else "change", words)


def _is_local(line: Line) -> bool:
    endpoint = line.value("--endpoint-url", "--s3-endpoint")
    return endpoint is not None and endpoint.text is not None and address(endpoint.text).local


def _looking(store: Store, line: Line, verb: str, words: Sequence[Value]) -> Effects:
    action = words[1].text if len(words) > 1 else ""
    if verb == "config" and action in _CONFIG_SECRETS:
        yield RevealSecret(what="keys of stores", by=f"{store.tool} config")
        yield Output(unknown("keys of stores", SECRET))
    elif verb == "admin" and action not in ("info", "trace", "console", "top", "prometheus"):
        looks = len(words) > 2 and words[2].text in ("list", "ls", "info", "entities", "get", "export")
        yield store.change("read" if looks else "access", words)
    elif verb in ("cat", "head"):
        yield store.change("read", words)
        yield Output(unknown(f"content of {words[-1].shown(80)}", NETWORK))
    elif verb not in ("config", "authorize", "alias", "version", "help"):
        yield store.change("read", words)


def _copying(store: Store, line: Line, verb: str, words: Sequence[Value]) -> Effects:
    if len(words) < 2:
        if verb in ("get", "download") and words:
            yield WritePath(target=store.call.target(words[0].split("/")[-1]), origins=frozenset({NETWORK}))
        elif words and verb in ("rcat", "pipe"):
            yield from store.move(Value(("-",)), words[0])
        return
    sources, target = list(words[:-1]), words[-1]
    if verb in ("upload-file", "upload_file", "file"):
        sources, target = [words[1]], words[0] + Value(("://",))
    deletes = (
        line.has("--delete")
        or (verb in _DELETING_SYNC and store.tool == "rclone")
        or (verb == "rsync" and line.has("-d"))
        or (line.has("--delete-destination") and line.text("--delete-destination", "true") != "false")
    )
    remote = re.compile(r"(?!\.|/|~)[\w.-]+/") if store.tool in ("mc", "mcli") else _URL
    for source in sources:
        if verb == "copyurl":
            yield store.change("change", [target])
            continue
        yield from store.move(
            source, target, moves=verb in _MOVING, deletes=deletes, recursive=line.has("-r") or "sync" in verb,
            remote=remote,
        )  # fmt: skip
    if all(not remote.match(word.prefix) for word in words):
        for source in sources:
            yield ReadPath(target=store.call.target(source), shown=False)
