"""Database tools of the Python world."""

from __future__ import annotations

from typing import Any

import pytest
from support.databases import told


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("./manage.py flush --noinput", [("reset", "flush", "unknown")]),
        ("manage.py reset_db", [("reset", "drop", "unknown")]),
        ("manage.py migrate", [("migrate", "apply", "unknown")]),
        ("manage.py migrate app", [("migrate", "apply", "unknown")]),
        ("manage.py migrate app zero", [("reset", "rollback", "unknown")]),
        ("manage.py migrate app 0001", [("reset", "rollback", "unknown")]),
        ("manage.py migrate --plan", []),
        ("manage.py migrate --settings=shop.settings.production", [("migrate", "apply", "production")]),
        ("manage.py makemigrations --dry-run", []),
        ("manage.py sqlmigrate app 0002", []),
        ("manage.py sqlflush", []),
        ("manage.py runserver", []),
        ("manage.py test", []),
        ("manage.py loaddata x.json", [("migrate", "load", "unknown")]),
        ("manage.py dumpdata -o x.json", [("WritePath",), ("sql", "copy-out", "database")]),
        ("manage.py dbshell -c 'DROP TABLE x'", [("sql", "drop", "x")]),
        ("echo 'DROP TABLE x' | manage.py dbshell", [("sql", "drop", "x")]),
        ("manage.py wipe_database", [("reset", "drop", "unknown")]),
        ("manage.py import_orders", [("code", "python")]),
        ('manage.py "$X"', [("Opaque",)]),
        ("django-admin startproject x", []),
        ("alembic upgrade head", [("migrate", "apply", "unknown")]),
        ("alembic -c x.ini downgrade -1", [("reset", "rollback", "unknown")]),
        ("alembic downgrade base", [("reset", "rollback", "unknown")]),
        ("alembic upgrade head --sql", []),
        ("alembic revision --autogenerate -m x", []),
        ("alembic history", []),
        ("flask db upgrade", [("migrate", "apply", "unknown")]),
        ("flask --app x db downgrade -1", [("reset", "rollback", "unknown")]),
        ("flask db migrate -m x", []),
        ("flask run --debug", []),
        ("flask reset-db", [("reset", "reset", "unknown")]),
        ("aerich downgrade -v 1", [("reset", "rollback", "unknown")]),
        ("piccolo migrations backwards app 1", [("reset", "rollback", "unknown")]),
        ("yoyo rollback -d postgres://localhost/x", [("reset", "rollback", "local")]),
        ("sqitch revert", [("reset", "rollback", "unknown")]),
        ("airflow db reset -y", [("reset", "reset", "unknown")]),
        ("airflow dags list", []),
        ("airflow dags delete x", [("store", "delete")]),
    ],
)
def test_effects(command: str, expected: list[tuple[Any, ...]]) -> None:
    """Commands, rollbacks, and what only looks."""
    assert expected == told(command)
