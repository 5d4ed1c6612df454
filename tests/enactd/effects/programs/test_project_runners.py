"""task, tox, nox, invoke, poe and scripts of project tools, with the files that say what they run."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.code import deeds
from support.reading import effects


def run(tmp_path: Path, name: str, content: str, command: str) -> list[str]:
    folder = tmp_path / "work" / "proj"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(content)
    return deeds(effects(command, cwd=str(folder), home="/home/u"))


NOX = "import nox\n@nox.session\ndef tests(session):\n    session.run('pytest')\n@nox.session\ndef wipe(session):\n    session.run('rm', '-rf', '/etc')\n"
INVOKE = (
    "from invoke import task\n@task\ndef test(c):\n    c.run('pytest')\n@task\ndef wipe(c):\n    c.run('rm -rf /etc')\n"
)
RAKE = "task :ok do\n  puts 1\nend\ntask :wipe => [:ok] do\n  sh 'rm -rf /etc'\nend\n"
TASKS = "version: '3'\ntasks:\n  ok: echo hi\n  wipe:\n    deps: [ok]\n    cmds:\n      - rm -rf /etc\n"


@pytest.mark.parametrize(
    ("name", "content", "command"),
    [
        ("Taskfile.yml", TASKS, "task wipe"),
        ("Taskfile.yml", TASKS.replace("ok: echo hi", "default:\n    cmds:\n      - task: wipe"), "task"),
        ("tox.ini", "[testenv]\ncommands = rm -rf /etc\n", "tox"),
        ("tox.ini", "[testenv:wipe]\ncommands = rm -rf /etc\n", "tox -e py,wipe"),
        ("noxfile.py", NOX, "nox -s wipe"),
        ("noxfile.py", NOX, "nox"),
        ("tasks.py", INVOKE, "inv wipe"),
        ("Rakefile", RAKE, "rake wipe"),
        ("pyproject.toml", '[tool.poe.tasks]\nwipe = "rm -rf /etc"', "poe wipe"),
        ("pyproject.toml", '[tool.poe.tasks]\nwipe = "rm -rf"', "poe wipe /etc"),
        ("pyproject.toml", '[tool.taskipy.tasks]\nwipe = "rm -rf /etc"', "poetry run task wipe"),
        ("pyproject.toml", '[tool.pdm.scripts]\nwipe = {shell = "rm -rf /etc"}', "pdm run wipe"),
        ("pyproject.toml", '[tool.hatch.envs.default.scripts]\nwipe = "rm -rf /etc"', "hatch run wipe"),
        ("Pipfile", '[scripts]\nwipe = "rm -rf /etc"', "pipenv run wipe"),
        ("mise.toml", '[tasks.wipe]\nrun = "rm -rf /etc"', "mise run wipe"),
    ],
)
def test_what_a_task_runs_is_read(tmp_path: Path, name: str, content: str, command: str) -> None:
    """The task that is called decides, with what it needs."""
    assert "DeletePath /etc" in run(tmp_path, name, content, command)


@pytest.mark.parametrize(
    ("name", "content", "command"),
    [
        ("Taskfile.yml", TASKS, "task ok"),
        ("Taskfile.yml", TASKS, "task --list"),
        ("tox.ini", "[testenv:wipe]\ncommands = rm -rf /etc\n[testenv:lint]\ncommands = ruff check\n", "tox -e lint"),
        ("noxfile.py", NOX, "nox -s tests"),
        ("noxfile.py", "nox.options.sessions = ['tests']\n" + NOX, "nox"),
        ("tasks.py", INVOKE, "invoke test"),
        ("Rakefile", RAKE, "rake ok"),
        ("pyproject.toml", '[tool.poe.tasks]\nwipe = "rm -rf /etc"\nok = "pytest"', "poe ok"),
    ],
)
def test_other_tasks_do_not_run(tmp_path: Path, name: str, content: str, command: str) -> None:
    """What stands beside the task that is called is not its business."""
    assert not [deed for deed in run(tmp_path, name, content, command) if deed.startswith("DeletePath")]


@pytest.mark.parametrize("command", ["task build", "tox -e py311", "nox", "invoke x", "poe x", "rake x", "mise run x"])
def test_unread_tasks_are_code_of_the_project(command: str) -> None:
    """Without its file at hand a task is named, and no more."""
    assert ["RunCode workspace"] == deeds(effects(command))


def test_templates_are_not_known(tmp_path: Path) -> None:
    """A variable of the runner widens the target."""
    text = "tasks:\n  x: rm -rf /srv/{{.DIR}}\n"
    assert any("/srv/" in deed or "RunCode" in deed for deed in run(tmp_path, "Taskfile.yml", text, "task x"))
