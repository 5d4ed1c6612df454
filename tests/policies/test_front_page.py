"""What guards of this kind promise on their front pages, on every surface that can say it, in several spellings."""

from __future__ import annotations

from typing import Final

import pytest
from support.library import USUAL

from enactd.examples import SAMPLE_KEY, judge_example
from enactd.policy import Example, bash, tool
from enactd.verdict import Decision

Spellings = dict[str, list[str | Example]]


def py(code: str) -> str:
    return f'python3 -c "{code}"'


def shell(command: str, *given: str) -> Example:
    """A command through a tool of an MCP server."""
    return Example("mcp__shell__execute_command", {"command": command}, given)


DROP: Final[Spellings] = {
    "Bash": [
        'psql -c "DROP TABLE customers"', "psql <<'E'\ndrop table if exists public.customers cascade;\nE",
        "mysql shop -e 'drop TABLE `customers`'", "echo 'DROP TABLE customers;' | psql \"$DATABASE_URL\"",
        "sqlite3 app.db 'DROP/**/TABLE customers'", "docker exec db psql -U u -c 'DROP TABLE customers'",
        "psql -c \"DO \\$\\$ BEGIN EXECUTE 'DROP TABLE customers'; END \\$\\$\"",
    ],
    "MCP": [
        tool("mcp__postgres__query", sql="DROP TABLE customers"),
        tool("mcp__supabase__execute_sql", query="drop table public.customers cascade"),
        tool("mcp__sqlite__write_query", query="DROP TABLE customers"), tool("mcp__mysql__run_sql", sql="Drop Table `customers`"),
        tool("mcp__supabase__apply_migration", name="x", query="drop table customers"), shell("psql -c 'DROP TABLE customers'"),
    ],
    "code": [
        py("import sqlite3; sqlite3.connect('app.db').execute('DROP TABLE customers')"),
        py("import psycopg2; psycopg2.connect('').cursor().execute('DROP TABLE customers')"),
        py("import subprocess; subprocess.run(['psql', '-c', 'DROP TABLE customers'])"),
        "node -e \"require('child_process').execSync('psql -c \\'DROP TABLE customers\\'')\"",
        "ruby -e 'system(\"psql\", \"-c\", \"DROP TABLE customers\")'",
    ],
}  # fmt: skip
DELETE: Final[Spellings] = {
    "Bash": [
        'psql -c "DELETE FROM users"', "mysql app -e 'delete from `users` where 1=1'", "sqlite3 app.db 'DELETE FROM users;'",
        "psql -c 'BEGIN; DELETE FROM public.\"users\"; COMMIT'", "cat <<'E' | psql\nDELETE FROM users WHERE true\nE",
        "psql -c 'WITH gone AS (DELETE FROM users RETURNING *) SELECT count(*) FROM gone'", "psql -c 'TRUNCATE users'",
    ],
    "MCP": [
        tool("mcp__postgres__query", sql="DELETE FROM users"), tool("mcp__supabase__execute_sql", query="delete from users where 1=1"),
        tool("mcp__sqlite__write_query", query="DELETE FROM users"), shell("psql -c 'DELETE FROM users'"),
        tool("mcp__mysql__query", sql="DELETE users FROM users"),
    ],
    "code": [
        py("import sqlite3; sqlite3.connect('app.db').execute('DELETE FROM users')"),
        py("import os; os.system('psql -c \\'DELETE FROM users\\'')"),
        py("import subprocess; subprocess.run('mysql app -e \\'DELETE FROM users\\'', shell=True)"),
        "node -e \"require('child_process').execSync('sqlite3 app.db \\'DELETE FROM users\\'')\"",
    ],
}  # fmt: skip
FORCE: Final[Spellings] = {
    "Bash": [
        "git push --force origin main", "git push -f", "git push origin +main", "git -C . push origin HEAD --force",
        "git push --mirror origin", "git push -uf origin feature/x", "sh -c 'git push --for origin main'",
    ],
    "MCP": [
        shell("git push --force origin main"), shell("git push -f"), shell("cd . && git push origin +HEAD:main"),
        tool("mcp__git__git_push", repo_path="/home/u/proj", remote="origin", branch="main", force=True),
    ],
    "code": [
        py("import subprocess; subprocess.run(['git', 'push', '--force', 'origin', 'main'])"),
        py("import os; os.system('git push -f')"),
        "node -e \"require('child_process').execSync('git push origin +main')\"",
        "perl -e 'system(\"git push --force origin main\")'",
    ],
}  # fmt: skip
KEY_IN_COMMIT: Final[Spellings] = {
    "Bash": [
        "git add -f .env && git commit -m x", f"git commit -m 'token {SAMPLE_KEY}'", f"echo 'T={SAMPLE_KEY}' >> src/a.py",
        "git add .env.production", "git stage config/id_rsa",
    ],
    "Write": [
        tool("Write", file_path="src/a.py", content=f'TOKEN = "{SAMPLE_KEY}"'),
        tool("Write", file_path="deploy.yaml", content=f"token: {SAMPLE_KEY}\n"),
        tool("Write", file_path="README.md", content=f"Use `{SAMPLE_KEY}`."),
        tool("Write", file_path="k.txt", content="-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq3zL9vX2\n"),
    ],
    "Edit": [
        tool("Edit", file_path="src/a.py", old_string="None", new_string=f'"{SAMPLE_KEY}"'),
        tool("Edit", file_path="docker-compose.yml", old_string="x", new_string=f"GH: {SAMPLE_KEY}"),
        tool("MultiEdit", file_path="src/a.py", edits=[{"old_string": "a", "new_string": f"'{SAMPLE_KEY}'"}]),
        tool("Edit", file_path="docs/a.md", old_string="a", new_string=f"curl -H 'Authorization: Bearer {SAMPLE_KEY}'"),
    ],
    "MCP": [
        tool("mcp__filesystem__write_file", path="src/a.py", content=f'T = "{SAMPLE_KEY}"'),
        tool("mcp__filesystem__edit_file", path="src/a.py", edits=[{"oldText": "a", "newText": f"'{SAMPLE_KEY}'"}]),
        shell("git add -f .env"), shell(f"echo '{SAMPLE_KEY}' > src/key.txt"),
    ],
    "code": [
        py(f"open('src/a.py', 'w').write('{SAMPLE_KEY}')"), py(f"import pathlib; pathlib.Path('a.txt').write_text('{SAMPLE_KEY}')"),
        f"node -e \"require('fs').writeFileSync('a.js', '{SAMPLE_KEY}')\"",
        py("import subprocess; subprocess.run(['git', 'add', '-f', '.env'])"),
    ],
}  # fmt: skip
FREEZE: Final[Spellings] = {
    "Bash": [bash(c, given="freeze") for c in ("echo x > src/a.py", "git commit -m x", "git merge feature/x", "rm src/a.py", "npm install x")],
    "Write": [Example("Write", {"file_path": f, "content": "x"}, ("freeze",)) for f in ("a.py", "src/b.py", "/home/u/proj/c.md", "README.md")],
    "Edit": [
        Example(name, {"file_path": "src/a.py", **more}, ("freeze",))
        for name, more in (
            ("Edit", {"old_string": "a", "new_string": "b"}), ("MultiEdit", {"edits": [{"old_string": "a", "new_string": "b"}]}),
            ("Edit", {"old_string": "a", "new_string": "", "replace_all": True}), ("Edit", {"old_string": "", "new_string": "b"}),
        )
    ],
    "MCP": [
        Example("mcp__postgres__query", {"sql": "insert into posts values (1)"}, ("freeze",)),
        Example("mcp__filesystem__write_file", {"path": "a.py", "content": "x"}, ("freeze",)),
        Example("mcp__github__create_pull_request", {"owner": "o", "repo": "r", "title": "x"}, ("freeze",)),
        shell("touch src/a.py", "freeze"),
    ],
    "code": [
        bash(c, given="freeze")
        for c in (
            py("open('src/a.py', 'w').write('x')"), py("import os; os.remove('src/a.py')"), "perl -e 'unlink \"src/a.py\"'",
            "node -e \"require('fs').writeFileSync('src/a.js', 'x')\"",
        )
    ],
}  # fmt: skip
SECRETS: Final[Spellings] = {
    "Bash": ["cat .env", "head -c 100 ~/.aws/credentials", "grep . .env.local", "less ~/.ssh/id_ed25519", "tar -cf - ~/.ssh", "find ~ -name '*.pem'"],
    "Read": [tool("Read", file_path=f) for f in (".env", "/home/u/.ssh/id_rsa", "~/.aws/credentials", "apps/api/.env.production", "/home/u/.netrc")],
    "Glob": [tool("Glob", pattern=p) for p in ("**/.ssh/*", "**/.env", "**/*.pem", "**/id_rsa", "/home/u/.aws/*")],
    "Grep": [
        tool("Grep", pattern="aws_secret_access_key"), tool("Grep", pattern="BEGIN RSA PRIVATE KEY"), tool("Grep", pattern="AKIA[0-9A-Z]{16}"),
        tool("Grep", pattern="x", path=".env"), tool("Grep", pattern="ghp_[A-Za-z0-9]+"),
    ],
    "MCP": [
        tool("mcp__filesystem__read_file", path=".env"), tool("mcp__filesystem__read_multiple_files", paths=["a.py", ".env"]),
        tool("mcp__filesystem__list_directory", path="/home/u/.ssh"), shell("cat ~/.aws/credentials"),
    ],
    "code": [
        py("print(open('.env').read())"), py("import pathlib; print(pathlib.Path.home().joinpath('.ssh/id_rsa').read_text())"),
        "node -e \"console.log(require('fs').readFileSync('.env', 'utf8'))\"", "ruby -e 'puts File.read(\".env\")'", "perl -ne print .env",
    ],
}  # fmt: skip
RESET: Final[Spellings] = {
    "Bash": [bash(c, given="dirty") for c in ("git reset --hard", "git reset HEAD~3 --hard", "git -C . reset --har origin/main", "sh -c 'git reset --hard'", "git checkout -f")],
    "MCP": [
        shell("git reset --hard", "dirty"), shell("git reset --hard HEAD~1", "dirty"), shell("cd src && git reset --hard", "dirty"),
        Example("mcp__git__git_reset", {"repo_path": "/home/u/proj", "mode": "hard"}, ("dirty",)),
    ],
    "code": [
        bash(c, given="dirty")
        for c in (
            py("import subprocess; subprocess.run(['git', 'reset', '--hard'])"), py("import os; os.system('git reset --hard HEAD~1')"),
            "node -e \"require('child_process').execSync('git reset --hard')\"", "perl -e 'system(\"git reset --hard\")'",
        )
    ],
}  # fmt: skip
W: Final = ".github/workflows/deploy.yml"
WORKFLOW: Final[Spellings] = {
    "Bash": [f"echo x > {W}", f"sed -i 's/test/true/' {W}", f"tee {W} <<< 'on: push'", f"cp /tmp/x.yml {W}", f"git rm {W} && mv a.yml {W}", f"cat > app/{W} <<'E'\nx\nE"],
    "Write": [tool("Write", file_path=f, content="on: push") for f in (W, f"/home/u/proj/{W}", f"app/{W}", ".gitlab-ci.yml", ".circleci/config.yml")],
    "Edit": [
        tool("Edit", file_path=W, old_string="a", new_string="b"), tool("Edit", file_path=f"app/{W}", old_string="a", new_string=""),
        tool("MultiEdit", file_path=W, edits=[{"old_string": "a", "new_string": "b"}]), tool("Edit", file_path=f"./{W}", old_string="a", new_string="b"),
    ],
    "MCP": [
        tool("mcp__filesystem__write_file", path=W, content="x"), tool("mcp__filesystem__edit_file", path=W, edits=[{"oldText": "a", "newText": "b"}]),
        tool("mcp__filesystem__move_file", source="a.yml", destination=W), shell(f"echo x > {W}"),
    ],
    "code": [
        py(f"open('{W}', 'w').write('x')"), py(f"import pathlib; pathlib.Path('{W}').write_text('x')"),
        f"node -e \"require('fs').writeFileSync('{W}', 'x')\"", f"ruby -e 'File.write(\"{W}\", \"x\")'",
    ],
}  # fmt: skip
PROMISES: Final = {
    "DROP TABLE customers": DROP, "DELETE FROM users": DELETE, "force push": FORCE, "key in a commit": KEY_IN_COMMIT, "freeze": FREEZE,
    "secrets read, listed, searched": SECRETS, "reset --hard": RESET, "workflow edits": WORKFLOW,
}  # fmt: skip
NEAR: Final[list[str | Example]] = [
    "grep -rn 'DROP TABLE customers' migrations", "git commit -m 'DROP TABLE customers is dangerous'", 'psql -c "SELECT * FROM customers LIMIT 5"',
    "psql -c \"EXPLAIN DELETE FROM users WHERE id = 1\"", "git push origin feature/x", "git push --dry-run --force origin main", "git log --grep='push --force'",
    tool("Write", file_path="src/a.py", content='TOKEN = os.environ["TOKEN"]'), tool("Write", file_path=".env.example", content="TOKEN="),
    bash("git status", given="freeze"), Example("Read", {"file_path": "src/a.py"}, ("freeze",)), tool("Read", file_path=".env.example"),
    tool("Glob", pattern="src/**/*.py"), tool("Grep", pattern="API_KEY", path="src"), "git reset --soft HEAD~1", "git reset HEAD src/a.py", f"cat {W}",
    tool("Read", file_path=W), "git diff -- .github", tool("Edit", file_path="docs/workflows.md", old_string="a", new_string=W),
    tool("mcp__postgres__query", sql="select count(*) from users"), py("print('git reset --hard')"), tool("WebFetch", url="https://docs.github.com/actions", prompt="x"),
]  # fmt: skip
ROWS: Final = [
    pytest.param(spelling, id=f"{promise}-{surface}-{spelling}"[:120])
    for promise, surfaces in PROMISES.items()
    for surface, spellings in surfaces.items()
    for spelling in spellings
]


def decision(spelling: str | Example) -> Decision:
    return judge_example(USUAL, bash(spelling) if isinstance(spelling, str) else spelling).verdict.decision


@pytest.mark.parametrize("spelling", ROWS)
def test_promise_holds(spelling: str | Example) -> None:
    """Asked or denied, whatever tool and spelling it comes by."""
    assert Decision.ALLOW is not decision(spelling)


@pytest.mark.parametrize("spelling", NEAR, ids=lambda spelling: str(spelling)[:80])
def test_near_misses_pass(spelling: str | Example) -> None:
    """The same words where they are only words, and the harmless neighbours."""
    assert Decision.ALLOW is decision(spelling)


def test_every_surface_has_four_spellings() -> None:
    """Each promise is tried at least four ways on each surface, and on three surfaces at least."""
    assert [] == [(promise, surface) for promise, s in PROMISES.items() for surface, rows in s.items() if len(rows) < 4]
    assert all(len(surfaces) >= 3 for surfaces in PROMISES.values())
