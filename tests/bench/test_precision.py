"""Command lines are cut out of other people's files as those people meant them."""

from __future__ import annotations

import tomllib

import pytest

from bench.precision import pages, prose, reading, recipes
from bench.precision.fetch import BRING, SOURCES


@pytest.mark.parametrize(
    ("written", "command"),
    [
        ("`git push {{[-u|--set-upstream]}} {{remote_name}} {{branch}}`", "git push --set-upstream remote_name branch"),
        ("`dnf {{[in|install]}} {{package1 package2 ...}}`", "dnf install package1 package2"),
        ("`tar xf {{path/to/file.tar[.gz|.bz2|.xz]}}`", "tar xf path/to/file.tar.gz"),
        ("`cat {{path/to/file1 path/to/file2 ...}}`", "cat path/to/file1"),
        ("`kill -{{9|15}} {{pid}}`", "kill -9 pid"),
    ],
)
def test_blanks_of_a_page_are_filled(written: str, command: str) -> None:
    """The long form of an option, the first of several values, one file of many."""
    assert [command] == list(pages.examples(f"# x\n\n- Do it:\n\n{written}\n"))


def test_documents_give_their_shell_text_only() -> None:
    """What follows a prompt, or a block that says it is shell; not output, not other languages."""
    text = "```console\n$ make test\nok\n$ ls \\\n  -l\n```\n\n```python\nrm()\n```\n\n```sh\nmake\n```\n"
    assert [["make test"], ["ls \\", "-l"], ["make"]] == list(prose.blocks(text))


def test_recipes_are_expanded_by_their_own_variables() -> None:
    """A line that needs more of make than its plain variables is left out."""
    text = "OUT = build\nall:\n\t@rm -rf $(OUT)\n\techo $$HOME\n\tcp $< $@\n"
    assert ["rm -rf build", "echo $HOME"] == list(recipes.make_lines(text))


def test_steps_of_a_workflow() -> None:
    """One-line and block steps; a matrix value becomes a number, other expressions drop the step."""
    text = "steps:\n- run: make ${{ matrix.x }}\n- run: |\n    a\n    b\n- run: echo ${{ secrets.T }}\n"
    assert ["make 3", "a\nb"] == list(recipes.workflow_steps(text))


def test_every_source_is_pinned() -> None:
    """A version and a digest for each archive, so that everybody reads the same lines."""
    named = tomllib.loads(SOURCES.read_text())
    assert {*BRING, "git"} == set(named)
    for kind in BRING:
        assert all(version and 64 == len(digest) for version, digest in named[kind].values())
        assert len(named[kind]) == len({digest for _, digest in named[kind].values()})


@pytest.mark.parametrize(
    ("identity", "command", "why", "said"),
    [
        ("npm/x#docs#1", "npm publish", ["packages.publish: `npm publish`: publish x"], "right"),
        (
            "npm/x#npm run#1",
            "npm run a",
            ["files.outside-delete: `<x>` is known only at run time: x"],
            reading.OWN_TARGET,
        ),
        ("npm/x#docs#1", "rm -rf $X", ["files.outside-delete: `<x>` is known only at run time: x"], "right"),
        (
            "npm/x#docs#2",
            "ipython",
            ["network.tunnel: `ipython` opens a session whose commands nobody sees"],
            reading.SESSION,
        ),
        (
            "npm/x#npm run#2",
            "npm run a",
            ["files.outside-delete: `<x>` is known only at run time: x", "packages.publish: a"],
            "right",
        ),
    ],
)
def test_stops_are_read_as_before(identity: str, command: str, why: list[str], said: str) -> None:
    """One right reason makes a stop right; else it is called by its class."""
    assert said == reading.said(identity, command, why)
