"""Writing, changing or deleting files that hold secrets.

Why
    A changed `.env` or key file breaks or re-routes what depends on it, and nothing gives the old one back.
Instead
    Change the example file and tell the person which value to set.
Blind spots
    Secrets in files whose name says nothing.
"""

from enactd.policy import Ask, Context, Opinions, WritePath, bash, policy, tool


@policy(
    watches=WritePath,
    severity="high",
    stage="stable",
    since="0.1",
    asks=(
        tool("Write", file_path=".env", content="A=1"),
        "echo A=1 >> .env.local",
        tool("Write", file_path="/home/u/.ssh/id_ed25519", content=""),
        "sed -i s/a/b/ .env",
        tool("Edit", file_path=".env", old_string="A=1", new_string="A=2"),
        "python3 -c \"open('.env', 'a').write('A=1')\"",
    ),
    allows=(
        tool("Write", file_path=".env.example", content="A="),
        bash("cp .env.example .env", given="missing .env"),
        bash("openssl genrsa -out /tmp/k.pem 2048", given="missing /tmp/k.pem"),
        bash("openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem", given="missing key.pem"),
    ),
    misses=("./bin/rotate-keys",),
)
def check(write: WritePath, context: Context) -> Opinions:
    fresh = write.how == "create" and write.target.secret == "private key" and write.target.area in (
        "workspace", "temp",
    )  # fmt: skip
    if write.target.secret and not fresh:
        yield Ask(f"`{write.target.shown}` is a {write.target.secret}")
    if "secret" in write.origins and not write.target.secret and write.target.area != "stream":
        yield Ask(f"a secret would be written into `{write.target.shown}`")
