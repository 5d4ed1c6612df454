"""aws: operations by name and by service; reads and dry runs are quiet, emulators are local."""

from __future__ import annotations

import pytest
from support.clouds import told

ROWS: list[tuple[str, list[str]]] = [
    ("aws sso get-role-credentials --role-name r --account-id 1", ["secret-read", "RevealSecret"]),
    ("aws apigateway get-api-key --api-key k", ["read"]),
    ("aws apigateway get-api-key --api-key k --include-value", ["secret-read", "RevealSecret"]),
    ("aws ec2 describe-instances --no-verify-ssl", ["Request", "read"]),
    ("aws sts get-caller-identity", ["read"]),
    ("aws sts assume-role --role-arn x --role-session-name y", ["secret-read", "RevealSecret"]),
    ("aws s3 ls s3://b", ["read"]),
    ("aws s3 rm s3://b/tmp --recursive --dryrun", []),
    ("aws s3 rm s3://b/tmp --recursive", ["delete bulk"]),
    ("aws s3 cp x.txt s3://b/x", ["SendData s3://b/x", "change"]),
    ("aws s3 cp s3://b/x .", ["WritePath /home/u/proj"]),
    ("aws s3 cp x.txt s3://b/x --acl public-read", ["SendData s3://b/x", "change", "access"]),
    ("aws s3 sync dist s3://b --delete", ["SendData s3://b", "change bulk", "delete bulk"]),
    ("aws s3 sync s3://b dist --delete", ["WritePath /home/u/proj/dist", "DeletePath /home/u/proj/dist/*"]),
    ("aws s3 mv s3://a/x s3://b/x", ["change", "delete"]),
    ("aws s3 rb s3://prod-data --force", ["delete bulk"]),
    ("aws s3 presign s3://b/x", ["access", "RevealSecret"]),
    ("aws --endpoint-url http://localhost:4566 s3 rb s3://x --force", ["delete bulk local"]),
    ("aws --endpoint-url https://s3.example.com s3 rb s3://x", ["delete"]),
    ("awslocal s3 mb s3://x", ["create local"]),
    ("aws --profile prod ec2 terminate-instances --instance-ids i-1", ["delete in prod"]),
    ("aws iam delete-user --user-name deploy", ["access"]),
    ("aws iam list-users", ["read"]),
    ("aws ec2 run-instances --image-id ami-1 --dry-run", []),
    ("aws ec2 run-instances --image-id ami-1", ["create"]),
    ("aws ec2 stop-instances --instance-ids i-1", ["restart"]),
    ("aws ec2 authorize-security-group-ingress --group-id x", ["access"]),
    ("aws secretsmanager get-secret-value --secret-id x", ["secret-read", "RevealSecret"]),
    ("aws secretsmanager list-secrets", ["read"]),
    ("aws ssm get-parameter --name x --with-decryption", ["secret-read", "RevealSecret"]),
    ("aws ssm get-parameter --name x", ["read"]),
    ("aws ssm start-session --target i-1", ["OpenShell i-1"]),
    (
        'aws ecs execute-command --cluster c --task t --command "rm -rf /srv/x" --interactive',
        ["DeletePath /srv/x @aws t"],
    ),
    ("aws ecr get-login-password", ["secret-read", "RevealSecret"]),
    ("aws logs tail /x --since 10m", ["read"]),
    ("aws logs delete-log-group --log-group-name x", ["delete"]),
    ("aws cloudformation delete-stack --stack-name x", ["delete"]),
    ("aws cloudformation deploy --no-execute-changeset --stack-name x", ["plan"]),
    ("aws rds delete-db-instance --db-instance-identifier x", ["delete"]),
    ("aws dynamodb scan --table-name x", ["read"]),
    ("aws dynamodb delete-table --table-name x", ["delete"]),
    ("aws lambda invoke --function-name x out.json", ["run"]),
    ("aws route53 change-resource-record-sets --hosted-zone-id Z", ["dns"]),
    ("aws route53 list-hosted-zones", ["read"]),
    ("aws ses send-email --from a --to b", ["SendMessage b"]),
    ("aws sqs purge-queue --queue-url x", ["delete"]),
    ("aws configure list", []),
    ("aws configure get aws_secret_access_key", ["secret-read", "RevealSecret"]),
    ("aws configure get region", []),
    ("aws configure set region x", ["WritePath /home/u/.aws/config"]),
    ("aws eks update-kubeconfig --name x", []),
    ('aws "$OP" x', ["Opaque"]),
    ('aws ec2 "$OP"', ["Opaque"]),
    ("aws ec2 help", []),
    ("aws --version", []),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """A command does what the table says, and nothing else."""
    assert expected == told(command)
