"""Permissions opened to everybody, or changed far and wide.

Why
    `chmod -R 777` and `chown -R` on a home or system folder break the machine or open it.
Instead
    Change the one file that needs it, with the least mode.
Blind spots
    Access lists that a program sets by itself.
"""

from enactd.policy import Ask, ChangeMode, Context, Opinions, policy


@policy(
    watches=ChangeMode,
    severity="high",
    stage="stable",
    since="0.1",
    denies=("chmod -R 777 /", "chmod 777 ~", "sudo chown -R nobody /etc"),
    asks=(
        "chmod u+s app",
        "chmod 4755 app",
        "chmod -R 777 .",
        "chmod 777 app.py",
        "chown -R me src",
        "chmod 644 /srv/x",
        "python3 -c \"import os; os.chmod('app.py', 0o777)\"",
    ),
    allows=(
        "chmod +x scripts/setup.sh",
        "chmod 644 README.md",
        "chmod -R u+w node_modules",
        "chmod 600 ~/.ssh/id_rsa",
        "python3 -c \"import os; os.chmod('app.py', 0o755)\"",
    ),
    misses=("./bin/open-up .",),
)
def check(change: ChangeMode, context: Context) -> Opinions:
    target = change.target
    if target.area in ("home", "root", "system-root") and (change.recursive or change.opens or change.owner):
        yield context.floor(change, f"`{change.source}` changes `{target.shown}`", "name the file inside the workspace")
    elif setuid(change.mode):
        yield Ask(f"`{target.shown}` would run with its owner's rights")
    elif change.opens:
        yield Ask(f"`{target.shown}` becomes writable by everybody")
    elif change.place:
        yield Ask(f"`{change.source}` changes permissions on {change.place}")
    elif change.recursive and not ("build-output" in target.nature and target.area == "workspace"):
        yield Ask(f"`{change.source}` changes everything below `{target.shown}`")
    elif target.path is None:
        yield Ask(f"`{target.word}` is known only at run time")
    elif target.area not in ("workspace", "temp", "stream", "agent", "workspace-root") and not (
        target.secret and tight(change.mode)
    ):
        yield Ask(f"`{target.shown}` lies outside the workspace")


def tight(mode: str) -> bool:
    return mode.lstrip("0") in ("600", "400", "700", "500") or mode in ("go-rwx", "og-rwx", "u=rw,go=", "u=rwx,go=")


def setuid(mode: str) -> bool:
    octal = mode.isdigit() and len(mode.lstrip("0")) == 4 and mode.lstrip("0")[0] in "2467"
    return octal or ("s" in mode.partition("+")[2] or "cap_" in mode)
