"""Infrastructure changed: applies, deploys, restarts, scaling, new things that cost money.

Why
    Others notice at once, and what was there before is work to bring back.
Instead
    Show the plan or the diff, and let a person or a pipeline apply it.
Blind spots
    Deploys that start from a push: see `git.protected-push`.
"""

from enactd.policy import Ask, ChangeInfrastructure, Context, Opinions, policy, tool

VERBS = ("apply", "deploy", "restart", "scale", "create", "change", "run")


@policy(
    watches=ChangeInfrastructure,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("IN-07", "IN-15", "IN-17"),
    asks=(
        "terraform apply",
        "kubectl apply -f k8s/",
        "helm upgrade api ./chart",
        "vercel --prod",
        "aws ec2 run-instances --image-id ami-1",
        tool("mcp__kubernetes__kubectl_apply", manifest="kind: Deployment"),
        "python3 -c \"import subprocess; subprocess.run(['terraform', 'apply', '-auto-approve'])\"",
        tool("mcp__shell__execute_command", command="terraform apply -auto-approve"),
        "ssh prod 'cd /srv/zap && docker compose up -d'",
    ),
    allows=(
        "terraform validate",
        "kubectl diff -f k8s/",
        "helm lint charts/api",
        "cdk diff",
        "kubectl logs api-0",
        tool("mcp__kubernetes__kubectl_get", resource="pods"),
        "python3 -c \"import subprocess; subprocess.run(['terraform', 'validate'])\"",
    ),
    misses=("./scripts/release",),
)
def check(change: ChangeInfrastructure, context: Context) -> Opinions:
    if change.verb in VERBS and not change.local:
        yield Ask(
            f"`{change.source}`: {change.verb} {change.what or change.tool}{' (' + change.context + ')' if change.context else ''}"
        )
