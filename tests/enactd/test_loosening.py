"""A change says of itself which way it goes; what nobody can tell goes the wrong way."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from enactd.bundle import catalogue
from enactd.config import Layer, Settings, resolve
from enactd.loosening import Change, digest_of, of_policies, of_settings

POLICY = '''"""Mine.

Why
    x
Instead
    y
Blind spots
    z
"""

from enactd.policy import Ask, Context, Effect, Opinions, policy


@policy(watches=Effect, severity="low", stage="stable", since="0.1")
def check(effect: Effect, context: Context) -> Opinions:
    yield Ask("{}")
'''


def settings(machine: str = "", user: str = "") -> Settings:
    layers = (("machine", machine), ("user", user))
    return resolve([Layer(name=n, path=f"/{n}", table=tomllib.loads(text)) for n, text in layers if text])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "[protect]\ntables = ['a']", [("protect.tables", "tighter")]),
        ("[protect]\ntables = ['a']", "", [("protect.tables", "looser")]),
        ("[policies.x]\nn = 1", "[policies.x]\nn = 2", [("policies.x.n", "unclear")]),
        ("", "[daemon]\nthreads = 2", [("daemon.threads", "neutral")]),
        ("", "[agents.codex]\nallow = 'approve-safe'", [("agents.codex.allow", "looser")]),
        ("", "[workspaces.'/w'.policies.x]\nenabled = false", [("workspaces./w.policies.x.enabled", "looser")]),
        ("", "[workspaces.'/w'.policies.x]\nlevel = 'deny'", [("workspaces./w.policies.x.level", "tighter")]),
        ("loosenable = ['a']", "loosenable = ['a', 'b']", [("loosenable", "looser")]),
        ("loosenable = ['a', 'b']", "loosenable = ['a']", [("loosenable", "tighter")]),
        ("", "loosenable = []", [("loosenable", "tighter")]),
        ("[freeze]\nreason = 'x'", "", [("freeze", "looser")]),
        ("allow = 'silent'", "", []),
    ],
)
def test_settings(before: str, after: str, expected: list[tuple[str, str]]) -> None:
    """By key, with the override it stands in."""
    found = of_settings(settings(user=before), settings(user=after))
    assert expected == [(change.key, change.direction) for change in found]
    assert {"user"} >= {change.layer for change in found}


def test_layers_are_compared_each_by_itself() -> None:
    """What moves from the machine's file to the user's has been taken out of the machine's."""
    found = of_settings(settings(machine="[protect]\ntables = ['a']"), settings(user="[protect]\ntables = ['a']"))
    assert [("machine", "looser"), ("user", "tighter")] == [(change.layer, change.direction) for change in found]


def test_policies(tmp_path: Path) -> None:
    """Gone, new, changed; the same file read again is no change."""
    for name, text in (("a", "1"), ("b", "1")):
        (tmp_path / f"{name}.py").write_text(POLICY.format(text))
    before = catalogue([("user", str(tmp_path))]).policies
    assert () == of_policies(before, catalogue([("user", str(tmp_path))]).policies)
    (tmp_path / "a.py").write_text(POLICY.format("2"))
    (tmp_path / "b.py").rename(tmp_path / "c.py")
    found = of_policies(before, catalogue([("user", str(tmp_path))]).policies)
    assert {("policy a", "neutral"), ("policy b", "looser"), ("policy c", "tighter")} == {
        (change.key, change.direction) for change in found
    }


def test_a_change_is_shown_in_a_line_and_named_by_its_content() -> None:
    """Long values are cut for the eye, never for the name."""
    one = Change(key="k", direction="looser", layer="user", before=["a" * 200], after=None)
    other = Change(key="k", direction="looser", layer="user", before=["a" * 201], after=None)
    assert one.shown() == other.shown()
    assert digest_of([one]) != digest_of([other])
    assert one.shown().startswith("looser  user: k: ")
    assert one.loosens
    assert not Change(key="k", direction="neutral").loosens
