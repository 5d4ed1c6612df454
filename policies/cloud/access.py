"""IAM, DNS and secret managers.

Why
    Who gets in and where names lead decides over everything else.
Instead
    Write the change down and let a person make it.
Blind spots
    Access that a template grants.
"""

from enactd.policy import Ask, ChangeInfrastructure, Context, Opinions, policy, tool


@policy(
    watches=ChangeInfrastructure,
    severity="critical",
    stage="stable",
    since="0.1",
    incidents=("PI-01", "SE-03"),
    asks=(
        "aws iam delete-user --user-name deploy",
        "aws route53 change-resource-record-sets --hosted-zone-id Z1 --change-batch file://x.json",
        "aws secretsmanager get-secret-value --secret-id x",
        "kubectl get secret db -o yaml",
        "kubectl create clusterrolebinding x --clusterrole=cluster-admin --user=eve",
        "gcloud projects add-iam-policy-binding p --member user:x@example.com --role roles/owner",
        tool("mcp__shell__execute_command", command="aws iam attach-user-policy --user-name x --policy-arn y"),
        "aws s3api put-bucket-policy --bucket b --policy file://p.json",
    ),
    allows=("aws iam list-users", "aws sts get-caller-identity", "kubectl get secrets", "gcloud auth list"),
    misses=("aws cloudformation validate-template --template-body file://grants-admin.json",),
)
def check(change: ChangeInfrastructure, context: Context) -> Opinions:
    words = {
        "access": "changes who may do what",
        "dns": "changes where names lead",
        "secret-read": "prints secrets",
        "secret-write": "changes a secret",
    }
    if change.verb in words:
        yield Ask(f"`{change.source}` {words[change.verb]}{' (' + change.context + ')' if change.context else ''}")
