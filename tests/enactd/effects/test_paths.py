"""Words become targets: links, patterns, holes and worst cases."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.reading import effects
from support.repositories import Repo, make_repo

from enactd.effects.areas import Places
from enactd.effects.model import Target
from enactd.effects.paths import PathReader
from enactd.effects.values import Hole, Value, known, unknown, value
from enactd.world import AssumedWorld, World

CWD, HOME = "/home/u/proj", "/home/u"
UNSET = Hole("$X is not set")
PLAIN = Hole("a process id", plain=True, empty=False)
FOUND = Hole("a file that find found", inside=True, empty=False)


def reader(workspace: str = CWD, home: str = HOME, cwd: str | None = None) -> PathReader:
    world = AssumedWorld(cwd=cwd or workspace, workspace=workspace, home=home)
    return PathReader(Places(workspace=workspace, home=home), world)


def read(word: Value | str, cwd: str | Value = CWD, **options: object) -> Target:
    folder = known(cwd) if isinstance(cwd, str) else cwd
    return reader().target(known(word) if isinstance(word, str) else word, folder, **options)  # type: ignore[arg-type]


def glob(text: str) -> Value:
    return Value((text,), glob=True)


@pytest.mark.parametrize(
    ("word", "cwd", "path", "area"),
    [
        ("a", CWD, "/home/u/proj/a", "workspace"),
        ("./a/../b", CWD, "/home/u/proj/b", "workspace"),
        (".", CWD, "/home/u/proj", "workspace-root"),
        ("..", CWD, "/home/u", "home"),
        ("../..", CWD, "/home", "home"),
        ("../../..", CWD, "/", "root"),
        ("../../../../../../..", CWD, "/", "root"),
        ("../sibling", CWD, "/home/u/sibling", "in-home"),
        ("../proj/a", CWD, "/home/u/proj/a", "workspace"),
        ("../proj", CWD, "/home/u/proj", "workspace-root"),
        ("../project", CWD, "/home/u/project", "in-home"),
        ("a", "/home/u/proj/src", "/home/u/proj/src/a", "workspace"),
        ("../../x", "/home/u/proj/src", "/home/u/x", "in-home"),
        ("/tmp/../etc", CWD, "/etc", "system-root"),
        ("/tmp/../home/u/proj/../../u", CWD, "/home/u", "home"),
        ("//etc//passwd", CWD, "/etc/passwd", "system"),
        ("etc", "/", "/etc", "system-root"),
        ("", CWD, "/home/u/proj", "workspace-root"),
        ("C:\\Users\\u", CWD, "C:/Users/u", "home"),
        ("dist\\x", "C:\\src\\app", "C:/src/app/dist/x", "elsewhere"),
        ("..\\..\\Windows", "C:\\src\\app", "C:/Windows", "system-root"),
        ("a\\b", CWD, "/home/u/proj/a\\b", "workspace"),
        ("~", CWD, "/home/u/proj/~", "workspace"),
        ("/proc/self/cwd/../../etc", CWD, "/proc/etc", "system"),
    ],
)
def test_known_words(word: str, cwd: str, path: str, area: str) -> None:
    """A known word has one place, however it climbs."""
    target = read(word, cwd)
    assert (path, area) == (target.path, target.area)


def test_an_unknown_folder_leaves_relative_words_unknown_and_absolute_ones_known() -> None:
    """After `cd "$X"` nothing relative is believed; an absolute path does not care."""
    where = unknown("$X is not set")
    relative, absolute = read("build", where), read("/etc", where)
    assert (None, "unknown") == (relative.path, relative.area)
    assert "not set" in relative.why_unknown
    assert "/etc" == absolute.path
    assert read(".env", where).secret


def test_a_folder_below_a_known_one_keeps_its_area() -> None:
    """`cd "$(mktemp -d)"` or `cd src/$name` say where, if not which."""
    assert "temp" == read("x", value("/tmp/tmp.", PLAIN)).area
    assert "workspace" == read("x", value(CWD, "/src/", FOUND)).area


@pytest.mark.parametrize(
    ("word", "path", "everything", "pattern", "area"),
    [
        ("*", CWD, True, "", "workspace-root"),
        ("./*", CWD, True, "", "workspace-root"),
        (".*", CWD, True, "", "workspace-root"),
        ("**", CWD, True, "", "workspace-root"),
        ("**/*", CWD, True, "", "workspace-root"),
        ("src/*", "/home/u/proj/src", True, "", "workspace"),
        ("/*", "/", True, "", "root"),
        ("/tmp/*", "/tmp", True, "", "temp-root"),
        ("/home/u/*", "/home/u", True, "", "home"),
        ("/home/*", "/home", True, "", "home"),
        ("../*", "/home/u", True, "", "home"),
        ("*.log", CWD, False, "*.log", "workspace"),
        ("src/*.py", "/home/u/proj/src", False, "*.py", "workspace"),
        ("src/*/x", "/home/u/proj/src", False, "*/x", "workspace"),
        ("/etc/*.conf", "/etc", False, "*.conf", "system-root"),
        ("/tmp/x*", "/tmp", False, "x*", "temp-root"),
        ("/home/u/.s*", "/home/u", False, ".s*", "home"),
    ],
)
def test_patterns(word: str, path: str, everything: bool, pattern: str, area: str) -> None:
    """A pattern is a folder and what is meant in it."""
    target = read(glob(word))
    assert (path, everything, pattern, area) == (target.path, target.everything_in, target.pattern, target.area)


def test_a_quoted_star_is_a_letter() -> None:
    """Only unquoted pattern characters are a pattern."""
    assert ("/home/u/proj/*", "", False) == (read("*").path, read("*").pattern, read("*").everything_in)


@pytest.mark.parametrize(
    ("word", "path", "worst", "worst_area", "everything"),
    [
        (value(UNSET), None, None, "unknown", False),
        (value(UNSET, "/"), None, "/", "root", False),
        (value(UNSET, "/*", glob=True), None, "/", "root", True),
        (value(UNSET, "/etc"), None, "/etc", "system-root", False),
        (value("/home/", UNSET), None, "/home", "home", False),
        (value("/home/u/", UNSET, "/cache"), None, "/home/u/cache", "in-home", False),
        (value("/tmp/", UNSET), None, "/tmp", "temp-root", False),
        (value("build/", UNSET), None, "/home/u/proj/build", "workspace", False),
        (value("/", UNSET), None, "/", "root", False),
        (value(UNSET, UNSET), None, None, "unknown", False),
    ],
)
def test_worst_case_of_unknown_words(
    word: Value, path: str | None, worst: str | None, worst_area: str, everything: bool
) -> None:
    """An unknown part may be empty: what is then left is the worst case."""
    target = read(word)
    assert (path, worst, worst_area, everything) == (target.path, target.worst, target.worst_area, target.everything_in)
    assert "$X is not set" == target.why_unknown


@pytest.mark.parametrize(
    ("word", "path", "area"),
    [
        (value("/tmp/build-", PLAIN), "/tmp", "temp"),
        (value("out/", FOUND), "/home/u/proj/out", "workspace"),
        (value(CWD + "/", FOUND), CWD, "workspace"),
        (value("/home/u/", FOUND), "/home/u", "home"),
        (value("/", FOUND), "/", "root"),
        (value("x", PLAIN, ".log"), CWD, "workspace"),
    ],
)
def test_contained_holes_keep_their_folder(word: Value, path: str, area: str) -> None:
    """A random suffix or a file that a search found does not leave the folder before it."""
    target = read(word)
    assert (path, area) == (target.path, target.area)
    assert target.pattern
    assert target.worst is None


def test_secrets_are_told_by_what_is_known_of_a_word() -> None:
    """A visible end, a pattern, or a folder is enough to tell a secret."""
    secret = [".env", "/home/u/.ssh/id_rsa", "config/.env.local", "/home/u/.aws/credentials"]
    assert all(read(word).secret for word in secret)
    assert read(value(UNSET, "/.ssh/id_rsa")).secret
    assert read(value(UNSET, "/.env")).secret
    assert all(read(glob(word)).secret for word in (".env*", "/home/u/.ssh/*", "**/id_rsa", "*.pem"))
    assert not any(read(word).secret for word in (".env.example", "src/env.py", "README.md", "/home/u/.ssh/id_rsa.pub"))


def test_another_machine_has_the_same_names_and_no_facts() -> None:
    """Over ssh `/` is still a root, and nothing is a workspace."""
    there = {
        word: read(word, place="ssh host") for word in ("/", "/etc", "/srv/x", "/root", "/root/.ssh/id_rsa", CWD + "/a")
    }
    assert ["root", "system-root", "elsewhere", "home"] == [there[w].area for w in ("/", "/etc", "/srv/x", "/root")]
    assert there["/root/.ssh/id_rsa"].secret
    assert "workspace" != there[CWD + "/a"].area
    assert {"unknown"} == {target.git for target in there.values()}


# --- real files ------------------------------------------------------------------------------------


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return make_repo(tmp_path)


def real(repo: Repo, word: Value | str, cwd: Path | None = None, **options: object) -> Target:
    top = str(repo.top)
    world = World(cwd=top, workspace=top, home=str(repo.home))
    found = PathReader(Places(workspace=top, home=str(repo.home)), world)
    return found.target(known(word) if isinstance(word, str) else word, known(str(cwd or top)), **options)  # type: ignore[arg-type]


def test_links_are_followed_out_of_the_workspace(repo: Repo) -> None:
    """`ln -s ~ x; rm -rf x/` is about the home."""
    (repo.top / "x").symlink_to(repo.home)
    (repo.top / "etc").symlink_to("/etc")
    (repo.top / "deep").symlink_to(repo.top / "x")
    assert ("home", str(repo.home)) == (real(repo, "x/").area, real(repo, "x/").path)
    assert "home" == real(repo, "deep").area
    assert "system" == real(repo, "etc/hosts").area
    assert str(repo.top / "etc" / "hosts") == real(repo, "etc/hosts").named
    assert "home" == real(repo, glob("x/*")).area


def test_a_link_to_a_secret_is_a_secret(repo: Repo) -> None:
    """Neither the innocent name nor the innocent target hides the other."""
    repo.write(".env", "A=1\n")
    (repo.top / "notes.txt").symlink_to(repo.top / ".env")
    (repo.top / "id_rsa").symlink_to(repo.top / "README.md")
    assert real(repo, "notes.txt").secret
    assert real(repo, "id_rsa").secret


def test_a_link_called_dist_is_no_build_output(repo: Repo) -> None:
    """What a build makes again is told by where the files really are."""
    (repo.top / "src" / "keep").mkdir()
    (repo.top / "dist").symlink_to(repo.top / "src" / "keep")
    assert "build-output" not in real(repo, "dist").nature


def test_a_workspace_behind_a_link_is_still_the_workspace(tmp_path: Path) -> None:
    """The registration may name a link; what is in it is in the workspace."""
    repo = make_repo(tmp_path)
    link = tmp_path / "shortcut"
    link.symlink_to(repo.top)
    world = World(cwd=str(link), workspace=str(link), home=str(repo.home))
    found = PathReader(Places(workspace=str(link), home=str(repo.home)), world)
    assert "workspace" == found.target(known("src/app.py"), known(str(link))).area
    assert "workspace-root" == found.target(known("."), known(str(link))).area


def test_loops_and_dangling_links_give_a_target(repo: Repo) -> None:
    """A link that leads nowhere or to itself is a target, too."""
    (repo.top / "loop").symlink_to(repo.top / "loop")
    (repo.top / "gone").symlink_to("/nowhere/at/all")
    assert real(repo, "loop").path
    assert "elsewhere" == real(repo, "gone").area


def test_nested_and_neighbouring_repositories(repo: Repo) -> None:
    """A repository in the workspace belongs to it; one beside it is another repository."""
    inner = make_repo(repo.top, "vendored")
    beside = repo.home / "other"
    beside.mkdir()
    repo.git("init", "-q", str(beside), cwd=repo.home)
    assert "workspace" == real(repo, str(inner.top / "x")).area
    assert ["repository", "repository"] == [real(repo, "../other").area, real(repo, "../other/x").area]
    assert "in-home" == real(repo, "../none").area


def test_kind_and_size_are_facts(repo: Repo) -> None:
    """What is there is told; what is missing is missing."""
    assert ("file", 10) == (real(repo, "README.md").kind, real(repo, "README.md").size)
    assert ["folder", "missing", "folder"] == [real(repo, word).kind for word in ("src", "nothing", ".")]
    assert "missing" == real(repo, "README.md/x").kind


def test_a_pattern_that_matches_nothing_is_missing(repo: Repo) -> None:
    """A glob without a match does nothing; one with a match is unknown in number."""
    assert ["missing", "unknown"] == [real(repo, glob(word)).kind for word in ("*.nothing", "*.md")]


def test_names_that_are_no_unicode(repo: Repo) -> None:
    """A file name of raw bytes is a path like any other."""
    name = os.fsdecode(b"caf\xe9.txt")
    (repo.top / name).write_text("x")
    assert ("workspace", "file") == (real(repo, name).area, real(repo, name).kind)


@given(
    st.lists(
        st.one_of(st.text(max_size=6), st.sampled_from([UNSET, PLAIN, FOUND, "/", "..", "~", "*", "C:\\", "\0"])),
        max_size=5,
    ),
    st.booleans(),
    st.sampled_from([known(CWD), unknown("x"), known("relative"), known(""), value("/tmp/", PLAIN)]),
)
def test_any_word_gives_a_target(pieces: list[str | Hole], is_glob: bool, cwd: Value) -> None:
    """Total: whatever the word and the folder."""
    target = read(value(*pieces, glob=is_glob), cwd)
    assert target.area
    assert target.path is None or target.path


@pytest.mark.parametrize(
    ("word", "built"),
    [
        ("lib/*/_build/", True),
        ("lib/*/ebin", True),
        ("packages/*/dist", True),
        ("**/__pycache__", True),
        ("src/*/*.pyc", True),
        ("lib/*/data/", False),
        ("dist*/keep", False),
        ("*/*", False),
    ],
)
def test_a_pattern_is_what_its_last_part_says(repo: Repo, word: str, built: bool) -> None:
    """In whichever folder it is found: `lib/*/_build` is build output, `lib/*/data` is not."""
    assert built == ("build-output" in real(repo, glob(word)).nature)


def test_a_random_name_is_never_nothing() -> None:
    """`$DIR/tmp<random>` is not everybody's `/tmp`, even where DIR is empty; `$DIR/tmp` is."""
    text = "import tempfile, shutil, sys; shutil.rmtree(tempfile.mkdtemp(dir=sys.argv[1]))"
    (made,) = effects(f'python3 -c "{text}"')
    assert "temp-root" != made.target.worst_area
    (bare,) = effects("""python3 -c "import shutil, sys; shutil.rmtree(sys.argv[1] + '/tmp')" """)
    assert "temp-root" == bare.target.worst_area
