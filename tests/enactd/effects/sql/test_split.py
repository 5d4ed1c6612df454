"""Scripts into statements."""

from __future__ import annotations

import pytest

from enactd.effects.sql.split import statements


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        ("", "postgres", []),
        (" ;; -- x", "postgres", []),
        ("a; b;", "postgres", ["a", "b"]),
        ("select ';'; b", "postgres", ["select ';'", "b"]),
        ("do $$ a; b $$; c", "postgres", ["do $$ a; b $$", "c"]),
        ("(((; drop table x", "postgres", ["(((", "drop table x"]),
        ("create trigger t after insert on a begin delete from b; end; c", "sqlite",
         ["create trigger t after insert on a begin delete from b; end", "c"]),
        ("create procedure p() begin if x then drop table y; end if; end; c", "mysql",
         ["create procedure p() begin if x then drop table y; end if; end", "c"]),
        ("begin; delete from a; end;", "postgres", ["begin", "delete from a", "end"]),
        ("delimiter //\na; b//\ndelimiter ;\nc; d", "mysql", ["a", "b", "c", "d"]),
        ("a\nGO\nb", "tsql", ["a", "b"]),
        ("select 1 drop table y", "tsql", ["select 1", "drop table y"]),
        ("select 1 drop table y", "postgres", ["select 1 drop table y"]),
        ("alter table a drop column b", "tsql", ["alter table a drop column b"]),
        ("grant delete, update on a to b", "tsql", ["grant delete, update on a to b"]),
        ("with x as (select 1) delete from a", "tsql", ["with x as (select 1) delete from a"]),
        ("a\n/\nb", "oracle", ["a", "b"]),
    ],
)  # fmt: skip
def test_statements(text: str, dialect: str, expected: list[str]) -> None:
    """Quotes, bodies and blocks hold semicolons; clients have delimiters of their own."""
    assert expected == [statement.text for statement in statements(text, dialect)]


def test_only_the_last_statement_is_broken() -> None:
    """An open quote swallows the rest, not what came before."""
    assert [False, True] == [statement.broken for statement in statements("select 1; select 'a", "postgres")]
