"""Smaller clouds and services."""

from __future__ import annotations

import pytest
from support.clouds import told
from support.reading import effects

ROWS: list[tuple[str, list[str]]] = [
    ("doctl account ratelimit", ["read"]),
    ("linode-cli linodes kernels", []),
    ("render projects", ["read"]),
    ("render services create api", ["create"]),
    ("algolia indices browse products", ["read"]),
    ("porter env pull -f .env", ["secret-read", "RevealSecret"]),
    ("doctl compute droplet delete 1 -f", ["delete"]),
    ("doctl apps list", ["read"]),
    ("doctl kubernetes cluster kubeconfig show x", ["secret-read", "RevealSecret"]),
    ("kamal deploy", ["deploy"]),
    ("kamal app logs", ["read"]),
    ("cf push", ["deploy"]),
    ("cf delete x -f", ["destroy"]),
    ("hcloud server list", ["read"]),
    ("hcloud server delete x", ["delete"]),
    ("ibmcloud is instance-delete x", ["delete"]),
    ("oci compute instance terminate --instance-id x", ["delete"]),
    ("oci compute instance list", ["read"]),
    ("openstack server delete x", ["delete"]),
    ("aliyun ecs DeleteInstance --InstanceId x", ["delete"]),
    ("aliyun ecs DescribeInstances", ["read"]),
    ("surge ./dist", ["deploy"]),
    ("eas build", ["create"]),
    ("eas update", ["deploy"]),
    ("expo start", []),
    ("expo publish", ["deploy"]),
    ("fastlane ios beta", ["deploy"]),
    ("fastlane test", []),
    ("kafka-topics --delete --topic x --bootstrap-server y", ["delete"]),
    ("kafka-topics.sh --list", []),
    ("rabbitmqctl purge_queue x", ["delete"]),
    ("rabbitmqctl list_queues", ["read"]),
    ("sf org delete scratch -o x", ["delete"]),
    ('sf data query -q "select"', ["read"]),
    ("sentry-cli releases list", ["read"]),
    ("sentry-cli releases delete x", ["delete"]),
    ("cap production deploy", ["deploy"]),
    ("cap -T", []),
    ("pscale branch delete db b", ["delete"]),
    ("neonctl branches list", ["read"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """A command does what the table says, and nothing else."""
    assert expected == told(command)


def test_pages_are_published() -> None:
    """`gh-pages -d dist` pushes a site that others see."""
    assert ["deploy"] == [effect.verb for effect in effects("npx gh-pages -d dist")]
    assert [] == effects("gh-pages --help")
