"""`enactctl doctor`: every part that must hold, looked at where it is, with what mends it."""

from __future__ import annotations

import os

import click
import msgspec

from enactd import agents
from enactd.cli.init import agent_home
from enactd.cli.output import as_json, line, say, table
from enactd.cli.places import layout_of, workspace_of
from enactd.errors import ExitCode, InstallError
from enactd.setup import checkup, machine_checkup
from enactd.setup.findings import Finding, examine, patient_of


@click.command()
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def command(ctx: click.Context, /, *, machine: bool) -> int:
    """Examine agent, hooks, shim, daemon, policies, receipts and platform.

    Each part is `full`, `partial (what is missing)`, `none (why)`, or BAD with what mends it. Settings of the
    project you are in are looked at, too. The self-test asks the gate about two calls and leaves receipts.
    Exits 6 when something is BAD.

    \b
    enactctl doctor
    """
    layout = layout_of(ctx)
    adapter = agents.find("claude-code")
    if adapter is None:
        raise InstallError("no agent is known", fix="pip install --force-reinstall enactd")
    try:
        home = agent_home(layout, None)
    except InstallError:
        home = layout.home
    checks = checkup.CHECKS if layout.guarded is None else machine_checkup.CHECKS
    findings = list(examine(patient_of(layout, adapter, home, workspace_of(os.getcwd())), checks))
    if machine:
        say(as_json("doctor", [msgspec.structs.asdict(finding) for finding in findings]))
    else:
        say(_told(findings))
    return ExitCode.UNHEALTHY if any(finding.state == "bad" for finding in findings) else ExitCode.OK


def _told(findings: list[Finding]) -> str:
    rows = [(finding.check, finding.shown, finding.detail) for finding in findings]
    shown = table(("check", "state", "detail"), rows, empty="There is nothing to look at.", limit=110)
    fixes = [(finding.check, finding.fix) for finding in findings if finding.fix and finding.state != "full"]
    if not fixes:
        return f"{shown}\n\nNothing is wrong."
    told = "\n".join(f"  {line(check)}: {line(fix)}" for check, fix in dict(fixes).items())
    return f"{shown}\n\nWhat helps:\n{told}"
