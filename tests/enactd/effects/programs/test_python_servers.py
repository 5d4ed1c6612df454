"""Servers of Python applications are routine; coverage.py is what it runs."""

from __future__ import annotations

import pytest
from support.reading import effects

from enactd.effects.model import DeletePath, ReadPath, RunCode, WritePath


@pytest.mark.parametrize(
    "command",
    [
        "gunicorn app:app -b 0.0.0.0:8443 --keyfile certs/server.key --certfile certs/server.crt",
        "uvicorn app.main:app --reload --ssl-keyfile=key.pem",
        "hypercorn app:app --keyfile key.pem",
    ],
)
def test_a_key_is_read_to_serve_and_not_shown(command: str) -> None:
    """A server needs its key; nobody sees it."""
    found = effects(command)
    assert [False] == sorted({e.shown for e in found if isinstance(e, ReadPath)})
    assert ["workspace"] == [e.origin for e in found if isinstance(e, RunCode)]


def test_logs_are_written_where_they_are_named() -> None:
    """A log outside is a file outside."""
    written = [
        e.target.path for e in effects("gunicorn app:app --access-logfile /var/log/a.log") if isinstance(e, WritePath)
    ]
    assert ["/var/log/a.log"] == written


@pytest.mark.parametrize(
    "command", ["gunicorn --help", "uvicorn --version", "coverage report -m", "coverage xml", "coverage"]
)
def test_looking_does_nothing(command: str) -> None:
    """Help and reports have no effect."""
    assert [] == effects(command)


def test_coverage_erases_its_own_data() -> None:
    """What `coverage run` makes again."""
    (deletion,) = effects("coverage erase")
    assert isinstance(deletion, DeletePath)
    assert "build-output" in deletion.target.nature


@pytest.mark.parametrize("command", ["coverage run -p tool.py", "coverage run --source=src tool.py"])
def test_coverage_runs_python(command: str) -> None:
    """A file below `coverage run` is read like any other."""
    found = effects(f"echo \"import shutil; shutil.rmtree('/etc/x')\" > tool.py; {command}")
    assert ["/etc/x"] == [e.target.path for e in found if isinstance(e, DeletePath)]
