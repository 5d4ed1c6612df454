"""Libraries of services in Python."""

from __future__ import annotations

import pytest
from support.code import deeds, python


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from google.cloud import storage; storage.Client().bucket('b').delete()", ["ChangeInfrastructure delete"]),
        ("from google.cloud import storage as s; c = s.Client(); c.list_buckets()", []),
        ("import boto3; boto3.resource('dynamodb').Table('t').delete()", ["ChangeInfrastructure delete"]),
        ("import kubernetes as k; k.client.CoreV1Api().delete_namespace('p')", ["ChangeInfrastructure delete"]),
        ("import kubernetes as k; k.config.load_kube_config()", []),
        ("from twilio.rest import Client; Client().messages.create(to='+1', body='x')", ["SendMessage +1"]),
        ("from twilio.rest import Client; Client().messages.list()", []),
        ("import docker; docker.from_env().volumes.prune()", ["ChangeContainers prune"]),
        ("import git; git.Repo('.').git.push('--force', 'origin', 'main')", ["GitPush"]),
        ("import git; print(git.Repo('.').active_branch)", []),
        ("import psutil\nfor p in psutil.process_iter(): p.kill()", ["SignalProcess named"]),
        ("import psutil; psutil.Process(4711).terminate()", ["SignalProcess one"]),
        ("import stripe; stripe.Balance.retrieve()", []),
        ("from elasticsearch import Elasticsearch as E; E().indices.delete(index='x')", ["ChangeStore delete"]),
        ("from github import Github; Github('t').get_repo('o/r').delete()", ["ChangeForge delete"]),
        ("import shutil; shutil.make_archive('/tmp/x', 'zip', 'src')", ["CopyPath /home/u/proj/src /tmp/x.zip"]),
    ],
)
def test_libraries(code: str, expected: list[str]) -> None:
    """A library's call is the deed that its service does."""
    assert expected == deeds(python(code))


def test_remote_commands_happen_there() -> None:
    """A connection's command runs on the other machine, `sudo` as root."""
    (found,) = python("from fabric import Connection; Connection('web1').sudo('rm -rf /srv/app')")
    assert ("ssh web1", "root", "DeletePath") == (found.place, found.user, type(found).__name__)


def test_kept_secrets_are_secrets() -> None:
    """What a key store gives is a secret where it is printed."""
    assert ["RevealSecret"] == [
        type(e).__name__ for e in python("import keyring; print(keyring.get_password('a', 'b'))")
    ]
    assert [] == python("import keyring; p = keyring.get_password('a', 'b')")
