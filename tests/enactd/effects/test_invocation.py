"""What program modules work with, and the registry they are in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.plan_files import read
from support.reading import CWD, HOME, effects

from enactd.effects import invocation
from enactd.effects.areas import Places
from enactd.effects.invocation import GIVEN_FILES, Invocation, find_program, load_programs, program
from enactd.effects.model import DeletePath, RunCode
from enactd.effects.reading import Reading
from enactd.effects.values import known, unknown
from enactd.world import AssumedWorld


def invoke(*args: str, **options: object) -> Invocation:
    world = AssumedWorld(cwd=CWD, workspace=CWD, home=HOME, environment={"A": "from outside"})
    reading = Reading(world, Places(workspace=CWD, home=HOME))
    return Invocation(reading, "prog", [known(a) for a in args], cwd=known(CWD), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["python3.12", "pip3", "rm", "node20", "gcc-13"])
def test_a_program_is_found_with_its_version(name: str) -> None:
    """`python3.12` does what `python3` does."""
    assert find_program(name) is not None


@pytest.mark.parametrize("name", ["", "no-such-program", "7", "...", "-"])
def test_a_program_nobody_described_is_none(name: str) -> None:
    """No name is a program by accident."""
    assert find_program(name) is None


def test_one_name_has_one_reader() -> None:
    """Two modules that describe one program are an error, and it names the program."""
    load_programs()
    with pytest.raises(ValueError, match="two modules describe `rm`"):
        program("rm")(lambda call: [])
    assert len(invocation._PROGRAMS) > 500


def test_variables_come_from_the_command_line_first() -> None:
    """Then from the environment, as far as it is known."""
    call = invoke(env={"B": known("x")})
    assert ("x", "from outside", None) == (
        call.variable("B").text, call.variable("A").text, call.variable("C"),  # type: ignore[union-attr]
    )  # fmt: skip


def test_targets_are_relative_to_the_folder_of_the_invocation() -> None:
    """A text or a word, with holes or without."""
    call = invoke()
    assert "/home/u/proj/a" == call.target("a").path
    assert call.target(unknown("x")).path is None
    assert ["/home/u/proj/a", None] == [call.target(a).path for a in (known("a"), unknown("x"))]


def test_texts_have_a_gap_where_a_word_is_not_known() -> None:
    """None is a value every program faces."""
    call = Invocation(invoke().reader, "p", [known("a"), unknown("x")])
    assert ["a", None] == call.texts()


def test_what_another_program_does_is_passed_on_with_its_chain() -> None:
    """`run` looks through, `shell` and `hidden` read text."""
    call = invoke()
    (run,) = [e for e in call.run([known("rm"), known("x")], via="sudo", user="root") if isinstance(e, DeletePath)]
    assert (("sudo",), "root") == (run.chain, run.user)
    (text,) = [e for e in call.shell(known("rm x")) if isinstance(e, DeletePath)]
    assert ("prog",) == text.chain
    hidden = call.hidden(known("rm x"), "--exec")
    assert isinstance(hidden[0], RunCode)
    assert "option" == hidden[0].origin
    assert any(isinstance(item, DeletePath) for item in hidden)


def test_depth_is_bounded() -> None:
    """A program that starts itself without end is opaque, not endless."""
    call = invoke(depth=50)
    assert ["Opaque"] == [type(item).__name__ for item in call.run([known("rm"), known("x")])]
    assert [] == call.run([])


@pytest.mark.parametrize("command", ["dnf4 install x", "pip3.11 install x"])
def test_a_version_is_no_part_of_a_name(command: str) -> None:
    """A program with its version behind it is read as the program, by its own name."""
    assert ["InstallPackage"] == [type(effect).__name__ for effect in effects(command)]


@pytest.mark.parametrize(
    ("command", "file"),
    [
        ("terraform apply p.out", "p.out"), ("terraform apply -auto-approve ./p.out", "p.out"),
        ("terraform -chdir=infra apply p.out", "infra/p.out"), ("cd infra && tofu apply p.out", "infra/p.out"),
        ("kubectl delete -f m.yaml", "m.yaml"), ("kubectl delete -f other.yaml,m.yaml", "m.yaml"),
        ("kubectl apply --filename=infra", "infra/m.yaml"), ("kubectl delete -R -f infra", "infra/deep/m.yaml"),
        ("kubectl delete -k infra", "infra/deep/m.yaml"), ("helm upgrade r ./chart -f v.yaml", "v.yaml"),
    ],
)  # fmt: skip
def test_a_file_that_says_what_to_do_is_part_of_what_an_answer_is_bound_to(
    tmp_path: Path, command: str, file: str
) -> None:
    """Another content is another call, in whatever form the file is named; any other file changes nothing."""
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("one")
    shown = read(tmp_path, command)[1].facts
    (tmp_path / "bystander").write_text("x")
    assert shown == read(tmp_path, command)[1].facts
    state = path.stat()
    path.write_text("two")
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert shown != read(tmp_path, command)[1].facts


def test_what_is_looked_up_of_a_folder_is_bounded(tmp_path: Path) -> None:
    """However many files it has, and however deep they lie."""
    for number in range(20):
        for each in range(20):
            path = tmp_path / f"d{number}" / f"{each}.yaml"
            path.parent.mkdir(exist_ok=True)
            path.write_text("x")
    facts = read(tmp_path, "kubectl delete -R -f .")[1].facts
    assert GIVEN_FILES == sum(key.startswith("digest ") for key in facts)
