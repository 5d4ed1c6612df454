"""Infrastructure destroyed or deleted.

Why
    A destroy with the wrong state, profile or context took down what real people used.
Instead
    Show the plan, and let a person destroy.
Blind spots
    Deletions that a controller makes after a harmless-looking change.
"""

from enactd.policy import Ask, ChangeInfrastructure, Context, Opinions, policy, tool


@policy(
    watches=ChangeInfrastructure,
    severity="critical",
    stage="stable",
    since="0.1",
    incidents=("IN-07", "IN-13", "FS-38", "PI-01", "PI-14"),
    asks=(
        "terraform destroy -auto-approve",
        "kubectl delete namespace production",
        "aws s3 rm s3://staging-bucket --recursive",
        "aws ec2 terminate-instances --instance-ids i-1",
        "gcloud projects delete x",
        "helm uninstall payments",
        tool("mcp__aws__delete_bucket", name="b"),
        tool("mcp__shell__execute_command", command="kubectl delete namespace production"),
        "python3 -c \"import subprocess; subprocess.run(['aws', 's3', 'rm', 's3://b', '--recursive'])\"",
        "gsutil rm -r gs://bucket",
        "az storage container delete -n x",
        "kubectl delete pods --all",
        "pulumi destroy -y",
        "npx cdk destroy --all",
    ),
    allows=(
        "terraform plan",
        "kubectl get pods -A",
        "aws s3 ls s3://b",
        "aws s3 rm s3://b/tmp --recursive --dryrun",
        "python3 -c \"import subprocess; subprocess.run(['aws', 's3', 'ls'])\"",
    ),
    misses=("./scripts/teardown",),
)
def check(change: ChangeInfrastructure, context: Context) -> Opinions:
    if change.verb in ("delete", "destroy") and not change.local:
        yield Ask(f"`{change.source}` deletes {change.what or 'infrastructure'}{where(change)}")
    elif change.verb in ("state", "import") and not change.local:
        yield Ask(f"`{change.source}` changes what {change.tool} believes to exist")


def where(change: ChangeInfrastructure) -> str:
    return f" ({change.context})" if change.context else ""
