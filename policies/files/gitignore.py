"""Lines in `.gitignore` that uncover secrets.

Why
    A negated line, or one taken away, lets the next `git add -A` commit the keys.
Instead
    Keep secrets ignored; commit an example file.
Blind spots
    Global ignore files.
"""

from enactd.policy import Ask, Context, DeletePath, Opinions, WritePath, policy, tool

SECRETS = (".env", "secret", "credential", ".pem", ".key", "id_rsa", ".p12", ".npmrc", ".tfvars", ".tfstate")
HARMLESS = (".example", ".sample", ".template", ".dist")


@policy(
    watches=(WritePath, DeletePath),
    severity="high",
    stage="stable",
    since="0.1",
    asks=(
        "echo '!app/.env' >> app/.gitignore",
        tool("Edit", file_path=".gitignore", old_string=".env\ndist", new_string="dist"),
        "> .gitignore",
        "truncate -s 0 .gitignore",
        "sed -i '/\\.env/d' .gitignore",
        tool("Write", file_path=".gitignore", content="!.env\n"),
        "python3 -c \"open('.gitignore', 'a').write('!.env')\"",
        tool("mcp__filesystem__write_file", path=".gitignore", content="!.env"),
    ),
    allows=(
        "echo dist/ >> .gitignore",
        "echo '!.env.example' >> .gitignore",
        tool("Edit", file_path=".gitignore", old_string="dist", new_string="dist\n.env"),
    ),
    misses=("git config core.excludesFile empty",),
)
def check(effect: WritePath | DeletePath, context: Context) -> Opinions:
    if "gitignore" not in effect.target.nature:
        return
    if isinstance(effect, DeletePath):
        yield Ask(f"without `{effect.target.shown}` everything that it hides can be committed")
        return
    if effect.how == "overwrite" and effect.content == "":
        yield Ask(f"an empty `{effect.target.shown}` hides nothing")
    added = [line.strip().lower() for line in (effect.content or "").splitlines()]
    gone = [line.strip().lower() for line in effect.removed.splitlines() if line.strip().lower() not in added]
    for line in added:
        if line.startswith("!") and secret(line):
            yield Ask(f"`{line}` uncovers a secret")
    for line in gone:
        if secret(line) and not line.startswith(("!", "#")):
            yield Ask(f"`{line}` is no longer hidden")


def secret(line: str) -> bool:
    return any(word in line for word in SECRETS) and not line.endswith(HARMLESS)
