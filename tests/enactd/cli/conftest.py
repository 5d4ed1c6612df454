"""A command line of its own for each test, and one shared gate with something in its log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.enactctl import Enactctl, Inhabited
from support.enactctl import enactctl as opened


@pytest.fixture
def enactctl(tmp_path: Path) -> Iterator[Enactctl]:
    """Nothing is installed yet."""
    with opened(tmp_path) as console:
        yield console


@pytest.fixture(scope="session")
def inhabited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inhabited]:
    """One for all tests that only look."""
    with opened(tmp_path_factory.mktemp("lived")) as console:
        yield Inhabited(console)
