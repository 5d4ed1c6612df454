"""Links that make a private place reachable under a harmless name.

Why
    `ln -s ~/.ssh ./s` turns every later read of `./s` into a read of the keys.
Instead
    Leave private files where they are.
Blind spots
    Links made by a program that is not read.
"""

from enactd.policy import Ask, Context, LinkPath, Opinions, policy


@policy(
    watches=LinkPath,
    severity="high",
    stage="stable",
    since="0.1",
    asks=(
        "ln -s ~/.ssh ./s",
        "ln -s ~/.aws/credentials alias",
        "ln -s / everything",
        "ln -sf x /usr/local/bin/x",
        "python3 -c \"import os; os.symlink('/home/u/.ssh', 's')\"",
    ),
    allows=("ln -s ../shared/config.json config.json", "ln -s src/a src/b", "ln -s /usr/bin/python3 .tool"),
    misses=("make link-secrets",),
)
def check(link: LinkPath, context: Context) -> Opinions:
    target, to = link.target, link.to
    if target.secret or "private" in target.nature:
        yield Ask(f"`{to.shown}` would lead to `{target.shown}`, {target.secret or 'a private folder'}")
    if target.area in ("home", "root", "gate", "agent-settings"):
        yield Ask(f"`{to.shown}` would lead to `{target.shown}`")
    if to.path is not None and to.area not in ("workspace", "temp", "workspace-root", "agent", "stream"):
        yield Ask(f"`{to.shown}` lies outside the workspace")
