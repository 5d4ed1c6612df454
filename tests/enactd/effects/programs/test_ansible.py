"""ansible: modules on machines, playbooks, collections."""

from __future__ import annotations

import pytest
from support.clouds import told

ROWS: list[tuple[str, list[str]]] = [
    ("ansible-playbook site.yml --check --diff", []),
    ("ansible-playbook site.yml --list-hosts", []),
    ("ansible-playbook site.yml --syntax-check", []),
    ("ansible-playbook -i prod site.yml", ["apply in prod"]),
    ("ansible all -m ping", []),
    ("ansible all -m setup", []),
    ('ansible web -m shell -a "rm -rf /var/www"', ["DeletePath /var/www @ansible web"]),
    ('ansible web -b -m command -a "chdir=/srv rm -rf data"', ["DeletePath /srv/data @ansible web"]),
    ('ansible localhost -m shell -a "rm -rf build"', ["DeletePath /home/u/proj/build"]),
    ("ansible web -a uptime", []),
    ('ansible web -m file -a "path=/x state=absent"', ["delete in web"]),
    ('ansible web -m "$M"', ["Opaque"]),
    ("ansible-galaxy install geerlingguy.nginx", ["InstallPackage"]),
    ("ansible-galaxy install git+https://x/y.git", ["InstallPackage"]),
    ("ansible-galaxy list", []),
    ("ansible-console web", ["OpenShell web"]),
    ("ansible --version", []),
    ("ansible-pull -U https://x/y.git", ["apply"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """A command does what the table says, and nothing else."""
    assert expected == told(command)
