"""Trust is in a content and not in a place: what changes is untrusted, what runs is the copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from enactd.config import Layout
from enactd.enclosure import Enclosure, look
from enactd.errors import UsageError
from enactd.trust import TrustStore


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout.under(tmp_path / "e")
    made.prepare()
    return made


def repository(folder: Path, policy: str = "1") -> Enclosure:
    (folder / ".enact/policies").mkdir(parents=True, exist_ok=True)
    (folder / ".enact/config.toml").write_text("[protect]\n")
    (folder / ".enact/policies/a.py").write_text(policy)
    found = look(str(folder))
    assert found is not None
    return found


def test_only_this_content_in_this_workspace(layout: Layout, tmp_path: Path) -> None:
    """A change asks again; changing back does not; the same content elsewhere is somebody else's."""
    store = TrustStore(layout)
    first = repository(tmp_path / "one")
    assert not store.is_trusted(first)
    agreed = store.add(first, 5.0, "mine")
    assert store.is_trusted(first)
    assert not store.is_trusted(repository(tmp_path / "one", "2"))
    assert store.is_trusted(repository(tmp_path / "one", "1"))
    assert not store.is_trusted(repository(tmp_path / "two"))
    assert (agreed,) == TrustStore(layout).all()
    assert not store.is_trusted(Enclosure(workspace=str(tmp_path / "one")))


def test_what_runs_is_the_copy(layout: Layout, tmp_path: Path) -> None:
    """The repository may change at any moment; a copy that was touched is none."""
    store = TrustStore(layout)
    first = repository(tmp_path / "one")
    store.add(first, 1.0)
    copy = Path(store.policies(first.digest)) / "a.py"
    assert copy.is_relative_to(layout.state)
    assert "1" == copy.read_text()
    assert first.files == store.before(first.workspace)
    copy.write_text("evil")
    assert not store.is_trusted(first)
    store.add(first, 2.0)
    assert "1" == copy.read_text()


def test_taking_it_back(layout: Layout, tmp_path: Path) -> None:
    """Agreement and copy go; there is an error where there was none."""
    store = TrustStore(layout)
    first = repository(tmp_path / "one")
    store.add(first, 1.0)
    store.add(repository(tmp_path / "one", "2"), 2.0)
    assert 2 == len(store.remove(first.workspace))
    assert not store.is_trusted(first)
    assert not list((layout.state / "trusted").iterdir())
    with pytest.raises(UsageError):
        store.remove(first.workspace)


@pytest.mark.parametrize("text", ["", "{", '{"a": 1}', "[1]", '[{"workspace": 1}]'])
def test_an_unreadable_file_is_no_trust(layout: Layout, tmp_path: Path, text: str) -> None:
    """Closed, not open; and a new agreement mends it."""
    (layout.state / "trusted.json").write_text(text)
    store = TrustStore(layout)
    assert () == store.all()
    assert {} == store.before("/x")
    store.add(repository(tmp_path / "one"), 1.0)
    assert 1 == len(TrustStore(layout).all())
