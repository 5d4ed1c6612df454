"""Deploys outside the times that the settings set aside for them.

Why
    What breaks on a Friday evening stays broken until somebody is there.
Instead
    Wait for the next window, which the answer names.
Blind spots
    Deploys that an opaque script makes, and a remote that deploys by a name nobody can tell.
"""

from enactd.policy import ChangeInfrastructure, Context, Deny, Opinions, PublishPackage, bash, policy

VERBS = ("apply", "deploy", "destroy", "restart", "scale")
CLOSED = "deploys closed"


@policy(
    watches=(ChangeInfrastructure, PublishPackage),
    severity="high",
    stage="stable",
    since="0.1",
    denies=(
        bash("terraform apply", given=CLOSED),
        bash("vercel --prod", given=CLOSED),
        bash("kubectl apply -f k8s/", given=CLOSED),
        bash("git push heroku main", given=CLOSED),
        bash("npm publish", given=CLOSED),
    ),
    allows=(
        bash("terraform plan", given=CLOSED),
        bash("git push origin feature/x", given=CLOSED),
        bash("kubectl --context kind-dev apply -f k8s/", given=CLOSED),
        bash("npm run build", given=CLOSED),
    ),
    misses=(bash("./deploy", given=CLOSED),),
)
def check(change: ChangeInfrastructure, context: Context) -> Opinions:
    if not context.site.closed:
        return
    if isinstance(change, PublishPackage):
        yield Deny(f"{context.site.closed}; `{change.source}` publishes", "wait for the next window")
    elif change.verb in VERBS and not change.local:
        yield Deny(f"{context.site.closed}; `{change.source}` is a {change.verb}", "wait for the next window")
