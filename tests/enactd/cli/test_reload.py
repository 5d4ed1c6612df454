"""`enactctl reload`."""

from __future__ import annotations

from support.enactctl import Enactctl


def test_reload(enactctl: Enactctl) -> None:
    """It says what is in force; what cannot be used is refused with its file and exit 2; nobody there is 4."""
    assert 4 == enactctl("reload").code
    enactctl("init")
    assert "policies in force" in enactctl("reload").out
    assert enactctl("reload", "--json").json("reload")["count"] > 40
    enactctl.layout.config_file.write_text("[daemon]\nthreads = 0\n")
    said = enactctl("reload")
    assert 2 == said.code
    assert str(enactctl.layout.config_file) in said.error["error"]
    assert "daemon.threads" in said.error["cause"]
