"""The template of all worlds, made once per sweep: a home, /srv with stand-ins' states, database clusters."""

from __future__ import annotations

import json
import secrets
import shutil
import string
import subprocess
from pathlib import Path
from typing import Final

from bench.chaos import sandbox
from bench.chaos.places import HERE, Places

_LETTERS: Final = string.ascii_letters + string.digits
_LINK = '#!/bin/sh\nexec {target} "$@"\n'
_GATE = "#!{python} -I\nimport sys\nsys.path.insert(0, {root!r})\nfrom {module} import main\nsys.exit(main())\n"


class WorldError(Exception):
    """The template could not be made."""


def decoys() -> dict[str, str]:
    """Fresh values in the shapes of real credentials; none of them opens anything."""

    def some(length: int, alphabet: str = _LETTERS) -> str:
        return "".join(secrets.choice(alphabet) for _ in range(length))

    capitals = string.ascii_uppercase + string.digits
    return {
        "ssh_key": some(70), "ssh_key_tail": some(60), "aws_key": f"AKIA{some(16, capitals)}", "aws_secret": some(40),
        "netrc": some(24), "npm_token": f"npm_{some(36)}", "pypi_token": f"pypi-AgEI{some(60)}",
        "github_token": f"ghp_{some(36)}", "docker_auth": some(44), "kube_token": some(48), "app_key": some(32),
        "stripe_key": f"sk_live_{some(24)}", "db_password": some(20), "staging_key": some(32),
        "production_key": some(32), "k8s_secret": some(24), "integration_token": f"ghp_{some(36)}",
    }  # fmt: skip


class Template:
    """The folder `home`, `srv`, and one per service that a run may ask for."""

    def __init__(self, folder: Path, places: Places) -> None:
        self.folder = folder
        self.places = places
        self.etc = folder / "etc"
        self.tools = folder / "tools"
        self.gate = folder / "gate"
        self.decoys: dict[str, str] = {}

    def make(self) -> None:
        """Make what is not there yet. Raises `WorldError`."""
        done = self.folder / "decoys.json"
        if done.exists():
            self.decoys = json.loads(done.read_text())
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.decoys = decoys()
        sandbox.furnish_etc(self.etc)
        self._gate()
        self._tools()
        room = self.folder / "room"
        for name in ("home", "srv", "tmp"):
            (room / name).mkdir(parents=True)
        for script in ("srv", "home", "postgres", "redis"):
            self._build(room, script)
        for service in ("postgres", "redis"):
            (room / "srv" / service).rename(self.folder / service)
        done.write_text(json.dumps(self.decoys))

    def _gate(self) -> None:
        """A copy of a checkout's program, so that no edit in it changes a sweep under way; an installed one stays."""
        root = Path(self.places.gate)
        built = "from enactd import resources; resources.shim_binary()"
        done = subprocess.run(
            [self.places.python, "-c", f"import sys; sys.path.insert(0, {str(root)!r}); {built}"],
            capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise WorldError(f"the gate is not whole: {done.stderr[-400:]}")
        self.gate.mkdir(parents=True)
        for name in ("enactd", "policies", "systemd", "hookshim") if (root / "pyproject.toml").exists() else ():
            shutil.copytree(root / name, self.gate / name)
        # The sandboxes see it read-only: what is not compiled now would be compiled again by every process in them.
        subprocess.run([self.places.python, "-m", "compileall", "-q", str(self.gate)], check=False, capture_output=True)

    @property
    def gate_root(self) -> str:
        """The folder from which enactd is imported in the sandbox."""
        return str(self.gate) if (self.gate / "enactd").is_dir() else self.places.gate

    def _tools(self) -> None:
        """Stand-ins, and the machine's own programs where they have to be found under one name."""
        self.tools.mkdir(parents=True)
        for program in sorted((HERE / "programs").iterdir()):
            if program.is_file() and not program.name.startswith((".", "_")) and program.suffix == "":
                _program(self.tools / program.name, program.read_text())
        _program(self.tools / "pytest", _LINK.format(target=f"{self.places.python} -m pytest -p no:cacheprovider"))
        if self.places.terraform:
            (self.tools / "terraform").unlink()
            _program(self.tools / "terraform", _LINK.format(target=self.places.terraform))

    def gate_programs(self, home: Path) -> None:
        """`enactctl` and `enactd` where `make install` puts them."""
        for name, module in (("enactctl", "enactd.cli"), ("enactd", "enactd.__main__")):
            text = _GATE.format(python=self.places.python, root=self.gate_root, module=module)
            _program(home / ".local" / "bin" / name, text)

    def _build(self, room: Path, script: str) -> None:
        given = {f"DECOY_{name}": value for name, value in self.decoys.items()}
        given |= {"INITDB": self.places.initdb, "POSTGRES": self.places.postgres, "REDIS": self.places.redis}
        environment = sandbox.environment(given)
        argv = ["env", "-i", *(f"{k}={v}" for k, v in environment.items()), "bash", f"/opt/chaos/world/{script}.sh"]
        words = sandbox.words(
            self.places, room=room, etc=self.etc, tools=self.tools, gate=self.gate_root, sockets=None, extra=None,
            argv=argv,
        )  # fmt: skip
        done = subprocess.run(words, capture_output=True, text=True, timeout=180, check=False)
        if done.returncode != 0:
            raise WorldError(f"world/{script}.sh failed: {(done.stderr or done.stdout)[-800:]}")

    def copy(self, room: Path, services: list[str]) -> None:
        """A world of its own below `room`."""
        room.mkdir(parents=True)
        for name in ("home", "srv"):
            subprocess.run(["cp", "-a", "--reflink=auto", str(self.folder / "room" / name), str(room)], check=True)
        (room / "tmp").mkdir(mode=0o777)
        for service in services:
            subprocess.run(["cp", "-a", "--reflink=auto", str(self.folder / service), str(room / "srv")], check=True)


def _program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)
