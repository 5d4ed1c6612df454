"""What crosses the control side comes out as it went in."""

from __future__ import annotations

import msgspec
import pytest

from enactd import errors
from enactd.errors import EnactError
from enactd.report import ControlReply, Problem, Request, Status

CLASSES = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, EnactError)]


@pytest.mark.parametrize("kind", CLASSES)
def test_errors_come_back_as_they_were(kind: type[EnactError]) -> None:
    """A refusal of the daemon is the same error at the client, exit code included."""
    error = kind("p", cause="c", effect="e", fix="f")
    wire = msgspec.json.encode(Problem.of(error))
    back = msgspec.json.decode(wire, type=Problem).error()
    assert (kind, str(error), error.exit_code) == (type(back), str(back), back.exit_code)


def test_codes_are_told_apart() -> None:
    """No two classes share a code."""
    assert len(CLASSES) == len({kind.code for kind in CLASSES})


def test_an_unknown_code_is_still_an_error() -> None:
    """A newer daemon's error is told by an older client."""
    assert EnactError is type(Problem(problem="p", code="E9999").error())


def test_unknown_fields_are_no_obstacle() -> None:
    """Old and new programs understand each other: what is new is passed over, what is missing has a default."""
    request = msgspec.json.decode(b'{"route":"stop","client":"9","new":1}', type=Request)
    assert ("stop", {}) == (request.route, request.arguments)
    assert None is msgspec.json.decode(b'{"daemon":"9","more":[]}', type=ControlReply).problem
    old = b'{"version":"1","pid":1,"started":1.0,"socket":"/s","policies":null}'
    assert () == msgspec.json.decode(old, type=Status).sessions
