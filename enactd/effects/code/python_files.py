"""What Python's file functions do: `os`, `shutil`, `pathlib`, `open`, `glob`, `tempfile`."""

from __future__ import annotations

from typing import Final

from enactd.effects.code import operations
from enactd.effects.code.objects import Thing, printed, text, untold
from enactd.effects.code.python_modules import Given, function, method
from enactd.effects.code.python_values import append
from enactd.effects.values import NONE, Hole, Value, known, unknown

_PATH: Final = "pathlib.Path()"
_FOUND: Final = Hole("a file found there", inside=True, empty=False)


def _is_path(given: Given) -> bool:
    return given.subject.name in (_PATH, "os.DirEntry") or given.subject.plain is not None


@function(
    "os.remove",
    "os.unlink",
    "send2trash.send2trash",
    "pathlib.Path.unlink",
    "os.removedirs",
    "os.rmdir",
    "pathlib.Path.rmdir",
)
def remove(given: Given) -> Thing | None:
    for path in given.values(0, "path"):
        given.emit(operations.delete(given.call, path, only_empty="rmdir" in given.name or "removedirs" in given.name))
    return None


@function("shutil.rmtree", "distutils.dir_util.remove_tree", "setuptools.archive_util.rmtree", "fs.rmtree", "rmtree", "mozfile.rmtree",
          "mozfile.remove", "test.support.rmtree")  # fmt: skip
def rmtree(given: Given) -> Thing | None:
    for path in given.values(0, "path"):
        given.emit(operations.delete(given.call, path, recursive=True))
    return None


@method("unlink", "rmdir", "rmtree", "remove_p", "rmtree_p")
def path_unlink(given: Given) -> Thing | None:
    """A method of a path; of an unknown object only where its name leaves no doubt."""
    if _is_path(given) or (given.method in ("unlink", "rmtree", "rmtree_p") and not given.arguments):
        for path in given.subject.texts:
            recursive = given.method.startswith("rmtree")
            given.emit(operations.delete(given.call, path, recursive=recursive, only_empty=given.method == "rmdir"))
    return None


@function("os.rename", "os.replace", "os.renames", "shutil.move")
def rename(given: Given) -> Thing | None:
    for path in given.values(0, "src"):
        given.emit(operations.move(given.call, path, given.text(1, "dst")))
    return None


@function("shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.copytree", "os.link")
def copy(given: Given) -> Thing | None:
    for path in given.values(0, "src"):
        given.emit(operations.copy(given.call, path, given.text(1, "dst")))
    return None


@function("os.symlink")
def symlink(given: Given) -> Thing | None:
    given.emit(operations.link(given.call, given.text(0, "src"), given.text(1, "dst")))
    return None


@function("os.chmod", "os.lchmod", "os.chown", "os.lchown", "shutil.chown")
def chmod(given: Given) -> Thing | None:
    mode = given.at(1, "mode")
    number = int(mode.number) if mode is not None and mode.number is not None and "chmod" in given.name else None
    for path in given.values(0, "path"):
        given.emit(operations.change_mode(given.call, path, number, owner="chown" in given.name))
    return None


@function("os.truncate")
def truncate(given: Given) -> Thing | None:
    for path in given.values(0, "path"):
        given.emit(operations.write(given.call, path, known("")))
    return None


@function("open", "io.open", "codecs.open", "os.open", "aiofiles.open", "gzip.open", "bz2.open", "lzma.open", "io.FileIO", "zipfile.ZipFile",
          "tarfile.open", "h5py.File", "smart_open.open", "fsspec.open")  # fmt: skip
def open_file(given: Given) -> Thing | None:
    """An open file remembers its path, so that what is written into it is known."""
    opened = _opened(given, given.values(0, "file"), given.at(1, "mode", "flags"))
    if opened is not None and given.name in ("zipfile.ZipFile", "tarfile.open"):
        opened.name = "archive"
    return opened


@method("extractall", "extract")
def unpack(given: Given) -> Thing | None:
    """Members of an open archive; `extract` names one of them first."""
    if given.subject.name != "archive":
        return append(given)
    place = given.at(0 if given.method == "extractall" else 1, "path")
    folders: tuple[Value | None, ...] = place.texts if place is not None and place.plain != "None" else (None,)
    for folder in folders:
        given.emit(operations.unpack(given.call, folder))
    return None


@function("shutil.unpack_archive")
def unpack_archive(given: Given) -> Thing | None:
    for path in given.values(0, "filename"):
        given.emit(operations.read(given.call, path))
    place = given.at(1, "extract_dir")
    given.emit(operations.unpack(given.call, place.text if place is not None else None))
    return None


@method("open", "touch")
def open_path(given: Given) -> Thing | None:
    if given.subject.name != _PATH:
        return None
    if given.method == "touch":
        for path in given.subject.texts:
            given.emit(operations.write(given.call, path, known(""), append=True))
        return None
    return _opened(given, list(given.subject.texts), given.at(0, "mode"))


@method("writelines", "print")
def write_into(given: Given) -> Thing | None:
    """Into an open file: what is written, and what it carries."""
    path = given.subject.field("...path")
    if given.subject.name != "file" or path is None or not given.arguments:
        return None
    _written(given, path, given.arguments[0])
    return None


@method("write", "add")
def add_to_archive(given: Given) -> Thing | None:
    """A file by its name goes into an archive; anything else that is written is text into an open file."""
    archive = given.subject.field("...path")
    if given.subject.name != "archive" or archive is None:
        return write_into(given) if given.method == "write" else append(given)
    for path in given.values(0, "filename", "name"):
        given.emit(operations.copy(given.call, path, archive.text))
    return None


def _opened(given: Given, paths: list[Value], mode: Thing | None) -> Thing | None:
    letters = (mode.plain or mode.name or "?") if mode is not None else "r"
    writes = (
        any(letter in letters for letter in "wxa+?")
        if not letters.startswith("os.")
        else "O_W" in letters or "O_RDWR" in letters or "O_C" in letters
    )
    taints = NONE
    for path in paths:
        if path.text is not None and path.text.isdigit():
            continue
        if writes:
            given.emit(operations.write(given.call, path, append="a" in letters))
        else:
            given.emit(operations.read(given.call, path))
            taints |= operations.content_taints(given.call, path)
    fields = {"...path": Thing(tuple(paths)), "...mode": text(letters)}
    return Thing((unknown("an open file", *taints),), "file", None, fields)


def _written(given: Given, path: Thing, content: Thing) -> None:
    """The first text replaces what opening left, later ones are added."""
    body = content.text.tainted(*content.all_origins())
    fields = given.subject.fields or {}
    append = "a" in ((fields.get("...mode") or text("w")).plain or "") or "...written" in fields
    fields["...written"] = content
    if body.text is not None or body.origins:
        for value in path.texts:
            given.emit(operations.write(given.call, value, body, append=append))


@function("json.dump", "yaml.dump", "yaml.safe_dump", "pickle.dump", "toml.dump", "tomli_w.dump")
def dumped(given: Given) -> Thing | None:
    """An object goes into an open file."""
    goal, content = given.at(1, "fp", "stream"), given.at(0, "obj", "data")
    path = goal.field("...path") if goal is not None else None
    if path is not None and content is not None and content.all_origins():
        for value in path.texts:
            given.emit(operations.write(given.call, value, unknown("an object", *content.all_origins())))
    return untold("text", content.all_origins()) if goal is None and content is not None else None


@method("write_text", "write_bytes")
def write_text(given: Given) -> Thing | None:
    content = given.at(0, "data")
    body = content.text.tainted(*content.all_origins()) if content is not None else None
    for path in given.subject.texts:
        given.emit(operations.write(given.call, path, body))
    return None


@method("read_text", "read_bytes")
def read_text(given: Given) -> Thing | None:
    taints = NONE
    for path in given.subject.texts:
        given.emit(operations.read(given.call, path))
        taints |= operations.content_taints(given.call, path)
    return untold("a file's content", taints)


@method("read", "readlines", "readline", "getvalue")
def read_from(given: Given) -> Thing | None:
    """From an open file or a response: the taints were told when it was opened."""
    if given.subject.name == "sys.stdin":
        return Thing(given.subject.texts)
    path = given.subject.field("...path")
    if path is not None and path.plain is not None:
        content = given.call.text_of(path.text)
        if content.text is not None and len(content.text) < 20_000:
            return Thing((content.tainted(*given.subject.origins),))
    return untold(printed(given.subject) or "content", given.subject.all_origins())


@method("rename", "replace", "move", "copy", "copy_into", "move_into")
def path_rename(given: Given) -> Thing | None:
    """Paths are moved; texts are changed."""
    if given.subject.name == _PATH and given.arguments:
        act = operations.copy if given.method.startswith("copy") else operations.move
        for path in given.subject.texts:
            given.emit(act(given.call, path, given.text(0, "target")))
        return given.arguments[0]
    plain, old, new = given.subject.plain, given.text(0).text, given.text(1).text
    if given.method == "replace" and len(given.arguments) > 1:
        if plain is not None and old and new is not None:
            return text(plain.replace(old, new), *given.subject.origins)
        return untold("a changed text", given.subject.origins | given.carried())
    return None


@method("symlink_to", "hardlink_to", "link_to")
def path_link(given: Given) -> Thing | None:
    for path in given.subject.texts:
        act = operations.link if given.method == "symlink_to" else operations.copy
        given.emit(act(given.call, given.text(0, "target"), path))
    return None


@method("chmod", "lchmod")
def path_chmod(given: Given) -> Thing | None:
    if given.subject.name == _PATH:
        mode = given.at(0, "mode")
        for path in given.subject.texts:
            given.emit(
                operations.change_mode(
                    given.call, path, int(mode.number) if mode is not None and mode.number is not None else None
                )
            )
    return None


@function(*(f"pandas.read_{form}" for form in ("csv", "json", "excel", "parquet", "pickle", "table", "fwf", "xml", "html", "feather")),
          "numpy.load", "numpy.loadtxt", "yaml.safe_load_file", "PIL.Image.open", "dotenv.dotenv_values", "configparser.ConfigParser().read_file_",
          "polars.read_csv", "polars.read_parquet", "linecache.getlines", "tomllib.load_file_")  # fmt: skip
def read_table(given: Given) -> Thing | None:
    """A file by its name; a URL is fetched by the library, and only read."""
    taints = NONE
    for path in given.values(0, "filepath_or_buffer", "path"):
        if "://" not in path.visible and given.arguments and given.arguments[0].name != "file":
            given.emit(operations.read(given.call, path))
            taints |= operations.content_taints(given.call, path)
    return untold("a table", taints)


@method(
    "to_csv",
    "to_json",
    "to_excel",
    "to_parquet",
    "to_pickle",
    "to_html",
    "savefig",
    "to_feather",
    "write_csv",
    "write_parquet",
)
def write_table(given: Given) -> Thing | None:
    """Into a file by its name; without one the text is the result."""
    first = given.at(0, "path_or_buf", "path", "fname", "file")
    if first is None or first.name == "file" or first.plain == "None":
        return None
    for path in first.texts:
        given.emit(operations.write(given.call, path, unknown("a table", *given.subject.all_origins())))
    return None
