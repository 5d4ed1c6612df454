"""`enactctl check`: a verdict without running anything, without a daemon, without a receipt."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

import click
import msgspec

from enactd.cli.account import account
from enactd.cli.output import as_json, say
from enactd.cli.places import Local, layout_of, local_judge, workspace_of
from enactd.errors import ExitCode, UsageError
from enactd.judge import Judgement
from enactd.levels import level_of
from enactd.toolcall import ToolCall
from enactd.verdict import Decision


@click.command()
@click.option("--tool", default="Bash", show_default=True, help="The agent's name of the tool.")
@click.option("--input", "arguments", metavar="JSON", help="The tool's arguments; for Bash the words after `--` do.")
@click.option("--cwd", metavar="DIR", help="The folder the call is made in. [default: this one]")
@click.option(
    "--workspace", metavar="DIR", help="The folder the agent was started for. [default: the git top level of --cwd]"
)
@click.option("--jsonl", metavar="FILE|-", help="Judge one call per line; answers come in the same order.")
@click.option("--explain", is_flag=True, help="Show how the call was read.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.argument("command_line", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> int:
    """Say what the gate would answer to a call, without running it.

    `enactctl check -- rm -rf build` judges a command; one quoted argument is taken as shell text. Exits 0 for
    allow, 3 for ask and deny.
    """
    local = local_judge(layout_of(ctx))
    if options["jsonl"]:
        return _stream(local, options["jsonl"])
    call = _call(options)
    workspace = options["workspace"] or workspace_of(call.cwd)
    judgement = _judge(local, call, os.path.abspath(workspace), str(local.layout.home), dict(os.environ))
    if options["machine"]:
        say(as_json("check", answer(None, judgement)))
    else:
        say(_told(call, judgement, explain=options["explain"]))
    return ExitCode.OK if judgement.verdict.decision is Decision.ALLOW else ExitCode.STOPPED


def _call(options: dict[str, Any]) -> ToolCall:
    words: tuple[str, ...] = options["command_line"]
    if options["arguments"]:
        try:
            given = msgspec.json.decode(options["arguments"], type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError) as error:
            raise UsageError("`--input` is no JSON object", cause=str(error), fix="enactctl check --help") from None
    elif words and options["tool"] == "Bash":
        given = {"command": words[0] if len(words) == 1 else " ".join(_quoted(word) for word in words)}
    else:
        raise UsageError("there is nothing to check", fix="enactctl check -- COMMAND, or --tool NAME --input JSON")
    cwd = os.path.abspath(options["cwd"] or os.getcwd())
    return ToolCall(agent="check", session="check", tool=options["tool"], input=given, cwd=cwd)


def _quoted(word: str) -> str:
    """A word of `check -- rm -rf *` as it was typed: what needs no quotes gets none, globs and operators stay."""
    if word and not any(char in word for char in " \t\n'\"\\$`"):
        return word
    return "'" + word.replace("'", "'\\''") + "'"


def _judge(
    local: Local, call: ToolCall, workspace: str, home: str, environment: dict[str, str] | None = None
) -> Judgement:
    shown = {
        name: text for name, text in (environment or {}).items() if name in ("PATH", "LANG", "SHELL", "TERM", "USER")
    }
    return local.judge.judge(
        call, workspace=workspace, home=home, environment=shown, frozen=local.settings.frozen(), assume=True
    )  # fmt: skip


def answer(identity: Any, judgement: Judgement) -> dict[str, Any]:
    """The answer to one line: verdict, risk, findings, effects."""
    return {
        "id": identity,
        "verdict": str(judgement.verdict.decision),
        "risk": str(judgement.risk),
        "policies": [
            {"id": f.policy, "verdict": f.decision, "reason": f.reason} for f in judgement.verdict.findings
        ],
        "effects": [{**msgspec.to_builtins(effect), "risk": str(level_of(effect))} for effect in judgement.effects],
    }  # fmt: skip


def _stream(local: Local, name: str) -> int:
    encode = msgspec.json.Encoder(enc_hook=list).encode
    write = sys.stdout.buffer.write
    stopped = False
    for number, line in enumerate(_lines(name), 1):
        if not line.strip():
            continue
        result = _line(local, line, number)
        stopped = stopped or result["verdict"] != "allow"
        write(encode(result) + b"\n")
    sys.stdout.buffer.flush()
    return ExitCode.OK


def _lines(name: str) -> Iterator[bytes]:
    if name == "-":
        yield from sys.stdin.buffer
        return
    try:
        file: BinaryIO = open(name, "rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise UsageError(f"cannot read `{name}`", cause=str(error.strerror)) from None
    with file:
        yield from file


def _line(local: Local, line: bytes, number: int) -> dict[str, Any]:
    """One answer. A line that is no call is answered with a denial that says so: nothing is lost."""
    try:
        given = msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        return _refusal(None, f"line {number} is no JSON object: {error}")
    tool, arguments = given.get("tool"), given.get("input")
    if not isinstance(tool, str) or not isinstance(arguments, dict):
        return _refusal(given.get("id"), f"line {number} needs `tool` and `input`")
    cwd, home = given.get("cwd"), given.get("home")
    cwd = cwd if isinstance(cwd, str) and cwd else os.getcwd()
    home = home if isinstance(home, str) and home else str(local.layout.home)
    call = ToolCall(agent="check", session="check", tool=tool, input=arguments, cwd=cwd)
    workspace = given.get("workspace")
    workspace = (
        workspace if isinstance(workspace, str) and workspace else workspace_of(cwd) if os.path.isdir(cwd) else cwd
    )
    return answer(given.get("id"), _judge(local, call, workspace, home))


def _refusal(identity: Any, reason: str) -> dict[str, Any]:
    finding = {"id": "check.input", "verdict": "deny", "reason": reason}
    return {"id": identity, "verdict": "deny", "risk": "COMMITMENT", "policies": [finding], "effects": []}


def _told(call: ToolCall, judgement: Judgement, *, explain: bool) -> str:
    verdict = judgement.verdict
    lines = [f"{verdict.decision}  {judgement.risk}  {call.input.get('command', call.tool)}"]
    for finding in verdict.findings:
        observed = f" (observed only: would {finding.would})" if finding.would else ""
        lines.append(f"  {finding.decision}  {finding.policy}: {finding.reason}{observed}")
        if finding.instead:
            lines.append(f"       instead: {finding.instead}")
    if explain:
        lines += account(judgement)
    return "\n".join(lines)
