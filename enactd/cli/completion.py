"""`enactctl completion`: the script that makes a shell complete verbs and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from enactd.cli.output import say
from enactd.errors import EnactError

VARIABLE = "_ENACTCTL_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, /, *, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    enactctl completion bash >> ~/.bashrc
    enactctl completion zsh >> ~/.zshrc
    enactctl completion fish > ~/.config/fish/completions/enactctl.fish
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise EnactError(f"there is no completion for `{shell}`")
    try:
        say(kind(ctx.find_root().command, {}, "enactctl", VARIABLE).source())
    except RuntimeError as error:
        raise EnactError(f"there is no completion for this `{shell}`", cause=str(error)) from None
