"""Statements, commands and code among an MCP tool's arguments are read, whatever the tool is called."""

from __future__ import annotations

from typing import Any

import pytest
from support.reading import call_effects

from enactd.effects.model import (
    AgentTool,
    ChangeInfrastructure,
    ChangeStore,
    DeletePath,
    Effect,
    MigrateDatabase,
    ReadPath,
    ResetDatabase,
    RunCode,
    RunSql,
    UnknownTool,
)


def kinds(tool: str, **arguments: Any) -> list[type[Effect]]:
    return [type(effect) for effect in call_effects(tool, arguments)]


@pytest.mark.parametrize("key", ["sql", "query", "statement", "sql_query", "ddl", "q", "stmt", "rawSql"])
def test_sql_is_read_under_any_of_its_names(key: str) -> None:
    """A statement is a statement on a server nobody knows."""
    (effect,) = call_effects("mcp__anything__go", {key: "DELETE FROM users"})
    assert isinstance(effect, RunSql)
    assert ("delete", ("users",), "none") == (effect.verb, effect.tables, effect.where)


def test_lists_of_statements_are_read_one_by_one() -> None:
    """No statement hides behind the first."""
    assert [RunSql, RunSql] == kinds("mcp__pg__batch", queries=["select 1", "drop table x"])


def test_words_in_a_search_are_no_statements() -> None:
    """`drop table` is a thing to look for, too; under the key `sql` it is none."""
    assert RunSql not in kinds("mcp__docs__search", query="drop table users")
    assert RunSql not in kinds("mcp__docs__search", q="drop table users")
    assert RunSql in kinds("mcp__docs__search", sql="drop table users")


def test_the_servers_name_tells_dialect_and_stage() -> None:
    """A server called after production is production."""
    (effect,) = call_effects("mcp__mysql_prod__query", {"sql": "UPDATE t SET a = 1 WHERE id = 2"})
    assert isinstance(effect, RunSql)
    assert ("mysql", "production") == (effect.database.dialect, effect.database.stage)


@pytest.mark.parametrize("key", ["command", "cmd", "script", "cli_command", "cmdString", "commandLine", "bash_command"])
def test_commands_are_read_as_shell(key: str) -> None:
    """Under any of its names, with everything that shell text can do."""
    assert DeletePath in kinds("mcp__x__y", **{key: "cd / && rm -rf *"})


def test_a_command_with_separate_arguments_is_one_command() -> None:
    """`command` and `args` belong together, and the arguments are no shell text."""
    (effect,) = call_effects("mcp__x__run", {"command": "rm", "args": ["-rf", "a;b"]})
    assert isinstance(effect, DeletePath)
    assert "/home/u/proj/a;b" == effect.target.path


def test_a_command_that_does_nothing_is_known_to_do_nothing() -> None:
    """What was read and found harmless is not unknown."""
    assert [AgentTool] == kinds("mcp__x__run", command="true")


def test_a_command_of_an_ssh_server_happens_elsewhere() -> None:
    """The place is the host, where one is named."""
    effects = call_effects("mcp__ssh__exec", {"host": "prod", "command": "rm -rf /srv/x"})
    assert {"ssh prod"} == {effect.place for effect in effects if isinstance(effect, DeletePath)}


def test_a_command_of_a_redis_server_is_a_redis_command() -> None:
    """`FLUSHALL` is no program."""
    assert ChangeStore in kinds("mcp__redis__execute", command="FLUSHALL")


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("mcp__ide__executeCode", {"code": "open('/home/u/.ssh/id_rsa').read()"}),
        ("mcp__x__run", {"code": "open('/home/u/.ssh/id_rsa').read()", "language": "python"}),
        ("mcp__python__thing", {"python_code": "open('/home/u/.ssh/id_rsa').read()"}),
        ("mcp__x__bash", {"code": "cat /home/u/.ssh/id_rsa"}),
    ],
)
def test_code_is_read_in_its_language(tool: str, arguments: dict[str, Any]) -> None:
    """By the language that is stated, or by what the tool is called."""
    reads = [effect for effect in call_effects(tool, arguments) if isinstance(effect, ReadPath)]
    assert [True] == [bool(effect.target.secret) for effect in reads]


def test_code_of_a_tool_that_does_not_run_it_is_data() -> None:
    """A formatter gets code, too."""
    assert [UnknownTool] == kinds("mcp__x__beautify", code="import os")


@pytest.mark.parametrize("value", [None, 4, [None, 3], {"a": 1}, ""])
def test_other_types_are_no_texts(value: Any) -> None:
    """What is no text is not read as one."""
    assert kinds("mcp__x__frob", sql=value, command=None, code=value)


def test_a_command_without_its_program_belongs_to_the_tool() -> None:
    """`kubectl(command="delete ns x")` is what kubectl does; the full line is not doubled."""
    for command in ("delete ns prod", "kubectl delete ns prod"):
        (effect,) = call_effects("mcp__kubernetes__kubectl", {"command": command})
        assert "delete" == getattr(effect, "verb", "")


def test_cypher_is_read_where_the_server_speaks_it() -> None:
    """Graph databases have a language of their own."""
    (effect,) = call_effects("mcp__neo4j__write_neo4j_cypher", {"query": "MATCH (n) DETACH DELETE n"})
    assert isinstance(effect, ChangeStore)
    assert ("delete", True) == (effect.verb, effect.everything)
    (effect,) = call_effects("mcp__neo4j__read_neo4j_cypher", {"query": "MATCH (n) RETURN n"})
    assert isinstance(effect, ChangeStore)
    assert "read" == effect.verb


def test_arguments_of_a_program_are_its_command() -> None:
    """`run_gcloud_command(args=[...])` and Prisma's tools are the commands that they run."""
    told = call_effects("mcp__gcloud__run_gcloud_command", {"args": ["compute", "instances", "delete", "a", "--quiet"]})
    assert ["delete"] == [effect.verb for effect in told if isinstance(effect, ChangeInfrastructure)]
    told = call_effects("mcp__gcloud__run_gcloud_command", {"args": ["gcloud", "compute", "instances", "list"]})
    assert ["read"] == [effect.verb for effect in told if isinstance(effect, ChangeInfrastructure)]
    assert [ResetDatabase] == kinds("mcp__Prisma-Local__migrate-reset", projectCWD="/home/u/proj")
    assert [MigrateDatabase] == kinds("mcp__Prisma-Local__migrate-dev", projectCWD="/home/u/proj", name="x")


def test_a_client_by_name_takes_statements_as_its_command() -> None:
    """`pg_psql(command="DROP TABLE x")` is no shell command."""
    assert [RunSql] == kinds("mcp__heroku__pg_psql", app="a", command="DROP TABLE x")


def test_a_mode_is_no_command() -> None:
    """`command` is an argument of editors of pages, too; of shells it is a command line."""
    assert RunCode not in kinds("mcp__notion__notion-update-page", page_id="p", command="replace_content")
    assert RunCode in kinds("mcp__shell__run", command="unheard_of")


def test_a_program_with_its_arguments() -> None:
    """A runner that keeps the two apart."""
    told = call_effects("mcp__runner__go", {"program": "terraform", "args": ["destroy", "-auto-approve"]})
    assert ["destroy"] == [effect.verb for effect in told if isinstance(effect, ChangeInfrastructure)]


def test_a_search_server_looks_for_words() -> None:
    """Its tools may be called anything."""
    assert RunSql not in kinds("mcp__search__query", q="drop table cascade postgres")


def test_a_list_of_words_is_one_command() -> None:
    """Words of a command are no commands; several commands are."""
    assert [DeletePath] == kinds("mcp__shell__run", cmd=["rm", "-rf", "/srv/x"])
    assert [ReadPath] == kinds("mcp__kubernetes__pods_exec", namespace="dev", name="api-0", command=["ls", "/app"])
    (gone,) = call_effects("mcp__kubernetes__pods_exec", {"name": "api-0", "command": ["rm", "-rf", "/data"]})
    assert "kubectl api-0" == gone.place
    assert [DeletePath, DeletePath] == kinds("mcp__shell__run", commands=["rm a", "rm b"])
