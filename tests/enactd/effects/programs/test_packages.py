"""Names and sources of packages as written on command lines."""

from __future__ import annotations

import pytest

from enactd.effects.programs.packages import bare_name, is_default_index, spec_source
from enactd.effects.values import known, unknown


@pytest.mark.parametrize(
    ("spec", "source"),
    [
        ("react", "registry"), ("@a/b@1", "registry"), ("requests[socks]>=2", "registry"), ("./x", "path"), ("..", "path"),
        ("/abs", "path"), ("x.whl", "path"), ("x.tgz", "path"), ("file:../x", "path"), ("git+https://h/x", "git"),
        ("git@h:a/b.git", "git"), ("github:a/b", "git"), ("https://github.com/a/b", "git"), ("https://h/x.git#v1", "git"),
        ("https://h/x.tgz", "url"), ("http://h/y", "url"), (None, "unknown"),
    ],
)  # fmt: skip
def test_source(spec: str | None, source: str) -> None:
    """Registry, path, repository or address."""
    assert source == spec_source(spec)


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("react@18", "react"), ("@a/b@latest", "@a/b"), ("@a/b", "@a/b"), ("requests[socks]>=2", "requests"), ("x==1.0", "x"),
        ("x~=1", "x"), ("x", "x"), ("", ""), ("serde@1.0", "serde"),
    ],
)  # fmt: skip
def test_name(spec: str, name: str) -> None:
    """The name without version and extras."""
    assert name == bare_name(spec)


def test_default_indexes() -> None:
    """The usual ones, however they are spelled; an unknown one is another."""
    assert is_default_index(None)
    assert is_default_index(known("https://registry.npmjs.org/"))
    assert is_default_index(known("https://pypi.org/simple/"))
    assert not is_default_index(known("https://evil.example/simple"))
    assert not is_default_index(unknown("x"))
