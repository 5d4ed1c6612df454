"""From this checkout: where policies, units and the shim are, and how the shim is put in place."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from enactd import __version__, resources
from enactd.errors import InstallError

ROOT = Path(__file__).resolve().parents[2]


def test_policies_and_units_are_those_of_the_checkout() -> None:
    """A checkout is used as it stands; an installed wheel uses what it brought along."""
    checkout = Path(resources.__file__).is_relative_to(ROOT)
    place = ROOT if checkout else Path(resources.__file__).parent / "_shipped"
    assert place / "policies" == resources.policies_folder()
    assert place / "systemd" == resources.systemd_folder()


def test_the_shim_of_a_checkout_is_built_on_demand() -> None:
    """It is of this version, and not older than its source. An installed wheel brought its own."""
    shim = resources.shim_binary()
    if not Path(resources.__file__).is_relative_to(ROOT):
        assert __version__ == resources.shim_version(shim)
        return

    assert ROOT / "hookshim/enact-hook" == shim
    assert __version__ == resources.shim_version(shim)
    newest = max(source.stat().st_mtime for source in shim.parent.glob("*.[ch]"))
    assert newest <= shim.stat().st_mtime


def test_a_shim_is_put_in_place_whole(tmp_path: Path) -> None:
    """The copy runs, is executable for its owner and replaces an older one, even a running one."""
    target = tmp_path / "enact-hook"
    call = ("claude-code", "--home", tmp_path)
    resources.install_shim(target)
    running = subprocess.Popen([target, *call], stdin=subprocess.PIPE, stderr=subprocess.PIPE)

    resources.install_shim(target)
    running.communicate(timeout=20)

    assert 2 == running.returncode
    assert __version__ == resources.shim_version(target)
    assert 0o755 == stat.S_IMODE(target.stat().st_mode)
    assert ["enact-hook"] == [entry.name for entry in tmp_path.iterdir()]


def test_the_script_is_tied_to_its_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of the script finds its Python wherever it stands, without `sh` and without `PATH`."""
    script = tmp_path / "from" / "enact-hook"
    script.parent.mkdir()
    shutil.copy(ROOT / "hookshim/enact-hook.py", script)
    monkeypatch.setattr(resources, "shim_binary", lambda: script)
    target = tmp_path / "enact-hook"

    resources.install_shim(target)

    first = target.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("#!/")
    assert first.endswith(" -ISE")
    assert Path(first[2:].split()[0]).samefile(sys.executable)
    call = [target, "claude-code", "--home", tmp_path]
    refused = subprocess.run(call, input=b"", capture_output=True, check=False, env={})
    assert (2, b"") == (refused.returncode, refused.stdout)
    assert not resources.is_native(target)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """No folder, no shim, no leftovers: one clear error."""
    with pytest.raises(InstallError, match="cannot be put"):
        resources.install_shim(tmp_path / "missing" / "enact-hook")


def test_something_else_has_no_version(tmp_path: Path) -> None:
    """A program that is no shim, or does not run, has no version."""
    assert "" == resources.shim_version(Path("/bin/true"))
    assert "" == resources.shim_version(tmp_path / "missing")


def test_a_file_that_is_not_there_is_neither_native_nor_script(tmp_path: Path) -> None:
    """The kind of a missing shim is an error, not a guess."""
    with pytest.raises(InstallError):
        resources.is_native(tmp_path / "missing")


def test_a_missing_folder_is_an_incomplete_installation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without policies nothing starts, and the fix is named."""
    monkeypatch.setattr(resources, "shipped", lambda name: tmp_path / name)

    with pytest.raises(InstallError) as missing:
        resources.policies_folder()
    assert "reinstall" in missing.value.fix


def test_the_command_line_to_start_is_private(tmp_path: Path) -> None:
    """One word a line, readable and writable by the owner only."""
    resources.allow_spawn(tmp_path / "enact-hook", ["/usr/bin/enactd", "start", "--home", "/a b"])

    spawn = tmp_path / "spawn"
    assert "/usr/bin/enactd\nstart\n--home\n/a b\n" == spawn.read_text()
    assert 0o600 == stat.S_IMODE(spawn.stat().st_mode)
