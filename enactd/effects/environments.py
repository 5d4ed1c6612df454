"""What the settings call production or a place for trying things, put into what was read.

Names tell the readers what looks like production; a team knows better. Production wins where both are named:
of two stages of one place the stricter is believed.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

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

_NONE = Environment()


def placed(effects: Sequence[Effect], site: Site) -> tuple[Effect, ...]:
    """The same effects with stages and places as the settings name them."""
    if site.production == _NONE and site.test == _NONE:
        return tuple(effects)
    return tuple(_placed(effect, site) for effect in effects)


def _placed(effect: Effect, site: Site) -> Effect:
    match effect:
        case RunSql() | ResetDatabase() | MigrateDatabase() | ChangeStore():
            database = _staged(effect.database, site)
            return effect if database == effect.database else msgspec.structs.replace(effect, database=database)
        case ChangeInfrastructure():
            if site.production.has_context(effect.context):
                return msgspec.structs.replace(effect, local=False, production=True)
            if site.test.has_context(effect.context):
                return msgspec.structs.replace(effect, local=True)
        case Request(host=str() as host) if site.production.has_host(host) or site.production.has_url(effect.url):
            return msgspec.structs.replace(effect, local=False, production=True)
        case Request(host=str() as host) if not _bears(effect) and (
            site.test.has_host(host) or site.test.has_url(effect.url)
        ):
            return msgspec.structs.replace(effect, local=True)
    return effect


def _staged(database: Database, site: Site) -> Database:
    if site.production.has_host(database.host) or site.production.has_database(database.name):
        return msgspec.structs.replace(database, stage="production")
    if site.test.has_host(database.host) or site.test.has_database(database.name):
        return msgspec.structs.replace(database, stage="test")
    return database


def _bears(request: Request) -> bool:
    """Whether a request has something in it that must not go to just any place."""
    return bool(request.carries or request.token_kinds or request.secret_in_url or request.uploads)
