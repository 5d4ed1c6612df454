"""pulumi, cdk, serverless, sam, vagrant and the like: previews are quiet, the rest says what it does."""

from __future__ import annotations

import pytest
from support.clouds import told

ROWS: list[tuple[str, list[str]]] = [
    ("pulumi preview", ["plan"]),
    ("pulumi up -y -s prod", ["apply in prod"]),
    ("pulumi up --preview-only", ["plan"]),
    ("pulumi destroy --yes", ["destroy"]),
    ("pulumi stack rm dev --force", ["delete"]),
    ("pulumi config --show-secrets", ["secret-read", "RevealSecret"]),
    ("pulumi stack output --show-secrets", ["secret-read", "RevealSecret"]),
    ("pulumi config set aws:region us-east-1", []),
    ("pulumi cancel", ["state"]),
    ("pulumi import aws:s3/bucket:Bucket a b", ["import"]),
    ("cdk diff", ["plan"]),
    ("cdk synth", []),
    ("cdk deploy --all --require-approval never", ["deploy"]),
    ("cdk destroy", ["destroy"]),
    ("cdk bootstrap", ["create"]),
    ("sls remove --stage prod", ["destroy in prod"]),
    ("sls invoke local -f hello", []),
    ("sls invoke -f hello", ["run"]),
    ("sls deploy", ["deploy"]),
    ("sam local invoke", []),
    ("sam build", []),
    ("sam delete --no-prompts", ["destroy"]),
    ("packer validate x.pkr.hcl", []),
    ("packer build x.pkr.hcl", ["create"]),
    ("vagrant up", ["change local", "ReadPath /home/u/proj/Vagrantfile"]),
    ("vagrant destroy -f", ["destroy"]),
    ('vagrant ssh -c "rm -rf /srv/x"', ["DeletePath /srv/x @vagrant"]),
    ("vagrant box remove x", ["delete local"]),
    ("vagrant status", []),
    ("knife node delete web1 -y", ["delete"]),
    ("knife node list", []),
    ("puppet apply --noop x.pp", []),
    ("puppet apply x.pp", ["apply"]),
    ("chef-client --why-run", []),
    ("salt '*' cmd.run 'rm -rf /srv/x'", ["DeletePath /srv/x @salt *"]),
    ("salt '*' test.ping", []),
    ("nomad job plan x", ["plan"]),
    ("nomad job stop -purge api", ["delete"]),
    ("consul kv get a", ["read"]),
    ("consul kv delete -recurse app/", ["delete bulk"]),
    ("eb terminate x", ["destroy"]),
    ("eb status", ["read"]),
    ('pulumi "$X"', ["Opaque"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """A command does what the table says, and nothing else."""
    assert expected == told(command)
