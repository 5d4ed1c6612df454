"""Changes on what the settings call production, also where it looks like a cluster of this machine.

Why
    A context or profile has any name; a team knows which ones are live.
Instead
    Show the plan or the diff, and let a person or a pipeline apply it.
Blind spots
    A context that an opaque script switches to.
"""

from enactd.policy import Ask, ChangeInfrastructure, Context, Opinions, bash, policy

FREE = ("read", "plan", "list", "view")
GIVEN = ("production kube_contexts minikube", "production aws_profiles billing")


@policy(
    watches=ChangeInfrastructure,
    severity="critical",
    stage="stable",
    since="0.1",
    incidents=("IN-07", "IN-15"),
    asks=(
        bash("kubectl --context minikube apply -f k8s/", given=GIVEN),
        bash("kubectl --context minikube delete pod api-0", given=GIVEN),
        bash("helm upgrade api ./chart --kube-context minikube", given=GIVEN),
        bash("aws s3 rm s3://b/x --profile billing", given=GIVEN),
        bash("AWS_PROFILE=billing aws s3 mb s3://b", given=GIVEN),
    ),
    allows=(
        bash("kubectl --context minikube get pods", given=GIVEN),
        "kubectl --context minikube apply -f k8s/",
        bash("kubectl --context kind-dev apply -f k8s/", given=GIVEN),
        bash("aws s3 ls --profile billing", given=GIVEN),
    ),
    misses=(bash("./switch-and-deploy", given=GIVEN),),
)
def check(change: ChangeInfrastructure, context: Context) -> Opinions:
    if change.production and change.verb not in FREE:
        yield Ask(f"`{change.source}`: {change.verb} on {change.context}, which the settings call production")
