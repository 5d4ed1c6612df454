"""Facts of repositories, compared with what git itself does."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from support.repositories import Repo, make_repo, with_origin

from enactd.world import ReplayWorld, Repository, World, open_world


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return make_repo(tmp_path)


def world_of(repo: Repo) -> World:
    return World(cwd=str(repo.top), workspace=str(repo.top), home=str(repo.home))


def facts(repo: Repo) -> Repository:
    found = world_of(repo).repository(str(repo.top))
    assert found is not None
    return found


def dirty(repo: Repo) -> None:
    repo.write("README.md", "# Changed\n")
    repo.write("staged.py", "x = 1\n")
    repo.git("add", "staged.py")
    repo.write("notes.txt")
    repo.write("new/one.txt")
    repo.write("debug.log")
    repo.write("build/out.o")
    repo.write("src/__pycache__/keep.txt")


@pytest.mark.parametrize(
    ("path", "state"),
    [
        ("src/app.py", "clean"),
        ("README.md", "modified"),
        ("staged.py", "modified"),
        ("notes.txt", "untracked"),
        ("new", "untracked"),
        ("new/one.txt", "untracked"),
        ("debug.log", "ignored"),
        ("build", "ignored"),
        ("build/out.o", "ignored"),
        ("build/deep/missing.o", "ignored"),
        ("not-there.txt", "untracked"),
        ("src", "untracked"),
        ("", "untracked"),
        (".git", "none"),
        (".git/config", "none"),
        ("../elsewhere", "none"),
    ],
)
def test_state_of_a_path(repo: Repo, path: str, state: str) -> None:
    """A path is what git status would say; a folder is the worst of what it holds."""
    dirty(repo)
    assert state == world_of(repo).git_state(os.path.normpath(os.path.join(repo.top, path)))


def test_clean_repository_is_clean(repo: Repo) -> None:
    """Nothing is reported where git reports nothing."""
    changes = facts(repo).changes()
    assert changes is not None
    assert ((), (), (), (), False) == (
        changes.modified, changes.staged, changes.untracked, changes.ignored, changes.more,
    )  # fmt: skip
    assert "clean" == facts(repo).state(str(repo.top))


def test_changes_agree_with_git(repo: Repo) -> None:
    """The four lists are those of git status."""
    dirty(repo)
    changes = facts(repo).changes()
    assert changes is not None
    assert ("README.md",) == changes.modified
    assert ("staged.py",) == changes.staged
    assert {"notes.txt", "new/", "src/__pycache__/"} == set(changes.untracked)
    assert {"debug.log", "build/"} == set(changes.ignored)


@pytest.mark.parametrize(
    ("specs", "below", "modified", "untracked"),
    [
        ((".",), "", {"README.md"}, {"notes.txt", "new/", "src/__pycache__/"}),
        (("*.md",), "", {"README.md"}, set()),
        (("src",), "", set(), {"src/__pycache__/"}),
        ((".",), "src", set(), {"src/__pycache__/"}),
        ((":/",), "src", {"README.md"}, {"notes.txt", "new/", "src/__pycache__/"}),
        (("../README.md",), "src", {"README.md"}, set()),
        (("new/one.txt",), "", set(), {"new/"}),
        ((".", ":!notes.txt"), "", {"README.md"}, {"notes.txt", "new/", "src/__pycache__/"}),
        (("src/app.py",), "", set(), set()),
    ],
)
def test_pathspecs_narrow_changes(
    repo: Repo, specs: tuple[str, ...], below: str, modified: set[str], untracked: set[str]
) -> None:
    """Only what the words may touch is reported; an exclusion never narrows."""
    dirty(repo)
    changes = facts(repo).changes(specs, below=below)
    assert changes is not None
    assert modified == set(changes.modified)
    assert untracked == set(changes.untracked)


def test_deleted_and_unstaged_removals(repo: Repo) -> None:
    """A tracked file that is gone is modified, one removed from the index is staged."""
    (repo.top / "README.md").unlink()
    repo.git("rm", "-q", "--cached", "src/app.py")
    changes = facts(repo).changes()
    assert changes is not None
    assert ("README.md",) == changes.modified
    assert ("src/app.py",) == changes.staged


def test_same_size_change_within_one_tick(repo: Repo) -> None:
    """A file changed right after the index was written is hashed, not believed."""
    path = repo.write("src/app.py", "print('HELLO')\n")
    index = repo.top / ".git/index"
    os.utime(path, ns=(index.stat().st_mtime_ns, index.stat().st_mtime_ns))
    assert "modified" == facts(repo).state(str(path))


def test_touched_but_equal_is_clean(repo: Repo) -> None:
    """New times alone change nothing."""
    os.utime(repo.top / "README.md", (1, 1))
    assert "clean" == facts(repo).state(str(repo.top / "README.md"))


def test_copied_repository_is_clean(repo: Repo, tmp_path: Path) -> None:
    """After a plain copy all inodes differ; the content decides."""
    shutil.copytree(repo.top, tmp_path / "copy", symlinks=True)
    copy = Repo(tmp_path / "copy", repo.home)
    assert "clean" == facts(copy).state(str(copy.top))


def test_crlf_is_clean_only_with_autocrlf(repo: Repo) -> None:
    """Line ends count unless git is told to convert them."""
    (repo.top / "README.md").write_bytes(b"# Project\r\n")
    assert "modified" == facts(repo).state(str(repo.top / "README.md"))
    repo.git("config", "core.autocrlf", "true")
    assert "clean" == facts(repo).state(str(repo.top / "README.md"))


def test_before_the_first_commit(tmp_path: Path) -> None:
    """An unborn branch has a name, no head, and everything added is staged."""
    top = tmp_path / "p"
    top.mkdir()
    repo = Repo(top, tmp_path)
    repo.git("init", "-q", "-b", "trunk")
    repo.write("a")
    repo.git("add", "a")
    found = facts(repo)
    assert ("trunk", None) == (found.branch, found.head)
    changes = found.changes()
    assert changes is not None
    assert ("a",) == changes.staged


def test_branches_tags_and_revisions(repo: Repo) -> None:
    """Names and revision words mean what git rev-parse says."""
    second = repo.commit("Second", b="2")
    repo.git("branch", "feature/x", "HEAD~1")
    repo.git("tag", "-a", "v1", "-m", "one")
    repo.git("pack-refs", "--all")
    repo.git("branch", "loose")
    found = facts(repo)
    assert "main" == found.branch
    assert ["feature/x", "loose", "main"] == found.branches()
    assert (True, False, True, False) == (
        found.is_branch("feature/x"), found.is_branch("v1"), found.is_tag("v1"), found.is_tag("main"),
    )  # fmt: skip
    for word in ("HEAD", "@", "main", "v1", "v1^{commit}", "v1^{}", "refs/heads/main", "heads/loose", second[:7]):
        assert second == found.resolve(word), word
    for word in ("HEAD~1", "HEAD^", "main~1", "feature/x"):
        assert repo.git("rev-parse", word) == found.resolve(word), word
    for word in ("nothing", "HEAD~9", "README.md", "-x", "", "a..b", "0000000"):
        assert found.resolve(word) is None, word
    assert (True, False) == (found.is_commit("HEAD^"), found.is_commit("README.md"))


def test_detached_head(repo: Repo) -> None:
    """No branch is checked out, the commit is."""
    repo.git("checkout", "-q", "--detach")
    found = facts(repo)
    assert (None, repo.git("rev-parse", "HEAD")) == (found.branch, found.head)


def test_remotes_and_upstream(repo: Repo) -> None:
    """Remotes, upstream, default branch and settings come from the configuration files."""
    origin = with_origin(repo)
    repo.git("remote", "add", "work", "gh:acme/app.git")
    repo.git("config", "url.https://github.com/.insteadOf", "gh:")
    repo.git("config", "alias.wipe", "!git reset --hard")
    (repo.home / ".gitconfig").write_text("[push]\n\tdefault = current ; comment\n[alias]\n\tst = status -sb\n")
    found = facts(repo)
    assert {"origin": str(origin), "work": "https://github.com/acme/app.git"} == found.remotes
    assert ("origin", "main") == found.upstream("main")
    assert found.upstream("other") is None
    assert "main" == found.default_branch()
    assert "current" == found.push_default
    assert ("!git reset --hard", "status -sb", None) == (found.alias("wipe"), found.alias("st"), found.alias("x"))


def test_merged_and_pushed(repo: Repo) -> None:
    """A branch is merged when another ref keeps its commits; a commit is pushed when a remote branch has it."""
    with_origin(repo)
    repo.git("checkout", "-q", "-b", "done")
    repo.commit("Done", d="1")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "done", "-m", "Merge")
    repo.git("checkout", "-q", "-b", "open")
    repo.commit("Open", o="1")
    repo.git("checkout", "-q", "main")
    found = facts(repo)
    assert (True, False) == (found.merged("done"), found.merged("open"))
    assert found.merged("missing") is None
    assert (False, True) == (found.pushed(), found.pushed("origin/main"))
    assert 2 == found.ahead("main", "origin/main")
    assert 0 == found.ahead("origin/main", "main")
    assert False is found.kept("open", without="open", also="origin/main")
    assert True is found.kept("main", without="main", also="origin/main")
    assert True is found.kept("open~1", without="open", also="origin/main")
    repo.git("push", "-q", "origin", "main")
    assert True is facts(repo).pushed()


def test_old_merged_branch_in_long_history(repo: Repo) -> None:
    """A walk of a few hundred commits is no reason to say unknown."""
    stream = ["reset refs/heads/long\n"]
    for number in range(400):
        stream.append(f"commit refs/heads/long\ncommitter A <a@b> {1_700_000_000 + number * 60} +0000\ndata 1\nx\n")
    (repo.top / "in.txt").write_text("".join(stream))
    with (repo.top / "in.txt").open("rb") as stdin:
        subprocess.run(["git", "fast-import", "--quiet"], cwd=repo.top, stdin=stdin, check=True)
    repo.git("branch", "old", "long~390")
    assert True is facts(repo).merged("old")
    assert 390 == facts(repo).ahead("long", "old")


def test_stashes_worktrees_and_counts(repo: Repo) -> None:
    """Stashes are counted, linked worktrees are named, tracked files are counted."""
    assert 0 == facts(repo).stashes()
    for number in range(2):
        repo.write("README.md", f"{number}\n")
        repo.git("stash", "-q")
    repo.git("worktree", "add", "-q", str(repo.home / "fix"), "-b", "fix")
    found = facts(repo)
    assert 2 == found.stashes()
    assert [str(repo.home / "fix")] == found.worktrees()
    assert (3, 1, 0) == (
        found.tracked_under(str(repo.top)), found.tracked_under(str(repo.top / "src")), found.tracked_under("/etc"),
    )  # fmt: skip


def test_linked_worktree_has_its_own_branch(repo: Repo) -> None:
    """A worktree shares branches and has its own HEAD, index and state."""
    repo.git("worktree", "add", "-q", str(repo.home / "fix"), "-b", "fix")
    (repo.home / "fix" / "README.md").write_text("other\n")
    found = world_of(repo).repository(str(repo.home / "fix" / "src"))
    assert found is not None
    assert (str(repo.home / "fix"), "fix", ["fix", "main"]) == (found.top, found.branch, found.branches())
    assert "modified" == found.state(str(repo.home / "fix" / "README.md"))
    assert "clean" == facts(repo).state(str(repo.top / "README.md"))


def test_staged_texts(repo: Repo) -> None:
    """What is added and in no commit can be read, binary content not."""
    repo.write("new.py", "KEY = 'abc'\n")
    (repo.top / "blob.bin").write_bytes(b"\0\1\2")
    repo.git("add", "-A")
    assert {"new.py": "KEY = 'abc'\n"} == facts(repo).staged_texts()


def test_submodules(repo: Repo, tmp_path: Path) -> None:
    """A submodule is a repository of its own, and tracked as a link in the outer one."""
    inner = make_repo(tmp_path / "inner", "lib")
    repo.git("submodule", "--quiet", "add", str(inner.top), "lib")
    repo.commit("Add lib")
    world = world_of(repo)
    found = world.repository(str(repo.top / "lib" / "README.md"))
    assert found is not None
    assert str(repo.top / "lib") == found.top
    assert "clean" == world.git_state(str(repo.top / "lib" / "README.md"))
    changes = facts(repo).changes()
    assert changes is not None
    assert ((), ()) == (changes.modified, changes.untracked)


def test_sparse_checkout(repo: Repo) -> None:
    """A file that a sparse checkout leaves out is no loss."""
    repo.git("sparse-checkout", "set", "--no-cone", "/README.md")
    assert not (repo.top / "src/app.py").exists()
    changes = facts(repo).changes()
    assert changes is not None
    assert () == changes.modified


def test_bare_repository(repo: Repo) -> None:
    """A bare repository has refs and no working folder."""
    origin = with_origin(repo)
    found = world_of(repo).repository(str(origin / "refs"))
    assert found is not None
    assert (True, "main", None, "none") == (
        found.bare, found.branch, found.changes(), found.state(str(origin / "config")),
    )  # fmt: skip


def break_index(repo: Repo) -> None:
    (repo.top / ".git/index").write_bytes(b"DIRC" + b"\xff" * 50)


def fifo_index(repo: Repo) -> None:
    (repo.top / ".git/index").unlink()
    os.mkfifo(repo.top / ".git/index")


def fifo_everywhere(repo: Repo) -> None:
    for name in ("config", "packed-refs", "info/exclude", "commondir", "objects/info/alternates"):
        (repo.top / ".git" / name).unlink(missing_ok=True)
        os.mkfifo(repo.top / ".git" / name)
    for name in (".gitignore", ".gitattributes"):
        (repo.top / name).unlink(missing_ok=True)
        os.mkfifo(repo.top / name)


def fifo_objects(repo: Repo) -> None:
    for path in sorted((repo.top / ".git/objects").glob("??/*")):
        path.unlink()
        os.mkfifo(path)


def fifo_pack(repo: Repo) -> None:
    os.mkfifo(repo.top / ".git/objects/pack/pack-1.idx")


def fifo_include(repo: Repo) -> None:
    os.mkfifo(repo.top / "hang")
    repo.git("config", "include.path", str(repo.top / "hang"))


def looping_include(repo: Repo) -> None:
    with (repo.top / ".git/config").open("a") as file:
        file.write("[include]\n\tpath = config\n")


def no_head(repo: Repo) -> None:
    (repo.top / ".git/HEAD").write_bytes(b"\xff\0garbage")


def sha256(repo: Repo) -> None:
    shutil.rmtree(repo.top / ".git")
    repo.git("init", "-q", "--object-format=sha256")
    repo.commit("New")


def looping_refs(repo: Repo) -> None:
    (repo.top / ".git/HEAD").write_text("ref: refs/heads/a\n")
    (repo.top / ".git/refs/heads/a").write_text("ref: refs/heads/b\n")
    (repo.top / ".git/refs/heads/b").write_text("ref: refs/heads/a\n")


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "harm",
    [
        break_index, fifo_index, fifo_everywhere, fifo_objects, fifo_pack, fifo_include, looping_include,
        no_head, sha256, looping_refs,
    ],
)  # fmt: skip
def test_broken_repositories_answer(repo: Repo, harm: Callable[[Repo], None]) -> None:
    """Every question gets an answer, however broken the repository; nothing hangs or raises."""
    repo.write("README.md", "changed\n")
    harm(repo)
    world = world_of(repo)
    found = world.repository(str(repo.top / "README.md"))
    if found is None:
        assert "none" == world.git_state(str(repo.top / "README.md"))
        return
    assert found.state(str(repo.top / "README.md")) in ("modified", "unknown", "untracked")
    for answer in (
        found.branch, found.head, found.remotes, found.changes(), found.merged("main"), found.pushed(),
        found.staged_texts(), found.worktrees(), found.stashes(), found.branches(), found.default_branch(),
        found.ahead("HEAD", "main"), found.is_commit("HEAD"), found.is_tag("x"), found.upstream("main"),
    ):  # fmt: skip
        assert not isinstance(answer, Exception)


def test_broken_index_is_unknown(repo: Repo) -> None:
    """What cannot be read is unknown, not clean."""
    break_index(repo)
    assert ("unknown", None) == (facts(repo).state(str(repo.top / "README.md")), facts(repo).changes())


def test_nothing_of_the_repository_runs(repo: Repo, tmp_path: Path) -> None:
    """Filters, monitors, hooks, text conversion and aliases of a hostile repository stay asleep."""
    canary = tmp_path / "canary"
    script = repo.write("evil.sh", f"#!/bin/sh\ntouch {canary}\ncat\n")
    script.chmod(0o755)
    repo.write(".gitattributes", "* filter=evil diff=evil\n")
    repo.write("data.bin", "x")
    repo.commit("Data")
    for key in (
        "core.fsmonitor", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "diff.evil.textconv",
        "diff.external", "core.sshCommand", "core.hooksPath", "core.pager", "alias.status", "credential.helper",
    ):  # fmt: skip
        repo.git("config", key, str(script))
    for hook in ("post-index-change", "fsmonitor-watchman", "reference-transaction", "pre-commit"):
        shutil.copy(script, repo.top / ".git/hooks" / hook)
    repo.write("data.bin", "changed")
    canary.unlink(missing_ok=True)
    found = facts(repo)
    assert "modified" == found.state(str(repo.top / "data.bin"))
    assert found.changes() is not None
    found.staged_texts()
    found.merged("main")
    found.pushed()
    assert not canary.exists()


def test_git_file_that_points_elsewhere(repo: Repo, tmp_path: Path) -> None:
    """A `.git` file is followed as git does, and one that leads nowhere is none."""
    other = tmp_path / "other"
    other.mkdir()
    (other / ".git").write_text(f"gitdir: {repo.top}/.git\n")
    world = world_of(repo)
    found = world.repository(str(other / "x"))
    assert found is not None
    assert str(other) == found.top
    (other / ".git").write_text("gitdir: /nowhere\n")
    assert world_of(repo).repository(str(other / "x")) is None


def test_link_to_home_is_not_followed(repo: Repo) -> None:
    """A tracked or untracked link counts as itself; what it leads to is not walked."""
    (repo.home / "private.txt").write_text("x")
    (repo.top / "link").symlink_to(repo.home)
    changes = facts(repo).changes()
    assert changes is not None
    assert ("link",) == changes.untracked
    repo.commit("Link")
    assert "clean" == facts(repo).state(str(repo.top / "link"))


def ask_everything(world: World, repo: Repo) -> list[object]:
    found = world.repository(str(repo.top))
    if found is None:
        return [None]
    return [
        found.branch, found.head, found.remotes, found.upstream("main"), found.default_branch(), found.push_default,
        found.branches(), found.is_branch("main"), found.is_tag("v"), found.is_commit("HEAD"), found.is_commit("zz"),
        found.state(str(repo.top / "README.md")), found.state(str(repo.top)), found.changes(),
        found.changes(("src",), untracked=False), found.merged("main"), found.pushed(), found.ahead("HEAD", "main"),
        found.staged_texts(), found.worktrees(), found.stashes(), found.tracked_under(str(repo.top)),
        world.git_state(str(repo.top / "notes.txt")),
    ]  # fmt: skip


def test_replay_needs_no_repository(repo: Repo) -> None:
    """The facts of a reading, sent through JSON, answer the same when the repository is gone."""
    with_origin(repo)
    dirty(repo)
    (repo.top / os.fsdecode(b"caf\xe9.txt")).write_text("x")
    world = world_of(repo)
    before = ask_everything(world, repo)
    kept = msgspec.json.decode(msgspec.json.encode(world.facts))
    shutil.rmtree(repo.home)
    again = ReplayWorld(kept, cwd=world.cwd, workspace=world.workspace, home=world.home)
    assert before == ask_everything(again, repo)


def test_replay_without_facts_is_unknown(repo: Repo) -> None:
    """What a reading did not ask for is unknown later, even where the disk would know."""
    world = world_of(repo)
    world.repository(str(repo.top))
    again = ReplayWorld(world.facts, cwd=world.cwd, workspace=world.workspace, home=world.home)
    found = again.repository(str(repo.top))
    assert found is not None
    assert (None, None, "unknown", None) == (
        found.branch, found.is_branch("main"), found.state(str(repo.top)), found.is_commit("HEAD"),
    )  # fmt: skip


def test_assumed_repository() -> None:
    """On another machine the workspace counts as clean and the rest as unknown."""
    world = open_world(cwd="/no/such/proj", workspace="/no/such/proj", home="/no/such")
    found = world.repository("/no/such/proj/src/a.py")
    assert found is not None
    assert (None, None, None, None) == (found.branch, found.changes(), found.merged("x"), found.is_branch("x"))
    assert ("clean", "ignored", "unknown") == (
        world.git_state("/no/such/proj/src/a.py"),
        world.git_state("/no/such/proj/node_modules/x"),
        world.git_state("/etc/passwd"),
    )


def test_state_in_a_large_repository_is_quick(repo: Repo) -> None:
    """One file among five thousand is told in milliseconds once the index is open."""
    for number in range(5000):
        repo.write(f"pkg{number % 50}/f{number}.py", str(number))
    repo.commit("Many")
    found = facts(repo)
    found.state(str(repo.top / "README.md"))
    start = time.thread_time()
    assert "clean" == found.state(str(repo.top / "pkg7/f7.py"))
    assert time.thread_time() - start < 0.005
    changes = found.changes()
    assert changes is not None
    assert () == changes.modified
