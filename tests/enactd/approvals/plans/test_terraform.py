"""State files: which one a command uses, what is in it, and when that cannot be known."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from support.plan_files import plan_file, resource, state

from enactd.approvals.plans import terraform
from enactd.approvals.plans.command import Command
from enactd.approvals.plans.terraform import summary
from enactd.world import World


def told(folder: Path, *words: str, **environment: str) -> list[str]:
    world = World(cwd=str(folder), workspace=str(folder), home="/nonexistent", environment=environment)
    return list(summary(Command("terraform", words, str(folder)), world))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "terraform.tfstate").write_text(
        state(
            resource("aws_vpc", "net"),
            resource("aws_subnet", "a", "x", "y", needs=["aws_vpc.net"]),
            resource("aws_instance", "web", 0, 1, needs=["aws_subnet.a", "aws_vpc.net"]),
            resource("aws_s3_bucket", "logs", module="module.store"),
        )
    )
    return tmp_path


def test_everything(folder: Path) -> None:
    """Counted by instance."""
    lines = told(folder, "destroy")
    assert "by terraform.tfstate (serial 12) this destroys 6 resources of 4 types:" == lines[0]
    assert '  2 aws_subnet: a["x"], a["y"]' in lines


@pytest.mark.parametrize(
    ("target", "count"),
    [
        ("aws_instance.web[1]", 1),
        ("aws_instance.web", 2),
        ("aws_subnet.a", 4),
        ("aws_vpc.net", 5),
        ("module.store", 1),
        ("aws_inst", 0),
    ],
)
def test_targets(folder: Path, target: str, count: int) -> None:
    """What is aimed at goes with all that depends on it; a beginning of a name is no target."""
    for words in ((f"-target={target}",), ("--target", target)):
        first = told(folder, "destroy", *words)[0]
        assert f"destroys {count} resource" in first
        assert f"aimed at {target} and what depends on it" in first


def test_apply_without_a_plan(folder: Path) -> None:
    """Is decided when it runs; what is there is told."""
    assert told(folder, "apply")[0].startswith("without a plan file, what it changes is decided when it runs; ")
    assert "this destroys 6 resources" in told(folder, "apply", "-destroy")[0]


def test_apply_of_a_plan(folder: Path) -> None:
    """The plan says it, whatever the state is."""
    (folder / "p.out").write_bytes(plan_file(("aws_instance.web[0]", 5), ("aws_eip.x", 1), ("aws_vpc.net", 0)))
    assert [
        "by the plan file, destroys 1 resource:", "  1 aws_instance: web[0]",
        "by the plan file, creates 1 resource:", "  1 aws_eip: x",
    ] == told(folder, "apply", "-input=false", "p.out")  # fmt: skip
    (folder / "p.out").write_bytes(plan_file())
    assert ["by the plan file nothing changes"] == told(folder, "apply", "p.out")


@pytest.mark.parametrize("content", [None, b"", b"nonsense", b"PK\x03\x04broken"])
def test_a_plan_that_cannot_be_read(folder: Path, content: bytes | None) -> None:
    """Is not known, and that is said."""
    if content is not None:
        (folder / "p.out").write_bytes(content)
    (line,) = told(folder, "apply", "p.out")
    assert line.endswith("is not known")


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("main.tf", 'terraform {\n  backend "s3" {\n    bucket = "x"\n  }\n}\n', "s3"),
        ("main.tf", 'terraform {\n  cloud {\n    organization = "x"\n  }\n}\n', "cloud"),
        ("main.tofu", 'terraform { backend "gcs" {} }', "gcs"),
        (".terraform/terraform.tfstate", json.dumps({"backend": {"type": "azurerm", "config": {}}}), "azurerm"),
        (".terraform/terraform.tfstate", "broken", "not known"),
        ("main.tf.json", '{"terraform": {"backend": {"s3": {}}}}', "of a JSON configuration"),
    ],
)
def test_a_remote_state_is_not_known(folder: Path, name: str, text: str, kind: str) -> None:
    """Even where an old file of it lies about."""
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    assert [f"the state is remote (backend {kind}): what it holds is not known here"] == told(folder, "destroy")


def test_a_backend_in_a_comment_is_none(folder: Path) -> None:
    """Nor one of another block."""
    (folder / "main.tf").write_text('# backend "s3" {}\n/* cloud { } */\n// backend "gcs" {}\nlocals { x = "cloud" }\n')
    assert "destroys 6" in told(folder, "destroy")[0]


def test_where_a_local_state_lies(folder: Path) -> None:
    """By option, by the backend's path, by the workspace that is chosen."""
    other = folder / "states/other.tfstate"
    other.parent.mkdir()
    other.write_text(state(resource("x", "y"), serial=3))
    assert "by other.tfstate (serial 3)" in told(folder, "destroy", "-state=states/other.tfstate")[0]
    (folder / "main.tf").write_text('terraform {\n backend "local" {\n  path = "states/other.tfstate"\n }\n}\n')
    assert "by other.tfstate (serial 3)" in told(folder, "destroy")[0]
    (folder / "main.tf").unlink()
    chosen = folder / "terraform.tfstate.d/blue/terraform.tfstate"
    chosen.parent.mkdir(parents=True)
    chosen.write_text(state(resource("x", "y"), serial=4))
    assert "(serial 4)" in told(folder, "destroy", TF_WORKSPACE="blue")[0]
    (folder / ".terraform").mkdir()
    (folder / ".terraform/environment").write_text("blue")
    assert "(serial 4)" in told(folder, "destroy")[0]


def test_an_older_state(tmp_path: Path) -> None:
    """Version 3, with its modules."""
    modules = [
        {"path": ["root"], "resources": {"a.b": {"type": "a"}, "data.c.d": {"type": "c"}}},
        {"path": ["root", "m"], "resources": {"a.e": {"type": "a", "depends_on": ["a.f"]}, "a.f": {"type": "a"}}},
    ]
    (tmp_path / "terraform.tfstate").write_text(json.dumps({"version": 3, "serial": 1, "modules": modules}))
    assert "  3 a: b, module.m.e, module.m.f" in told(tmp_path, "destroy")
    assert "destroys 2 resources" in told(tmp_path, "destroy", "-target=module.m.a.f")[0]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 9}', '{"version": 4, "resources": [7]}', "\0"])
def test_a_state_of_another_form(tmp_path: Path, text: str) -> None:
    """Is said to be that; no exception."""
    (tmp_path / "terraform.tfstate").write_text(text)
    assert [f"the state at {tmp_path}/terraform.tfstate is in no form that is known"] == told(tmp_path, "destroy")


def test_no_state(tmp_path: Path) -> None:
    """None, one that is a pipe, one that is too large."""
    path = tmp_path / "terraform.tfstate"
    assert [f"there is no state at {path}"] == told(tmp_path, "destroy")
    os.mkfifo(path)
    assert [f"the state at {path} cannot be read: not known"] == told(tmp_path, "destroy")
    path.unlink()
    path.write_bytes(b" " * (5 << 20))
    assert [f"the state at {path} cannot be read: not known"] == told(tmp_path, "destroy")
    assert "cannot be read" in told(tmp_path / "nowhere", "destroy")[0]


@pytest.mark.parametrize("junk", ["/*" * 32_000, "\n" * 65_000, "/* *" * 16_000, "//\n" * 20_000])
def test_a_configuration_made_to_be_slow_is_read_in_one_go(junk: str) -> None:
    """Comments are found in time that grows with the text alone: nothing else of the daemon runs meanwhile."""
    began = time.process_time()
    terraform._COMMENTS.sub("", junk * 8)
    assert 20 > time.process_time() - began


def test_what_depends_on_a_target_is_found_in_a_long_chain() -> None:
    """Each resource is looked at once, however they hang together."""
    chain = [terraform.Resource(f"a.n{i}", "a", f"n{i}", (f"a.n{i - 1}",)) for i in range(20_000)]
    assert 20_000 - 5 == len(terraform._aimed(list(reversed(chain)), ["a.n5"]))
