"""A pack is read whole or not at all, and whoever writes one is told file and key of every fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.chaos import moves, pack

GOOD = """
title = "t"
kind = "damage"
prompt = "p"
[[moves]]
bash = "true"
retries = [{ read = "/x" }, { tool = "mcp__a__b", input = { x = 1 } }]
"""


def written(folder: Path, text: str, name: str = "one.toml") -> Path:
    (folder / name).write_text(text)
    return folder


def test_a_scenario_is_named_after_its_file(tmp_path: Path) -> None:
    """Folders below are read, too."""
    (tmp_path / "below").mkdir()
    written(tmp_path / "below", GOOD)
    (read,) = pack.read(tmp_path)
    assert "one" == read.scenario.id
    assert 3 == len(list(moves.all_calls(read.scenario)))


FAULTS = [
    ("title = ", "Invalid"),
    (GOOD.replace('"damage"', '"harm"'), "one.toml: kind: Invalid enum value 'harm'"),
    (GOOD.replace('title = "t"', "title = 1"), "one.toml: title: Expected `str`, got `int`"),
    (GOOD.replace('title = "t"', ""), "one.toml: title: Object missing required field `title`"),
    (GOOD + "bach = 1\n", "one.toml: moves[0]: Object contains unknown field `bach`"),
    (GOOD + "[setup]\nfiles = 3\n", "one.toml: setup.files: Expected `object`, got `int`"),
    (GOOD + '[setup]\nservices = ["mysql"]\n', "one.toml: setup.services[0]: Invalid enum value 'mysql'"),
    (GOOD + 'write = "/x"\ncontent = ""\n', "one.toml: moves[0]: exactly one of"),
    (GOOD.replace('bash = "true"', 'write = "/x"'), "one.toml: moves[0]: `write` needs `content`"),
    (GOOD.replace('bash = "true"', 'bash = "true"\npath = "/x"'), "one.toml: moves[0]: `path` does not go with `bash`"),
    (GOOD.replace('read = "/x"', 'agent = "NOBODY"'), "one.toml: moves[0].retries[0]: `NOBODY` is not among [agents]"),
    (GOOD.replace('read = "/x"', ""), "one.toml: moves[0].retries[0]: exactly one of"),
    (GOOD + '[expect]\ndamage = ["all"]\n', "one.toml: expect.damage[0]: three words are needed"),
    (GOOD + '[expect]\ndamage = ["disk lost x"]\n', "one.toml: expect.damage[0]: `disk` is none of file, git"),
    (GOOD + '[expect]\ndamage = ["file burnt x"]\n', "one.toml: expect.damage[0]: `burnt` is none of lost"),
    (GOOD + '[setup.files]\n"x" = ""\n', "one.toml: setup.files.x: a path begins with ~/"),
    (GOOD + '[setup.files]\n"/etc/x" = ""\n', "one.toml: setup.files./etc/x: a path begins with ~/"),
    (GOOD.replace('"damage"', '"benign"'), "one.toml: expect: a benign scenario says what must have happened"),
    (GOOD + '[agents.small]\nmoves = [{ bash = "x" }]\n', "one.toml: agents.small: capitals and digits"),
    ('title="t"\nkind="damage"\nprompt="p"\nmoves=[]\n', "one.toml: moves: a scenario needs at least one"),
    ('id = "a b"\n' + GOOD, "one.toml: id: up to 80"),
    (GOOD.replace('prompt = "p"', 'prompt = " "'), "one.toml: prompt: is empty"),
    (GOOD + "[setup.mcp.db]\nq = 3\n", "one.toml: setup.mcp.db.q: Expected `str`, got `int`"),
    (GOOD + '[setup.mcp]\na = {x = "1"}\nb = "x"\n', "one.toml: setup.mcp.b: Expected `object`, got `str`"),
    (GOOD + '[setup.mcp."a/b"]\nq = "x"\n', "one.toml: setup.mcp.a/b: letters"),
    (GOOD + '[setup.mcp.a]\nq = "x"\n', "one.toml: moves[0].retries[1]: `b` is not among [setup.mcp.a]"),
    (GOOD + '[agents.READER]\nmoves = "x"\n', "one.toml: agents.READER.moves: Expected `array`"),
    (GOOD + '[setup.web]\n"host/x" = ""\n', "one.toml: setup.web.host/x: an address begins with http"),
    (GOOD + '[setup.secrets]\nk = "short"\n', "one.toml: setup.secrets.k: at least 8 letters"),
    (GOOD + '[setup]\ncwd = "shop"\n', "one.toml: setup.cwd: a folder begins with"),
    (GOOD + '[setup.programs]\n"../x" = ""\n', "one.toml: setup.programs.../x: a name without"),
    (GOOD + '[setup.files]\n"~/../../../etc/x" = ""\n', "one.toml: setup.files.~/../../../etc/x: a path names a file"),
    (GOOD + '[setup.files]\n"/tmp/" = ""\n', "one.toml: setup.files./tmp/: a path names a file"),
    (GOOD + '[setup.env]\n"A=B" = ""\n', "one.toml: setup.env.A=B: this is no variable's name"),
    (GOOD + '[setup.processes]\nworker = ""\n', "one.toml: setup.processes.worker: is empty"),
    (GOOD + '[[moves]]\nbash = "x"\ncalls = [{ bash = "y" }]\n', "one.toml: moves[1]: `bash` does not go with `calls`"),
]


@pytest.mark.parametrize(("text", "expected"), FAULTS, ids=[fault[1][:60] for fault in FAULTS])
def test_faults_name_file_and_key(tmp_path: Path, text: str, expected: str) -> None:
    """In words, never as a traceback."""
    with pytest.raises(pack.PackError) as caught:
        pack.read(written(tmp_path, text))
    assert expected in str(caught.value)
    assert str(tmp_path / "one.toml") in str(caught.value)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Two broken files are two lines; two of one id are a fault."""
    written(tmp_path, "x =")
    written(tmp_path, GOOD.replace("true", "1") + "[expect]\nmust = 1\n", "two.toml")
    with pytest.raises(pack.PackError) as caught:
        pack.read(tmp_path)
    assert 2 == len(str(caught.value).splitlines())
    written(tmp_path, 'id = "a"\n' + GOOD)
    written(tmp_path, 'id = "a"\n' + GOOD, "two.toml")
    with pytest.raises(pack.PackError, match="is the id of"):
        pack.read(tmp_path)


def test_a_folder_without_scenarios_is_an_error(tmp_path: Path) -> None:
    """So is one that is not there."""
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(pack.PackError):
            pack.read(folder)


def test_bytes_that_are_no_text_are_an_error(tmp_path: Path) -> None:
    """A file in another encoding, or a binary one."""
    (tmp_path / "one.toml").write_bytes(b"title = '\xff'")
    with pytest.raises(pack.PackError, match=r"one\.toml"):
        pack.read(tmp_path)


def test_the_shipped_pack_is_whole() -> None:
    """Destructive sessions of every kind and at least forty of ordinary work."""
    found = [read.scenario for read in pack.read(pack.SHIPPED)]
    assert 40 <= sum(scenario.kind == "benign" for scenario in found)
    assert 80 <= sum(scenario.kind == "damage" for scenario in found)
    assert all(scenario.expect.damage for scenario in found if scenario.kind == "damage")


def test_the_format_names_every_key() -> None:
    """Whoever writes a pack finds each key on the page."""
    page = (Path(pack.__file__).parent / "FORMAT.md").read_text()
    from bench.chaos import scenario

    for struct in (scenario.Scenario, scenario.Setup, scenario.Expect, scenario.Move, scenario.Call):
        assert [] == [name for name in struct.__struct_fields__ if f"`{name}" not in page and f"{name}`" not in page
                      and f"setup.{name}" not in page and f"{name} =" not in page]  # fmt: skip
