"""A client's scripts: included files, generated SQL, limits."""

from __future__ import annotations

from pathlib import Path

from support.reading import effects

from enactd.effects.model import Opaque, RunCode, RunSql
from enactd.world import open_world


def test_included_files_are_read(tmp_path: Path) -> None:
    """`-f` and `\\i` lead to what the files say."""
    (tmp_path / "a.sql").write_text("\\i b.sql\nSELECT 1;\n")
    (tmp_path / "b.sql").write_text("DROP TABLE users;\n")
    found = effects("psql -f a.sql", cwd=str(tmp_path), world=world(tmp_path))
    assert [("drop", ("users",)), ("select", ())] == [(e.verb, e.tables) for e in found if isinstance(e, RunSql)]


def test_files_that_include_each_other_end(tmp_path: Path) -> None:
    """A loop of includes is opaque, not endless."""
    (tmp_path / "a.sql").write_text("\\i a.sql\n")
    found = effects("psql -f a.sql", cwd=str(tmp_path), world=world(tmp_path))
    assert any(isinstance(e, Opaque) for e in found)


def test_unreadable_file_is_code_that_nobody_read(tmp_path: Path) -> None:
    """A script that is not there yet cannot be judged by content."""
    found = effects("psql -f missing.sql", cwd=str(tmp_path), world=world(tmp_path))
    assert ["sql"] == [e.language for e in found if isinstance(e, RunCode)]


def test_connect_moves_later_statements() -> None:
    """After `\\c` nobody knows that the database is local."""
    found = effects("psql app", stdin="SELECT 1;\n\\c other\nDROP TABLE x;\n")
    assert ["local", "unknown"] == [e.database.stage for e in found if isinstance(e, RunSql)]


def world(folder: Path) -> object:
    return open_world(cwd=str(folder), workspace=str(folder), home="/home/u", environment={}, complete=False)
