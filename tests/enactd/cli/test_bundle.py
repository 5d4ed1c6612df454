"""`enactctl bundle`: built, signed, verified and installed by a person, and refused to agents."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from support.bundles import key
from support.enactctl import Enactctl
from support.rules import folder, rule

from enactd.setup.selftest import Caller


def built(enactctl: Enactctl, place: Path, version: str = "1.0.0", **texts: str) -> str:
    said = enactctl("bundle", "build", folder(place, **texts), "--name", "acme", "--version", version)
    assert 0 == said.code, said.err
    return str(place)


def test_build_sign_verify(enactctl: Enactctl, tmp_path: Path) -> None:
    """The four steps of whoever makes one, none of which needs a daemon."""
    place = built(enactctl, tmp_path / "rules")
    private, public = key(tmp_path / "acme.key")
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "acme.pem").write_bytes(pem)
    assert "signature  none" in enactctl("bundle", "verify", place).out
    unsigned = enactctl("bundle", "verify", place, "--key", str(tmp_path / "acme.pem"))
    assert (1, "it is not signed, and keys are pinned here") == (unsigned.code, unsigned.error["cause"])
    identity = enactctl("bundle", "sign", place, "--key", private, "--json").json("signature")["key"]
    assert "not checked" in enactctl("bundle", "verify", place).out
    good = enactctl("bundle", "verify", place, "--key", str(tmp_path / "acme.pem"), "--json").json("bundle")
    assert (identity, "acme", ["team/notes.py"]) == (good["signed_by"], good["name"], list(good["files"]))


@pytest.mark.parametrize(
    ("text", "words", "cause"),
    [
        ("import os\n", ("--version", "1.0.0"), "imports `os`"),
        (rule(), ("--version", "one"), "no version"),
        (rule(), ("--version", "1.0.0", "--engine", "9.0.0"), "needs enactd 9.0.0"),
    ],
)
def test_what_would_not_load_is_not_built(
    text: str, words: tuple[str, ...], cause: str, enactctl: Enactctl, tmp_path: Path
) -> None:
    """Whoever makes it hears of it, and not whoever installs it."""
    place = folder(tmp_path / "rules", team__notes=text)
    said = enactctl("bundle", "build", place, "--name", "acme", *words)
    assert 1 == said.code
    assert cause in said.error["cause"]


def test_install_replace_remove(enactctl: Enactctl, tmp_path: Path) -> None:
    """In force for the next call, shown by status, replaced by a newer one only, gone by order."""
    enactctl("init")
    caller = Caller(enactctl.layout, home=enactctl.home, folder=enactctl.home, purpose="test")
    call = {"command": "rm -f build/notes.txt"}
    assert "allow" == caller.ask("Bash", call).decision
    said = enactctl("bundle", "install", built(enactctl, tmp_path / "one"))
    assert (0, True) == (said.code, said.out.startswith("acme 1.0.0 in force, digest ")), said.err
    assert "deny" == caller.ask("Bash", call).decision
    assert "bundle    acme 1.0.0" in enactctl("status").out
    layers = {row["id"]: row["layer"] for row in enactctl("policy", "list", "--json").json("policies")}
    assert "organisation" == layers["team.notes"]
    older = enactctl("bundle", "install", built(enactctl, tmp_path / "two", "0.9.0", team__notes=rule(opinion="Ask")))
    assert (1, "1.0.0 is in force, this is 0.9.0") == (older.code, older.error["cause"])
    assert "nothing was changed; the policies in force stay" == older.error["effect"]
    assert "deny" == caller.ask("Bash", call).decision
    assert "1.0.0" in enactctl("bundle", "list").out
    assert 0 == enactctl("bundle", "remove", "acme").code
    assert "allow" == caller.ask("Bash", call).decision
    assert "No bundle is installed." == enactctl("bundle", "list").out.strip()


def test_agents_may_not(enactctl: Enactctl, tmp_path: Path) -> None:
    """Under an agent's marks neither install nor remove does anything."""
    enactctl("init")
    place = built(enactctl, tmp_path / "one")
    for words in (("install", place), ("remove", "acme")):
        said = enactctl("bundle", *words, CLAUDECODE="1")
        assert 3 == said.code
        assert "E2003" == said.error["code"]
    assert "No bundle is installed." == enactctl("bundle", "list").out.strip()
