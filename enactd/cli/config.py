"""`enactctl config`: every setting with its value, its meaning and the file it is from; and changing one."""

from __future__ import annotations

import ast
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from enactd import config, parameters, posture
from enactd.cli.init import check_person
from enactd.cli.output import as_json, line, say, table
from enactd.cli.places import layout_of, workspace_of
from enactd.config import Layout, Settings, editing, files
from enactd.config.schema import schema as schema_of
from enactd.enclosure import FOLDER
from enactd.errors import ConfigError, EnactError, UsageError

START = """# enactd: enactctl config show; enactctl config check. Changes are in force at once.

[protect]
tables = []       # in addition to users, customers, orders, payments, audit_log
"""


@click.group()
def command() -> None:
    """Look at the settings, and change them.

    They are read from `~/.config/enactd/config.toml` and, above it, `/etc/enactd/config.toml`; a repository adds
    its own in `.enact/config.toml`. The stricter wins.
    """


@command.command()
@click.argument("key", required=False)
@click.option("--origin", is_flag=True, help="Also show what did not come into force, and why.")
@click.option("--all", "everything", is_flag=True, help="Show settings that are at their default, too.")
@click.option("--agent", default="", metavar="NAME", help="For calls of this agent.")
@click.option("--workspace", metavar="DIR", help="For calls in this workspace. [default: for everybody]")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON, all settings.")
@click.pass_context
def show(
    ctx: click.Context, /, *, key: str | None, origin: bool, everything: bool, machine: bool, **scope: Any
) -> None:
    """Show every setting and where its value is from.

    \b
    enactctl config show
    enactctl config show protect --origin
    enactctl config show --workspace . --agent claude-code
    """
    settings = _settings(layout_of(ctx), scope["agent"], scope["workspace"])
    found = [s for s in config.describe(settings) if not key or s.key == key or s.key.startswith(f"{key}.")]
    if key and not found:
        guess = files.nearest(key, files.known_keys())
        raise UsageError(f"`{line(key, 80)}` is not a setting", cause=f"the nearest is `{guess}`" if guess else "")
    if machine:
        ignored = [msgspec.to_builtins(one, enc_hook=str) for one in settings.ignored]
        rows = [{**msgspec.structs.asdict(s), "value": _plain(s.value), "default": _plain(s.default)} for s in found]
        say(as_json("config", rows) if not origin else as_json("config", {"settings": rows, "ignored": ignored}))
        return
    shown = [s for s in found if everything or key or s.origin != "default"] or found
    cells = [(s.key, _shown(s.value), _shown(s.default), s.origin, s.meaning) for s in shown]
    parts = [table(("setting", "value", "default", "from", "meaning"), cells, empty="There are no settings.", limit=76)]
    if len(shown) < len(found):
        parts.append(f"{len(found) - len(shown)} more are at their default: enactctl config show --all")
    if origin and settings.ignored:
        lost = [(one.key, _shown(one.value), f"{one.layer}: {one.path}", one.why) for one in settings.ignored]
        parts.append(table(("not in force", "value", "said by", "why"), lost, empty="", limit=160))
    say("\n\n".join(parts))


@command.command()
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def check(ctx: click.Context, /, *, machine: bool) -> None:
    """Say whether settings and policies would load, without touching the daemon.

    \b
    enactctl config check && enactctl reload
    """
    layout = layout_of(ctx)
    found = posture.load(layout)
    read = [layer.path for layer in found.settings.layers]
    count, ignored = len(found.policies.policies), found.settings.ignored
    if machine:
        lost = [msgspec.to_builtins(one, enc_hook=str) for one in ignored]
        say(as_json("check", {"files": read, "policies": count, "digest": found.policies.digest, "ignored": lost}))
        return
    names = ", ".join(line(file) for file in read) or "no file: every setting is at its default"
    say(f"settings  good ({names})\npolicies  {count} load, digest {found.policies.digest[:12]}")
    for one in ignored:
        say(f"ignored   {line(one.key)} in {line(one.path)}: {line(one.why)}")


@command.command("set")
@click.argument("key")
@click.argument("value", required=False)
@click.option("--add", "how", flag_value="add", help="Put one item into a list.")
@click.option("--remove", "how", flag_value="remove", help="Take one item out of a list.")
@click.option("--unset", "how", flag_value="unset", help="Take the setting out of the file.")
@click.option("--repository", is_flag=True, help="In `.enact/config.toml` of this repository.")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def set_(
    ctx: click.Context, /, *, key: str, value: str | None, how: str | None, repository: bool, machine: bool
) -> None:
    """Change one setting in your config.toml; comments and everything else stay. It is in force at once.

    What would not load is not written. VALUE is TOML; a bare word is a text. Agents may not do it.

    \b
    enactctl config set --add protect.tables invoices
    enactctl config set policies.git.force-push.level deny
    enactctl config set --unset policies.git.force-push.level
    """
    check_person()
    layout = layout_of(ctx)
    if (value is None) != (how == "unset"):
        raise UsageError("this needs a KEY and a VALUE", fix="enactctl config set --help")
    path = Path(workspace_of(os.getcwd()), FOLDER, "config.toml") if repository else layout.config_file
    text = _text(path)
    fresh = editing.changed(text, key, value or "", how or "set", path)  # type: ignore[arg-type]
    _would_load(layout, path, fresh, repository=repository)
    editing.write(path, fresh)
    now = next(
        (s for s in config.describe(_settings(layout, "", None)) if s.key == ".".join(editing.key_of(key))), None
    )
    if machine:
        say(as_json("set", {"file": str(path), "key": key, "value": _plain(now.value) if now else None}))
        return
    said = f"{key} = {_shown(now.value)}" if now else key
    say(f"{line(str(path))}: {'unchanged' if fresh == text else line(said)}")


@command.command()
@click.pass_context
def edit(ctx: click.Context, /) -> None:
    """Open your config.toml in `$EDITOR`, and take it only if it would load. Agents may not do it.

    \b
    enactctl config edit
    """
    check_person()
    layout = layout_of(ctx)
    text = _text(layout.config_file) or START
    with tempfile.TemporaryDirectory(prefix="enactctl-") as folder:
        draft = Path(folder, "config.toml")
        draft.write_text(text)
        while True:
            click.edit(filename=str(draft))
            fresh = draft.read_text()
            try:
                _would_load(layout, layout.config_file, fresh, repository=False)
            except EnactError as error:
                click.echo(error, err=True)
                click.confirm("Edit again?", default=True, abort=True)
                continue
            break
    if fresh == text:
        say("nothing was changed")
        return
    editing.write(layout.config_file, fresh)
    say(f"{line(str(layout.config_file))}: changed, and in force")


@command.command()
@click.pass_context
def schema(ctx: click.Context, /) -> None:
    """Print a JSON schema of config.toml, with the parameters of every policy, for editors.

    \b
    enactctl config schema > ~/.config/enactd/config.schema.json
    then, as the first line of config.toml:  #:schema ./config.schema.json
    """
    found = posture.load(layout_of(ctx)).catalogue.policies.values()
    rows = [
        (policy.id, policy.title, {n: _default(d) for n, d in parameters.declared(policy).items()}) for policy in found
    ]
    say(msgspec.json.format(msgspec.json.encode(schema_of(rows)), indent=2).decode())


def _settings(layout: Layout, agent: str, workspace: str | None) -> Settings:
    """The settings for a scope; a repository counts where a workspace is named."""
    if not agent and workspace is None:
        return config.load(layout)
    place = workspace_of(workspace) if workspace is not None else ""
    return posture.load(layout).ruling(agent, place).settings


def _would_load(layout: Layout, path: Path, text: str, *, repository: bool) -> None:
    """Raise what the daemon would say to this text in place of the file."""
    checked = files.parse(text.encode(), path)
    if repository:
        return
    layers = [layer for layer in config.read_layers(layout) if layer.path != str(path)]
    user = config.Layer(name="user", path=str(path), table=checked)
    posture.load(layout, config.resolve([*layers, user], home=str(layout.home)))


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"`{path}` cannot be used", cause=str(error), fix=f"ls -l {path}") from None


def _default(text: str) -> Any:
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
    return sorted(found) if isinstance(found, set | frozenset) else found


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value)


def _shown(value: Any) -> str:
    if value is None or value == ():
        return ""
    plain = _plain(value)
    return (
        plain
        if isinstance(plain, str)
        else str(plain)
        if isinstance(value, datetime)
        else msgspec.json.encode(plain).decode()
    )
