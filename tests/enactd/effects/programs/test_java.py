"""java: archives are code by the place they lie in; a service's client is read as that service."""

from __future__ import annotations

import pytest
from support.reading import effects

from enactd.effects import model as m

ROWS = [
    ("java -version", []),
    ("java -jar build/app.jar --port 80", ["workspace"]),
    ("java -Xmx1g -jar /srv/drop/app.jar", ["outside"]),
    ("java -cp build/classes com.example.Main", ["workspace"]),
    ("java -cp build/classes:/srv/drop com.example.Main", ["workspace", "outside"]),
    ("java -cp ~/.m2/repository/a.jar com.example.Main", []),
    ("java com.example.Main", []),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_where_the_code_lies(command: str, expected: list[str]) -> None:
    """An archive that is run is code from the workspace or from outside of it."""
    assert expected == [effect.origin for effect in effects(command) if isinstance(effect, m.RunCode)]


def test_a_client_is_its_service() -> None:
    """The JAR that is a service's command line does what the service's words say."""
    found = effects("java -jar tools/jenkins-cli.jar -s http://ci.local/ delete-job deploy")
    assert ["delete"] == [effect.verb for effect in found if isinstance(effect, m.ChangeInfrastructure)]
