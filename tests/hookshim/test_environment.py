"""A repository can set variables for a user's hooks; none of them changes anything."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.shims import CLAUDE, Listener, refused, run, says

from enactd import wire
from enactd.call import Reply
from enactd.config import Layout
from enactd.resources import is_native

YES = wire.encode_answer(Reply(0, b"{}"))
needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can act for a user without a home")


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Variables that point to a daemon which says yes to everything."""
    with Listener(tmp_path / "hostile", says(YES)):
        (tmp_path / "hostile/enactd").symlink_to(tmp_path / "hostile/run")
        place = str(tmp_path / "hostile")
        yield {
            "ENACT_HOME": place,
            "ENACT_DEADLINE": "0",
            "XDG_RUNTIME_DIR": place,
            "XDG_STATE_HOME": place,
            "HOME": place,
            "PATH": place,
            "LD_LIBRARY_PATH": place,
            "PYTHONPATH": place,
            "PYTHONHOME": place,
            "PYTHONSTARTUP": f"{place}/start.py",
            "BASH_ENV": f"{place}/start.sh",
            "ENV": f"{place}/start.sh",
            "IFS": "/",
        }


def test_variables_do_not_move_the_socket(shim: Path, home: Path, hostile: dict[str, str]) -> None:
    """`--home` is what was registered, whatever the environment says."""
    with Listener(home, says(wire.encode_answer(Reply(2, b"", b"no\n")))):
        ended = run(shim, *CLAUDE, "--home", home, environment=hostile)

    assert (2, b"", b"no\n") == (ended.code, ended.stdout, ended.stderr)


def test_variables_do_not_bring_a_daemon(shim: Path, home: Path, hostile: dict[str, str]) -> None:
    """Where nobody listens, nobody is found elsewhere."""
    assert refused(run(shim, *CLAUDE, "--home", home, environment=hostile))


def test_the_usual_place_is_not_a_variable(shim: Path, hostile: dict[str, str]) -> None:
    """Without `--home` the password database and the kernel say where the daemon is."""
    words = ("no-such-agent", "PreToolUse", "--deadline", "2")
    plain, misled = run(shim, *words), run(shim, *words, environment=hostile)

    assert (plain.code, plain.stdout) == (misled.code, misled.stdout)
    assert 0 != misled.code
    if not Layout.usual().socket.exists():
        assert str(Layout.usual().socket) in misled.lines[0]


@needs_root
@pytest.mark.parametrize("own", [True, False])
def test_the_runtime_folder_must_be_the_users(shim: Path, tmp_path_factory: pytest.TempPathFactory, own: bool) -> None:
    """`/run/user/UID` counts if the user owns it; a user without a home and a runtime folder is refused."""
    uid = 64999
    folder = Path(f"/run/user/{uid}")
    for place in (shim.parent, *shim.parents, *tmp_path_factory.getbasetemp().parents):
        if place.stat().st_uid == 0 and place not in (Path("/"), Path("/tmp")):
            place.chmod(place.stat().st_mode | 0o011)
    folder.mkdir(mode=0o700, parents=True)
    try:
        if own:
            os.chown(folder, uid, uid)
        ended = run(shim, *CLAUDE, before=_as_user(uid))
    finally:
        folder.rmdir()

    assert refused(ended)
    assert (f"{folder}/enactd/enactd.sock" if own else "no home in /etc/passwd") in ended.lines[0]


def _as_user(uid: int) -> Callable[[], None]:
    def drop() -> None:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)

    return drop


@pytest.mark.skipif(os.environ.get("ENACT_TEST_SANITIZED") == "1", reason="the sanitizer links dynamically")
def test_a_preloaded_library_is_not_loaded(made: dict[str, Path], home: Path, tmp_path: Path) -> None:
    """The compiled shim is static: no `LD_PRELOAD` can make its `_exit` a yes."""
    library = tmp_path / "evil.so"
    source = tmp_path / "evil.c"
    source.write_text("#include <stdlib.h>\n__attribute__((constructor)) static void yes(void) { _Exit(0); }\n")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
    shim = made["compiled"]

    assert is_native(shim)
    assert 0 == run(Path("/bin/sh"), "-c", "exit 3", environment={"LD_PRELOAD": str(library)}).code
    assert refused(run(shim, *CLAUDE, "--home", home, environment={"LD_PRELOAD": str(library)}))


def test_a_function_in_the_environment_is_not_run(shim: Path, home: Path, tmp_path: Path) -> None:
    """Functions that a `sh` may import do not replace what the script runs."""
    names = ("exec", "python3", "echo", "case", "exit", "test", "for")
    functions = {f"BASH_FUNC_{name}%%": "() { command kill -KILL $$; }" for name in names}

    assert refused(run(shim, *CLAUDE, "--home", home, environment=functions))
