"""`enactctl policy`: what there is, and what each says about itself."""

from __future__ import annotations

from support.enactctl import Enactctl

MINE = '''"""No notes are deleted.

Why
    They are dear to me.
"""

from enactd.policy import Context, DeletePath, Deny, Opinions, policy


@policy(watches=DeletePath, severity="low", stage="trial", since="1.0", denies=("rm notes.txt",))
def check(effect: DeletePath, context: Context) -> Opinions:
    if (effect.target.path or "").endswith(context.setting("ending", "notes.txt")):
        yield Deny("notes stay")
'''


def add(enactctl: Enactctl) -> None:
    folder = enactctl.layout.policies / "mine"
    folder.mkdir(parents=True)
    (folder / "notes.py").write_text(MINE)


def test_list(enactctl: Enactctl) -> None:
    """All policies with their layer; one of the user's own is among them."""
    add(enactctl)
    said = enactctl("policy", "list")
    assert said.out.startswith("POLICY")
    rows = [row.split() for row in said.out.splitlines()]
    assert ["mine.notes", "low", "trial", "user"] in [row[:4] for row in rows]
    assert any(row[0] == "git.force-push" and row[3] == "shipped" for row in rows)
    assert any("mine.notes" == entry["id"] for entry in enactctl("policy", "list", "--json").json("policies"))


def test_explain(enactctl: Enactctl) -> None:
    """Title, why, examples, file and parameters with defaults and what was configured."""
    add(enactctl)
    enactctl.layout.config_file.write_text('[policies."mine.notes"]\nending = "diary.txt"\n')
    said = enactctl("policy", "explain", "mine.notes")
    assert 0 == said.code
    for text in (
        "No notes are deleted.",
        "Why\n  They are dear to me.",
        "Denies\n  rm notes.txt",
        "ending = 'notes.txt'   # yours: diary.txt",
        "mine/notes.py",
    ):
        assert text in said.out


def test_optional_policies_are_listed_as_off(enactctl: Enactctl) -> None:
    """They can be found and read before they are switched on; settings switch them on."""
    listed = {row.split()[0]: row.split()[2] for row in enactctl("policy", "list").out.splitlines() if "." in row}
    assert ("off", "stable") == (listed["git.commit-message"], listed["git.force-push"])
    told = enactctl("policy", "explain", "git.commit-message", "--json").json("policy")
    assert (False, "False") == (told["enabled"], told["parameters"]["enabled"])
    enactctl.layout.config_file.parent.mkdir(parents=True, exist_ok=True)
    enactctl.layout.config_file.write_text('[policies."git.commit-message"]\nenabled = true\n')
    told = enactctl("policy", "explain", "git.commit-message", "--json").json("policy")
    assert (True, "trial") == (told["enabled"], told["stage"])


def test_defaults_are_looked_up(enactctl: Enactctl) -> None:
    """A parameter whose default is a constant of the file shows the constant's value."""
    value = enactctl("policy", "explain", "git.force-push", "--json").json("policy")
    assert "main" in value["parameters"]["protected_branches"]


def test_unknown(enactctl: Enactctl) -> None:
    """An id that is none is told, with those that come near."""
    said = enactctl("policy", "explain", "force-push")
    assert 2 == said.code
    assert "one of: git.force-push" == said.error["fix"]
    assert "enactctl policy list" == enactctl("policy", "explain", "\x1b[2J").error["fix"]


def test_broken(enactctl: Enactctl) -> None:
    """A file that does not load is named."""
    add(enactctl)
    (enactctl.layout.policies / "mine" / "notes.py").write_text("import os\n")
    said = enactctl("policy", "list")
    assert 1 == said.code
    assert "it imports `os`; a policy may import `enactd.policy` only" == said.error["cause"]
