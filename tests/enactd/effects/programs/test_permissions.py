"""Permissions."""

from __future__ import annotations

import pytest
from support.summary import summaries

from enactd.effects.programs.permissions import opens_to_others

ROWS = [
    ("chmod 644 f", ["mode 644 ./f"]),
    ("chmod +x f", ["mode +x ./f"]),
    ("chmod 777 f", ["mode 777 opens ./f"]),
    ("chmod 0666 f", ["mode 0666 opens ./f"]),
    ("chmod o+w f", ["mode o+w opens ./f"]),
    ("chmod a+rw f", ["mode a+rw opens ./f"]),
    ("chmod a=rwx f", ["mode a=rwx opens ./f"]),
    ("chmod u+w,o-w f", ["mode u+w,o-w ./f"]),
    ("chmod -R 777 /", ["mode 777 recursive opens /"]),
    ("chmod --rec 000 /", ["mode 000 recursive /"]),
    ("chmod -w f", ["mode -w ./f"]),
    ("chmod -R -x f", ["mode -x recursive ./f"]),
    ("chmod g+w f", ["mode g+w ./f"]),
    ('chmod "$M" f', ["mode <$M is not known> recursive opens ./f"]),
    ("chmod --reference=a f", ["mode as the reference file ./f"]),
    ("chmod +w f", ["mode +w ./f"]),
    ("chmod --help", []),
    ("chown -R nobody:nogroup ~", ["mode nobody:nogroup recursive owner ~"]),
    ("chown user f", ["mode user owner ./f"]),
    ("chown --reference=a f", ["mode as the reference file owner ./f"]),
    ("chgrp -R staff d", ["mode staff recursive owner ./d"]),
    ("setfacl -m u:bob:rw f", ["mode u:bob:rw ./f"]),
    ("setfacl -m o::r f", ["mode o::r ./f"]),
    ("setfacl -b f", ["mode remove all ./f"]),
    ("chattr +i f", ["mode +i ./f"]),
    ("chattr -R -i d", ["mode -i recursive ./d"]),
    ("lsattr f", ["exists ./f"]),
    ("xattr -d com.apple.quarantine f", ["mode com.apple.quarantine ./f"]),
    ("xattr f", ["exists ./f"]),
    ("setcap cap_net_raw+ep f", ["mode cap_net_raw+ep ./f"]),
    ("getfacl f", ["exists ./f"]),
    ("icacls f /grant Everyone:F", ["mode f everyone:f opens ./f"]),
    ("icacls f", []),
    ("takeown /f f /r", ["mode f recursive owner ./f"]),
    ("attrib -r f", ["mode -r f ./f"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_permissions_rows(command: str, expected: list[str]) -> None:
    """A mode that lets others write is told from one that does not."""
    assert expected == summaries(command)


@pytest.mark.parametrize("mode", ["777", "0002", "666", "o+w", "a+w", "a=rw", "ugo+w", "u+x,o+w", "o=u", "+777"])
def test_opening_modes(mode: str) -> None:
    """Modes after which others may write."""
    assert opens_to_others(mode)


@pytest.mark.parametrize(
    "mode", ["755", "644", "u+w", "g+w", "o-w", "a-w", "+x", "+w", "-w", "o=r", "775", "-002", "x"]
)
def test_closed_modes(mode: str) -> None:
    """Modes that give others no write."""
    assert not opens_to_others(mode)
