"""Writing outside the workspace, to start-up files, schedules and other machines' files.

Why
    What starts with every shell or every minute outlives the session; other folders belong to other work.
Instead
    Write inside the workspace, and say what should be put elsewhere.
Blind spots
    Programs that write without naming the file.
"""

from enactd.policy import Ask, Context, CopyPath, Opinions, WritePath, policy, tool

INSIDE = ("workspace", "temp", "temp-root", "stream", "agent", "workspace-root")


@policy(
    watches=(WritePath, CopyPath),
    severity="high",
    stage="stable",
    since="0.1",
    incidents=(
        "BY-01",
        "BY-04",
        "BY-18",
        "FS-54",
    ),
    denies=(
        "echo key >> ~/.ssh/authorized_keys",
        "echo 'x ALL=(ALL) NOPASSWD:ALL' | sudo tee /etc/sudoers.d/x",
        "python3 -c \"open('/home/u/.ssh/authorized_keys', 'a').write('k')\"",
    ),
    asks=(
        "echo alias >> ~/.bashrc",
        tool("Write", file_path="/etc/hosts", content="x"),
        tool("Write", file_path="/home/u/other/x.py", content="x"),
        'echo x > "$UNKNOWN_FILE"',
        "cp app /usr/local/bin/app",
        tool("Edit", file_path="/home/u/.bashrc", old_string="a", new_string="b"),
        tool("mcp__filesystem__write_file", path="/home/u/other/x.py", content="x"),
        tool("Write", file_path="/etc/cron.d/x", content="x"),
        tool("Write", file_path="/home/u/.config/systemd/user/x.service", content="x"),
        "echo x | sudo tee /etc/systemd/system/x.service",
    ),
    allows=(
        "git clone https://github.com/example/lib ../lib",
        "echo x > notes.txt",
        "echo x > /tmp/x",
        tool("Write", file_path="src/new.py", content="x"),
        "make 2>/dev/null",
        "docker cp web:/app/log.txt /tmp/",
        "docker exec web touch /tmp/ready",
        "kubectl --context kind-dev exec api-0 -- touch /tmp/ready",
        tool("mcp__filesystem__write_file", path="src/new.py", content="x"),
        "python3 -c \"open('src/new.py', 'w').write('x')\"",
    ),
    misses=("./bin/installer",),
)
def check(effect: WritePath | CopyPath, context: Context) -> Opinions:
    target = effect.to if isinstance(effect, CopyPath) else effect.target
    natures = target.nature
    if "authorized-keys" in natures or "sudoers" in natures:
        yield context.floor(effect, f"`{target.shown}` decides who gets in", "let a person change it")
    elif target.area == "device":
        yield context.floor(effect, f"`{target.shown}` is a disk", "write to a file")
    elif (
        target.area in ("home", "root", "system-root")
        and target.kind == "folder"
        and isinstance(effect, WritePath)
        and effect.recursive
    ):
        yield context.floor(effect, f"`{target.shown}` is overwritten", "write inside the workspace")
    elif "startup" in natures or "scheduled" in natures:
        yield Ask(f"`{target.shown}` runs by itself later on")
    elif effect.place and (effect.elsewhere or target.area != "temp"):
        yield Ask(f"`{effect.source}` writes `{target.shown}` on {effect.place}")
    elif target.path is None:
        yield Ask(f"`{target.word}` is known only at run time: {target.why_unknown or 'it depends on the run'}")
    elif target.area not in INSIDE and target.area not in ("gate", "agent-settings") and not cloned(effect):
        yield Ask(f"`{target.shown}` lies outside the workspace")


def cloned(effect: WritePath | CopyPath) -> bool:
    """A new folder made by a clone beside the workspace: nothing that was there changes."""
    fresh = isinstance(effect, WritePath) and effect.how == "create" and effect.recursive
    return fresh and effect.target.area in ("in-home", "elsewhere", "repository") and " clone " in f" {effect.source} "
