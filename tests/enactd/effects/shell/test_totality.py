"""No text makes the reader raise, hang, or say an easy yes."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator

import pytest
from differential.grammar import Grammar
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.fuzz import examples

from enactd.effects.invocation import load_programs
from enactd.effects.model import DeletePath, Effect, Opaque
from enactd.effects.paths import Places
from enactd.effects.reading import Reading
from enactd.effects.shell.readers import Readers
from enactd.world import World

READERS = Readers()


def read(text: str, readers: Readers | None = None) -> list[Effect]:
    world = World(
        cwd="/nowhere", workspace="/nowhere", home="/home/u", environment={"PATH": "/usr/bin:/bin"}, complete=True
    )
    return Reading(world, Places(workspace="/nowhere", home="/home/u"), readers).bash(text)


def opaque(effects: list[Effect]) -> bool:
    return any(isinstance(effect, Opaque) for effect in effects)


@pytest.fixture(autouse=True, scope="module")
def bounded_memory() -> Iterator[None]:
    """A reader that eats memory fails here instead of taking the machine along."""
    load_programs()
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


SCRAPS = st.sampled_from(
    "$( ) ${ } ` ' \" \\ \n ; & | && || < > << <<- <<< >( <( (( )) [[ ]] { } case in esac if then fi else elif for do done while "
    "until select function coproc time ! $x ${x:- ${!x ${#x $@ $* $'a $\"a *( @( !( a=( a[ =~ == EOF #c rm -rf x / ~ * ? [a] {a,b} {1..3} "
    "\\\n \t \r é \x01 \ue000 \ue0000\ue001 eval 'eval bash -c trap EXIT source . exec 3>f 2>&1 $((1+ )) $[ let read local declare -A set -e --".split(" ")
)  # fmt: skip
SETTINGS = settings(max_examples=examples(400), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SETTINGS
@given(st.lists(SCRAPS, max_size=40).map(" ".join) | st.lists(SCRAPS, max_size=40).map("".join))
def test_scraps_of_shell(text: str) -> None:
    """Any mixture of the shell's own marks is read to the end."""
    read(text)


@SETTINGS
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    """Any text at all is read to the end, also by the other readers."""
    read(text, READERS)


@SETTINGS
@given(st.integers(0, 10_000), st.integers(0, 400), st.integers(0, 400), SCRAPS | st.just(""))
def test_mutated_scripts(seed: int, start: int, length: int, scrap: str) -> None:
    """A valid script with a piece cut out or put in is read to the end."""
    text = Grammar(seed).program().text
    read(text[:start] + scrap + text[start + length % 7 :])


@pytest.mark.parametrize(
    "text",
    [
        "rm -rf x; fi", "if true; then rm x", "rm x )", "( rm x", "{ rm x;", "echo 'a", 'echo "a', "echo `a", "echo $(a", "echo ${a", "echo ${a b}",
        "echo $((1", "rm x &&", "| rm x", "rm x | ", "&& rm x", "case x in a) rm x", "for in x; do rm x; done", "rm x; done", "do rm x", "then rm x",
        "rm x ;; rm y", "[[ a", "a=(b", "f() ", "function", "cat <", "cat <<", "rm x > ", "! ", "rm x }; }", "}", "esac", "[[ a ; rm b ]]",
        "echo $(cat <<E)\nx\nE", "rm\0x", "a &\\\n& b", "a |\\\n| b", "i\\\nf true; then rm x; fi", "echo $\\\n(rm x)", "X\\\n=1 rm x", "echo $x\\\ny",
    ],
)  # fmt: skip
def test_no_easy_yes(text: str) -> None:
    """What bash would refuse, or what is written so that readers stumble, is opaque."""
    assert opaque(read(text))


NESTED = 10_000
HARD = {
    "open substitutions": "echo " + "$(" * NESTED,
    "closed substitutions": "echo " + "$(" * NESTED + ")" * NESTED,
    "arithmetic or not": "echo " + "$((" * 40,
    "closed arithmetic": "echo " + "$((" * 300 + "1" + "))" * 300,
    "open ifs": "if true; then " * 4_000,
    "closed ifs": "if true; then " * 3_000 + "rm x; " + "fi; " * 3_000,
    "here-documents on a line": "cat " + "<<A " * 5_000 + "\n" + "x\nA\n" * 5_000,
    "single quotes": "'a'" * 20_000,
    "double quotes": "echo " + '"a"' * 20_000,
    "expansions": "echo " + '"$x"' * 15_000,
    "brace bomb": "echo {1..9999}{1..9999}{1..9999}",
    "brace product": "rm " + "{a,b,c,d}" * 20,
    "nested braces": "echo " + "{a," * 380 + "}" * 380,
    "open braces": "echo " + "{" * 60_000,
    "many sequences": "rm " + "{1..128} " * 400,
    "glob bomb": "rm " + "*/" * 2_000,
    "stars": "rm " + "*a" * 2_000,
    "brackets": "rm " + "[" * 20_000,
    "subscripts": "a[" * 20_000,
    "long list": "for i in " + "a " * 20_000 + "; do rm $i; done",
    "nested loops": "for i in {1..64}; do for j in {1..64}; do for k in {1..64}; do rm -rf $i$j/$k/*; done; done; done",
    "unknown loops": "while c; do " * 30 + "rm $x; x=$y; y=$z; " + "done; " * 30,
    "endless loops": "while true; do " * 5 + "rm x; x=$x1; " + "done; " * 5,
    "functions": "".join(f"f{i}() {{ f{i + 1}; f{i + 1}; }}\n" for i in range(1_400)) + "f0",
    "wide functions": "".join(f"f{i}() {{ f{i + 1}; f{i + 1}; }}\n" for i in range(11)) + "f11() { rm x; }; f0",
    "mutual functions": "f() { g; g; }; g() { f; f; }; f",
    "doubled values": "x=/a; " + "x=$x$x; " * 200 + 'rm "$x"',
    "doubled holes": "x=$(cmd); " + 'x="$x$x"; ' * 200 + "rm $x",
    "lists": "true" + " && rm x" * 6_000,
    "commands": "rm x;" * 10_000,
    "pipes": "cat x" + " | cat" * 8_000,
    "groups": "{ " * 5_000 + "rm x" + "; }" * 5_000,
    "subshells": "(" * 20_000,
    "evals": "eval " * 5_000 + "rm x",
    "backticks": "echo " + "`" * 30_001,
    "sums": "echo $((" + "1+" * 15_000 + "1))",
    "deep sums": "echo $((" + "(" * 10_000 + "1" + ")" * 10_000 + "))",
    "powers": "x=$((9**9**9**9)); rm $x",
    "names of themselves": "x=x+1; echo $((x))",
    "trimming": "x=" + "a" * 5_000 + "; " + "echo ${x##*b*b*b*b*b*b}; " * 50,
    "replacing": "x=" + "a" * 2_000 + "; " + "echo ${x//*a*a*b/c}; " * 50,
    "matching": "x=" + "a" * 2_000 + "; " + "[[ $x == *a*a*a*a*a*a*a*b ]]; " * 300,
    "repeated groups": "[[ " + "a" * 30 + "b == +(a|aa|aaa) ]]",
    "wide fields": "printf '%999999999d' 1; printf \"%*s\" 999999999 x",
    "sourced itself": "echo '. s; . s' > s; . s",
    "runs itself": "echo 'bash s; bash s' > s; bash s",
    "aliases": "".join(f'alias a{i}="a{i + 1}; a{i + 1}"\n' for i in range(30)) + "a0",
    "traps": "trap " + "'trap " * 50 + "rm",
    "seven characters that loop bashlex": "X='${x'",
    "too long": "rm x; " * 20_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HARD)
def test_hard_texts_end_soon(name: str) -> None:
    """Deep, quadratic and exploding texts end within the budget, opaque or read. The bound is generous: CI is slow."""
    text = HARD[name][:65_536] if name != "too long" else HARD[name]
    start = time.process_time()
    effects = read(text, READERS)
    assert time.process_time() - start < 1.0
    if name in BEYOND:
        assert opaque(effects)


BEYOND = (
    "too long",
    "commands",
    "nested loops",
    "subshells",
    "groups",
    "open substitutions",
    "closed ifs",
    "evals",
    "lists",
    "pipes",
)


@pytest.mark.parametrize("text", [HARD["doubled values"], HARD["doubled holes"], HARD["powers"], HARD["brace product"]])
def test_what_grew_too_large_is_unknown(text: str) -> None:
    """A value that explodes becomes a target that is known only at run time, never one that is left out."""
    targets = [effect.target for effect in read(text) if isinstance(effect, DeletePath)]
    assert targets
    assert all(target.path is None or target.pattern for target in targets[-1:])


def test_work_grows_with_the_text() -> None:
    """Twice the text is about twice the work, not four times."""

    def cost(count: int) -> float:
        text = "".join(f"x{i}='a b'; echo \"$x{i} ${{x{i}%b}}\" > /dev/null\n" for i in range(count))
        best = 1e9
        for _ in range(3):
            start = time.process_time()
            read(text)
            best = min(best, time.process_time() - start)
        return best

    assert cost(200) < 3.5 * cost(100)
