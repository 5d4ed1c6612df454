"""What the settings call production is production, whatever its name says."""

from __future__ import annotations

import pytest

from enactd.effects.environments import placed
from enactd.effects.model import (
    ChangeInfrastructure,
    ChangeStore,
    Database,
    Effect,
    MigrateDatabase,
    Request,
    ResetDatabase,
    RunSql,
)
from enactd.site import Environment, Site

SITE = Site(
    production=Environment(
        hosts=("pg7.corp",), databases=("app_main",), kube_contexts=("eu-*",), aws_profiles=("billing",), urls=("https://api.corp/live",)
    ),
    test=Environment(hosts=("scratch.corp",), databases=("app_try", "app_main"), kube_contexts=("try",)),
)  # fmt: skip


@pytest.mark.parametrize("make", [RunSql, ResetDatabase, MigrateDatabase, ChangeStore])
@pytest.mark.parametrize(
    ("database", "expected"),
    [
        (Database(host="PG7.corp", name="x", stage="unknown"), "production"),
        (Database(host="replica.pg7.corp", name="x", stage="local"), "production"),
        (Database(host="localhost", name="app_main", stage="local"), "production"),
        (Database(host="scratch.corp", name="x", stage="unknown"), "test"),
        (Database(host="db.scratch.corp", name="app_main"), "production"),
        (Database(name="app_try", stage="production"), "test"),
        (Database(host="other", name="y", stage="unknown"), "unknown"),
    ],
)
def test_databases(make: type[Effect], database: Database, expected: str) -> None:
    """By host or by name; where both environments claim one, production."""
    given = {RunSql: {"verb": "delete"}, ChangeStore: {"tool": "redis", "verb": "delete"}}.get(
        make, {"tool": "t", "how": "reset"}
    )  # type: ignore[call-overload]
    found = placed([make(database=database, **given)], SITE)
    assert expected == found[0].database.stage  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("context", "local", "expected"),
    [
        ("eu-west", True, (False, True)),
        ("billing", False, (False, True)),
        ("billing eu-west-1", False, (False, True)),
        ("try", False, (True, False)),
        ("minikube", True, (True, False)),
        ("", False, (False, False)),
    ],
)
def test_clusters_and_clouds(context: str, local: bool, expected: tuple[bool, bool]) -> None:
    """By context or profile: what runs on this machine may be the way to production."""
    effect = placed([ChangeInfrastructure(tool="kubectl", verb="apply", context=context, local=local)], SITE)[0]
    assert isinstance(effect, ChangeInfrastructure)
    assert expected == (effect.local, effect.production)


@pytest.mark.parametrize(
    ("host", "url", "more", "expected"),
    [
        ("api.corp", "https://api.corp/live/users", {}, (False, True)),
        ("api.corp", "https://api.corp/docs", {}, (False, False)),
        ("pg7.corp", "http://pg7.corp:8080/", {"local": True}, (False, True)),
        ("scratch.corp", "http://scratch.corp/", {}, (True, False)),
        ("scratch.corp", "http://scratch.corp/", {"carries": frozenset({"secret"})}, (False, False)),
        ("scratch.corp", "http://scratch.corp/", {"secret_in_url": True}, (False, False)),
    ],
)
def test_requests(host: str, url: str, more: dict[str, object], expected: tuple[bool, bool]) -> None:
    """By host or beginning of the URL; a place for trying things is none for secrets."""
    effect = placed([Request(method="POST", host=host, url=url, **more)], SITE)[0]  # type: ignore[arg-type]
    assert isinstance(effect, Request)
    assert expected == (effect.local, effect.production)


def test_without_settings_nothing_changes() -> None:
    """The very same effects."""
    effects = (RunSql(verb="select"), Request(method="GET", host=None))
    assert effects == placed(effects, Site())
    assert effects == placed(effects, SITE)
