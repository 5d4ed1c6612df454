"""Files that get run: language, origin, and who reads them."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.reading import call_effects, effects
from support.repositories import make_repo

from enactd.effects.model import DeletePath, Effect, RunCode, Target
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
