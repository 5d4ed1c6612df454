"""rails and rake."""

from __future__ import annotations

from typing import Any

import pytest
from support.databases import told
from support.reading import effects


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("bin/rails db:drop", [("reset", "drop", "unknown")]),
        (
            "rails db:drop db:create db:migrate",
            [("reset", "drop", "unknown"), ("migrate", "create", "unknown"), ("migrate", "apply", "unknown")],
        ),
        ("rake db:reset RAILS_ENV=production", [("reset", "reset", "production")]),
        ("RAILS_ENV=test rails db:migrate", [("migrate", "apply", "test")]),
        ("rails db:migrate VERSION=0", [("reset", "rollback", "unknown")]),
        ("rails db:migrate VERSION=20240101", [("migrate", "apply", "unknown")]),
        ("rails db:rollback STEP=2", [("reset", "rollback", "unknown")]),
        ("rails db:schema:load", [("reset", "fresh", "unknown")]),
        ("rails db:drop:primary", [("reset", "drop", "unknown")]),
        ("rake app:db:drop", [("reset", "drop", "unknown")]),
        ("rake db:truncate_all", [("reset", "truncate", "unknown")]),
        ("rake 'db:nuke[now]'", [("reset", "drop", "unknown")]),
        ("rake db:migrate:status", []),
        ("rails db:test:prepare", []),
        ("rails routes", []),
        ("rails test test/models", []),
        ("rake -T", []),
        ("rake -n db:drop", []),
        ("rails g model User", [("code", "ruby")]),
        ("rake greet", [("code", "rake")]),
        ('rake "$TASK"', [("Opaque",)]),
        ("echo 'DROP TABLE x' | rails dbconsole", [("sql", "drop", "x")]),
        ("rails credentials:show", [("RevealSecret",)]),
        ("sequel -m db/migrations postgres://localhost/x", [("migrate", "apply", "local")]),
        ("sequel -m db/migrations -M 0 postgres://localhost/x", [("reset", "rollback", "local")]),
    ],
)
def test_effects(command: str, expected: list[tuple[Any, ...]]) -> None:
    """Tasks in order, unknown ones by their words."""
    assert expected == told(command)


@pytest.mark.parametrize("command", ["rails runner 'User.delete_all'", "rails r 'User.delete_all'"])
def test_runner_is_code(command: str) -> None:
    """What runner is given is Ruby."""
    assert [] != told(command)


def test_hanami_spells_tasks_with_a_blank() -> None:
    """`hanami db drop` is `db:drop`."""
    assert any(type(e).__name__ == "ResetDatabase" for e in effects("hanami db drop"))


@pytest.mark.parametrize("command", ["bundle exec rake release", "rake release[origin]", "rake gem:release"])
def test_a_release_task_publishes(command: str) -> None:
    """What bundler's tasks call release pushes tags and the gem."""
    assert ["PublishPackage"] == [type(e).__name__ for e in effects(command)]
