"""Commands whose output is meant to be evaluated by the shell that calls them: `eval "$(ssh-agent -s)"`.

The programs are installed on this machine and print fixed set-up text, so what they print is taken for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from enactd.effects.values import Value

_SHELL: Final = r"(?:ba|z|fi|da|k)?sh|posix|auto"
_HOOKS: Final = {
    "ssh-agent": r"(?:-[scak]\s?\S*\s?)*", "gpg-agent": r"--daemon.*", "direnv": rf"hook (?:{_SHELL})",
    "pyenv": r"(?:virtualenv-)?init.*", "rbenv": r"init.*", "nodenv": r"init.*", "jenv": r"init.*", "goenv": r"init.*",
    "plenv": r"init.*", "phpenv": r"init.*", "brew": r"shellenv.*", "starship": r"init .*", "zoxide": r"init .*",
    "atuin": r"init .*", "mcfly": r"init .*", "fzf": r"--(?:bash|zsh|fish)", "fnm": r"env.*", "mise": r"(?:activate|env).*",
    "rtx": r"activate.*", "volta": r"completions .*", "opam": r"(?:config )?env.*", "conda": r"shell\.\w+ hook",
    "micromamba": r"shell hook.*", "dircolors": r".*", "lesspipe": r".*", "lesspipe.sh": r".*", "thefuck": r"(?:--)?alias.*",
    "register-python-argcomplete": r".*", "keychain": r".*", "oh-my-posh": r"init .*", "gh": r"completion.*",
    "kubectl": r"completion .*", "helm": r"completion .*", "docker": r"completion .*", "npm": r"completion",
    "pip": r"completion .*", "poetry": r"completions .*", "rustup": r"completions .*", "minikube": r"(?:docker-env|completion).*",
    "docker-machine": r"env.*", "luarocks": r"path.*", "perl": r"-I\S+ -Mlocal::lib\S*", "resize": r"", "tput": r".*",
    "xdg-user-dirs-update": r"", "sheldon": r"source", "antibody": r"init", "navi": r"widget .*", "pack": r"completion.*",
    "uv": r"generate-shell-completion .*", "uvx": r"--generate-shell-completion .*", "just": r"--completions .*",
    "op": r"completion .*", "flux": r"completion .*", "kind": r"completion .*", "deno": r"completions .*",
}  # fmt: skip


def prints_setup(name: str, args: Sequence[Value]) -> bool:
    """Whether this command prints set-up text for the shell and does nothing else."""
    pattern = _HOOKS.get(name)
    if pattern is None:
        return False
    words = [arg.text for arg in args]
    return None not in words and re.fullmatch(pattern, " ".join(word or "" for word in words)) is not None
