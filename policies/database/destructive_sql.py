"""SQL that drops, truncates, or changes every row.

Why
    Whole tables were emptied on the way to something else, in freezes and on production.
Instead
    Name the rows with a WHERE, and try it in a transaction on a copy.
Blind spots
    What a stored procedure or a trigger does.
"""

from enactd.policy import Ask, Context, Opinions, RunSql, policy, tool

ACCESS = ("user", "role", "group", "login", "system", "default privileges")


@policy(
    watches=RunSql,
    severity="critical",
    stage="stable",
    since="0.1",
    incidents=("DB-01", "DB-16", "DB-21", "PI-14"),
    asks=(
        'psql -c "DROP TABLE customers"',
        'psql "$DATABASE_URL" -c "DELETE FROM executives;"',
        'mysql app -e "TRUNCATE orders"',
        "sqlite3 app.db 'UPDATE accounts SET x = 1 WHERE 1=1'",
        'psql -c "ALTER TABLE t DROP COLUMN c"',
        tool("mcp__supabase__execute_sql", query="drop schema public cascade"),
        "psql <<'EOF'\nDELETE FROM logs;\nEOF",
        'psql -c "GRANT ALL ON t TO bob"',
        "psql -c \"ALTER USER postgres PASSWORD 'x'\"",
        'psql -c "ALTER SYSTEM SET fsync = off"',
        'psql -c "SELECT pg_terminate_backend(4)"',
        'mysql -e "SHUTDOWN"',
        "python3 -c \"import sqlite3; sqlite3.connect('app.db').execute('DROP TABLE posts')\"",
    ),
    allows=(
        'psql -c "SELECT COUNT(*) FROM customers"',
        "sqlite3 :memory: 'DROP TABLE t'",
        'psql app_dev -c "DELETE FROM sessions_old WHERE id = 4"',
        'psql app_dev -c "EXPLAIN DELETE FROM users WHERE id = 1;"',
        'psql -c "ALTER TABLE t ADD COLUMN c int"',
        "echo 'DROP TABLE customers'",
        tool("mcp__postgres__query", sql="select count(*) from posts"),
        "python3 -c \"import sqlite3; print(sqlite3.connect('app.db').execute('SELECT 1').fetchall())\"",
    ),
    misses=('psql -c "CALL purge_everything()"',),
)
def check(sql: RunSql, context: Context) -> Opinions:
    if sql.database.stage in ("memory", "temp"):
        return
    what = ", ".join(sql.tables) or sql.object
    if sql.verb == "drop":
        yield Ask(f"`{sql.verb.upper()}` of {sql.object} {what}")
    elif sql.verb == "truncate":
        yield Ask(f"`TRUNCATE` of {what}")
    elif sql.verb in ("delete", "update") and sql.where in ("none", "always", ""):
        yield Ask(f"`{sql.verb.upper()}` of every row of {what}", "name the rows with a WHERE")
    elif sql.drops:
        yield Ask(f"`ALTER` of {what} drops {', '.join(sql.drops)}")
    elif sql.verb in ("grant", "revoke"):
        yield Ask(f"`{sql.verb.upper()}` changes who may do what on {what}")
    elif sql.verb == "alter" and sql.object in ACCESS:
        yield Ask(f"`ALTER {sql.object.upper()}` changes who may do what, or how the server runs")
    elif sql.verb == "other" and sql.object in ("server", "session"):
        yield Ask("the database server or other people's sessions would be stopped")
