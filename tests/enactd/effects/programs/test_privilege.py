"""sudo and its kin."""

from __future__ import annotations

import pytest
from support.reading import effects
from support.summary import summaries

ROWS = [
    ("sudo rm a", ["root@ delete ./a"]),
    ("sudo -u postgres rm a", ["postgres@ delete ./a"]),
    ("sudo -n -H FOO=1 rm a", ["root@ delete ./a"]),
    ("sudo -E -- rm a", ["root@ delete ./a"]),
    ("sudo -l", []),
    ("sudo -v", []),
    ("sudo -k", []),
    ("sudo -i", ["OpenShell sudo root"]),
    ("sudo -s rm a", ["root@ delete ./a"]),
    ("echo 'rm a' | sudo -s", ["root@ delete ./a"]),
    ("sudo -e /etc/hosts", ["root@ edit /etc/hosts"]),
    ("sudoedit /etc/hosts", ["root@ edit /etc/hosts"]),
    ("sudo -D /srv rm a", ["root@ delete /srv/a"]),
    ("sudo", []),
    ("doas rm a", ["root@ delete ./a"]),
    ("doas -u bob rm a", ["bob@ delete ./a"]),
    ("su -c 'rm a'", ["root@ delete ./a"]),
    ("su - bob -c 'rm a'", ["bob@ delete ./a"]),
    ("su bob", ["OpenShell su bob"]),
    ("su", ["OpenShell su root"]),
    ("runuser -u bob -- rm a", ["bob@ delete ./a"]),
    ("runuser -l bob -c 'rm a'", ["bob@ delete ./a"]),
    ("pkexec rm a", ["root@ delete ./a"]),
    ("pkexec --user bob rm a", ["bob@ delete ./a"]),
    ("gosu bob rm a", ["bob@ delete ./a"]),
    ("setpriv --reuid bob rm a", ["bob@ delete ./a"]),
    ("run0 rm a", ["root@ delete ./a"]),
    ("visudo", ["root@ edit /etc/sudoers"]),
    ("visudo -c", []),
    (
        "sudo $X rm a",
        ["root@ delete ./a", "root@ Opaque the program is known only at run time: <$X is not known> SENSITIVE"],
    ),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_privilege_rows(command: str, expected: list[str]) -> None:
    """The same command, as somebody else."""
    assert expected == summaries(command)


def test_a_shell_of_another_group() -> None:
    """`sg` runs text."""
    assert any(type(e).__name__ == "DeletePath" for e in effects("sg wheel -c 'rm -rf src'"))
