"""`enactctl config`: settings with their origin."""

from __future__ import annotations

from support.enactctl import Enactctl


def test_show(enactctl: Enactctl) -> None:
    """Every setting with value, default, origin and meaning."""
    enactctl.layout.config.mkdir(parents=True)
    enactctl.layout.config_file.write_text('[daemon]\nthreads = 2\n[freeze]\nreason = "launch"\n')
    rows = {s["key"]: s for s in enactctl("config", "show", "--json").json("config")}
    assert (2, 4, str(enactctl.layout.config_file)) == tuple(
        rows["daemon.threads"][k] for k in ("value", "default", "origin")
    )
    assert "default" == rows["daemon.log_level"]["origin"]
    assert "launch" in enactctl("config", "show").out


def test_check(enactctl: Enactctl) -> None:
    """Whether it would load, and where not, file and key."""
    assert "settings  good" in enactctl("config", "check").out
    enactctl.layout.config.mkdir(parents=True)
    for text, cause in (("a = ", "it is not TOML"), ("[daemon]\nspeed = 1", "speed"), ("[policies.nope]\na = 1", "")):
        enactctl.layout.config_file.write_text(text)
        said = enactctl("config", "check")
        assert said.code != 0
        assert cause in said.err
