"""make: goals, prerequisites, variables and recipes."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.code import deeds
from support.reading import effects

from enactd.effects.model import DeletePath, Effect, RunCode


def run(tmp_path: Path, makefile: str, command: str = "make", name: str = "Makefile") -> list[str]:
    folder = tmp_path / "work" / "proj"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(makefile)
    return deeds(effects(command, cwd=str(folder), home="/home/u"))


@pytest.mark.parametrize(
    ("makefile", "command"),
    [
        ("all:\n\trm -rf /etc\n", "make"),
        ("all:\n\t@rm -rf /etc\n", "make all"),
        ("all:\n\t-@rm -rf /etc\n", "make"),
        ("all: ; rm -rf /etc\n", "make"),
        ("all: a b\na:\n\techo\nb:\n\trm -rf /etc\n", "make"),
        ("x:\n\techo\nclean:\n\trm -rf /etc\n", "make clean"),
        (".PHONY: clean\nclean::\n\trm -rf /etc\n", "make clean"),
        ("D = /etc\nall:\n\trm -rf $(D)\n", "make"),
        ("D := /etc\nE := ${D}\nall:\n\trm -rf ${E}\n", "make"),
        ("D ?= /etc\nall:\n\trm -rf $D\n", "make"),
        ("D = /x\nall:\n\trm -rf $(D)\n", "make D=/etc"),
        ("D = /e\nD += \nall:\n\trm -rf /etc $(D)\n", "make"),
        ("all:\n\t$(MAKE) sub\nsub:\n\trm -rf /etc\n", "make"),
        ("all:\n\t$(RM) -r /etc\n", "make"),
        ("all:\n\trm -rf \\\n\t  /etc\n", "make"),
        ("/etc:\n\trm -rf $@\n", "make /etc"),
        ("all: /etc\n\trm -rf $<\n", "make"),
        ("all:\n\tfor d in /etc; do rm -rf $$d; done\n", "make"),
        ("ifeq ($(A),1)\nall:\n\techo\nelse\nall:\n\trm -rf /etc\nendif\n", "make"),
        ("define go\nrm -rf /etc\nendef\nall:\n\t$(go)\n", "make"),
        ("X := $(shell rm -rf /etc)\nall:\n\techo\n", "make"),
        ("%.x:\n\trm -rf /$*\n", "make etc.x"),
        ("D = $(addprefix /,etc)\nall:\n\trm -rf $(D)\n", "make"),
        ("all: D = /etc\nall:\n\trm -rf $(D)\n", "make"),
        ("export D = /etc\nall:\n\trm -rf $(D)\n", "make"),
        (".DEFAULT_GOAL := b\na:\n\techo\nb:\n\trm -rf /etc\n", "make"),
        (".ONESHELL:\nall:\n\tcd /\n\trm -rf etc\n", "make"),
        ("all:\n\tcd / && rm -rf etc\n", "make -j4 -s"),
        ("all:\n\trm -rf /etc\n", "make -f Makefile"),
        ("all:\n\trm -rf /etc\n", "gmake -k all"),
    ],
)
def test_recipes_are_read(tmp_path: Path, makefile: str, command: str) -> None:
    """What a goal leads to is what its recipe does."""
    assert "DeletePath /etc" in run(tmp_path, makefile, command)


@pytest.mark.parametrize(
    "command", ["make -n", "make --dry-run all", "make -q", "make --version", "make -h", "make other"]
)
def test_dry_runs_and_other_goals_are_free(tmp_path: Path, command: str) -> None:
    """What is not run does nothing."""
    assert [] == run(tmp_path, "all:\n\trm -rf /etc\nother:\n\techo hi\n", command)


def test_unset_variables_may_be_empty(tmp_path: Path) -> None:
    """`rm -rf $(OUT)/` with OUT unset is a catastrophe, and is told as what it can become."""
    folder = tmp_path / "proj"
    folder.mkdir()
    (folder / "Makefile").write_text("clean:\n\trm -rf $(OUT)/\n")
    (found,) = effects("make clean", cwd=str(folder), home="/home/u")
    assert ("/", True) == (found.target.worst, found.recursive)  # type: ignore[attr-defined]


def test_ordinary_targets_stay_quiet(tmp_path: Path) -> None:
    """Variables of the run in a project's own recipes are the project's business."""
    makefile = "OBJS = $(wildcard *.o)\nbuild:\n\t$(CC) -o $@ $(SRC)\nclean:\n\trm -f $(OBJS)\n\trm -rf build dist\n"
    assert [] == [word for word in run(tmp_path, makefile, "make clean") if not word.startswith("DeletePath")]
    assert all(word.startswith(("RunCode", "WritePath")) for word in run(tmp_path, makefile, "make build"))


def test_includes_and_folders(tmp_path: Path) -> None:
    """Included files count; `-C` is another folder."""
    folder = tmp_path / "work" / "proj"
    (folder / "sub").mkdir(parents=True)
    (folder / "more.mk").write_text("go:\n\trm -rf /etc\n")
    (folder / "sub" / "Makefile").write_text("all:\n\trm -rf x\n")
    assert ["DeletePath /etc"] == run(tmp_path, "include more.mk\n", "make go")
    assert [f"DeletePath {folder}/sub/x"] == run(tmp_path, "", "make -C sub")


def test_a_missing_makefile_is_project_code() -> None:
    """Without the text only the name is told."""
    assert ["RunCode workspace"] == deeds(effects("make test"))


@pytest.mark.parametrize(
    "text",
    [
        "a=$(a)\nall:\n\techo $(a)\n",
        "$(" * 3000,
        "all: all\n\techo\n",
        "a:" * 3000,
        "\t" * 3000,
        "define x\n",
        "\\\n" * 3000,
        "x = $(call x,$(x))\nall:\n\t$(x)\n",
    ],
)
def test_hostile_makefiles_end(tmp_path: Path, text: str) -> None:
    """Loops and deep nesting end in time."""
    assert isinstance(run(tmp_path, text), list)


@pytest.mark.parametrize(
    "makefile",
    [
        "%: %.a %.b\n\techo $@\nall: x\n",
        "%.c: %.c.c %.d.c\n\techo $@\nall: x.c\n",
        "a%: b%1 b%2\n\techo\nb%: a%1 a%2\n\techo\nall: ax\n",
    ],
)
def test_a_pattern_rule_is_taken_once_in_a_chain(tmp_path: Path, makefile: str) -> None:
    """As in make itself, so rules that ask for themselves end."""
    assert [] == run(tmp_path, makefile, "make all")


def test_recipes_beyond_what_is_read_are_told(tmp_path: Path) -> None:
    """What is not read of a makefile of hundreds of lines does not go unsaid."""
    many = "all:\n" + "\techo\n" * 400 + "\trm -rf /etc\n"
    assert ["RunCode"] == [type(effect).__name__ for effect in _effects(tmp_path, many)]


def test_variables_that_multiply_end(tmp_path: Path) -> None:
    """Sixty lines, each many times the one before: no more is expanded than is read, and that is told."""
    doubled = "".join(f"A{n} = " + f"$(A{n + 1})" * 30 + "\n" for n in range(60)) + "all:\n\techo $(A0)\n"
    assert "RunCode" in [type(effect).__name__ for effect in _effects(tmp_path, doubled)]


def _effects(tmp_path: Path, makefile: str) -> list[Effect]:
    (tmp_path / "Makefile").write_text(makefile)
    return effects("make", cwd=str(tmp_path), home="/home/u")


def test_what_a_shell_prints_is_known(tmp_path: Path) -> None:
    """`$(shell mktemp -d)` is a temporary folder, `$(shell echo x)` is `x`."""
    text = "T := $(shell mktemp -d)\nall:\n\trm -rf $(T)/x\n"
    assert ["temp"] == [e.target.area for e in _effects(tmp_path, text) if isinstance(e, DeletePath)]
    text = "D := $(shell printf '/e\\ntc\\n')\nall:\n\trm -rf $(D)\n"
    assert ["/e", str(tmp_path / "tc")] == [
        e.target.path for e in _effects(tmp_path, text) if isinstance(e, DeletePath)
    ]


def test_the_home_is_known(tmp_path: Path) -> None:
    """HOME is the user's, whatever else of the environment is told."""
    text = "all:\n\trm -rf $(HOME)/x\n"
    assert ["/home/u/x"] == [e.target.path for e in _effects(tmp_path, text) if isinstance(e, DeletePath)]


def test_a_program_in_a_folder_that_the_run_tells_is_the_projects(tmp_path: Path) -> None:
    """`cd $(srcdir) && build-aux/gen` is a step of the project, wherever `srcdir` will be."""
    text = "V := $(shell cd $(srcdir) && build-aux/gen .tarball)\nall:\n\tcd $(top) && ./gen\n"
    assert {"workspace"} == {e.origin for e in _effects(tmp_path, text) if isinstance(e, RunCode)}


def test_recipes_that_take_more_steps_than_are_read_are_the_projects(tmp_path: Path) -> None:
    """A build of hundreds of commands is no reason to ask, and what follows it is read."""
    busy = "all:\n" + "".join(f"\tcp a{n} b{n}; mv b{n} c{n}; touch d{n}; mkdir e{n}\n" for n in range(290))
    (tmp_path / "Makefile").write_text(busy)
    found = effects("make; rm -rf /etc", cwd=str(tmp_path), home="/home/u")
    assert "more code than is read" in [effect.what for effect in found if isinstance(effect, RunCode)]
    assert "Opaque" not in [type(effect).__name__ for effect in found]
    assert "/etc" in [effect.target.path for effect in found if isinstance(effect, DeletePath)]
