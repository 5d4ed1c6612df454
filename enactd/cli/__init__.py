"""`enactctl`: one file per verb; the folder is the registry."""

from __future__ import annotations

import importlib
import io
import os
import pkgutil
import sys
from typing import Any, Final

import click

from enactd import __version__
from enactd.cli.output import EXIT_CODES
from enactd.errors import EnactError, ExitCode

_NO_VERBS: Final = frozenset(
    {"--main--", "account", "answering", "entries", "output", "places", "policy-trials", "system-wide"}
)


class _Verbs(click.Group):
    """Loads a verb's module when it is asked for, so that no verb pays for another one's imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        names = {module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__)}
        return sorted(name for name in names if name not in _NO_VERBS and not name.startswith("receipts-"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"{__name__}.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command


@click.command(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_CODES)
@click.version_option(__version__, prog_name="enactctl")
@click.option(
    "--home", "root", metavar="DIR", envvar="ENACT_HOME", help="Keep everything of the gate below DIR (absolute).",
)  # fmt: skip
@click.option("--user", metavar="NAME", help="Whose gate, where root set it up for the machine. [default: yours]")
@click.pass_context
def application(ctx: click.Context, root: str | None, user: str | None) -> None:
    """See and steer the gate between AI coding agents and their tools."""
    ctx.obj = root
    ctx.meta["enactd.user"] = user


def main(argv: list[str] | None = None) -> None:
    """The command line. Errors are told in four lines and an exit code, never as a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows no such character
    try:
        code: Any = application.main(args=argv, prog_name="enactctl", standalone_mode=False)
    except EnactError as error:
        click.echo(error, err=True)
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        _usage(error)
        sys.exit(ExitCode.USAGE)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.OK)
    except OSError as error:
        place = f" `{error.filename}`" if error.filename else ""
        click.echo(EnactError(f"the system refused{place}", cause=str(error.strerror or error)), err=True)
        sys.exit(ExitCode.FAILED)
    sys.exit(code if isinstance(code, int) else ExitCode.OK)


def _usage(error: click.ClickException) -> None:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "enactctl"
    click.echo(f" error: {error.format_message().rstrip('.')}\n   fix: {path} --help\n  code: E1001", err=True)
