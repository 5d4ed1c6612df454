"""Files that get run: language, origin, and who reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.reading import call_effects, effects
from support.repositories import make_repo

from enactd.effects.model import DeletePath, Effect, Opaque, RunCode, Target
from enactd.effects.scripts import language_of, origin_of
from enactd.world import World


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("x.py", None, "python"), ("x", "#!/usr/bin/env python3\n", "python"), ("x", "#!/usr/bin/python3.11 -u\n", "python"), ("x", "#!/bin/sh\n", "shell"),
        ("x", "#!/usr/bin/env -S node --x\n", "javascript"), ("x", "#! /usr/bin/env A=1 bash\n", "shell"), ("x.py", "#!/bin/bash\n", "shell"),
        ("x.ts", "", "typescript"), ("x.PS1", None, "powershell"), ("Makefile", "all:\n", ""), ("x", None, ""), ("a.b/c", None, ""), ("x", "#!/opt/foo\n", "foo"),
        ("x.rb", "puts 1", "ruby"), ("x.bats", None, "shell"),
    ],
)  # fmt: skip
def test_language(path: str, text: str | None, expected: str) -> None:
    """The first line decides, then the name."""
    assert expected == language_of(path, text)


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        ("workspace", "workspace"), ("workspace-root", "workspace"), ("system", "system"), ("agent", "own"), ("unknown", "unknown"), ("temp", "outside"),
        ("in-home", "outside"), ("elsewhere", "outside"),
    ],
)  # fmt: skip
def test_origin(area: str, expected: str) -> None:
    """Where code comes from is told by where its file lies."""
    assert expected == origin_of(Target(word="x", area=area))  # type: ignore[arg-type]


def run(tmp_path: Path, command: str, **files: str | bytes) -> list[Effect]:
    repo = make_repo(tmp_path)
    for name, text in files.items():
        path = repo.top / name.replace("__", ".")
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    top = str(repo.top)
    world = World(cwd=top, workspace=top, home=str(repo.home))
    return call_effects("Bash", {"command": command}, cwd=top, home=str(repo.home), world=world)


def deleted(found: list[Effect]) -> list[str]:
    return [Path(e.target.path or "?").name for e in found if isinstance(e, DeletePath)]


@pytest.mark.parametrize(
    "command",
    ["sh x.sh", "./x.sh", "bash -e x.sh", ". ./x.sh", "source x.sh", "env sh x.sh", "cat x.sh | sh", "sh < x.sh"],
)
def test_a_script_of_the_workspace_is_read(command: str, tmp_path: Path) -> None:
    """What it does is what the call does, by whatever way it is run."""
    assert ["gone"] == deleted(run(tmp_path, command, x__sh="#!/bin/sh\nrm -rf ../gone\n"))


def test_arguments_reach_the_script(tmp_path: Path) -> None:
    """`$1` is the first word after the file."""
    assert ["b"] == deleted(run(tmp_path, "sh x.sh a b", x__sh='shift; rm "$1"\n'))


def test_a_script_in_another_language_is_read_in_it(tmp_path: Path) -> None:
    """By its first line, whatever it is called."""
    assert ["gone"] == deleted(
        run(tmp_path, "./tool", tool="#!/usr/bin/env python3\nimport shutil\nshutil.rmtree('../gone')\n")
    )


def test_a_script_that_runs_itself_ends(tmp_path: Path) -> None:
    """Loops of scripts are opaque, not endless."""
    found = run(tmp_path, "sh x.sh", x__sh="sh x.sh\n")
    assert {"Opaque", "RunCode"} & {type(effect).__name__ for effect in found}


def test_a_binary_is_named_and_not_read(tmp_path: Path) -> None:
    """Code of the workspace that cannot be read says where it comes from."""
    found = [e for e in run(tmp_path, "./prog", prog=b"\x7fELF\0\0") if isinstance(e, RunCode)]
    assert [("program", "workspace")] == [(effect.language, effect.origin) for effect in found]


def test_what_was_downloaded_in_the_call_is_a_download() -> None:
    """Wherever it is put, and however it is run."""
    for command in ("curl -o /tmp/i.sh https://x.example; sh /tmp/i.sh", "curl https://x.example > i; chmod +x i; ./i"):
        assert "download" in {e.origin for e in effects(command) if isinstance(e, RunCode)}


def test_a_file_that_is_not_there_says_where_it_would_be() -> None:
    """Outside the workspace it is outside code."""
    assert ["outside"] == [e.origin for e in effects("sh /srv/x.sh") if isinstance(e, RunCode)]
    assert ["workspace"] == [e.origin for e in effects("sh scripts/x.sh") if isinstance(e, RunCode)]


RUN_DEPENDENT = """#!/bin/sh
$CC -c main.c
. "$TOPDIR/lib.sh"
echo done > "$OUT"
rm -f /etc/known
"""


def project(tmp_path: Path, command: str, *, committed: bool, **files: str) -> list[Effect]:
    repo = make_repo(tmp_path)
    for name, text in files.items():
        repo.write(name.replace("__", "."), text)
    if committed:
        repo.commit("Add")
    top = str(repo.top)
    world = World(cwd=top, workspace=top, home=str(repo.home))
    return call_effects("Bash", {"command": command}, cwd=top, home=str(repo.home), world=world)


def test_what_depends_on_the_run_is_the_business_of_a_committed_script(tmp_path: Path) -> None:
    """Unknown programs, libraries and outputs of committed code are one RunCode; known targets stay."""
    found = project(tmp_path, "bash x.sh", committed=True, x__sh=RUN_DEPENDENT)
    assert [] == [e for e in found if isinstance(e, Opaque)]
    assert {"workspace"} == {e.origin for e in found if isinstance(e, RunCode) and e.language == "shell"}
    assert ["known"] == deleted(found)


def test_a_script_that_was_written_since_is_read_like_a_command(tmp_path: Path) -> None:
    """What no commit holds gets no leniency, nor does what the same call has written."""
    found = project(tmp_path, "bash x.sh", committed=False, x__sh=RUN_DEPENDENT)
    assert [e for e in found if isinstance(e, Opaque)]
    found = project(tmp_path / "b", "echo '$CC -c x' >> x.sh; bash x.sh", committed=True, x__sh="true\n")
    assert [e for e in found if isinstance(e, Opaque)]


def test_a_committed_script_that_is_too_long_does_not_hide_what_follows(tmp_path: Path) -> None:
    """It has a share of the budget; the rest of the line is read."""
    body = "".join(f"f{n}() {{ if true; then echo {n}; else echo x; fi; }}\nf{n}; f{n}; f{n}\n" for n in range(1500))
    found = project(tmp_path, "bash x.sh; rm -rf /etc/after", committed=True, x__sh=body)
    assert [] == [e for e in found if isinstance(e, Opaque)]
    assert ["after"] == deleted(found)


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("bash clean.sh", {"clean__sh": "rm -rf lib\n"}),
        ("npm run clean", {"package__json": '{"scripts": {"clean": "rm -rf lib"}}'}),
        ("make clean", {"Makefile": "clean:\n\trm -rf lib\n"}),
    ],
)
def test_deletions_of_committed_recipes_are_the_projects_own(
    command: str, files: dict[str, str], tmp_path: Path
) -> None:
    """A recipe says itself what the project makes again; one that was changed does not."""
    for committed in (True, False):
        found = project(tmp_path / str(committed), command, committed=committed, **files)
        assert [committed] == [e.by_project for e in found if isinstance(e, DeletePath)]


def test_what_a_script_made_itself_was_not_there(tmp_path: Path) -> None:
    """A file that the same run has made is as good as missing when it goes away."""
    found = project(tmp_path, "bash x.sh", committed=True, x__sh="echo 1 > t.out\nrm -f t.out\n")
    assert ["missing"] == [e.target.kind for e in found if isinstance(e, DeletePath)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/opt/tool/bin/run", "system"), ("/opt/deploy.sh", "outside"), ("/home/u/.virtualenvs/web/bin/activate", "system"),
        ("/home/u/envs/web/bin/python", "system"), ("/home/u/other/bin/x", "outside"),
    ],
)  # fmt: skip
def test_tools_that_somebody_installed(path: str, expected: str) -> None:
    """Environments of a home and programs below /opt count as installed; loose files do not."""
    assert expected == origin_of(Target(word=path, path=path, area="elsewhere"))
