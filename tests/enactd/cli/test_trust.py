"""`enactctl trust`: see what would change, agree to just that, take it back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.enactctl import Enactctl
from support.repositories import make_repo

SETTINGS = "[protect]\ntables = ['invoices']\n[policies.'git.force-push']\nenabled = false\n[daemon]\nthreads = 1\n"


@pytest.fixture
def project(enactctl: Enactctl) -> Path:
    folder = make_repo(enactctl.home.parent).top
    (folder / ".enact/policies").mkdir(parents=True)
    (folder / ".enact/config.toml").write_text(SETTINGS)
    return folder


def test_show_trust_and_revoke(enactctl: Enactctl, project: Path) -> None:
    """Only what is shown is agreed to: a digest names it, a change asks again and shows the difference."""
    assert 0 == enactctl("init").code
    shown = enactctl("trust", "--show", str(project))
    assert 0 == shown.code, shown.err
    for part in (
        "not trusted",
        "setting policies.git.force-push.enabled = False",
        "stays out: daemon.threads",
        "+tables",
    ):
        assert part in shown.out, part
    assert "not trusted" not in enactctl("trust", "--list").out
    told = enactctl("trust", "--show", "--json", str(project)).json("trust")
    assert 2 == enactctl("trust", "--yes", str(project)).code
    assert 2 == enactctl("trust", "--yes", "--digest", "0" * 64, str(project)).code
    assert 130 == enactctl("trust", str(project), stdin="n\n").code
    done = enactctl("trust", "--yes", "--digest", told["digest"], "--reason", "ours", str(project))
    assert (0, True) == (done.code, "trusted: " in done.out), done.err
    assert "ours" in enactctl("trust", "--list").out
    assert enactctl("trust", "--show", "--json", str(project)).json("trust")["trusted"]
    (project / ".enact/config.toml").write_text(SETTINGS + "[policies.'shell.opaque']\nenabled = false\n")
    again = enactctl("trust", "--show", str(project)).out
    assert "not trusted" in again
    assert "+[policies.'shell.opaque']" in again
    assert "-[protect]" not in again
    assert 0 == enactctl("trust", str(project), stdin="y\n").code
    assert "not trusted any more" in enactctl("trust", "--revoke", str(project)).out
    assert 2 == enactctl("trust", "--revoke", str(project)).code


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", ["fifo", "link", "huge", "none", "broken"])
def test_what_cannot_be_trusted_is_told(enactctl: Enactctl, project: Path, kind: str) -> None:
    """At once, without following, waiting or printing what a link leads to."""
    settings = project / ".enact/config.toml"
    secret = enactctl.home / "secret"
    secret.write_text("hunter2hunter2")
    settings.unlink()
    match kind:
        case "fifo":
            os.mkfifo(settings)
        case "link":
            settings.symlink_to(secret)
        case "huge":
            settings.write_text("")
            os.truncate(settings, 1 << 34)
        case "none":
            (project / ".enact/policies").rmdir()
            (project / ".enact").rmdir()
        case _:
            settings.write_text("[daemon]\nspeed = '\x1b[2J'\n")
    said = enactctl("trust", "--show", str(project))
    assert 2 == said.code
    assert "hunter2" not in said.out + said.err
    assert "\x1b" not in said.out + said.err


def test_what_is_shown_steers_no_terminal(enactctl: Enactctl, project: Path) -> None:
    """A repository's text is foreign."""
    (project / ".enact/policies/a.py").write_text('"""\x1b[2J\u202e gone."""\n')
    shown = enactctl("trust", "--show", str(project)).out
    assert "policy  policies/a.py" in shown
    assert not {"\x1b", "\u202e"} & set(shown)
