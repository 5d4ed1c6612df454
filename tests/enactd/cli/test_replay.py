"""`enactctl replay`: what other policies would have done with the calls that were made."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.bundles import made
from support.enactctl import Inhabited
from support.rules import folder, rule

NO_READS = rule(title="No reads.", watches="ReadPath", examples="", body='yield Deny("read nothing")')


def test_the_policies_of_today_change_nothing(inhabited: Inhabited) -> None:
    """The same policies say the same of what they have decided."""
    said = inhabited.console("replay", "--since", "1d")
    assert 0 == said.code, said.err
    assert said.out.startswith("0 newly refused, 0 newly allowed, 0 stricter, 0 looser, of ")
    assert int(said.out.splitlines()[0].split()[-2]) >= 4


@pytest.mark.parametrize("packed", [True, False])
def test_another_bundle(packed: bool, inhabited: Inhabited, tmp_path: Path) -> None:
    """Counts, one line for each kind, and every call with --all; nothing comes into force."""
    place = made(tmp_path / "b", team__reads=NO_READS) if packed else folder(tmp_path / "b", team__reads=NO_READS)
    said = inhabited.console("replay", "--bundle", place)
    assert 0 == said.code, said.err
    row = next(line for line in said.out.splitlines() if "team.reads" in line)
    assert row.startswith("stricter") or row.startswith("newly refused")
    found = inhabited.console("replay", "--bundle", place, "--json").json("replay")
    assert any("cat .env" == call["action"] and "deny" == call["after"] for call in found["calls"])
    assert "cat .env" in inhabited.console("replay", "--bundle", place, "--all").out
    assert 0 == inhabited.console("replay").out.count("team.reads")


def test_a_bundles_settings_count(inhabited: Inhabited, tmp_path: Path) -> None:
    """A bundle that makes a question a denial is replayed with that."""
    place = tmp_path / "b"
    place.mkdir()
    (place / "config.toml").write_text('[policies."secrets.read-file"]\nlevel = "deny"\n')
    made(place, team__quiet=rule(body="yield from ()", examples=""))
    found = inhabited.console("replay", "--bundle", str(place), "--json").json("replay")
    assert ("cat .env", "ask", "deny") in [(call["action"], call["before"], call["after"]) for call in found["calls"]]


def test_nothing_in_that_time(inhabited: Inhabited) -> None:
    """An empty answer is a sentence."""
    said = inhabited.console("replay", "--since", "2999-01-01")
    assert "0 newly refused, 0 newly allowed, 0 stricter, 0 looser, of 0 calls" == said.out.strip()


def test_a_broken_bundle(inhabited: Inhabited, tmp_path: Path) -> None:
    """Told in four lines."""
    place = Path(made(tmp_path / "b", team__reads=NO_READS))
    (place / "team/reads.py").write_text("# other\n")
    assert "is not what the manifest says" in inhabited.console("replay", "--bundle", str(place)).error["cause"]
