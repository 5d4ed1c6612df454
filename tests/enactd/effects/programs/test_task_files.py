"""Files that define a project's tasks, by name, needs and lines."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fuzz import examples

from enactd.effects.programs import task_files
from enactd.effects.programs.task_files import Task

TASKFILE = """
version: '3'
vars: {X: 1}
tasks:
  default:
    deps: [build, lint]
    cmds:
      - echo "hi"  # a comment
      - task: clean
      - cmd: rm -rf {{.OUT}}
  build:
    dir: web
    desc: not a command
    cmd: go build ./...
  lint: golangci-lint run
  clean:
    cmds:
      - |
        rm -rf dist
        rm -rf out
  "db:drop": [dropdb app]
includes:
  other: ./x
"""


def test_taskfile() -> None:
    """Short and long forms, needs, folders, blocks; what stands outside `tasks` is none."""
    tasks = task_files.taskfile(TASKFILE)
    assert ["default", "build", "lint", "clean", "db:drop"] == list(tasks)
    assert ["build", "lint", "clean"] == tasks["default"].needs
    assert "rm -rf {{.OUT}}" == tasks["default"].lines[-1]
    assert (["go build ./..."], "web") == (tasks["build"].lines, tasks["build"].folder)
    assert ["golangci-lint run"] == tasks["lint"].lines
    assert ["rm -rf dist", "rm -rf out"] == tasks["clean"].lines
    assert ["dropdb app"] == tasks["db:drop"].lines


def test_tox() -> None:
    """Commands before, of and after an environment; continuation lines are one."""
    text = "[tox]\nx = 1\n[testenv]\ncommands_pre = a\ncommands =\n  pytest \\\n   -q\n  b\n[testenv:lint]\ncommands = ruff\n"
    tasks = task_files.tox(text)
    assert {"", "lint"} == set(tasks)
    assert "a" == tasks[""].lines[0]
    assert "b" == tasks[""].lines[-1]
    assert ["ruff"] == tasks["lint"].lines
    assert {} == task_files.tox("no section\n")


@pytest.mark.parametrize(
    ("tool", "text", "name", "task"),
    [
        ("poe", '[tool.poe.tasks]\nx = "rm -rf a"', "x", Task(lines=["rm -rf a"])),
        ("poe", '[tool.poe.tasks.x]\nshell = "a"\ndeps = ["y"]', "x", Task(["y"], ["a"])),
        ("poe", '[tool.poe.tasks]\nx = ["a", {ref = "y -q"}, {cmd = "b"}]', "x", Task(["y"], ["a", "b"])),
        ("task", '[tool.taskipy.tasks]\nx = {cmd = "a", help = "h"}', "x", Task(lines=["a"])),
        ("pdm", '[tool.pdm.scripts]\nx = {composite = ["a", "b"]}', "x", Task(["a", "b"])),
        ("rye", '[tool.rye.scripts]\nx = "a"', "x", Task(lines=["a"])),
        ("pipenv", '[scripts]\nx = "a"', "x", Task(lines=["a"])),
        ("hatch", '[tool.hatch.envs.default.scripts]\nx = ["a", "b"]', "x", Task(lines=["a", "b"])),
        ("mise", '[tasks.x]\nrun = ["a"]\ndepends = ["y"]', "x", Task(["y"], ["a"])),
    ],
)
def test_toml(tool: str, text: str, name: str, task: Task) -> None:
    """Every tool's own table and forms."""
    assert {name: task} == task_files.pyproject(text, tool)


def test_toml_that_is_none() -> None:
    """What is no TOML has no tasks, and neither have odd types."""
    assert {} == task_files.pyproject("[", "poe")
    assert {} == task_files.pyproject("tool = 3", "poe")
    assert {"x": Task()} == task_files.pyproject("[tool.poe.tasks]\nx = 3", "poe")


def test_chosen_functions_keep_their_decorators() -> None:
    """The others are read only where a chosen one calls them."""
    text = "import nox\n@nox.session\ndef a(session): pass\n@nox.session\ndef b(session): pass\n"
    found = ast.parse(task_files.chosen(text, ["b"]) or "")
    assert {"a": 0, "b": 1} == {f.name: len(f.decorator_list) for f in found.body if isinstance(f, ast.FunctionDef)}
    assert 2 == (task_files.chosen(text, []) or "").count("@nox.session")
    assert 1 == (task_files.chosen("nox.options.sessions = ['a']\n" + text, []) or "").count("@nox.session")
    assert task_files.chosen("def (", []) is None


def test_rakefile() -> None:
    """Bodies between `do` and the `end` of the same column; prerequisites in both forms."""
    text = (
        "task :a do\n  sh 'x'\n  if y do\n  end\nend\ntask b: [:a] do |t|\n  sh 'z'\nend\ntask 'c' => ['a'] do\nend\n"
    )
    tasks = task_files.rakefile(text)
    assert ["  sh 'x'", "  if y do", "  end"] == tasks["a"].lines
    assert (["a"], ["  sh 'z'"]) == (tasks["b"].needs, tasks["b"].lines)
    assert ["a"] == tasks["c"].needs


@settings(max_examples=examples(60))
@given(st.text(alphabet=" -:[]{}'\"\n\tabtaskscmddo|>#=", max_size=200))
def test_readers_are_total(text: str) -> None:
    """Any text gives tasks, or none."""
    for read in (task_files.taskfile, task_files.tox, task_files.rakefile):
        assert isinstance(read(f"tasks:\n{text}"), dict)
    assert isinstance(task_files.pyproject(text, "poe"), dict)
