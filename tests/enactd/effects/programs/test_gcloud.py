"""gcloud and bq: the verb behind the groups."""

from __future__ import annotations

import pytest
from support.clouds import told

ROWS: list[tuple[str, list[str]]] = [
    ("gcloud storage mv gs://bkt/a/out gs://bkt/b/out", ["change", "delete"]),
    ("gcloud storage rm -r gs://bkt/a", ["delete bulk"]),
    ("gcloud memorystore instances delete rsvp --location=asia-south1 2>&1", ["delete in asia-south1"]),
    ("gcloud projects list", []),
    ("gcloud compute instances list", ["read"]),
    ("gcloud run services describe api --region=europe-west1", ["read in europe-west1"]),
    ("gcloud auth list", []),
    ("gcloud auth print-access-token", ["secret-read", "RevealSecret"]),
    ("gcloud run deploy api --image x", ["deploy"]),
    ("gcloud beta run services delete api -q", ["delete"]),
    ("gcloud projects delete x", ["destroy"]),
    ("gcloud secrets versions access latest --secret=x", ["secret-read", "RevealSecret"]),
    ("gcloud projects add-iam-policy-binding p --member=x --role=y", ["access"]),
    ("gcloud projects get-iam-policy p", ["read"]),
    ("gcloud iam service-accounts list", ["read"]),
    ("gcloud iam service-accounts keys create k.json --iam-account x", ["access"]),
    ("gcloud dns record-sets delete x --type=A", ["dns"]),
    ("gcloud dns record-sets list -z x", ["read"]),
    ("gcloud sql instances restart x", ["restart"]),
    ("gcloud sql export sql x gs://b/x", ["change"]),
    ('gcloud logging read "severity>=ERROR" --limit 10', ["read"]),
    ("gcloud logging sinks delete x", ["delete"]),
    ("gcloud functions logs read x", ["read"]),
    ("gcloud functions delete x", ["delete"]),
    ("gcloud app deploy", ["deploy"]),
    ('gcloud compute ssh vm --command "rm -rf /srv/x"', ["DeletePath /srv/x @gcloud vm"]),
    ("gcloud compute ssh vm", ["OpenShell vm"]),
    ("gcloud compute url-maps delete x", ["delete"]),
    ("gcloud compute instances set-machine-type test --machine-type e2", ["change"]),
    ("gcloud config set project x", []),
    ("gcloud container clusters get-credentials x", []),
    ("gcloud compute instances create x", ["create"]),
    ('gcloud compute instances "$V" x', ["Opaque"]),
    ("gcloud builds submit --tag x", ["deploy"]),
    ("gcloud services enable x", ["change"]),
    ("bq query --use_legacy_sql=false 'DELETE FROM d.t WHERE true'", ["RunSql delete"]),
    ("bq query 'select 1'", ["RunSql select"]),
    ("bq rm -r -f d", ["delete bulk"]),
    ("bq ls", ["read"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_command(command: str, expected: list[str]) -> None:
    """A command does what the table says, and nothing else."""
    assert expected == told(command)
