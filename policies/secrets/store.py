"""Live keys written into files, commits and services.

Why
    A key in a commit is public the moment it is pushed, and history keeps it.
Instead
    Put the key into a secret store or an ignored file, and use its name.
Blind spots
    Keys without a known shape.
"""

from enactd.policy import Ask, Context, Opinions, StoreSecret, bash, policy, tool

KEY = "ghp_" + "k3Yq9ZtR1vXw7LmN5bPdS2fHjU8aCeG4iOxT"


@policy(
    watches=StoreSecret,
    severity="critical",
    stage="stable",
    since="0.1",
    incidents=("SE-03", "SE-04"),
    asks=(
        tool("Write", file_path="src/config.py", content=f'TOKEN = "{KEY}"\n'),
        bash("git add -f .env && git commit -m 'deploy env'"),
        f"echo 'token={KEY}' >> README.md",
        tool("Edit", file_path="src/config.py", old_string="x", new_string=f'TOKEN = "{KEY}"'),
    ),
    allows=(
        tool("Write", file_path="src/config.py", content='TOKEN = os.environ["TOKEN"]\n'),
        tool("Write", file_path=".env.example", content="API_KEY=\n"),
        "git add -A",
        tool("Edit", file_path="src/config.py", old_string="x", new_string='os.environ["TOKEN"]'),
    ),
    misses=(tool("Write", file_path="src/config.py", content='PASSWORD = "correct horse battery staple"'),),
)
def check(store: StoreSecret, context: Context) -> Opinions:
    kinds = ", ".join(store.kinds) or "a secret"
    where = f"`{store.target.shown}`" if store.target is not None else f"a {store.where}"
    if store.where == "commit":
        yield Ask(f"{kinds} would be committed with {where}")
    elif store.where == "service":
        yield Ask(f"{kinds} would be stored by `{store.source}`")
    elif store.target is None or store.target.area != "temp":
        yield Ask(f"{kinds} would be written into {where}")
