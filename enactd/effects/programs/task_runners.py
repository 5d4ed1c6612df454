"""just, task, cmake, ninja, bazel, run-s and their like: they run what the project's own files say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from enactd.effects.code.operations import in_project
from enactd.effects.invocation import Effects, Invocation, Options, Value, concat, known, program, unknown
from enactd.effects.model import CopyPath, DeletePath, Effect, MovePath, RunCode, WritePath
from enactd.effects.programs.git_context import moved

_LOOKS: Final = frozenset(
    """--list -l --help -h --version -V --summary --dry-run -n --dry --status --evaluate --show --dump --choose --variables --changelog
    --completions --man --list-all -a_ --json --tasks --tasks-simple --tasks-json --fmt --unsorted --groups --collect-only""".split()
)
_JUST: Final = Options(
    "-f --justfile FILE", "-d --working-directory DIR", "--set X", "--shell S", "--shell-arg A", "--chooser C", "-q --quiet", "-v --verbose",
    "-u --unsorted", "--yes", "--no-deps", "--highlight", "--no-highlight", "--color W", "--dotenv-path P", "--dotenv-filename F", "--unstable",
    "-n --dry-run", "-l --list", "-s --show R", "--summary", "-e --edit", "--evaluate", "--dump", "--fmt", "--init", "--choose", "-h --help",
    "-V --version", "--groups", "--variables", "-c --command", "-g --global-justfile", "--one", "--explain", "--timestamp",
    stop_at_operand=True,
)  # fmt: skip
_HEADER: Final = re.compile(r"^@?([A-Za-z_][\w-]*)((?:[ \t]+[^:\n=]*?(?:=[^:\n]*)?)?)[ \t]*:(?!=)[ \t]*(.*)$")


def _project_code(call: Invocation, what: str = "") -> Effects:
    """Code of the project, which nobody read here."""
    yield RunCode(
        language=call.name, origin="workspace", what=what or " ".join(word.shown(30) for word in call.args[:3])
    )


class _Recipe:
    """One recipe of a justfile."""

    def __init__(self, parameters: list[tuple[str, str | None]], needs: list[str]) -> None:
        self.parameters = parameters
        self.needs = needs
        self.lines: list[str] = []


@program("just")
def just(call: Invocation) -> Effects:
    """Recipes of a justfile with their dependencies; `{{x}}` is a variable or parameter."""
    line = _JUST.parse(call.args)
    if line.has(
        "-n",
        "-l",
        "-s",
        "--summary",
        "--evaluate",
        "--dump",
        "--fmt",
        "--choose",
        "-h",
        "-V",
        "--groups",
        "--variables",
        "--init",
        "-e",
    ):
        return
    if line.has("-c"):
        yield from call.run(line.operands)
        return
    folder = line.value("-d")
    inside = moved(call, args=call.args, cwd=folder) if folder is not None and folder.startswith("/") else call
    file = line.value("-f")
    text = next((t for name in ([file] if file is not None else [known(n) for n in ("justfile", "Justfile", ".justfile")])
                 if (t := inside.text_of(name).text) is not None), None)  # fmt: skip
    if text is None:
        yield from _project_code(call)
        return
    yield from in_project(_Justfile(inside, text).run(line.operands), "workspace", "just")


class _Justfile:
    """A justfile: variables and recipes."""

    def __init__(self, call: Invocation, text: str) -> None:
        self.call = call
        self.variables: dict[str, Value] = {}
        self.recipes: dict[str, _Recipe] = {}
        self.aliases: dict[str, str] = {}
        current: _Recipe | None = None
        for line in text[:65_536].replace("\\\n", " ").split("\n"):
            if line[:1] in (" ", "\t") and line.strip():
                if current is not None:
                    current.lines.append(line.strip())
                continue
            if line.strip():
                current = self._line(line)

    def _line(self, line: str) -> _Recipe | None:
        assignment = re.match(r"(?:export[ \t]+)?([\w-]+)[ \t]*:=[ \t]*(.*)$", line)
        if assignment:
            name, content = assignment.groups()
            if line.startswith("alias "):
                return None
            quoted = re.fullmatch(r"""\s*(["'])(.*)\1\s*""", content)
            self.variables[name] = known(quoted.group(2)) if quoted else unknown(f"{{{{{name}}}}}")
            return None
        alias = re.match(r"alias[ \t]+([\w-]+)[ \t]*:=[ \t]*([\w-]+)", line)
        if alias:
            self.aliases[alias.group(1)] = alias.group(2)
            return None
        header = _HEADER.match(line) if line[:1] not in "#[" else None
        if header is None:
            return None
        parameters: list[tuple[str, str | None]] = []
        for match in re.finditer(r"[*+$]*([\w-]+)(?:=(\"[^\"]*\"|'[^']*'|\S+))?", header.group(2)):
            parameters.append((match.group(1), match.group(2).strip("\"'") if match.group(2) else None))
        needs = re.findall(r"[A-Za-z_][\w-]*", re.sub(r"\"[^\"]*\"|'[^']*'", "", header.group(3).split("#")[0]))
        self.recipes[header.group(1)] = _Recipe(parameters, needs)
        return self.recipes[header.group(1)]

    def run(self, words: Sequence[Value]) -> Effects:
        """The recipes that are named, else the first."""
        rest = [word for word in words if not re.match(r"[\w-]+=", word.prefix)]
        if not rest and self.recipes:
            yield from self._recipe(next(iter(self.recipes)), [], set())
        while rest:
            name = rest.pop(0).text or ""
            name = self.aliases.get(name, name)
            recipe = self.recipes.get(name)
            if recipe is None:
                yield RunCode(language="just", origin="workspace", what=name or "a recipe known only at run time")
                return
            taken, rest = rest[: len(recipe.parameters)], rest[len(recipe.parameters) :]
            yield from self._recipe(name, taken, set())

    def _recipe(self, name: str, given: list[Value], active: set[str]) -> Effects:
        recipe = self.recipes.get(self.aliases.get(name, name))
        if recipe is None or name in active or len(active) > 20:
            return
        for need in recipe.needs:
            yield from self._recipe(need, [], active | {name})
        names = dict(self.variables)
        for index, (parameter, default) in enumerate(recipe.parameters):
            names[parameter] = (
                given[index]
                if index < len(given)
                else known(default)
                if default is not None
                else unknown(f"{{{{{parameter}}}}}")
            )
        script = bool(recipe.lines) and recipe.lines[0].startswith("#!")
        texts = [self._filled(text, names) for text in recipe.lines]
        if script:
            language = re.sub(r"\d.*$", "", recipe.lines[0].split("/")[-1].split()[-1])
            body = concat([part for text in texts[1:] for part in (text, known("\n"))])
            yield from self.call.code({"node": "javascript"}.get(language, language), body, via=f"just {name}")
            return
        for text in texts:
            start = re.match(r"[@\-\s]*", text.prefix)
            yield from (
                e
                for e in self.call.shell(text.cut(start.end() if start else 0), via=f"just {name}")
                if isinstance(e, Effect)
            )

    def _filled(self, text: str, names: dict[str, Value]) -> Value:
        parts: list[Value] = []
        for piece in re.split(r"(\{\{[^}]*\}\})", text):
            if piece.startswith("{{") and piece.endswith("}}"):
                inner = piece[2:-2].strip()
                parts.append(names.get(inner, unknown(piece)))
            else:
                parts.append(known(piece))
        return concat(parts)


@program("npm-run-all", "npm-run-all2", "run-s", "run-p")
def run_all(call: Invocation) -> Effects:
    """Several scripts of package.json; patterns with `*` are not followed."""
    for word in call.args:
        text = word.text or ""
        if text.startswith("-"):
            continue
        name = text.split(" ")[0]
        if "*" in name or word.text is None:
            yield RunCode(language="npm", origin="workspace", what=word.shown())
        else:
            yield from (
                e for e in call.run([known("npm"), known("run"), known(name)], via=call.name) if isinstance(e, Effect)
            )


@program("cmake")
def cmake(call: Invocation) -> Effects:
    """`-E` is a set of file commands, `-P` a script, `--build` and configuring run the project's code."""
    words = list(call.args)
    texts = [word.text or "" for word in words]
    if texts[:1] == ["-E"]:
        yield from _cmake_tool(call, texts[1] if len(texts) > 1 else "", words[2:])
    elif "-P" in texts and texts.index("-P") + 1 < len(words):
        yield from call.script(words[texts.index("-P") + 1], language="cmake")
    elif texts[:1] == ["--install"]:
        prefix = next((words[i + 1] for i, text in enumerate(texts[:-1]) if text == "--prefix"), known("/usr/local"))
        yield WritePath(target=call.target(prefix), recursive=True)
    elif not any(text in ("--help", "--version", "--list-presets", "-N", "--system-information") for text in texts):
        yield from _project_code(call)


def _cmake_tool(call: Invocation, verb: str, words: list[Value]) -> Effects:
    operands = [word for word in words if not word.startswith("-")]
    flags = {word.text for word in words if word.startswith("-")}
    match verb:
        case "rm" | "remove" | "remove_directory":
            recursive = verb == "remove_directory" or any("r" in (flag or "").lower() for flag in flags)
            for word in operands:
                yield DeletePath(target=call.target(word), recursive=recursive)
        case "copy" | "copy_directory" | "copy_if_different" | "create_hardlink":
            for word in operands[:-1]:
                yield CopyPath(target=call.target(word), to=call.target(operands[-1]))
        case "rename" if len(operands) > 1:
            yield MovePath(target=call.target(operands[0]), to=call.target(operands[1]))
        case "touch" | "make_directory":
            for word in operands:
                yield WritePath(target=call.target(word), how="append", content="")
        case "env" | "time" | "chdir":
            rest = [word for word in words if not re.match(r"--|[A-Za-z_]\w*=", word.prefix)]
            yield from call.run(rest[1:] if verb == "chdir" else rest)


@program("ninja", "ninja-build", "samu")
def ninja(call: Invocation) -> Effects:
    """Builds; `-t clean` deletes what it built, `-n` and other tools only look."""
    texts = [word.text or "" for word in call.args]
    if "-n" in texts or "--version" in texts or ("-t" in texts and not {"clean", "cleandead"} & set(texts)):
        return
    yield from _project_code(call)


@program("bazel", "bazelisk", "buck", "buck2", "pants", "plz")
def bazel(call: Invocation) -> Effects:
    """Builds, tests and runs the project's targets; looking is free."""
    verb = next((word.text or "" for word in call.args if not word.startswith("-")), "")
    if verb not in ("query", "cquery", "aquery", "info", "version", "help", "shutdown", "audit", "dump", "targets", ""):
        yield from _project_code(call)


@program("grunt", "gulp", "mage", "doit", "ctest", "cpack", "meson", "scons", "waf", "xcodebuild",
         "rebar", "earthly", "dagger", "duty", "pdm-run", "mask", "runme", "gn", "xmake", "premake5", "redo", "tup")  # fmt: skip
def runner(call: Invocation) -> Effects:
    """Tasks of the project, in a language of its own."""
    texts = [word.text or "" for word in call.args]
    if not _LOOKS & set(texts):
        yield from _project_code(call)
