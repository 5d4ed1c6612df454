"""What JavaScript's file functions do: node's `fs`, fs-extra, rimraf, del, shelljs, Bun and Deno."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.code import operations
from enactd.effects.code.javascript_modules import Given, function, method, read_taints, result
from enactd.effects.code.objects import Thing
from enactd.effects.model import WritePath
from enactd.effects.values import FILE, Value, known, unknown


def _fs(*names: str) -> tuple[str, ...]:
    """A function of `fs` in its callback, promise and sync form."""
    return tuple(f"fs.{name}{ending}" for name in names for ending in ("", "Sync"))


@function(*_fs("unlink", "rm", "rmdir"), "Deno.remove", "Deno.removeSync", "fs-extra.remove", "fs-extra.removeSync",
          "rimraf", "rimraf.sync", "rimraf.rimraf", "rimraf.rimrafSync", "rimraf.native", "rimraf.manual", "del.deleteAsync",
          "del.deleteSync", "del", "del.sync", "trash", "Bun.file().delete", "Bun.file().unlink")  # fmt: skip
def delete(given: Given) -> Thing | None:
    """Lists and glob patterns count for each of their items."""
    whole = given.name.startswith(("rimraf", "del", "fs-extra.remove", "trash"))
    recursive = whole or given.flag("recursive") or (given.name.startswith("fs.rmdir") and given.flag("recursive"))
    subjects = given.values(0) if not given.name.startswith("Bun.file") else given.subject.texts
    for path in subjects:
        negated = path.prefix.startswith("!")
        if not negated:
            glob = whole and re.search(r"[*?{\[]", path.visible) is not None
            word = Value(path.pieces, glob, path.origins)
            given.emit(
                operations.delete(
                    given.call, word, recursive=recursive, only_empty="rmdir" in given.name and not recursive
                )
            )
    return None


@function("fs-extra.emptyDir", "fs-extra.emptyDirSync", "fs-extra.emptydir", "fs-extra.emptydirSync")
def empty(given: Given) -> Thing | None:
    from enactd.effects.model import DeletePath

    for path in given.values(0):
        given.emit(iter([DeletePath(target=given.call.target(path, everything=True), recursive=True)]))
    return None


@function(*_fs("writeFile", "appendFile", "outputFile", "writeJson", "writeJSON", "outputJson"), "fs-extra.outputFile",
          "fs-extra.outputFileSync", "fs-extra.writeJson", "fs-extra.writeJsonSync", "fs-extra.outputJson", "fs-extra.outputJsonSync",
          "fs-extra.writeJSON", "fs-extra.writeJSONSync", "Deno.writeTextFile", "Deno.writeTextFileSync", "Deno.writeFile",
          "Deno.writeFileSync", "Bun.write", "write-file-atomic", "write-file-atomic.sync", "jsonfile.writeFileSync",
          "write-json-file.writeJsonFile")  # fmt: skip
def write(given: Given) -> Thing | None:
    content = given.at(1)
    flag = given.options().field("flag", "append")
    append = "append" in given.name or (flag is not None and flag.plain in ("a", "a+", "true"))
    body = content.text.tainted(*content.all_origins()) if content is not None else None
    for path in given.values(0):
        given.emit(operations.write(given.call, path, body, append=append))
    return None


@function("fs.createWriteStream", *_fs("truncate"), "Deno.create", "Deno.createSync", "Deno.truncate", "Deno.truncateSync",
          "Bun.file().writer")  # fmt: skip
def stream(given: Given) -> Thing | None:
    """A stream is emptied when it is opened, unless it appends; `pipe` fills it later."""
    append = (given.options().field("flags") or Thing((unknown("?"),))).plain in ("a", "a+")
    cut = given.method.startswith("truncate") and given.text(1).text in (None, "", "0")
    for path in given.values(0) if not given.name.startswith("Bun") else given.subject.texts:
        given.emit(operations.write(given.call, path, known("") if cut else None, append=append))
    made = given.at(0)
    return Thing((unknown("a stream"),), f"{given.name}()", None, {"path": made} if made is not None else None)


@method("pipe", "pipeTo", "pipeThrough")
def pipe(given: Given) -> Thing | None:
    """What flows into a file or a socket carries its taints along."""
    goal = given.at(0)
    path = goal.field("path") if goal is not None else None
    if path is not None and given.subject.origins:
        given.emit(iter([WritePath(target=given.call.target(path.text), how="append", origins=given.subject.origins)]))
    return Thing((unknown("a stream", *given.subject.origins),), goal.name if goal is not None else "")


@function(*_fs("open"), "Deno.open", "Deno.openSync")
def open_file(given: Given) -> Thing | None:
    mode = given.at(1)
    letters = (mode.plain if mode is not None else "r") or "r"
    writes = any(letter in letters for letter in "wax+") or given.flag("write", "append", "create", "truncate")
    for path in given.values(0):
        given.emit(
            operations.write(given.call, path, append="a" in letters) if writes else operations.read(given.call, path)
        )
    return result("a file handle", read_taints(given.call, given.values(0)), "fs.open()")


@function(*_fs("readFile", "readJson", "readJSON"), "fs.createReadStream", "fs-extra.readJson", "fs-extra.readJsonSync",
          "fs-extra.readJSON", "fs-extra.readJSONSync", "Deno.readTextFile", "Deno.readTextFileSync", "Deno.readFile", "Deno.readFileSync",
          "jsonfile.readFileSync", "fs.openAsBlob", "shelljs.cat", "fs.readlinkSync.")  # fmt: skip
def read(given: Given) -> Thing | None:
    """The content is known only by its taints; a file of this call's own making is known by its text."""
    if given.text(0).text in ("0", "/dev/stdin"):
        return Thing((given.call.stdin or unknown("what flows in"),))
    for path in given.values(0):
        given.emit(operations.read(given.call, path))
    taints = read_taints(given.call, given.values(0))
    first = given.text(0)
    content = given.call.text_of(first) if first.known and len(given.values(0)) == 1 else None
    if content is not None and content.text is not None and len(content.text) < 20_000:
        return Thing((content.tainted(*taints),))
    return result("a file's content", taints)


@function("Bun.file")
def bun_file(given: Given) -> Thing | None:
    return Thing(given.values(0), "Bun.file()")


@function("Bun.file().text", "Bun.file().json", "Bun.file().arrayBuffer", "Bun.file().bytes", "Bun.file().stream")
def bun_read(given: Given) -> Thing | None:
    for path in given.subject.texts:
        given.emit(operations.read(given.call, path))
    return result("a file's content", read_taints(given.call, given.subject.texts))


@function(*_fs("readdir", "opendir"), "Deno.readDir", "Deno.readDirSync", "shelljs.ls")
def read_folder(given: Given) -> Thing | None:
    for path in given.values(0):
        given.emit(operations.read(given.call, path, listing=True))
    name = unknown("a file there", plain=True, empty=False)
    return Thing((unknown("names of files"),), "[]", [Thing((name,), fields={"name": Thing((name,))})])


@function("glob.sync", "glob.globSync", "glob.glob", "glob", "fast-glob", "fast-glob.sync", "globby", "globby.globbySync",
          "globby.globby", "tinyglobby.globSync", "fs.globSync", "fs.glob", "fast-glob.globSync", "zx.glob")  # fmt: skip
def glob(given: Given) -> Thing | None:
    """Every match of the pattern, as the pattern itself."""
    folder = given.reader.folder(given.options().field("cwd"))
    words: list[Thing] = []
    for path in given.values(0):
        pieces = path.pieces if folder is None else (*folder.pieces, "/", *path.pieces)
        words.append(Thing((Value(pieces, True, path.origins),)))
    return Thing((unknown("names of files"),), "[]", words)


@function(*_fs("rename"), "fs-extra.move", "fs-extra.moveSync", "Deno.rename", "Deno.renameSync")
def move(given: Given) -> Thing | None:
    for path in given.values(0):
        given.emit(operations.move(given.call, path, given.text(1)))
    return None


@function(
    *_fs("copyFile", "cp", "link"),
    "fs-extra.copy",
    "fs-extra.copySync",
    "Deno.copyFile",
    "Deno.copyFileSync",
    "cpy",
    "ncp",
)
def copy(given: Given) -> Thing | None:
    for path in given.values(0):
        given.emit(operations.copy(given.call, path, given.text(1)))
    return None


@function(*_fs("symlink"), "Deno.symlink", "Deno.symlinkSync", "fs-extra.ensureSymlink", "fs-extra.ensureSymlinkSync")
def symlink(given: Given) -> Thing | None:
    given.emit(operations.link(given.call, given.text(0), given.text(1)))
    return None


@function(*_fs("chmod", "lchmod", "fchmod"), "Deno.chmod", "Deno.chmodSync")
def chmod(given: Given) -> Thing | None:
    mode = given.at(1)
    number = None
    if mode is not None and mode.number is not None:
        number = int(mode.number)
    elif mode is not None and re.fullmatch(r"[0-7]{3,4}", mode.plain or ""):
        number = int(mode.plain or "0", 8)
    for path in given.values(0):
        given.emit(operations.change_mode(given.call, path, number))
    return None


@function(*_fs("chown", "lchown"), "Deno.chown", "Deno.chownSync")
def chown(given: Given) -> Thing | None:
    for path in given.values(0):
        given.emit(operations.change_mode(given.call, path, None, owner=True))
    return None


@function(*_fs("mkdtemp"), "Deno.makeTempDir", "Deno.makeTempDirSync", "Deno.makeTempFile", "Deno.makeTempFileSync",
          "tmp.dirSync", "tmp.fileSync", "tempy.directory", "tempy.temporaryDirectory", "tempy.file", "tempy.temporaryFile",
          "tempdir")  # fmt: skip
def temporary(given: Given) -> Thing | None:
    """A folder of one's own: the prefix given, or the temporary folder."""
    random = unknown("a random name", plain=True, empty=False)
    prefix = given.text(0) if given.name.startswith("fs.") and given.at(0) is not None else Value(("/tmp/",))
    path = Value((*prefix.pieces, *random.pieces))
    return Thing((path,), fields={"name": Thing((path,))})


_SHELLJS: Final = tuple(f"shelljs.{name}" for name in ("rm", "mv", "cp", "chmod", "touch", "mkdir", "sed", "ln"))


@function(*_SHELLJS)
def shelljs(given: Given) -> Thing | None:
    """shelljs takes the words of the command of that name; globs are its own."""
    words = [Value((given.method,))]
    for index, thing in enumerate(given.arguments):
        for value in given.values(index):
            words.append(Value(value.pieces, not value.startswith("-"), value.origins))
        if given.method == "chmod" and thing.number is not None:
            words[-1] = Value((f"{int(thing.number):o}",))
    given.emit(operations.run(given.call, words, via="shelljs"))
    return None


@function("fs-extra.ensureDir", "fs.mkdir", "fs.mkdirSync", "Deno.mkdir", "fs-extra.mkdirp", "fs.existsSync", "fs.statSync",
          "fs.accessSync", "fs.stat", "fs.access", "fs-extra.pathExists", "fs.lstatSync", "fs.realpathSync", "fs-extra.ensureDirSync")  # fmt: skip
def harmless(given: Given) -> Thing | None:
    """Making a folder and looking whether something is there changes nothing that matters."""
    return Thing(given.values(0)) if "realpath" in given.name else result("a state", frozenset({FILE}) - {FILE})
