"""terraform: what each verb does to infrastructure and state; plans, formats and dry runs are quiet."""

from __future__ import annotations

import pytest
from support.clouds import told

ROWS: list[tuple[str, list[str]]] = [
    ("terraform plan -destroy -out=p.tfplan -var x=y", ["plan", "WritePath /home/u/proj/p.tfplan"]),
    ("terraform -chdir=infra apply -auto-approve -var-file prod.tfvars", ["apply in infra"]),
    ("terraform apply -destroy", ["destroy"]),
    ("terraform apply -auto-approve=true tf.plan", ["apply"]),
    ("TF_CLI_ARGS_apply=-destroy terraform apply", ["destroy"]),
    ("terraform apply -refresh-only", ["state"]),
    ("terraform destroy -auto-approve", ["destroy"]),
    ("terragrunt run-all destroy --terragrunt-non-interactive", ["destroy bulk"]),
    ("terragrunt run --all -- apply", ["apply bulk"]),
    ("terragrunt run-all plan", ["plan bulk"]),
    ("terragrunt destroy-all", ["destroy bulk"]),
    ("terragrunt hclfmt", []),
    ("terraform state rm aws_x.y", ["state"]),
    ("terraform state mv -dry-run a b", ["read"]),
    ("terraform state list", ["read"]),
    ("terraform state pull", ["secret-read", "RevealSecret"]),
    ("terraform import aws_x.y id", ["import"]),
    ("terraform force-unlock 1", ["state"]),
    ("terraform output -json", ["secret-read", "RevealSecret"]),
    ("terraform output -raw bucket", ["read"]),
    ("terraform output -raw db_password", ["secret-read", "RevealSecret"]),
    ("terraform output", ["read"]),
    ('terraform output "$NAME"', ["secret-read", "RevealSecret"]),
    ("terraform init -upgrade", ["InstallPackage"]),
    ("terraform init -backend=false", ["InstallPackage"]),
    ("terraform init -from-module=git::https://x/y.git", ["InstallPackage"]),
    ("terraform init -migrate-state", ["InstallPackage", "state"]),
    ("terraform workspace select prod", ["read"]),
    ("terraform workspace delete prod", ["delete"]),
    ('terraform "$CMD"', ["Opaque"]),
    ("terraform fmt -check -recursive", []),
    ("terraform fmt modules", ["WritePath /home/u/proj/modules"]),
    ("terraform validate -json", []),
    ("terraform --version", []),
    ("terraform apply -help", []),
    ("tflocal apply -auto-approve", ["apply local"]),
    ("tofu destroy -target module.db", ["destroy"]),
    ("terraform console", []),
    ("terraform", []),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """A command does what the table says, and nothing else."""
    assert expected == told(command)
