"""Reading a file that holds secrets, by any tool.

Why
    What an agent reads reaches a model, a transcript and a log; keys found in passing were used on production.
Instead
    Read the example file, or let a person put the one value needed into the environment.
Blind spots
    A secret in a file whose name says nothing.
"""

from enactd.policy import Ask, Context, CopyPath, MovePath, Opinions, ReadPath, policy, tool


@policy(
    watches=(ReadPath, CopyPath, MovePath),
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("SE-02", "SE-03", "SE-04", "SE-05", "PI-02"),
    asks=(
        "cat .env",
        tool("Read", file_path="/home/u/.ssh/id_rsa"),
        tool("Read", file_path="apps/api/.env.local"),
        tool("Glob", pattern="**/.ssh/*"),
        tool("Grep", pattern="x", path=".env"),
        "cp .env .env.bak",
        "head -1 ~/.aws/credentials",
        "while read l; do echo $l; done < .env",
        "ls ~/.ssh",
        "find / -name id_rsa",
        "ssh host cat .env",
        tool("mcp__filesystem__read_file", path="/home/u/.aws/credentials"),
        "python3 -c \"print(open('.env').read())\"",
        "node -e \"console.log(require('fs').readFileSync('.env', 'utf8'))\"",
        "mv .env /tmp/x",
    ),
    allows=(
        "cat .env.example",
        "test -f .env",
        tool("Glob", pattern="**/update_credentials_form.html"),
        tool("Read", file_path="src/credentials.py"),
        "ls src",
        "cp .env.example .env",
        "ssh -i ~/.ssh/id_ed25519 host uptime",
        tool("mcp__filesystem__read_file", path="README.md"),
        "python3 -c \"print(open('.env.example').read())\"",
    ),
    misses=("cat notes/passwords-of-the-team.md",),
)
def check(effect: ReadPath | CopyPath | MovePath, context: Context) -> Opinions:
    target = effect.target
    if not target.secret:
        return
    where = f" on {effect.place}" if effect.place else ""
    if isinstance(effect, CopyPath | MovePath):
        yield Ask(f"`{target.shown}` is a {target.secret}, and would be copied to `{effect.to.shown}`{where}")
    elif effect.how in ("content", "search", "list") and effect.shown:
        verb = {"content": "read", "search": "searched", "list": "listed"}[effect.how]
        yield Ask(f"`{target.shown}` is a {target.secret}, and would be {verb}{where}")
