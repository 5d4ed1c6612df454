"""A code freeze: reads go on, every change waits until it ends.

Why
    An agent emptied a production database in the middle of a freeze that it had been told about.
Instead
    Read, plan, and wait for the end of the freeze.
Blind spots
    Reads that change something.
"""

from enactd.policy import Context, Deny, Effect, Example, Opinions, bash, policy

READS = {
    "ReadPath", "SearchSecrets", "RevealSecret", "AgentTool", "UseGate", "RunCode", "Opaque", "UnknownTool", "StoreSecret",
    "TamperGate", "SetEnvironment",
}  # fmt: skip
QUIET = {"read", "plan", "list", "view", "select", "explain", "status", ""}


@policy(
    watches=Effect,
    severity="critical",
    stage="stable",
    since="0.1",
    incidents=("DB-01",),
    denies=(
        bash("git commit -m x", given="freeze"),
        bash("echo x > src/a.py", given="freeze"),
        bash("git push origin feature/x", given="freeze"),
        Example("Edit", {"file_path": "src/a.py", "old_string": "a", "new_string": "b"}, ("freeze",)),
        Example("Write", {"file_path": "src/a.py", "content": "x"}, ("freeze",)),
        Example("mcp__postgres__query", {"sql": "insert into posts values (1)"}, ("freeze",)),
        bash("python3 -c \"open('src/a.py', 'w').write('x')\"", given="freeze"),
        bash("git merge feature/x", given="freeze"),
        bash("npm install left-pad", given="freeze"),
        bash("terraform apply", given="freeze"),
    ),
    allows=(
        bash("git status", given="freeze"),
        bash("cat README.md", given="freeze"),
        bash("echo x > /tmp/x", given="freeze"),
        "git commit -m x",
        Example("Read", {"file_path": "src/a.py"}, ("freeze",)),
        Example("Grep", {"pattern": "x"}, ("freeze",)),
        bash('python3 -c "print(1)"', given="freeze"),
        bash("kubectl get pods", given="freeze"),
        Example("Write", {"file_path": "/tmp/x.txt", "content": "x"}, ("freeze",)),
        Example("Edit", {"file_path": "/tmp/x.txt", "old_string": "a", "new_string": "b"}, ("freeze",)),
        Example("mcp__postgres__query", {"sql": "select 1"}, ("freeze",)),
    ),
    misses=(
        bash("git stash", given="freeze"),
        bash("npm run build", given="freeze"),
    ),
)
def check(effect: Effect, context: Context) -> Opinions:
    if not context.frozen or effect.type_name in READS:
        return
    target = getattr(effect, "target", None)
    if target is not None and target.area in ("temp", "stream", "agent"):
        return
    verb = getattr(effect, "verb", getattr(effect, "changes", ""))
    if verb in QUIET and hasattr(effect, "verb"):
        return
    if getattr(effect, "changes", None) == "nothing":
        return
    yield Deny(
        f"a freeze is on ({context.frozen}): {effect.source or 'this'} would change something", "wait for its end"
    )
