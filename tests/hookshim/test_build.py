"""What ships: the wheel with and without a compiler, from the tree and from the sdist, and an editable install."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest
from support.shims import CLAUDE, ROOT, Listener, refused, run, says

from enactd import wire
from enactd.call import Reply

FIND = """
import json
from enactd import resources
shim = resources.shim_binary()
print(json.dumps({
    "policies": str(resources.policies_folder()),
    "systemd": str(resources.systemd_folder()),
    "shim": str(shim),
    "native": resources.is_native(shim),
    "version": resources.shim_version(shim),
}))
"""
NO_COMPILER = {"ENACT_HOOK_CC": "/nonexistent/cc"}
PLATFORM = sysconfig.get_platform().replace("-", "_").replace(".", "_")


def backend(tree: Path, call: str, output: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call the build backend as an installer does, in a process of its own."""
    code = f"import hatchling.build as b; print(b.{call}({str(output)!r}))"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=tree,
        env=dict(os.environ) | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def built(tree: Path, call: str, output: Path, **environment: str) -> Path:
    result = backend(tree, call, output, **environment)
    assert 0 == result.returncode, result.stderr
    return output / result.stdout.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout without anything built, and with files of our own to look for."""
    copy = tmp_path_factory.mktemp("tree") / "enactd"
    copy.mkdir()
    skipped = shutil.ignore_patterns("__pycache__", "enact-hook", "*.pyc")
    for name in ("enactd", "hookshim", "policies", "systemd"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=skipped)
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, copy / name)
    for name in ("policies/probe/sentinel.py", "systemd/sentinel.service", "README.md", "LICENSE"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        if not (copy / name).exists():
            (copy / name).write_text("sentinel\n")
    return copy


class Venv:
    """A fresh environment that borrows the dependencies of ours. What is installed into it comes before them."""

    def __init__(self, folder: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True, timeout=120)
        self.python = folder / "bin" / "python"
        self.shim = folder / "bin" / "enact-hook"
        ours = sysconfig.get_path("purelib")
        theirs = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
        Path(theirs, "borrowed.pth").write_text(ours + "\n")

    def pip(self, *words: str | Path) -> None:
        command = [self.python, "-m", "pip", "--disable-pip-version-check", *map(str, words)]
        result = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert 0 == result.returncode, result.stderr

    def resources(self) -> dict[str, object]:
        told = subprocess.run([self.python, "-I", "-c", FIND], cwd="/", capture_output=True, text=True, check=False)
        assert 0 == told.returncode, told.stderr
        found: dict[str, object] = json.loads(told.stdout)
        return found


@pytest.fixture(scope="module")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Venv:
    return Venv(tmp_path_factory.mktemp("venv"))


def works(shim: Path, home: Path) -> bool:
    """It refuses alone, and carries an answer when somebody listens."""
    alone = run(shim, *CLAUDE, "--home", home)
    with Listener(home, says(wire.encode_answer(Reply(2, b"out", b"why\n")))):
        answered = run(shim, *CLAUDE, "--home", home)
    return refused(alone) and (2, b"out", b"why\n") == (answered.code, answered.stdout, answered.stderr)


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_a_wheel_with_a_compiler(tree: Path, venv: Venv, home: Path, tmp_path: Path) -> None:
    """The compiled shim lands in `bin/`; policies, units and WIRE.md are inside; uninstalling takes all of it."""
    wheel = built(tree, "build_wheel", tmp_path, ENACT_HOOK_REQUIRE="1")
    assert wheel.name.endswith(f"-py3-none-{PLATFORM}.whl")

    venv.pip("install", "--ignore-installed", "--no-deps", "--no-index", wheel)
    found = venv.resources()
    package = Path(str(found["policies"])).parents[1]

    assert (str(venv.shim), True) == (found["shim"], found["native"])
    assert f"-{found['version']}-" in wheel.name
    assert works(venv.shim, home)
    assert venv.shim.stat().st_size < 100_000 or shutil.which("musl-gcc") is None
    assert package.is_relative_to(venv.python.parents[1])
    assert (package / "_shipped/policies/probe/sentinel.py").is_file()
    assert (package / "_shipped/systemd/sentinel.service").is_file()
    assert (package / "WIRE.md").is_file()

    venv.pip("uninstall", "--yes", "enactd")
    assert not venv.shim.exists()
    assert not (package / "_shipped").exists()


@pytest.mark.parametrize("environment", [NO_COMPILER, {"PATH": "/nonexistent"}], ids=["named", "searched"])
def test_a_wheel_without_a_compiler(
    tree: Path, venv: Venv, home: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    """The script takes the shim's place under the same name, and the wheel is for any platform."""
    wheel = built(tree, "build_wheel", tmp_path, **environment)
    assert wheel.name.endswith("-py3-none-any.whl")

    venv.pip("install", "--ignore-installed", "--no-deps", "--no-index", wheel)
    found = venv.resources()

    assert (str(venv.shim), False) == (found["shim"], found["native"])
    assert f"-{found['version']}-" in wheel.name
    assert works(venv.shim, home)
    venv.pip("uninstall", "--yes", "enactd")


def test_a_release_never_carries_the_script(tree: Path, tmp_path: Path) -> None:
    """`ENACT_HOOK_REQUIRE=1` makes a missing compiler an error that names what was tried."""
    result = backend(tree, "build_wheel", tmp_path, ENACT_HOOK_REQUIRE="1", **NO_COMPILER)

    assert 0 != result.returncode
    assert "enact-hook cannot be compiled" in result.stderr
    assert "/nonexistent/cc" in result.stderr
    assert [] == list(tmp_path.glob("*.whl"))


def test_a_compiler_whose_result_does_not_run_is_passed_over(tree: Path, tmp_path: Path) -> None:
    """What a compiler makes has to say no before it is accepted."""
    liar = tmp_path / "cc"
    liar.write_text('#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\nprintf "#!/bin/sh\\n" >"$2"; chmod +x "$2"\n')
    liar.chmod(0o755)

    wheel = built(tree, "build_wheel", tmp_path, ENACT_HOOK_CC=str(liar))

    assert wheel.name.endswith("-py3-none-any.whl")


def test_an_editable_install(tree: Path, venv: Venv, home: Path) -> None:
    """The shim is in `bin/`, policies and units are those of the checkout, and nothing is copied."""
    venv.pip("install", "--no-deps", "--no-index", "--no-build-isolation", "-e", tree)
    found = venv.resources()

    assert works(venv.shim, home)
    assert (str(tree / "policies"), str(tree / "systemd")) == (found["policies"], found["systemd"])
    assert (str(tree / "hookshim/enact-hook"), True) == (found["shim"], found["native"])
    assert works(tree / "hookshim/enact-hook", home)
    venv.pip("uninstall", "--yes", "enactd")


def test_a_wheel_from_the_sdist_is_the_same(tree: Path, tmp_path: Path) -> None:
    """What is needed to build travels in the sdist."""
    sdist = built(tree, "build_sdist", tmp_path / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    [unpacked] = (tmp_path / "unpacked").iterdir()

    direct = built(tree, "build_wheel", tmp_path / "direct")
    through = built(unpacked, "build_wheel", tmp_path / "through")

    assert not (unpacked / "hookshim/enact-hook").exists()
    assert (direct.name, names(direct)) == (through.name, names(through))
