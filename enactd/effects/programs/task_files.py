"""Files that define a project's tasks: Taskfile.yml, tox.ini, pyproject.toml, Pipfile, mise.toml, noxfile.py, tasks.py, Rakefile.

Each reader gives tasks by name: what they need first, and their lines for a shell. What a reader cannot follow it leaves
out, so that the task counts as unread code of the project.
"""

from __future__ import annotations

import ast
import configparser
import re
import tomllib
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

MAX_TEXT: Final = 131_072
_KEY: Final = re.compile(r"^(?P<indent> *)(?P<key>[\w.:/'\"*-]+?)\s*:(?:\s+(?P<rest>.*))?$")
_ITEM: Final = re.compile(r"^(?P<indent> *)-\s+(?P<rest>.*)$")
_RUBY_TASK: Final = re.compile(
    r"^(?P<indent>[ \t]*)(?:multitask|task|file)[ (]+(?::|['\"])?(?P<name>[\w:.-]+)['\"]?(?P<needs>[^\n]*?)(?:\bdo\b[^\n]*)$"
)


class Task(msgspec.Struct):
    """One task: tasks it needs first, its lines, and the folder it runs in ("" for the project's)."""

    needs: list[str] = msgspec.field(default_factory=list)
    lines: list[str] = msgspec.field(default_factory=list)
    folder: str = ""


def taskfile(text: str) -> dict[str, Task]:
    """Tasks of a Taskfile, by its indentation: `cmds` as texts, `cmd:` and `task:` items, `deps`, short forms."""
    tasks: dict[str, Task] = {}
    current: Task | None = None
    inside, section, deep = False, "", 0
    for line in text[:MAX_TEXT].split("\n"):
        bare = line.split(" #", 1)[0].rstrip() if not line.lstrip().startswith("-") else line.rstrip()
        if not bare.strip() or bare.lstrip().startswith("#"):
            continue
        indent = len(bare) - len(bare.lstrip())
        key, item = _KEY.match(bare), _ITEM.match(bare)
        if indent == 0:
            inside, current = bare.startswith("tasks:"), None
        elif inside and key and (current is None or indent <= deep):
            deep, section = indent, "cmds"
            current = tasks.setdefault(key["key"].strip("'\""), Task())
            _task_item(current, section, key["rest"] or "")
        elif inside and current is not None and item is not None:
            _task_item(current, section, item["rest"])
        elif inside and current is not None and key is not None and indent > deep:
            section = key["key"]
            if section in ("cmd", "cmds", "deps", "task"):
                _task_item(current, {"cmd": "cmds", "task": "deps"}.get(section, section), key["rest"] or "")
            elif section == "dir":
                current.folder = (key["rest"] or "").strip("'\"")
        elif inside and current is not None and section in ("cmds", "cmd"):
            current.lines.append(bare.strip())  # a line of a block
    return tasks


def _task_item(task: Task, section: str, text: str) -> None:
    """One entry of `cmds` or `deps`; a list may stand on one line."""
    text = text.strip()
    if text in ("", "|", "|-", ">", ">-", "{}"):
        return
    if text.startswith("[") and text.endswith("]"):
        for part in text[1:-1].split(","):
            _task_item(task, section, part)
        return
    name = re.match(r"(?:\{\s*)?task:\s*['\"]?([\w:.-]+)", text)
    command = re.match(r"\{\s*cmd:\s*(.*?)\s*\}$", text) or re.match(r"cmd:\s*(.*)$", text)
    plain = (command[1] if command else text).strip()
    if len(plain) > 1 and plain[0] == plain[-1] and plain[0] in "'\"":
        plain = plain[1:-1]
    if name or section == "deps":
        task.needs.append(name[1] if name else plain)
    elif section in ("cmds", "cmd") and plain not in ("|", "|-", ">", ">-") and not plain.startswith("defer:"):
        task.lines.append(plain)


def tox(text: str) -> dict[str, Task]:
    """Environments of a tox.ini: `testenv` is called "", `testenv:lint` by its name."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text[:MAX_TEXT])
    except configparser.Error:
        return {}
    tasks: dict[str, Task] = {}
    for section in parser.sections():
        if section == "testenv" or section.startswith("testenv:"):
            lines = [
                line.strip().removeprefix("- ")
                for option in ("commands_pre", "commands", "commands_post")
                for line in parser[section].get(option, "").replace("\\\n", " ").split("\n")
            ]
            tasks[section.partition(":")[2]] = Task(lines=[line for line in lines if line])
    return tasks


def pyproject(text: str, tool: str) -> dict[str, Task]:
    """Scripts that one tool (poe, taskipy, pdm, hatch, rye, pipenv, mise) finds in a TOML file."""
    try:
        data: Any = tomllib.loads(text[:MAX_TEXT])
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
    tools = _field(data, "tool")
    found: dict[str, Any] = {}
    match tool:
        case "poe":
            found = _field(tools, "poe", "tasks")
        case "task":
            found = _field(tools, "taskipy", "tasks")
        case "pdm" | "rye":
            found = _field(tools, tool, "scripts")
        case "pipenv":
            found = _field(data, "scripts")
        case "mise":
            found = _field(data, "tasks")
        case "hatch":
            for environment in _field(tools, "hatch", "envs").values():
                found |= _field(environment, "scripts")
    return {str(name): _toml_task(content) for name, content in found.items()}


def _field(data: Any, *names: str) -> dict[str, Any]:
    for name in names:
        data = data.get(name) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def _toml_task(content: Any) -> Task:
    """A text, a list of texts or of tasks, or a table with one of several keys."""
    if isinstance(content, str):
        return Task(lines=[content])
    if isinstance(content, list):
        plain = [_toml_task(part) for part in content[:50]]
        return Task([need for task in plain for need in task.needs], [line for task in plain for line in task.lines])
    if not isinstance(content, dict):
        return Task()
    needs = [need for name in ("deps", "depends", "composite") for need in _texts(content.get(name))]
    if "ref" in content:
        needs += _texts(content["ref"])
    lines = [line for name in ("cmd", "shell", "run", "sequence") for line in _toml_task(content.get(name)).lines]
    return Task(needs, lines)


def _texts(content: Any) -> list[str]:
    parts = content if isinstance(content, list) else [content]
    return [part.split()[0] for part in parts if isinstance(part, str) and part.strip()]


def chosen(text: str, wanted: Sequence[str]) -> str | None:
    """The text of a noxfile or of invoke's tasks with only the wanted functions left decorated; None where it is no Python.

    A function that is no longer decorated is read only where a wanted one calls it.
    """
    try:
        tree = ast.parse(text[:MAX_TEXT])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    names = {name.replace("-", "_").partition("(")[0] for name in wanted} or _default_sessions(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and names and node.name not in names:
            node.decorator_list = []
    return ast.unparse(tree)


def _default_sessions(tree: ast.Module) -> set[str]:
    """What `nox.options.sessions = […]` lists; nothing where all are meant."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).endswith("options.sessions"):
            parts = node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else []
            return {str(part.value) for part in parts if isinstance(part, ast.Constant)}
    return set()


def rakefile(text: str) -> dict[str, Task]:
    """Tasks of a Rakefile: the lines between `do` and its `end`, which are Ruby."""
    tasks: dict[str, Task] = {}
    lines = text[:MAX_TEXT].split("\n")
    for at, line in enumerate(lines):
        head = _RUBY_TASK.match(line)
        if head is None:
            continue
        body = _until_end(lines[at + 1 :], head["indent"])
        after = head["needs"].partition("=>")[2] or (head["needs"] if head["name"].endswith(":") else "")
        needs = re.findall(r"[:'\"]([\w:-]+)", after)
        task = tasks.setdefault(head["name"].rstrip(":"), Task())
        task.needs += needs
        task.lines += body
    return tasks


def _until_end(lines: Iterable[str], indent: str) -> list[str]:
    body: list[str] = []
    for line in lines:
        if line.rstrip() == f"{indent}end":
            return body
        body.append(line)
    return body
