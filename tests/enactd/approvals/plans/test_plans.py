"""What files at hand say of a call; nothing of it is run, and what is not known is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.plan_files import plan_file, read, resource, state

from enactd.approvals import plans
from enactd.approvals.plans.command import Command
from enactd.world import World


def told(folder: Path, command: str) -> tuple[str, ...]:
    found, world = read(folder, command)
    return plans.summary(found, world)


def test_destroy(tmp_path: Path) -> None:
    """Types and names out of the state; what holds data first."""
    (tmp_path / "terraform.tfstate").write_text(
        state(
            resource("aws_instance", "web", 0, 1, 2),
            resource("aws_db_instance", "main"),
            resource("aws_s3_bucket", "logs", module="module.store"),
            resource("aws_ami", "base", mode="data"),
        )
    )
    assert (
        "by terraform.tfstate (serial 12) this destroys 5 resources of 3 types:",
        "  1 aws_db_instance: main",
        "  1 aws_s3_bucket: module.store.logs",
        "  3 aws_instance: web[0], web[1], web[2]",
    ) == told(tmp_path, "terraform destroy -auto-approve")


def test_the_folder_of_the_command_counts(tmp_path: Path) -> None:
    """`cd` and `-chdir` are followed, and wrappers looked through."""
    (tmp_path / "infra/prod").mkdir(parents=True)
    (tmp_path / "infra/prod/terraform.tfstate").write_text(state(resource("null_resource", "x")))
    for command in (
        "cd infra && terraform -chdir=prod destroy",
        "bash -c 'cd infra/prod; tofu destroy'",
        "sudo terraform -chdir=infra/prod destroy",
    ):
        assert "  1 null_resource: x" in told(tmp_path, command), command


@pytest.mark.parametrize("command", ["ls", "terraform plan", "kubectl get pods", "rm -rf x", "terraform fmt"])
def test_no_plan(tmp_path: Path, command: str) -> None:
    """A call that changes no infrastructure has none."""
    assert () == told(tmp_path, command)


def test_elsewhere_is_not_known(tmp_path: Path) -> None:
    """The files here say nothing about another machine."""
    (tmp_path / "terraform.tfstate").write_text(state(resource("null_resource", "x")))
    assert ("it happens on ssh web: what is there is not known here",) == told(tmp_path, "ssh web 'terraform destroy'")


def test_a_folder_only_the_run_knows(tmp_path: Path) -> None:
    """Nothing is guessed."""
    (found,) = told(tmp_path, 'cd "$WHERE" && terraform destroy')
    assert "known only when it runs" in found


def test_what_breaks_the_reading_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that nobody thought of is one more thing that is not known."""

    def broken(command: Command, world: World) -> Iterator[str]:
        yield "first"
        raise LookupError

    monkeypatch.setitem(plans._READERS, "terraform", broken)
    assert ("first", "the rest could not be read (LookupError): not known") == told(tmp_path, "terraform destroy")


def test_names_are_foreign_text(tmp_path: Path) -> None:
    """No control characters, no secrets, one line each, and not without end."""
    secret = "ghp_aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5z"
    found = [resource(f"type{n}\x1b[2J\n", f"name {secret}") for n in range(500)]
    (tmp_path / "terraform.tfstate").write_text(state(*found))
    lines = told(tmp_path, "terraform destroy")
    assert all(line.isprintable() for line in lines)
    assert secret not in " ".join(lines)
    assert 42 > len(lines)


@pytest.mark.parametrize(
    ("command", "file"), [("terraform apply p.out", "p.out"), ("kubectl delete -f m.yaml", "m.yaml")]
)
def test_a_file_that_is_another_by_now_is_not_shown(tmp_path: Path, command: str, file: str) -> None:
    """What is read for a person is what the call was judged by, or it is not known."""
    (tmp_path / "p.out").write_bytes(plan_file(("aws_db_instance.production", 5)))
    (tmp_path / "m.yaml").write_text("kind: Namespace\nmetadata:\n  name: production\n")
    judged, world = read(tmp_path, command)
    assert "production" in " ".join(plans.summary(judged, world))
    (tmp_path / "p.out").write_bytes(plan_file(("aws_s3_bucket.logs", 1)))
    (tmp_path / "m.yaml").write_text("kind: ConfigMap\nmetadata:\n  name: logs\n")
    later = World(cwd=str(tmp_path), workspace=str(tmp_path), home="/nonexistent")
    later.facts.update({key: value for key, value in world.facts.items() if key.startswith("digest ")})
    told = " ".join(plans.summary(judged, later))
    assert "not known" in told
    assert "logs" not in told.replace(file, "")
