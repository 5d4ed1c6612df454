"""`enactctl keys`: shown, changed and handed out by a person; no secret is ever shown."""

from __future__ import annotations

import stat
from pathlib import Path

from support.enactctl import Enactctl

from enactd.receipts import note


def test_the_life_of_the_keys(enactctl: Enactctl, tmp_path: Path) -> None:
    """From init on: shown, exported, replaced; the whole log verifies with what was handed out first."""
    said = enactctl("init")
    assert "take it now, or never: enactctl keys verify-key export FILE" in said.out
    first = note.parse_vkey(enactctl("keys", "export-public").out)
    mac = tmp_path / "mac.key"
    said = enactctl("keys", "verify-key", "export", str(mac))
    assert (0, 0o600) == (said.code, stat.S_IMODE(mac.stat().st_mode))
    assert said.out.startswith("epoch 0, receipts from 0 on, recorded as ")
    assert 1 == enactctl("keys", "verify-key", "export", str(mac)).code

    shown = enactctl("keys", "show")
    assert f"public key  {first.fingerprint}" in shown.out
    assert "epoch 0, handed out to an auditor" in shown.out
    assert mac.read_text().strip() not in shown.out

    assert 130 == enactctl("keys", "rotate", stdin="").code
    rotated = enactctl("keys", "rotate", "--yes", "--json").json("rotated")
    assert (first.fingerprint, rotated["new"]) == (
        rotated["old"],
        enactctl("keys", "show", "--json").json("keys")["fingerprint"],
    )
    pem = enactctl("keys", "export-public", "--pem").out
    assert pem.startswith("-----BEGIN PUBLIC KEY-----")

    (tmp_path / "new.pem").write_text(pem)
    for key in (first.vkey, str(tmp_path / "new.pem")):
        said = enactctl("receipts", "verify", "--key", key, "--mac-key", str(mac))
        assert 0 == said.code, said.out

    enactctl.end()
    target = tmp_path / "log.vkey"
    assert 0 == enactctl("keys", "export-public", "-o", str(target)).code
    assert rotated["vkey"] == target.read_text().strip()
    assert 0 == enactctl("receipts", "verify", "--key", str(target), "--mac-key", str(mac)).code


def test_without_a_daemon(enactctl: Enactctl, tmp_path: Path) -> None:
    """Only the daemon opens keys: nothing is shown or written, and no empty file is left."""
    assert 4 == enactctl("keys", "show").code
    assert "enactd start" == enactctl("keys", "export-public").error["fix"]
    assert 4 == enactctl("keys", "verify-key", "export", str(tmp_path / "mac.key")).code
    assert not (tmp_path / "mac.key").exists()
