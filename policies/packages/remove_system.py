"""Packages removed from the system.

Why
    Other programs, and the machine's own start, depend on them.
Instead
    Remove from the project's manifest.
Blind spots
    Packages that another package removes.
"""

from enactd.policy import Ask, Context, Opinions, RemovePackage, policy


@policy(
    watches=RemovePackage,
    severity="medium",
    stage="stable",
    since="0.1",
    asks=(
        "sudo apt-get remove -y python3",
        "brew uninstall postgresql",
        "sudo dnf remove -y openssl",
    ),
    allows=("npm uninstall left-pad", "pip uninstall -y x", "cargo remove serde"),
    misses=("./bin/uninstall-everything",),
)
def check(remove: RemovePackage, context: Context) -> Opinions:
    if remove.scope == "system":
        yield Ask(f"{', '.join(remove.names[:3]) or 'packages'} would go from the whole machine")
