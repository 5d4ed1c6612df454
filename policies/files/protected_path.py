"""Changes of files and folders that the settings protect.

Why
    Every team has files that only people change: migrations that ran, a schema, the accounts of last year.
Instead
    Propose the change, and let a person make it.
Blind spots
    What an opaque program writes by itself.
"""

from enactd.policy import (
    Ask,
    ChangeMode,
    Context,
    CopyPath,
    DeletePath,
    LinkPath,
    MovePath,
    Opinions,
    WritePath,
    bash,
    policy,
    tool,
)

GIVEN = ("protects paths db/schema.sql", "protects paths infra/prod")


@policy(
    watches=(WritePath, DeletePath, MovePath, CopyPath, LinkPath, ChangeMode),
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("DB-01",),
    asks=(
        bash("echo x >> db/schema.sql", given=GIVEN),
        bash("sed -i s/a/b/ infra/prod/main.tf", given=GIVEN),
        bash("rm -r infra", given=GIVEN),
        bash("mv db/schema.sql db/old.sql", given=GIVEN),
        bash("cp other.sql db/schema.sql", given=GIVEN),
        bash("cd infra && rm prod/main.tf", given=GIVEN),
        bash("python3 -c \"open('db/schema.sql', 'w').write('x')\"", given=GIVEN),
        bash("chmod 600 db/schema.sql", given=GIVEN),
    ),
    allows=(
        bash("cat db/schema.sql", given=GIVEN),
        bash("cp db/schema.sql /tmp/x/schema.sql", given=GIVEN),
        bash("echo x >> db/schema2.sql", given=GIVEN),
        bash("echo x > infra/dev/main.tf", given=GIVEN),
        tool("Edit", file_path="db/schema.sql", old_string="a", new_string="b"),
        "rm -r build",
    ),
    misses=(bash("./regenerate-schema", given=GIVEN),),
)
def check(change: WritePath, context: Context) -> Opinions:
    protected = context.site.protected
    if not protected.paths or change.place:
        return
    copies = isinstance(change, CopyPath | LinkPath)
    for target in (None if copies else change.target, getattr(change, "to", None)):
        if target is None:
            continue
        whole = target.everything_in or isinstance(change, DeletePath | MovePath) or getattr(change, "recursive", False)
        for path in dict.fromkeys((target.path, target.named)):
            if protected.has_path(path, context.workspace, context.home):
                yield Ask(f"`{target.shown}` is protected by the settings")
                break
            if whole and protected.lies_below(path, context.workspace, context.home):
                yield Ask(f"`{target.shown}` holds what the settings protect")
                break
