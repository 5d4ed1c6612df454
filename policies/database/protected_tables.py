"""Changes to protected tables, and to anything on a production database.

Why
    Users, customers, orders, payments and the audit log are what a company lives by.
Instead
    Write the statement down and let a person run it.
Blind spots
    Tables reached through views or procedures.
"""

from enactd.policy import Ask, ChangeStore, Context, Example, Opinions, RunSql, policy, tool

TABLES = ("users", "customers", "orders", "payments", "audit_log")
CHANGES = ("delete", "update", "insert", "merge", "truncate", "drop", "alter", "rename", "copy-in", "create-trigger")


@policy(
    watches=(RunSql, ChangeStore),
    severity="critical",
    stage="stable",
    since="0.1",
    incidents=("DB-01", "DB-21"),
    asks=(
        "psql -c \"DELETE FROM customers WHERE created_at < '2024-01-01'\"",
        "psql -c 'UPDATE public.\"Users\" SET admin = true WHERE id = 4'",
        'psql -c "ALTER TABLE customers RENAME TO customers_old"',
        'psql -h prod-db.example.com -c "DELETE FROM logs WHERE id = 4"',
        'psql -c "INSERT INTO audit_log VALUES (1)"',
        Example("Bash", {"command": 'psql -c "DELETE FROM old WHERE id = 4"'}, ("renamed customers old",)),
        'psql "$PROD_DATABASE_URL" -c "UPDATE flags SET on_ = true WHERE id = 4"',
        "ssh db1 'psql -c \"INSERT INTO posts VALUES (1)\"'",
        "mongosh app --eval 'db.orders.deleteOne({_id: 4})'",
        tool("mcp__postgres__query", sql="update users set admin = true where id = 4"),
        "python3 -c \"import sqlite3; sqlite3.connect('app.db').execute('DELETE FROM customers WHERE id = 4')\"",
    ),
    allows=(
        'psql -c "SELECT * FROM users LIMIT 5"',
        'psql app_dev -c "UPDATE posts SET title = 1 WHERE id = 4"',
        'psql app_dev -c "ALTER TABLE users ADD COLUMN nick text"',
        'psql app_dev -c "CREATE INDEX i ON users (id)"',
        'psql app_dev -c "INSERT INTO posts VALUES (1)"',
        "mongosh app --eval 'db.posts.deleteOne({_id: 4})'",
        'psql "$PROD_DATABASE_URL" -c "SELECT count(*) FROM flags"',
        'psql "$NON_PROD_DATABASE_URL" -c "INSERT INTO posts VALUES (1)"',
    ),
    misses=('psql app_dev -c "UPDATE customers_view SET name = 1 WHERE id = 4"',),
)
def check(effect: RunSql | ChangeStore, context: Context) -> Opinions:
    protected = tuple(name.lower() for name in context.setting("tables", TABLES))
    if isinstance(effect, ChangeStore):
        yield from documents(effect, context, protected)
    else:
        yield from statement(effect, context, protected)


def documents(change: ChangeStore, context: Context, protected: tuple[str, ...]) -> Opinions:
    """Collections, and tables that a model stands for: `prisma.user` keeps `users`."""
    names = {plain(change.what), f"{plain(change.what)}s"}
    known = names & set(protected) or any(context.site.protected.has_table(name) for name in names)
    if change.verb in ("write", "delete") and known and change.database.stage not in ("memory", "temp"):
        yield Ask(f"`{change.source}` changes the protected {change.what}")


def statement(sql: RunSql, context: Context, protected: tuple[str, ...]) -> Opinions:
    """SQL on a protected table, on one that was renamed from it, on production, or on another machine."""
    before = {plain(now): plain(first) for now, first in context.session.renamed.items()}
    named = context.site.protected
    touched = [
        t for t in sql.tables
        if plain(t) in protected or before.get(plain(t)) in protected
        or named.has_table(plain(t)) or named.has_table(before.get(plain(t), ""))
    ]  # fmt: skip
    if sql.database.stage in ("memory", "temp"):
        return
    changes = sql.verb in CHANGES and not (sql.verb == "alter" and not sql.drops and not sql.renames[0])
    if changes and touched:
        yield Ask(f"`{sql.verb.upper()}` on the protected table {', '.join(touched)}")
    elif changes and sql.database.stage == "production" and sql.verb != "alter":
        yield Ask(f"`{sql.verb.upper()}` on what looks like production: {sql.database.host or sql.database.name}")
    elif sql.verb == "alter" and sql.database.stage == "production":
        yield Ask(f"`ALTER` on what looks like production: {sql.database.host or sql.database.name}")
    elif changes and sql.elsewhere:
        yield Ask(f"`{sql.verb.upper()}` of {', '.join(sql.tables)} on {sql.place}")
    if "?" in sql.tables and sql.verb in CHANGES:
        yield Ask(f"`{sql.verb.upper()}` on a table that only the run will tell")


def plain(table: str) -> str:
    """A table's name without schema, quotes and case."""
    return table.rsplit(".", maxsplit=1)[-1].strip('"`[]').lower()
