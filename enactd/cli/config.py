"""`enactctl config`: every setting with its value, its meaning and the file it is from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click
import msgspec

from enactd import config
from enactd.cli.output import as_json, line, say, table
from enactd.cli.places import layout_of, local_judge


@click.group()
def command() -> None:
    """Look at the settings.

    They are read from `~/.config/enactd/config.toml` and, above it, `/etc/enactd/config.toml`.
    """


@command.command()
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def show(ctx: click.Context, /, *, machine: bool) -> None:
    """Show every setting and where its value is from.

    \b
    enactctl config show
    """
    settings = list(config.describe(config.load(layout_of(ctx))))
    if machine:
        say(as_json("config", [{**msgspec.structs.asdict(s), "value": _plain(s.value)} for s in settings]))
        return
    rows = [(s.key, _shown(s.value), _shown(s.default), s.origin, s.meaning) for s in settings]
    say(table(("setting", "value", "default", "from", "meaning"), rows, empty="There are no settings.", limit=76))


@command.command()
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def check(ctx: click.Context, /, *, machine: bool) -> None:
    """Say whether settings and policies would load, without touching the daemon.

    \b
    enactctl config check && enactctl reload
    """
    layout = layout_of(ctx)
    local = local_judge(layout)
    files = [str(path) for path in (layout.config_file, layout.machine_config_file) if path.exists()]
    count = len(local.judge.policies.policies)
    if machine:
        say(as_json("check", {"files": files, "policies": count, "digest": local.judge.policies.digest}))
        return
    read = ", ".join(line(file) for file in files) or "no file: every setting is at its default"
    say(f"settings  good ({read})\npolicies  {count} load, digest {local.judge.policies.digest[:12]}")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _shown(value: Any) -> str:
    return "" if value is None else str(_plain(value))
