"""task, tox, nox, invoke, poe, and the scripts of Python's project tools: what the project's own files say that they run."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from enactd.effects.code.operations import in_project
from enactd.effects.invocation import Effects, Invocation, Options, Value, Yield, concat, join, known, program, unknown
from enactd.effects.model import Effect, RunCode
from enactd.effects.programs import task_files
from enactd.effects.programs.git_context import moved
from enactd.effects.programs.task_files import Task

_LOOKS: Final = frozenset(
    """--list -l --list-all --help -h --version -V --summary --dry-run --dry -n --status --json list l config c --listenvs
    --init --completion --list-sessions -a --notest devenv quickrun""".split()
)
_TASK: Final = Options(
    "-t --taskfile FILE", "-d --dir DIR", "-p --parallel", "-f --force", "-s --silent", "-y --yes", "-v --verbose", "-w --watch",
    "-o --output M", "-C --concurrency N", "-g --global", "-I --interval T", "-x --exit-code", "-c --color", "-i --insecure",
    abbreviate=False,
)  # fmt: skip
_TOX: Final = Options(
    "-e ENVS", "-c --conf FILE", "-r --recreate", "-p --parallel [N]", "-q --quiet", "-v --verbose", "-f FACTOR", "-m LABEL", "-x --override O",
    "--workdir D", "--result-json F", "-o", "-s", "--skip-pkg-install", "--discover D", "--root D", "--installpkg F", "-k --skip-env R", "-vv", "-vvv",
    abbreviate=False,
)  # fmt: skip
_NOX: Final = Options(
    "-s -e --sessions --session S", "-f --noxfile FILE", "-t --tags T", "-k --keywords K", "-p --pythons P", "-r --reuse-existing-virtualenvs",
    "-R", "-db --default-venv-backend B", "-fb B", "-x --stop-on-first-error", "-N", "-P P", "--no-install", "--force-color", "-v --verbose",
    abbreviate=False,
)  # fmt: skip
_INVOKE: Final = Options("-c --collection NAME", "-r --search-root DIR", "-f --config F", "-e --echo", "-p --pty", "-w --warn-only", "-T N", stop_at_operand=True, abbreviate=False)  # fmt: skip
_DEEPEST: Final = 12
_TEMPLATE: Final = re.compile(r"(\{\{.*?\}\}|(?<!\$)\{\[?[\w:,./ \]-]*\})")


class Steps:
    """Runs tasks of one file with what they need, each once; a name that is not there is unread code of the project."""

    def __init__(self, call: Invocation, tasks: dict[str, Task], file: str | None, language: str = "shell") -> None:
        self.call = call
        self.tasks = tasks
        self.file = file
        self.language = language
        self.done: set[str] = set()

    def run(self, name: str, args: Sequence[Value] = (), depth: int = 0) -> Effects:
        """One task; `args` go behind its last line."""
        task = self.tasks.get(name)
        if task is None:
            yield RunCode(language=self.call.name, origin="workspace", what=name)
            return
        if name in self.done or depth > _DEEPEST:
            return
        self.done.add(name)
        for need in task.needs[:50]:
            yield from self.run(need, (), depth + 1)
        call = moved(self.call, args=self.call.args, cwd=_within(self.call, task.folder))
        via = f"{self.call.name} {name}"
        if self.language != "shell":
            yield from _only(call.code(self.language, known("\n".join(task.lines)), origin="workspace", via=via))
            return
        for number, line in enumerate(task.lines[:200]):
            words = [filled(line), *(args if number == len(task.lines) - 1 else ())]
            if line in self.tasks and not args:
                yield from self.run(line, (), depth + 1)
            else:
                yield from _only(call.shell(join(words), via=via, written_in=self.file))


def filled(line: str) -> Value:
    """A line with its templates (`{{.X}}`, `{posargs:tests}`) as holes; what stands for arguments may be empty."""
    parts = _TEMPLATE.split(line)
    return concat([unknown(part) if number % 2 else known(part) for number, part in enumerate(parts) if part])


def _within(call: Invocation, folder: str) -> Value:
    if not folder or "{{" in folder:
        return call.cwd
    return known(folder) if folder.startswith("/") else concat((call.cwd, known("/"), known(folder)))


def _only(items: Sequence[Yield]) -> Effects:
    return (item for item in items if isinstance(item, Effect))


def _unread(call: Invocation, what: str = "") -> Effects:
    shown = what or " ".join(word.shown(30) for word in call.args[:3])
    yield RunCode(language=call.name, origin="workspace", what=shown)


def _from_file(
    call: Invocation, names: Sequence[Value], read: Callable[[str], dict[str, Task]], language: str = "shell"
) -> Steps | None:
    """The tasks of the first of these files that is at hand."""
    for name in names:
        text = call.text_of(name).text
        if text is not None:
            return Steps(call, read(text), call.target(name).path, language)
    return None


@program("task", "go-task")
def task(call: Invocation) -> Effects:
    """Tasks of a Taskfile. Taskwarrior's `task` shares its name and only keeps a list."""
    if _LOOKS & {word.text for word in call.args}:
        return
    line = _TASK.parse(call.args)
    folder = line.value("-d")
    inside = moved(call, args=call.args, cwd=_within(call, folder.text or "")) if folder is not None else call
    given = line.value("-t")
    files = (
        [given]
        if given is not None
        else [known(f"{n}.{e}") for n in ("Taskfile", "taskfile", "Taskfile.dist") for e in ("yml", "yaml")]
    )
    steps = _from_file(inside, files, task_files.taskfile) or scripts_of(inside, "task")
    if steps is None:
        yield from _unread(call)
        return
    wanted = [word for word in line.operands if "=" not in word.visible] or [known("default")]
    for word in wanted:
        yield from in_project(steps.run(word.text or "?"), "workspace", "task")


@program("tox")
def tox(call: Invocation) -> Effects:
    """Test environments of the project; `exec` starts a command in one, `--` hands words on."""
    texts = [word.text or "" for word in call.args]
    behind = list(call.args[texts.index("--") + 1 :]) if "--" in texts else []
    if "exec" in texts[:1]:
        yield from call.run(behind) if behind else []
        return
    if _LOOKS & set(texts):
        return
    line = _TOX.parse(call.args[: texts.index("--")] if "--" in texts else call.args)
    file = line.value("-c") or known("tox.ini")
    steps = _from_file(call, [file], task_files.tox)
    if steps is None:
        yield from _unread(call)
        return
    for name in [name for value in line.values("-e") for name in (value.text or "?").split(",")] or [""]:
        known_name = name if name in steps.tasks else ""
        yield from in_project(steps.run(known_name), "workspace", "tox")


@program("nox")
def nox(call: Invocation) -> Effects:
    """Sessions of the noxfile, those asked for or its default."""
    if _LOOKS & {word.text for word in call.args}:
        return
    line = _NOX.parse(call.args)
    wanted = [value.text or "" for value in [*line.values("-s"), *(line.operands if line.has("-s") else [])]]
    yield from _python(call, line.value("-f") or known("noxfile.py"), wanted)


@program("invoke", "inv")
def invoke(call: Invocation) -> Effects:
    """Tasks that are Python functions in `tasks.py`."""
    line = _INVOKE.parse(call.args)
    if _LOOKS & {word.text for word in call.args} or not line.operands:
        return
    wanted = [(word.text or "").rpartition(".")[2] for word in line.operands if not word.startswith("-")]
    yield from _python(call, known(f"{line.text('-c', 'tasks')}.py"), wanted)


def _python(call: Invocation, file: Value, wanted: Sequence[str]) -> Effects:
    text = call.text_of(file).text
    chosen = task_files.chosen(text, wanted) if text is not None else None
    if chosen is None:
        yield from _unread(call)
        return
    yield from _only(call.code("python", known(chosen), origin="workspace", via=call.name, file=call.target(file).path))


@program("poe", "taskipy")
def poe(call: Invocation) -> Effects:
    """Tasks of pyproject.toml."""
    words = [word for word in call.args if not word.startswith("-")]
    if words and not _LOOKS & {word.text for word in call.args[:1]}:
        found = scripts_of(call, "poe" if call.name == "poe" else "task")
        if found is None:
            yield from _unread(call)
        else:
            yield from in_project(found.run(words[0].text or "?", words[1:]), "workspace", call.name)


def scripts_of(call: Invocation, tool: str) -> Steps | None:
    """The scripts that one of Python's project tools finds; None where its file is not at hand."""
    file = {"pipenv": "Pipfile", "mise": "mise.toml"}.get(tool, "pyproject.toml")
    return _from_file(call, [known(file)], lambda text: task_files.pyproject(text, tool))
