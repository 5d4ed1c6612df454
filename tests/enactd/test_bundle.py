"""Policy folders become a set: vetted, complete, with one digest, all or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from enactd import resources
from enactd.bundle import load, policy_id
from enactd.errors import PolicyError
from enactd.policy import Context, DeletePath

GOOD = '''"""Title of it.

Why
    Because of
    this.
Instead
    Do that.
Blind spots
    Those.
"""

from __future__ import annotations

from enactd.policy import Ask, Context, DeletePath, Opinions, policy

WORDS = frozenset({"a"})


@policy(watches=DeletePath, severity="high", stage="stable", since="0.1", asks=("rm x",), allows=("ls",))
def check(delete: DeletePath, context: Context) -> Opinions:
    if delete.target.word in WORDS:
        yield Ask("x")
'''


def write(folder: Path, **files: str | bytes) -> str:
    """Files by name; `__` stands for `/`."""
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(folder)


def fails(tmp_path: Path, text: str | bytes) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        load([("user", write(tmp_path, files__bad=text))])
    return caught.value


def test_a_good_file_is_a_policy(tmp_path: Path) -> None:
    """The id comes from the path, the words from the docstring, the layer from the caller."""
    found = load([("user", write(tmp_path, files__my_rule=GOOD))])
    (policy,) = found.policies
    assert ("files.my-rule", "Title of it.", "Because of this.", "Do that.", "Those.", "user") == (
        policy.id, policy.title, policy.why, policy.instead, policy.blind_spots, policy.layer,
    )  # fmt: skip
    assert (DeletePath,) == policy.declaration.watches
    assert policy is found.by_id["files.my-rule"]


@pytest.mark.parametrize(
    ("relative", "expected"),
    [("files/recursive_delete.py", "files.recursive-delete"), ("x.py", "x"), ("a/b/c_d.py", "a.b.c-d")],
)
def test_id_comes_from_the_path(relative: str, expected: str) -> None:
    """The folder is the registry."""
    assert expected == policy_id(relative)


BROKEN: dict[str, tuple[str | bytes, str]] = {
    "syntax error": (GOOD + "\ndef broken(:\n", "line"),
    "import os": ("import os\n" + GOOD.replace('"""Title', '"""Title', 1), "imports `os`"),
    "import submodule": (GOOD + "\nimport enactd.policy\n", "imports `enactd.policy`"),
    "from elsewhere": (GOOD + "\nfrom enactd.world import World\n", "imports `enactd.world`"),
    "relative import": (GOOD + "\nfrom . import x\n", "imports"),
    "relative policy": (GOOD + "\nfrom .enactd import policy as q\n", "imports"),
    "hidden import": (GOOD + "\n\ndef f():\n    import socket\n", "imports `socket`"),
    "__import__": (GOOD + "\nx = __import__('os')\n", "uses `__import__`"),
    "open": (GOOD + "\nx = open('/etc/passwd')\n", "uses `open`"),
    "eval": (GOOD + "\nx = eval('1')\n", "uses `eval`"),
    "hash": (GOOD + "\nx = hash('1')\n", "uses `hash`"),
    "dunder attribute": (GOOD + "\nx = ().__class__\n", "uses `__class__`"),
    "getattr by dunder name": (GOOD + "\nx = getattr((), '__class__')\n", "uses"),
    "builtins by name": (GOOD + "\nx = __builtins__['open']\n", "uses `__builtins__`"),
    "global": (GOOD + "\n\ndef f():\n    global WORDS\n    WORDS = 1\n", "global state"),
    "async": (GOOD + "\n\nasync def f():\n    pass\n", "global state or waits"),
    "two policies": (GOOD + GOOD[GOOD.index("@policy") :].replace("def check", "def other"), "declares 2"),
    "no policy": ('"""Title."""\n', "declares 0"),
    "no docstring": (GOOD[GOOD.index("from __future__") :], "docstring"),
    "raises at import": (GOOD + "\nx = 1 / 0\n", "ZeroDivisionError"),
    "raises KeyError": (GOOD + "\nx = {}['k']\n", "KeyError"),
    "raises its own": (GOOD + "\n\nclass Own(Exception): pass\n\nraise Own('x')\n", "`class`"),
    "exits": (GOOD + "\nraise SystemExit(0)\n", "`raise`"),
    "interrupts": (GOOD + "\nraise KeyboardInterrupt\n", "`raise`"),
    "recursion": (GOOD + "\n\ndef f():\n    return f()\n\n\nf()\n", "Recursion"),
    "deep nesting": (GOOD + "\nx = " + "(" * 3000 + ")" * 3000 + "\n", ""),
    "unknown name": (GOOD + "\nx = undefined_name\n", "NameError"),
    "unknown import": (GOOD + "\nfrom enactd.policy import Nothing\n", "Nothing"),
    "wrong declaration": (GOOD.replace('severity="high", ', ""), "severity"),
    "not utf-8": (GOOD.encode() + b"\n# \xff\xfe\n", "utf-8"),
    "utf-16": (GOOD.encode("utf-16"), ""),
    "nul": (GOOD.encode() + b"\x00", ""),
    "empty": ("", "declares 0"),
    "too large": (GOOD + "#" * 300_000, "larger"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_loads_nothing_and_says_why(name: str, tmp_path: Path) -> None:
    """A broken policy is an error that names file and cause; never a traceback, never a set without it."""
    text, expected = BROKEN[name]
    error = fails(tmp_path, text)
    assert "bad.py" in error.problem
    assert expected in error.cause + error.problem
    assert "\n" not in error.cause
    assert "stay in force" in error.effect


def test_one_broken_file_fails_all(tmp_path: Path) -> None:
    """All or nothing: a set with a hole is no set."""
    with pytest.raises(PolicyError):
        load([("user", write(tmp_path, a=GOOD, b="syntax error here("))])


def test_an_unreadable_file_is_an_error(tmp_path: Path) -> None:
    """A policy that cannot be read is not a policy that does not exist."""
    folder = write(tmp_path, a=GOOD)
    (tmp_path / "link.py").symlink_to(tmp_path / "nowhere.py")
    with pytest.raises(PolicyError, match=r"cannot read the policy .*link\.py"):
        load([("user", folder)])


def test_a_folder_named_like_a_policy_is_no_policy(tmp_path: Path) -> None:
    """Only files count; hidden ones, caches and private names do not."""
    folder = write(tmp_path, a=GOOD, _private="broken(", __pycache____x="broken(")
    (tmp_path / "folder.py").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "x.py").write_text("broken(")
    (tmp_path / "__pycache__").mkdir(exist_ok=True)
    (tmp_path / "__pycache__" / "y.py").write_text("broken(")
    assert ["a"] == [policy.id for policy in load([("user", folder)]).policies]


def test_a_policy_has_no_way_to_the_machine(tmp_path: Path) -> None:
    """What a check names at run time is vetted as well as what it names at load time."""
    for expression in ("open('x')", "exec('x')", "print(1)", "input()", "globals()", "breakpoint()"):
        text = GOOD.replace('yield Ask("x")', f"{expression}; yield Ask('x')")
        assert "uses" in fails(tmp_path, text).cause


def digest(folder: str, layer: str = "user", settings: dict[str, Any] | None = None) -> str:
    return load([(layer, folder)], settings).digest


def test_digest_changes_with_content_names_layers_and_settings(tmp_path: Path) -> None:
    """One digest stands for everything that decides."""
    one = write(tmp_path / "one", a=GOOD)
    changed = write(tmp_path / "two", a=GOOD.replace('"a"', '"b"'))
    renamed = write(tmp_path / "three", b=GOOD)
    more = write(tmp_path / "four", a=GOOD, b=GOOD)
    digests = [
        digest(one), digest(changed), digest(renamed), digest(more), digest(one, "machine"),
        digest(one, settings={"a": {"n": 1}}), digest(one, settings={"a": {"n": 2}}),
        digest(one, settings={"a": {"n": [1, {"x": 2}]}}),
    ]  # fmt: skip
    assert len(digests) == len(set(digests))


def test_digest_is_the_same_for_the_same_policies(tmp_path: Path) -> None:
    """Place, order of settings and time of loading do not matter."""
    one, two = write(tmp_path / "one", a=GOOD, b=GOOD), write(tmp_path / "two", b=GOOD, a=GOOD)
    assert digest(one) == digest(two)
    assert digest(one, settings={"a": {"x": 1, "y": 2}, "b": {}}) == digest(
        two, settings={"b": {}, "a": {"y": 2, "x": 1}}
    )


def test_layers_add_and_never_replace(tmp_path: Path) -> None:
    """A lower layer cannot be switched off by a file of the same name above it."""
    shipped, user = write(tmp_path / "s", files__a=GOOD), write(tmp_path / "u", files__b=GOOD)
    found = load([("shipped", shipped), ("user", user), ("machine", str(tmp_path / "missing"))])
    assert [("files.a", "shipped"), ("files.b", "user")] == [(policy.id, policy.layer) for policy in found.policies]
    again = write(tmp_path / "again", files__a=GOOD)
    with pytest.raises(PolicyError, match=r"two policies are called `files\.a`"):
        load([("shipped", shipped), ("user", again)])


def test_two_names_of_one_id_collide(tmp_path: Path) -> None:
    """`a_b.py` and `a-b.py` would have one id."""
    folder = write(tmp_path, a_b=GOOD)
    (tmp_path / "a-b.py").write_text(GOOD)
    with pytest.raises(PolicyError, match="two policies are called"):
        load([("user", folder)])


def test_settings_for_an_unknown_policy_are_an_error(tmp_path: Path) -> None:
    """A typo in the configuration must not leave a rule as it was in silence."""
    with pytest.raises(PolicyError, match=r"`files\.mispelt`"):
        load([("user", write(tmp_path, a=GOOD))], {"files.mispelt": {"x": 1}})


def test_a_policy_can_be_disabled_unless_it_protects_the_gate(tmp_path: Path) -> None:
    """Settings may switch a rule off, but not the one that keeps the settings from being changed."""
    protects = GOOD.replace('since="0.1",', 'since="0.1", protects_gate=True,')
    folder = write(tmp_path, a=GOOD, b=protects)
    found = load([("user", folder)], {"a": {"enabled": False}, "b": {"enabled": False}})
    assert ["b"] == [policy.id for policy in found.policies]


def test_what_ships_loads() -> None:
    """The library loads whole, and its own protection is in it."""
    found = load([("shipped", str(resources.policies_folder()))])
    assert len(found.policies) > 40
    assert {"self.tamper", "self.unguarded-agent"} <= {p.id for p in found.policies if p.declaration.protects_gate}


def test_a_policy_runs_where_it_was_loaded(tmp_path: Path) -> None:
    """Constants and helpers of the module are there when the check runs."""
    from enactd.effects.model import Target

    (policy,) = load([("user", write(tmp_path, a=GOOD))]).policies
    context = Context(workspace="/w", home="/h", cwd="/w")
    assert 1 == len(list(policy.declaration.check(DeletePath(target=Target(word="a")), context)))
