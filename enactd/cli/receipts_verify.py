"""`enactctl receipts verify`: all steps, told one by one. Needs the folder; only the MACs need a key or the daemon."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from enactd.cli.output import as_json, clock, line, say
from enactd.cli.places import layout_of
from enactd.control_client import Client
from enactd.errors import EnactError, ExitCode, ReceiptError, UnreachableError, UsageError
from enactd.receipts import checkpoint, note, pairs, segments, timestamps
from enactd.receipts.checkpoint import Signed
from enactd.receipts.note import PublicKey
from enactd.receipts.signer import KEY_BYTES, Chain
from enactd.receipts.timestamps import Stamped
from enactd.receipts.verify import STEPS, Report, verify
from enactd.report import MacCheck

MACS_S: Final = 600.0
VKEY: Final = "log.vkey"
_LIMIT: Final = 1 << 16


@click.command("verify")
@click.option("--since", metavar="FILE", help="A checkpoint kept from earlier: the log must still go on from it.")
@click.option("--key", "public", metavar="PUB", help="The public key, as vkey or PEM, or a file with it.")
@click.option("--mac-key", metavar="FILE", help="The MAC key that was handed to an auditor, in hex.")
@click.option(
    "--head", metavar="RECEIPT", help="An id kept from earlier, `1042-` and its hash: it must still be there."
)
@click.option("--tsa", metavar="FILE", help="Certificates of the time stamp authority, its root too, in PEM.")
@click.option("--folder", metavar="DIR", help="A log elsewhere. [default: this gate's own]")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> int:
    """Check the whole log, in numbered steps, and name the first record that is bad.

    Steps 1 to 7 need nothing but the folder. Step 8, the MACs, is asked of the daemon, which has the key of the
    newest receipts only, or takes --mac-key. Steps 9 and 10 take the public key. Without --key the one beside the
    log is used: against someone who can replace both, give the one that you were handed. A cut tail is seen only
    with --since or --head. Time stamps on checkpoints are checked with --tsa. Exits 5 when something is wrong.

    \b
    enactctl receipts verify
    enactctl receipts verify --since old.checkpoint --key log.vkey --folder /mnt/copy/receipts
    """
    where = folder_of(ctx, options["folder"])
    key, source = public_key(options["public"], where)
    since = _checkpoint_of(options["since"]) if options["since"] else None
    if since is not None and key is None:
        raise UsageError("a checkpoint cannot be checked without the public key", fix="--key PUB")
    chain = _chain(options["mac_key"]) if options["mac_key"] else None
    report = verify(where, chain, key=key, since=since)
    macs = _macs(ctx, report, chain, foreign=options["folder"] is not None)
    missing = _missing(where, options["head"]) if options["head"] and report.problem is None else ""
    stamps = (
        timestamps.verify(where, timestamps.load_certificates(read_file(options["tsa"]))) if options["tsa"] else None
    )
    bad = report.problem is not None or bool(missing) or (isinstance(macs, MacCheck) and macs.first_bad is not None)
    bad = bad or bool(stamps and stamps.problem)
    calls = pairs.of_folder(where)
    if options["machine"]:
        described = _described(report, macs, missing, key, good=not bad)
        say(as_json("verify", described | {"calls": calls, "stamps": stamps}))
    else:
        told = _told(where, report, macs, missing, f"{key.fingerprint}, {source}" if key else source)
        say("\n".join([*told, *_stamps_told(where, stamps)]))
        if calls.calls + calls.outcomes:
            say(f"calls: {calls.told}")
    return ExitCode.TAMPERED if bad else ExitCode.OK


def folder_of(ctx: click.Context, folder: str | None) -> str:
    """The log to look at: the one given, else this gate's own. Raises `ReceiptError`."""
    if folder is None:
        return str(layout_of(ctx).receipts)
    if not Path(folder).is_dir():
        raise ReceiptError(f"`{line(folder)}` is no folder", fix="give the folder that holds the .jsonl files")
    return folder


def public_key(given: str | None, folder: str) -> tuple[PublicKey | None, str]:
    """The key given (itself, or a file's), else the one beside the log; and where it is from. Raises `UsageError`."""
    if given is None:
        path = Path(folder) / VKEY
        if not path.is_file():
            return None, "no public key was given, and none is beside the log"
        return _parsed(read_file(str(path)).decode("utf-8", "replace"), folder), "found beside the log"
    if "+" in given and not Path(given).exists():
        return _parsed(given, folder), "given"
    return _parsed(read_file(given).decode("utf-8", "replace"), folder), "given"


def read_file(path: str) -> bytes:
    """A small file's bytes. Raises `EnactError`."""
    try:
        with open(path, "rb") as file:
            return file.read(_LIMIT)
    except OSError as error:
        raise EnactError(f"cannot read `{line(path)}`", cause=str(error.strerror)) from None


def _parsed(text: str, folder: str) -> PublicKey:
    try:
        if not text.lstrip().startswith("-----BEGIN"):
            return note.parse_vkey(text)
        newest = checkpoint.newest(folder)  # PEM has no name; which log it must be is said by the key itself
        return note.parse_pem(text, newest.checkpoint.origin if newest else "-")
    except ValueError as error:
        raise UsageError("this is no public key", cause=str(error), fix="enactctl keys export-public") from None


def _stamps_told(where: str, stamps: Stamped | None) -> list[str]:
    """What the time stamps say; that there are some, where no certificate was given to check them."""
    if stamps is None:
        found = len(timestamps.list_stamps(where))
        return [f"time stamps: {found}, not checked: --tsa FILE"] if found else []
    if stamps.problem:
        return [f"time stamps: BAD, {line(stamps.problem, 400)}"]
    if not stamps.good:
        return ["time stamps: there are none"]
    return [
        f"time stamps: good, {stamps.good}; the first {stamps.covered} records were there by {clock(int(stamps.when * 1e6))}"
    ]


def _checkpoint_of(path: str) -> Signed:
    try:
        return checkpoint.parse(read_file(path))
    except ValueError as error:
        raise UsageError(f"`{line(path)}` is no checkpoint", cause=str(error)) from None


def _chain(path: str) -> Chain:
    try:
        key = bytes.fromhex(read_file(path).decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise UsageError(f"`{line(path)}` is no MAC key", cause=f"it must hold {2 * KEY_BYTES} hexadecimal digits")
    return Chain(key)


def _macs(ctx: click.Context, report: Report, chain: Chain | None, *, foreign: bool) -> MacCheck | str:
    """What the MACs say: by the key given, else by the daemon, or why nobody was asked."""
    if report.problem is not None:
        return "not checked: an earlier step failed" if report.problem.step != 8 else ""
    if report.records == 0:
        return "nothing to check"
    if chain is not None:
        return MacCheck(checked=report.macs, erased=report.erased)
    if foreign:
        return "not checked: the daemon knows only its own folder"
    try:
        return Client(layout_of(ctx), timeout=MACS_S).verify_macs(0, report.records - 1)
    except UnreachableError as error:
        return f"not checked: {error.cause or error.problem}"


def _missing(folder: str, head: str) -> str:
    """Why a head kept from earlier is not in the log; empty if it is."""
    if "-" not in head:
        return f"`{line(head, 80)}` has no hash: give an id such as 1042-ab12cd"
    return "" if segments.find(folder, head) is not None else f"record {line(head, 80)} is not in the log any more"


def _told(where: str, report: Report, macs: MacCheck | str, missing: str, key: str) -> list[str]:
    if report.records == 0 and report.problem is None:
        return [f"There is no receipt in {line(where)}.", *([f"BAD: {missing}"] if missing else [])]
    lines = [f"({number}) {name:<11} {_state(number, report, macs, key)}" for number, name in STEPS.items()]
    if missing:
        lines.append(f"    head        BAD: {missing}")
    kept = f"{report.records - 1}-{report.head[:16]}" if report.records else "-"
    lines += ["", f"{report.records} good records in {report.segments} files, log {line(report.log_id)}"]
    if report.dropped:
        lines.append(f"records before {report.dropped} were dropped by retention; a tombstone stands for them")
    lines.append(f"head {kept}: keep it elsewhere, `--head` will tell whether the log still holds it")
    return lines


def _state(number: int, report: Report, macs: MacCheck | str, key: str) -> str:
    problem = report.problem
    if problem is not None and number == problem.step:
        return f"BAD, record {problem.index} in {line(problem.segment)}: {line(problem.reason, 400)}"
    if number == 8:
        return _mac_state(macs)
    if problem is not None and number < 8:
        return f"good up to record {problem.index}" if number < problem.step else "not checked there"
    if number == 9:
        return _checkpoint_state(report, key)
    if number == 10:
        return "good" if report.since else "not checked: no checkpoint was given"
    return "good"


def _mac_state(macs: MacCheck | str) -> str:
    if isinstance(macs, str):
        return macs or "not checked"
    if macs.first_bad is not None:
        return f"BAD, record {macs.first_bad}: {line(macs.reason)}"
    erased = f"; {macs.erased} before have a key that was erased" if macs.erased else ""
    return f"good, {macs.checked} checked{erased}"


def _checkpoint_state(report: Report, key: str) -> str:
    found = report.evidence
    if "," not in key:
        return f"not checked: {key}"
    if not found.checkpoints:
        return f"there are none of key {key}"
    rest = report.records - found.covered
    behind = f", {rest} newer ones are not covered yet" if rest > 0 else ""
    return f"good, {found.checkpoints} cover {found.covered} records{behind}; key {key}"


def _described(
    report: Report, macs: MacCheck | str, missing: str, key: PublicKey | None, *, good: bool
) -> dict[str, Any]:
    problem = report.problem
    return {
        "good": good,
        "records": report.records,
        "segments": report.segments,
        "log": report.log_id,
        "head": report.head,
        "problem": None
        if problem is None
        else {"index": problem.index, "step": problem.step, "name": problem.step_name, "reason": problem.reason},
        "macs": macs,
        "missing": missing,
        "dropped": report.dropped,
        "key": key.fingerprint if key else None,
        "checkpoints": report.evidence.checkpoints,
        "covered": report.evidence.covered,
        "since": report.since,
    }
