"""How Python finds and builds paths: `os.path`, `pathlib`, `glob`, `tempfile`, folders."""

from __future__ import annotations

from typing import Final

from enactd.effects.code import operations
from enactd.effects.code.objects import Thing, joined, listed, text, untold
from enactd.effects.code.python_modules import Given, function, method, path_thing
from enactd.effects.code.python_text import joined_path
from enactd.effects.model import ReadPath
from enactd.effects.values import Hole, Value, concat, known, unknown

_PATH: Final = "pathlib.Path()"
_FOUND: Final = Hole("a file found there", inside=True, empty=False)


@function("os.listdir", "os.scandir", "os.walk")
def list_folder(given: Given) -> Thing | None:
    """Names of files there; `walk` gives folder, folders, files."""
    paths = given.values(0, "path", "top") if given.arguments or given.keywords else [known(".")]
    for path in paths:
        given.emit(operations.read(given.call, path, listing=True))
    why = operations.EVERY_PROCESS if paths[0].text == "/proc" else "a file there"
    name = Thing((unknown(why, plain=True, empty=False),))
    if given.method == "listdir":
        return listed([name])
    below = Thing(tuple(concat((path, Value(("/", _FOUND)))) for path in paths), "os.DirEntry")
    below.fields = {"path": below, "name": name}
    if given.method == "scandir":
        return Thing(below.texts, "[]", [below])
    folder = Thing(tuple(one for path in paths for one in (path, concat((path, Value(("/", _below())))))))
    return Thing(folder.texts, "[]", [listed([folder, listed([name]), listed([name])])])


def _below() -> Hole:
    return Hole("a folder below", inside=True)


@function("glob.glob", "glob.iglob")
def glob(given: Given) -> Thing | None:
    """Every match of the pattern, as the pattern itself."""
    folder = given.keywords.get("root_dir")
    found: list[Thing] = []
    for path in given.values(0, "pathname"):
        whole = joined_path(folder.text, path) if folder is not None else path
        found.append(Thing((Value(whole.pieces, True, whole.origins),)))
    return Thing((unknown("names of files"),), "[]", found)


@method("glob", "rglob", "iterdir", "walk", "files", "listdir", "walkfiles")
def path_glob(given: Given) -> Thing | None:
    """Files below a path that match."""
    if given.subject.name != _PATH and given.subject.plain is None:
        return None
    found: list[Thing] = []
    for path in given.subject.texts:
        given.emit(iter([ReadPath(target=given.call.target(path), how="list")]))
        pattern = given.text(0, "pattern").text or "*"
        deep = "**/" if given.method in ("rglob", "walk", "walkfiles") else ""
        word = concat((path, known(("" if path.suffix.endswith("/") else "/") + deep + pattern)))
        if path.text == ".":
            word = known(deep + pattern)
        found.append(Thing((Value(word.pieces, True, word.origins),), _PATH))
    return Thing((unknown("paths"),), "[]", found)


@function("pathlib.Path", "Path", "path.Path", "py.path.local", "plumbum.local.path", "importlib.resources.files")
def make_path(given: Given) -> Thing | None:
    return path_thing(*_joined(given.arguments)) if given.arguments else path_thing(known("."))


@function("os.path.join", "path.join", "os.path.commonpath")
def join_path(given: Given) -> Thing | None:
    return Thing(_joined(given.arguments)) if given.arguments else untold()


def _joined(parts: list[Thing]) -> tuple[Value, ...]:
    made = list(parts[0].texts)
    for part in parts[1:12]:
        made = [joined_path(left, right) for left in made for right in part.texts][:12]
    return tuple(made)


@method("joinpath")
def joinpath(given: Given) -> Thing | None:
    return path_thing(*_joined([given.subject, *given.arguments]))


@function("pathlib.Path.home", "Path.home")
def path_home(given: Given) -> Thing | None:
    return path_thing(known(given.reader.home))


@function("os.getcwd", "os.getcwdb", "pathlib.Path.cwd", "Path.cwd")
def here(given: Given) -> Thing | None:
    return path_thing(given.call.cwd)


@function("os.path.expanduser", "os.path.expandvars")
def expanded(given: Given) -> Thing | None:
    return Thing(tuple(_expanded(given, value) for value in given.values(0, "path")))


@method("expanduser")
def path_expanded(given: Given) -> Thing | None:
    return path_thing(*(_expanded(given, value) for value in given.subject.texts))


def _expanded(given: Given, path: Value) -> Value:
    start = path.prefix
    for mark in ("~", "$HOME", "${HOME}"):
        if start == mark or start.startswith(mark + "/"):
            return concat((known(given.reader.home + start[len(mark) :]), path.cut(len(start))))
    return path


@function("os.path.dirname", "os.path.basename", "os.path.splitext", "os.path.relpath")
def part(given: Given) -> Thing | None:
    import posixpath

    first = given.at(0, "p", "path")
    if first is None:
        return untold()
    if first.plain is not None:
        if given.method == "splitext":
            return listed([text(p) for p in posixpath.splitext(first.plain)])
        return text(
            posixpath.dirname(first.plain)
            if given.method == "dirname"
            else posixpath.basename(first.plain)
            if given.method == "basename"
            else first.plain
        )
    if (
        given.method == "dirname"
        and first.text.prefix.rpartition("/")[0]
        and all(h.contained for h in first.text.holes)
    ):
        return text(first.text.prefix.rpartition("/")[0])
    return Thing((unknown("a part of a path", *first.origins, plain=given.method == "basename"),))


@function("os.path.abspath", "os.path.realpath", "os.path.normpath", "os.fspath", "os.fsencode", "os.fsdecode")
def same_path(given: Given) -> Thing | None:
    return given.at(0, "path")


@method("resolve", "absolute", "as_posix", "__str__", "__fspath__")
def same_method(given: Given) -> Thing | None:
    return given.subject if given.subject.plain is not None or given.subject.name == _PATH else None


@method("with_suffix", "with_name", "with_stem")
def with_part(given: Given) -> Thing | None:
    head = given.subject.text.prefix.rpartition("/")[0]
    if given.subject.plain is None:
        return None
    import posixpath

    stem = posixpath.splitext(given.subject.plain)[0]
    made = (
        joined([text(stem), given.arguments[0]])
        if given.method == "with_suffix" and given.arguments
        else joined([text(head + "/" if head else ""), *given.arguments[:1]])
    )
    return Thing(made.texts, _PATH)


@function("tempfile.mkdtemp", "tempfile.mkstemp", "tempfile.TemporaryDirectory", "tempfile.NamedTemporaryFile", "tempfile.mktemp",
          "tempfile.gettempdir", "tempfile.TemporaryFile", "tempfile.SpooledTemporaryFile")  # fmt: skip
def temporary(given: Given) -> Thing | None:
    """A place of one's own; `dir` puts it elsewhere."""
    folder = given.keywords.get("dir")
    base = folder.text if folder is not None and folder.plain != "None" else known("/tmp")
    if given.method == "gettempdir":
        return text("/tmp")
    path = concat((base, Value(("/tmp", Hole("a random name", plain=True, empty=False)))))
    thing = Thing((path,))
    if given.method == "mkstemp":
        return listed([untold("a number"), thing])
    fields = {"name": Thing((path,)), "...path": Thing((path,))}
    return Thing((path,), "file" if "File" in given.method else "", None, fields)


@function("os.chdir", "contextlib.chdir", "os.fchdir")
def chdir(given: Given) -> Thing | None:
    """From here on, relative names mean something else."""
    folder = given.reader.folder(given.at(0, "path"))
    given.call.cwd = folder if folder is not None else given.call.cwd
    return None


@function("os.path.exists", "os.path.isfile", "os.path.isdir", "os.stat", "os.access", "os.path.getsize", "os.path.getmtime", "os.makedirs",
          "os.mkdir", "os.path.islink", "shutil.disk_usage", "shutil.which", "os.path.isabs")  # fmt: skip
def look(given: Given) -> Thing | None:
    return Thing((unknown("a fact", plain=True),)) if given.method != "which" else given.at(0)
