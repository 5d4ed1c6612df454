"""No command that bash runs is hidden from all readers, and the readers serve several threads."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.canaries import NEVER_RUN, RUN
from support.ground import GROUND

from enactd.effects.budget import Budget, BudgetSpent
from enactd.effects.model import Opaque, RunCode
from enactd.effects.paths import Places
from enactd.effects.reading import Reading
from enactd.effects.shell.parser import parse
from enactd.effects.shell.readers import Readers, _Heard, names_in
from enactd.effects.shell.syntax import SyntaxProblem
from enactd.workers import READ_LIMIT, Failure, Pool, Result, reader_pool
from enactd.world import World

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    pool = Pool()
    yield Readers(pool)
    pool.close()


@pytest.fixture(scope="module")
def really(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    """Whether bash runs the canary, found out by running every form."""
    root = tmp_path_factory.mktemp("canaries")
    (root / "bin").mkdir()
    canary = root / "bin" / "canary"
    canary.write_text(f"#!/bin/sh\necho x >> {root}/log\n")
    canary.chmod(0o755)
    environment = ENVIRONMENT | {"PATH": f"{root}/bin:/usr/bin:/bin"}
    found: dict[str, bool] = {}
    for number, form in enumerate((*RUN, *NEVER_RUN)):
        folder = root / str(number)
        folder.mkdir()
        (root / "log").unlink(missing_ok=True)
        subprocess.run(
            ["bash", "--norc", "--noprofile", "-c", form], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            capture_output=True, timeout=20, check=False, start_new_session=True,
        )  # fmt: skip
        found[form] = (root / "log").exists()
    return found


def read(form: str, readers: Readers | None) -> tuple[bool, bool]:
    """Whether our reading shows the canary, and whether it says that a part is beyond reading."""
    world = World(cwd="/nowhere", workspace="/nowhere", home="/nonexistent", environment=ENVIRONMENT, complete=True)
    reading = Reading(world, Places(workspace="/nowhere", home="/nonexistent"), readers)
    effects = reading.bash(form)
    shown = any("canary" in step.command.split(" ")[0] for step in reading.trace)
    doubtful = any(isinstance(e, Opaque) or (isinstance(e, RunCode) and e.origin != "system") for e in effects)
    return shown, doubtful


def test_there_are_many_forms() -> None:
    """The forms are many and each is there once."""
    assert len(RUN) >= 300
    assert len(RUN) == len(set(RUN))


def test_forms_do_what_they_claim(really: dict[str, bool]) -> None:
    """bash itself says in which forms the canary runs."""
    assert [] == [form for form in RUN if not really[form]]
    assert [] == [form for form in NEVER_RUN if really[form]]


def test_no_command_is_hidden(readers: Readers) -> None:
    """Each canary is shown, or the reading says that it cannot see everything."""
    hidden = [form for form in RUN if not any(read(form, readers))]
    assert [] == hidden


def test_our_own_reader_hides_nothing() -> None:
    """The same without the other readers: they are a second opinion, not a crutch."""
    assert [] == [form for form in RUN if not any(read(form, None))]


def test_what_does_not_run_is_not_shown(readers: Readers) -> None:
    """Text that only looks like a command is neither shown as one nor doubted."""
    assert [] == [form for form in NEVER_RUN if any(read(form, readers))]


def test_few_forms_are_only_doubted(readers: Readers) -> None:
    """To doubt is the exception: nearly all forms are understood."""
    doubted = [form for form in RUN if not read(form, readers)[0]]
    assert len(doubted) <= len(RUN) // 50


TREE_SITTER_HIDES = (
    "echo `echo \\`canary\\``", "echo ${x-`canary`}", "x=abc; echo ${x#$(canary)}", "x=abc; echo ${x%$(canary)}",
    "x=abc; echo ${x^^$(canary)}", ": ${x:-<(canary)}; sleep 0.1", "cat <<EOF\n`canary`\nEOF", "cat <<-EOF\n\t$(canary)\n\tEOF",
    "coproc canary; wait", "time canary", "'canary'", "$'canary'", "x='a[$(canary)]'; echo $((x))", "! ! canary",
)  # fmt: skip
BASHLEX_HIDES = (
    "echo ${x:-$(canary)}", 'echo "${x:-$(canary)}"', "x=abc; echo ${x/$(canary)/b}", "x=abc; echo ${x:$(canary)0}",
    "echo 'a'`canary`'b'", "{fd}>/dev/null canary", "{canary,}", "$'canary'", "cat <<EOF\n$(canary)\nEOF",
    "cat <<EOF\n${x:-$(canary)}\nEOF", "cat <<A <<B\na\nA\n$(canary)\nB", "cat <<EOF\nx\\\nEOF\n$(canary)\nEOF",
)  # fmt: skip


@pytest.mark.parametrize("form", TREE_SITTER_HIDES)
def test_what_tree_sitter_alone_would_miss(form: str) -> None:
    """tree-sitter accepts the text and shows no canary; our reading does."""
    found = reader_pool().call("tree-sitter", form, 1.0)
    assert isinstance(found, Result)
    assert "canary" not in found.value
    assert read(form, None)[0]


@pytest.mark.parametrize("form", BASHLEX_HIDES)
def test_what_bashlex_alone_would_miss(form: str) -> None:
    """bashlex accepts the text and shows no canary; our reading does."""
    found = reader_pool().call("bashlex", form, 1.0)
    assert isinstance(found, Result)
    assert "canary" not in found.value
    assert read(form, None)[0]


def test_a_reader_that_missed_a_command_is_doubted(readers: Readers) -> None:
    """If our tree lacked a command that another reader sees, even one of a name that is there once, the text is doubted."""
    doubt = readers.doubt("rm $x; (canary; rm y)", parse("rm $x; (canary)"))
    assert "the shell readers disagree about `rm`" == doubt
    assert readers.doubt('echo "$(rm y)"', parse('echo "y"')) is not None


CRASHES = "\U000ec14f){\U000db691\n"  # tree-sitter-bash looks it up behind the end of a table: mostly a crash
HANGS = "$x; X='${x'"  # bashlex never comes back from this valid text


class DyingGrammar(Pool):
    """Workers that die as soon as the grammar is to read something."""

    def call(self, kind: str, payload: Any, timeout: float = READ_LIMIT) -> Result | Failure:
        return super().call("segfault" if kind in ("shell", "tree-sitter") else kind, payload, timeout)


@pytest.mark.parametrize("text", [CRASHES, HANGS, f"{CRASHES}{HANGS}", f"(a {HANGS})"])
def test_a_text_that_kills_its_readers_hurts_nobody(text: str) -> None:
    """The caller is answered, this process lives, and whoever asks meanwhile hears what they would hear alone."""
    other = "for i in 1 2; do $(b); done; c"
    with contextlib.closing(Pool()) as pool:
        found: list[str | None] = []
        threads = [
            threading.Thread(target=lambda: found.append(Readers(pool).doubt(other, parse("true")))) for _ in range(6)
        ]
        for thread in threads:
            thread.start()
        readers = Readers(pool)
        readers.doubt(text, parse("true"))
        for thread in threads:
            thread.join()
        assert [Readers().doubt(other, parse("true"))] * 6 == found
        assert 0 == readers.asked["agreed"]


@pytest.mark.parametrize(
    ("pool", "text"),
    [(Pool(), f"{HANGS}; $(canary)"), (DyingGrammar(debug=True), "$(canary)")],
    ids=["bashlex", "grammar"],
)
def test_the_death_of_one_reader_does_not_blind_the_other(pool: Pool, text: str) -> None:
    """Where one reader dies of a text, what the other sees in it counts, and the referee must have read it, too."""
    with contextlib.closing(pool):
        readers = Readers(pool)
        heard = readers._hear(text)
        assert heard.killed
        assert [{"canary": 1}] == heard.names
        assert "the shell readers disagree about `canary`" == readers.doubt(text, parse("true"))
        readers._shfmt = None
        assert "no second reader survives this shell text" == readers.doubt(f"{text};", parse("true"))


def test_no_call_kills_one_reader_after_the_other() -> None:
    """Each text that kills a reader is charged; a call that brings many ends by its budget."""
    with contextlib.closing(Pool()) as pool:
        readers, budget = Readers(pool), Budget(seconds=600)
        for number in (0, 1, 2, 0, 1):
            readers.doubt(f"{HANGS} $a{number}", parse("true"), budget)
        readers.doubt("(a; $(b))", parse("(a; $(b))"), budget)
        assert Budget().left - 3 * 600 == budget.left
        readers.doubt(f"{HANGS} $a3", parse("true"), budget)
        with pytest.raises(BudgetSpent):
            readers.doubt(f"{HANGS} $a4", parse("true"), budget)


def test_text_that_no_encoding_carries_is_a_failure() -> None:
    """Half of a surrogate pair is refused by the pool, and read by the referee alone."""
    readers = Readers()
    assert _Heard([]) == readers._hear("\ud800 $(x)")
    assert "the shell readers disagree about `x`" == readers.doubt("\ud800 $(x)", parse("true"))


def test_nothing_but_a_worker_loads_the_readers() -> None:
    """Neither grammar is ever loaded into the process that answers agents."""
    script = (
        "import sys, enactd.__main__\n"
        "from enactd.effects.shell.readers import Readers\n"
        "from enactd.effects.shell.parser import parse\n"
        "print(Readers().doubt('(a; $(b))', parse('(a; $(b))')), {'bashlex', 'tree_sitter_bash'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[4],
        env={**os.environ, "PYTHONPATH": ""},
    )
    assert "None set()\n" == done.stdout


def test_readers_serve_threads() -> None:
    """Many threads at once get the answers that one alone gets."""
    readers = Readers()
    texts = [f"for i in {n} $(b{n % 7}); do c{n}; done; [[ x ]]" for n in range(60)] * 4
    expected = [readers.doubt(text, parse(text)) for text in texts]
    shared = Readers()
    wrong: list[str] = []

    def ask(offset: int) -> None:
        for index in range(len(texts)):
            text = texts[(index + offset) % len(texts)]
            found = shared.doubt(text, parse(text))
            if found != expected[(index + offset) % len(texts)]:
                wrong.append(text)

    threads = [threading.Thread(target=ask, args=(n * 31,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == wrong
    assert shared.asked["agreed"] >= 60


@pytest.mark.parametrize(
    "text", ["1>" * 400 + "$", "'" * 4001, "a" * 60_000 + "$", ">>1" * 9_000 + "(", '"a"' * 9000 + "`"]
)
def test_telling_plain_text_is_linear(text: str) -> None:
    """No text makes the first look at it explode."""
    readers = Readers()
    readers.doubt(text, parse("true"))
    assert 0 == readers.asked["plain"]


@pytest.mark.parametrize(
    "text", ["ls -la src | grep x", "git commit -m 'fix: for a while' && git push", "make test 2>&1 > log; echo done"]
)
def test_plain_commands_need_no_second_reader(text: str) -> None:
    """Words, pipes, lists and quotes without expansions are not sent to a worker."""
    readers = Readers()
    assert readers.doubt(text, parse(text)) is None
    assert {"plain": 1, "agreed": 0, "referee": 0, "doubt": 0} == readers.asked


def test_names_count() -> None:
    """Each command counts, at any depth."""
    assert {"a": 2, "b": 1, "c": 1} == dict(names_in(parse('a "$(b; a)" && { c; }')))


def _recorded() -> list[str]:
    """What agents ran; empty where the recordings are not at hand."""
    texts: list[str] = []
    for path in sorted((GROUND / "acceptance").glob("*.jsonl")):
        for line in path.read_text().splitlines():
            command = json.loads(line).get("input", {}).get("command")
            if isinstance(command, str) and json.loads(line).get("tool") == "Bash":
                texts.append(command)
    return texts


def _written() -> list[str]:
    """The shell lines of `tests/corpus`."""
    texts: list[str] = []
    for path in sorted((Path(__file__).parents[3] / "corpus").glob("*.txt")):
        for line in path.read_text().splitlines():
            if line and line not in ("STOP", "DENY", "ALLOW") and not line.startswith("## "):
                steps = line.replace("␤", "\n").partition(" #= ")[0].split(" ==> ")
                texts += [step for step in steps if not step.startswith("@")]
    return texts


@pytest.mark.parametrize("corpus", [_recorded, _written], ids=["recorded", "written"])
def test_disagreement_is_rare_on_real_commands(
    corpus: Callable[[], list[str]], readers: Readers, capsys: pytest.CaptureFixture[str]
) -> None:
    """Few commands need the referee and nearly none stay doubtful. Figures are printed."""
    texts = corpus()
    if not texts:
        pytest.skip(f"{Path(GROUND)} is not here: disagreement was NOT measured")
    before = dict(readers.asked)
    unreadable = 0
    for text in texts:
        try:
            readers.doubt(text, parse(text))
        except SyntaxProblem:
            unreadable += 1
    asked = {key: readers.asked[key] - before[key] for key in before}
    with capsys.disabled():
        print(f"\n{len(texts)} commands: {asked}, no shell text: {unreadable}")
    assert asked["referee"] <= len(texts) * 0.03
    assert asked["doubt"] <= len(texts) * 0.005
    assert unreadable <= len(texts) * 0.03
