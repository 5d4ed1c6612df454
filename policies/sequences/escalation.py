"""The stronger tool after the weaker one refused: a plain force after the lease, a third way to delete.

Why
    `--force-with-lease` refuses because somebody else has pushed, and `--force` then overwrites just that. Three tools
    in a row against one folder, each rougher than the last, is how a whole drive went.
Instead
    Read why the first one failed: fetch and look, or find out who holds the folder.
Blind spots
    A weaker tool whose failure the agent does not report.
"""

from enactd.policy import Ask, Context, DeletePath, GitPush, Opinions, bash, policy, subject

PUSHES = "git push --force-with-lease origin feature/x"


@policy(
    watches=(GitPush, DeletePath),
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("VC-19", "FS-12"),
    asks=(
        bash("git push --force origin feature/x", after=(f"failed: {PUSHES}",)),
        bash("git push origin +feature/x", after=(f"failed: {PUSHES}",)),
        f"{PUSHES} || git push --force origin feature/x",
        bash("rm -rf dist", after=("failed: rm -r dist", "failed: find dist -delete")),
    ),
    allows=(
        bash("git push --force-with-lease origin feature/x", after=(f"failed: {PUSHES}",)),
        bash("git push origin feature/x", after=(f"failed: {PUSHES}",)),
        bash("rm -rf dist", after=("failed: rm -r dist",)),
        bash("rm -rf dist", after=("failed: rm -r dist", "failed: rm -rf dist", "approved: rm -rf dist")),
        bash("rm -rf build", after=("failed: rm -r dist", "failed: rm -rf dist")),
    ),
    misses=(bash("make clean", after=("failed: rm -r dist", "failed: rm -rf dist")),),
)
def check(effect: GitPush | DeletePath, context: Context) -> Opinions:
    about = subject(effect)
    failed = context.session.failed
    if isinstance(effect, DeletePath):
        if about and f"deleted {about} twice" in failed:
            yield Ask(f"two ways to delete `{about}` have failed already, and `{effect.source}` is the third")
        return
    here = any(isinstance(e, GitPush) and e.force == "lease" and subject(e) == about for e in context.effects)
    if effect.force == "plain" and about and (f"leased {about}" in failed or here):
        yield Ask(
            f"`{about}` refused --force-with-lease because somebody has pushed; `{effect.source}` overwrites that"
        )
