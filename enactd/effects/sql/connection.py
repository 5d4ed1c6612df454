"""Which database a client talks to, and what stage it is, as far as names tell.

Names prove little: a host or name that says production is believed, one that says test only where the
host does not say otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

import msgspec

from enactd.effects.invocation import Invocation
from enactd.effects.model import NEAR, Database, ReadPath
from enactd.effects.values import Hole, Value, known

Stage = Literal["memory", "temp", "local", "test", "production", "unknown"]

_LOCAL_HOSTS: Final = frozenset(
    "localhost 127.0.0.1 ::1 0.0.0.0 host.docker.internal docker.for.mac.localhost . (local) "
    "db database postgres postgresql pg mysql mariadb mssql sqlserver mongo mongodb redis cache valkey clickhouse "
    "cassandra etcd influxdb minio".split()
)
_MANAGED: Final = (
    "rds.amazonaws.com", "cache.amazonaws.com", "docdb.amazonaws.com", "redshift.amazonaws.com", "supabase.co",
    "supabase.com", "neon.tech", "railway.app", "rlwy.net", "railway.internal", "render.com", "psdb.cloud",
    "planetscale.com", "database.azure.com", "database.windows.net", "cosmos.azure.com", "cloudsql.goog",
    "mongodb.net", "cockroachlabs.cloud", "turso.io", "upstash.io", "aivencloud.com", "ondigitalocean.com",
    "timescale.com", "tsdb.cloud", "elephantsql.com", "heroku.com", "compute-1.amazonaws.com", "fly.dev", "flycast",
    "redislabs.com", "redis-cloud.com", "clickhouse.cloud", "snowflakecomputing.com", "xata.sh", "prisma.io",
    "singlestore.com", "oraclecloud.com", "tidbcloud.com", "yugabyte.cloud", "nile.tech",
)  # fmt: skip
_PRODUCTION: Final = frozenset({"prod", "production", "prd", "live", "prod1", "prod2"})
_TEST: Final = frozenset({"test", "tests", "testing", "ci", "pytest", "jest", "spec", "e2e"})
_DEVELOPMENT: Final = frozenset({"dev", "development", "local", "sandbox"})
_NOT: Final = frozenset({"non", "not", "pre", "no"})
# Options whose value says which of several configured places is meant.
_PLACE_OPTIONS: Final = re.compile(
    r"--?(?:e|x|c|d|env|environment|env-file|conf|config|configuration|profile|target|settings|database|db|dbname|datasource"
    r"|data-?source|defaults-(?:file|extra-file|group-suffix)|login-path|connection|connection-name|context|stage|node|account"
    r"|project|props|properties|knexfile|cnf)",
    re.IGNORECASE,
)
_PLACE_NAME: Final = re.compile(r"[\w./:@=,~-]{2,120}")
_WORD: Final = re.compile(r"[a-z0-9]+")
_SCHEMES: Final = {
    "postgres": "postgres",
    "postgresql": "postgres",
    "psql": "postgres",
    "pg": "postgres",
    "cockroachdb": "postgres",
    "redshift": "redshift",
    "mysql": "mysql",
    "mariadb": "mysql",
    "sqlserver": "tsql",
    "mssql": "tsql",
    "sqlite": "sqlite",
    "sqlite3": "sqlite",
    "file": "sqlite",
    "clickhouse": "clickhouse",
    "duckdb": "duckdb",
    "oracle": "oracle",
    "snowflake": "snowflake",
    "libsql": "sqlite",
    "mongodb": "mongodb",
    "redis": "redis",
    "rediss": "redis",
    "valkey": "redis",
}


def is_url(word: Value | None) -> bool:
    """Whether the word is a connection URL or an ODBC-like `key=value` string."""
    if word is None:
        return False
    return "://" in word.visible or re.match(r"\s*(host|dbname|user|port|service)\s*=", word.visible) is not None


def names_production(text: str) -> bool:
    """Whether a name says that it is production: `PROD_DB_URL`, `.env.production`, `db-prod`; not `non-prod`."""
    words = _WORD.findall(text.lower())
    return any(word in _PRODUCTION and not (number and words[number - 1] in _NOT) for number, word in enumerate(words))


def says_production(args: Sequence[Value], *places: Value | None) -> bool:
    """Whether an option (`--env=prod`, `-d source.prod.js`) or the name of an unknown variable says so."""
    if any(names_production(hole.why) for place in places if place is not None for hole in place.holes):
        return True
    for number, word in enumerate(args):
        option, equals, given = word.visible.partition("=")
        if not option.startswith("-") or not _PLACE_OPTIONS.fullmatch(option):
            continue
        if not equals:
            given = args[number + 1].visible if number + 1 < len(args) else ""
        if _PLACE_NAME.fullmatch(given) and "://" not in given and names_production(given):
            return True
    return False


def locate(
    call: Invocation,
    dialect: str,
    *,
    host: Value | None = None,
    name: Value | None = None,
    url: Value | None = None,
) -> Database:
    """The database that these words name. An unknown word makes the stage unknown unless another settles it."""
    found = _from_url(call, dialect, url) if url is not None else _database(call, dialect, _text(host), _text(name))
    if found.stage not in ("memory", "temp", "production") and says_production(call.args, host, name, url):
        return msgspec.structs.replace(found, stage="production")
    return found


def file_database(call: Invocation, dialect: str, path: Value | None) -> Database:
    """A database in a file; none, or `:memory:`, lives in memory."""
    text = "" if path is None else _text(path)
    if text in {"", ":memory:"} or "mode=memory" in text or text == "file::memory:":
        return Database(dialect=dialect, name=text or ":memory:", stage="memory")
    target = call.target(path if path is not None else known(text))
    if call.place:
        return Database(dialect=dialect, name=text, stage="unknown")
    stage: Stage = "unknown"
    if target.area == "temp":
        stage = "temp"
    elif target.path is not None:
        words = _words(text)
        stage = "production" if words & _PRODUCTION else "test" if words & _TEST else "local"
    return Database(dialect=dialect, name=text, stage=stage)


def opened_file(call: Invocation, path: Value | None, database: Database) -> list[ReadPath]:
    """The file that a database lies in, as read; its rows are shown only where the whole file is a secret."""
    if path is None or database.stage == "memory":
        return []
    target = call.target(path)
    return [ReadPath(target=target, shown=bool(target.secret))]


def dialect_of(url: Value, default: str = "") -> str:
    """The dialect that a connection URL's scheme names."""
    scheme = url.prefix.split(":", 1)[0].split("+", 1)[0].lower() if ":" in url.prefix else ""
    return _SCHEMES.get(scheme, default)


def _text(word: Value | None) -> str:
    """The word with `?` for its unknown parts."""
    if word is None:
        return ""
    return "".join("?" if isinstance(piece, Hole) else piece for piece in word.pieces)


def _from_url(call: Invocation, dialect: str, url: Value) -> Database:
    text = _text(url)
    if text.startswith("jdbc:"):
        url, text = url.cut(5), text[5:]
    dialect = dialect_of(url, dialect)
    if text.startswith(("sqlite:", "sqlite+")):
        # Three slashes begin a relative path, four an absolute one, two alone are no file at all.
        path = re.sub(r"^[\w+]+:(?:///?)?", "", text).split("?", 1)[0]
        return file_database(call, "sqlite", known(path))
    if text.startswith("file:"):
        return file_database(call, "sqlite", known(re.sub(r"^\w+:(//)?", "", text).split("?", 1)[0]))
    if "://" not in text:
        fields: dict[str, str] = dict(re.findall(r"(\w+)\s*=\s*'?([^'\s]+)'?", text))
        if not fields:
            return Database(dialect=dialect, stage="unknown")
        name = " ".join(fields[key] for key in ("dbname", "service") if key in fields)
        return _database(call, dialect, fields.get("host", fields.get("hostaddr", "")), name)
    try:
        # Holes may stand anywhere in a URL, also where a port must be a number.
        parts = urlsplit(text.replace("?", "%3F"))
        host = unquote(parts.netloc.rpartition("@")[2].lower())
    except ValueError:
        return Database(dialect=dialect, stage="unknown")
    name = unquote(parts.path.strip("/")).split("?", 1)[0]
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    return _database(call, dialect, host, name)


def _database(call: Invocation, dialect: str, host: str, name: str) -> Database:
    return Database(dialect=dialect, name=name, host=host, stage=stage_of(host, name, call.place))


def stage_of(host: str, name: str, place: str = "") -> Stage:
    """What host and name say; "" for a host means a socket of the machine where the client runs."""
    host, name = host.lower().rstrip("."), name.lower()
    words = _words(f"{host} {name} {place}")
    if words & _PRODUCTION or "master" in _words(host) or any(_within(host, domain) for domain in _MANAGED):
        return "production"
    if "?" in host:
        return "unknown"
    remote = bool(place) and not place.startswith(NEAR)
    local = not remote and (
        not host or host.startswith(("/", "127.")) or host in _LOCAL_HOSTS or host.endswith(".localhost")
    )
    if words & _TEST:
        return "test"
    if local or words & _DEVELOPMENT:
        return "local" if "?" not in name else "unknown"
    return "unknown"


def _within(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))
