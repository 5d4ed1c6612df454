"""`enactctl demo`: real incidents, stopped; and nothing left behind."""

from __future__ import annotations

from pathlib import Path

import psutil
from support.enactctl import Enactctl


def left() -> set[str]:
    cache = Path.home() / ".cache"
    folders = {str(path) for path in cache.glob("enactd-demo-*")} if cache.is_dir() else set()
    return folders | {
        " ".join(found.info["cmdline"] or ())
        for found in psutil.process_iter(["cmdline"])
        if "enactd-demo-" in " ".join(found.info["cmdline"] or ())
    }


def test_demo(enactctl: Enactctl) -> None:
    """Every incident is stopped, ordinary work is not; daemon and folder are gone afterwards."""
    said = enactctl("demo")
    assert 0 == said.code, said.out + said.err
    assert said.out.startswith("INCIDENT")
    assert "9 of 12 calls stopped, none was run" in said.out
    assert set() == left()
    assert not enactctl.layout.state.exists()


def test_json(enactctl: Enactctl) -> None:
    """The same for programs."""
    value = enactctl("demo", "--json").json("demo")
    assert value["good"] is True
    decisions = {scene["call"]: scene["decision"] for scene in value["scenes"]}
    assert "deny" == decisions["rm -rf tests/ patches/ plan/ ~/"]
    assert "allow" == decisions["pytest -q"]
