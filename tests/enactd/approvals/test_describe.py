"""What a person is told of a call: the gravest first, counted, with resolved targets, and never a secret."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.effect_words import NAMES, target
from support.fuzz import examples

from enactd.approvals.describe import SENTENCES, Description, describe, sentences
from enactd.effects import model as m
from enactd.effects import words
from enactd.effects.areas import Places
from enactd.effects.interpret import Read, interpret
from enactd.effects.model import Effect
from enactd.toolcall import ToolCall
from enactd.verdict import Decision, Finding, Verdict
from enactd.world import World


class Judged:
    """Effects of which some stopped the call."""

    def __init__(self, *effects: Effect, stopped: tuple[int, ...] = ()) -> None:
        self.effects = effects
        self.verdict = Verdict(Decision.ASK, tuple(Finding("p", "ask", "r", effect=index) for index in stopped))


def of(*effects: Effect, command: str = "x", stopped: tuple[int, ...] = (), **more: Any) -> Description:
    call = ToolCall(agent="a", session="s", tool="Bash", input={"command": command}, cwd="/home/ada/shop")
    return describe(call, Judged(*effects, stopped=stopped), workspace="/home/ada/shop", home="/home/ada", **more)


def delete(name: str, **facts: Any) -> m.DeletePath:
    return m.DeletePath(target=target(f"/home/ada/shop/{name}", **({"kind": "file", "git": "untracked"} | facts)))


def test_of_many_stopped_parts_the_gravest_is_shown() -> None:
    """However late it comes in a call that is too long to be shown whole."""
    parts = [f"rm ./d{number}.txt" for number in range(25)]
    effects = [msgspec.structs.replace(delete(f"d{number}.txt"), source=part) for number, part in enumerate(parts)]
    grave = m.DeletePath(
        target=target("/srv/production", kind="folder", area="system"), source="rm -rf /srv/production"
    )
    filler = "\n".join(f"echo {'x' * 190} {number}" for number in range(40))
    command = "\n".join((filler, *parts, filler, grave.source, filler))
    shown = of(*effects, grave, command=command, stopped=tuple(range(26))).call
    assert "rm -rf /srv/production" in shown


def test_several_of_a_kind_are_one_sentence() -> None:
    """Counted and listed."""
    assert ("deletes 3 files, which no commit has: a, b, c",) == of(*map(delete, "abc")).effects


def test_what_differs_is_told_apart() -> None:
    """A file that git has and one that it has not are not one group."""
    told = of(delete("a"), delete("b", git="clean")).effects
    assert ("deletes a, which no commit has", "deletes b, as git has it") == told


def test_gravest_first_and_what_stopped_the_call_before_that() -> None:
    """Whatever the order in which they happen."""
    harmless, grave, stopped = m.ReadPath(target=target("/w/x")), delete("a"), m.SendMessage(by="mail", to="b@c")
    told = of(harmless, grave, stopped, stopped=(2,)).effects
    assert ("sends a message to b@c by mail", "deletes a, which no commit has", "reads /w/x") == told


def test_long_lists_are_cut_behind_the_gravest() -> None:
    """What is left out is counted, and is never graver than what is shown."""
    reads = [m.ChangeService(tool="sysctl", verb="set", what=str(number)) for number in range(100)]
    told = of(*reads, delete("a")).effects
    assert "deletes a, which no commit has" == told[0]
    assert "and 77 more effects, none graver than COMMITMENT" == told[-1]
    assert SENTENCES + 1 == len(told)


def test_a_secret_among_many_files_is_named() -> None:
    """The names that a list shows first are those that matter."""
    told = of(*(delete(f"f{n}") for n in range(100)), delete("z.env", secret="dotenv file")).effects
    assert 1 == len(told)
    assert told[0].startswith("deletes 101 files, which no commit has: z.env (dotenv file), f0")
    assert told[0].endswith("and 89 more")


def test_call_and_lasting() -> None:
    """The other two texts are of the same call."""
    description = of(delete("a"), command="rm a")
    assert "rm a" == description.call
    assert description.lasting[0].startswith("files that no commit has")


def test_no_secret_in_any_text() -> None:
    """Neither in the call, nor in a sentence about it."""
    secret = "ghp_aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5z"
    description = of(m.Opaque(reason=f"token is {secret} here"), command=f"echo {secret} > x")
    assert secret not in " ".join((description.call, *description.effects, *description.lasting))


@settings(max_examples=examples(200))
@given(st.text(max_size=300))
def test_any_name_is_one_line(name: str) -> None:
    """File names are foreign text."""
    told = of(delete(name or "x"), m.Opaque(reason=name))
    assert all(char.isprintable() for text in (*told.effects, *told.lasting) for char in text)


def made(kind: type[Effect], text: str) -> Effect:
    """An effect with foreign text in every field that takes one."""
    known: dict[Any, Any] = {
        str: text, str | None: text, tuple[str, ...]: (text,) * 3, m.Target: target(text or "/", word=text, secret=text),
        m.Target | None: target(None, word=text, why_unknown=text), tuple[m.Target, ...]: (target(text or "/"),),
        frozenset[str]: frozenset({text, "secret"}), m.Database: m.Database(name=text, host=text),
        tuple[str, str]: (text, text),
    }  # fmt: skip
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    fill = {name: known[field.type] for name, field in fields.items() if field.type in known}
    fill |= {
        name: get_args(f.type)[0] for name, f in fields.items() if f.required and name not in fill and get_args(f.type)
    }
    return kind(**fill)


@settings(max_examples=examples(300))
@given(st.sampled_from(get_args(m.AnyEffect)), st.text(max_size=2000) | st.text("\u202e\x1b\n x", max_size=5000))
def test_any_effect_is_told_in_bounds(kind: type[Effect], text: str) -> None:
    """Every type, with any text in every field: sentences of a line, and not without end."""
    effect = made(kind, text)
    told = of(effect, effect, stopped=(0, 7, -1))
    lines = (*told.effects, *told.lasting)
    assert all(char.isprintable() for line in lines for char in line)
    assert all(len(line) < 800 for line in lines)
    assert told.effects


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone whose main has diverged: four commits of origin are not in it."""

    def git(*words: str, cwd: Path = tmp_path) -> None:
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=cwd, check=True, capture_output=True
        )

    git("init", "-q", "-b", "main", "here")
    here = tmp_path / "here"
    git("commit", "-q", "--allow-empty", "-m", "0", cwd=here)
    git("branch", "theirs", cwd=here)
    git("checkout", "-q", "theirs", cwd=here)
    for number in range(4):
        git("commit", "-q", "--allow-empty", "-m", f"theirs {number}", cwd=here)
    git("update-ref", "refs/remotes/origin/main", "theirs", cwd=here)
    git("checkout", "-q", "main", cwd=here)
    git("commit", "-q", "--allow-empty", "-m", "ours", cwd=here)
    git("remote", "add", "origin", "https://forge.example/x.git", cwd=here)
    return here


def read(folder: Path, command: str) -> tuple[Read, World]:
    world = World(cwd=str(folder), workspace=str(folder), home="/nonexistent")
    call = ToolCall(agent="a", session="s", tool="Bash", input={"command": command}, cwd=str(folder))
    return interpret(call, world, Places(workspace=str(folder), home="/nonexistent")), world


def test_commits_that_a_forced_push_overwrites(clone: Path) -> None:
    """Counted from what this clone has fetched, without running git."""
    found, world = read(clone, "git push --force origin main")
    (told,) = sentences(found.effects, NAMES, world=world, trace=found.trace)
    assert "force-pushes over origin/main (https://forge.example/x.git), 4 commits there would be lost" == told


def test_discarded_files_are_counted(clone: Path) -> None:
    """All of them, with the names of a few."""
    names = [f"f{number}" for number in range(9)]
    for name in names:
        (clone / name).write_text("1")
    subprocess.run(["git", "add", "-A"], cwd=clone, check=True)
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "f"], cwd=clone, check=True)
    for name in names:
        (clone / name).write_text("2")
    for command in ("git reset --hard", "git checkout -- ."):
        found, world = read(clone, command)
        told = sentences(found.effects, NAMES, world=world, trace=found.trace)[0]
        assert told.startswith("discards 9 modified files in "), told
        assert ": f0, f1, f2, f3, f4 and 4 more (" in told
    (clone / "sub").mkdir()
    found, world = read(clone, "cd sub && git checkout -- .")
    assert not [told for told in sentences(found.effects, NAMES, world=world, trace=found.trace) if " 9 " in told]
    found, _ = read(clone, "git reset --hard")
    assert sentences(found.effects, NAMES)[0].startswith("discards at least 5 modified files in ")


def test_what_breaks_the_words_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person hears of every effect, whatever is wrong with it."""
    monkeypatch.delitem(words.WORDS, m.PowerState)  # type: ignore[arg-type]
    assert ("does PowerState, which could not be put in words (KeyError)",) == of(m.PowerState(verb="reboot")).effects


def test_the_repository_of_the_command_counts(clone: Path, tmp_path: Path) -> None:
    """Not that of the folder in which the call began."""
    found, world = read(tmp_path, "cd here && git push --force origin main")
    assert "4 commits there would be lost" in sentences(found.effects, NAMES, world=world, trace=found.trace)[0]


def test_unknown_commits_are_said_to_be_unknown(clone: Path) -> None:
    """Another branch, or no clone at hand."""
    found, world = read(clone, "git push --force origin main:release")
    assert (
        "how many commits there would be lost is not known here"
        in sentences(found.effects, NAMES, world=world, trace=found.trace)[0]
    )
    found, world = read(clone, "git push --force origin main")
    assert "is not known here" in sentences(found.effects, NAMES)[0]


def test_wrappers_are_shown() -> None:
    """Who runs it as whom, through what."""
    found, world = read(Path("/"), "sudo bash -c 'rm -rf /srv/x'")
    (told, *_) = sentences(found.effects, NAMES, world=world, trace=found.trace)
    assert told.endswith("[as root; through sudo -> bash -> rm]")
