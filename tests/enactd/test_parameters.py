"""A parameter that does not exist, or is of another kind, is an error of the file that says it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from enactd import resources
from enactd.bundle import catalogue
from enactd.errors import ConfigError
from enactd.parameters import check, declared

POLICIES = catalogue([("shipped", str(resources.policies_folder()))]).policies


@pytest.mark.parametrize(
    ("policy", "given", "said"),
    [
        ("files.overwrite", {"least_byte": 3}, "the nearest is `policies.files.overwrite.least_bytes`"),
        ("files.overwrite", {"least_bytes": "3"}, "expected a number"),
        ("files.overwrite", {"least_bytes": True}, "expected a number"),
        ("files.overwrit", {"least_bytes": 3}, "the nearest is `policies.files.overwrite`"),
        ("packages.install", {"ask_unknown_tools": 1}, "expected true or false"),
        ("database.protected-tables", {"tables": "users"}, "expected a list"),
        ("database.protected-tables", {"tables": [1]}, "expected a list of texts"),
        ("zzz", {"a": 1}, "`policies.zzz` is no policy"),
    ],
)
def test_what_does_not_fit(policy: str, given: dict[str, Any], said: str) -> None:
    """With the file, the key, what is expected, and the nearest there is."""
    origin = {f"policies.{policy}.{name}": "/x/config.toml" for name in given}
    with pytest.raises(ConfigError) as caught:
        check(POLICIES, {policy: given}, origin)
    assert "`/x/config.toml` cannot be used" == caught.value.problem
    assert said in caught.value.cause
    assert "enactctl policy" in caught.value.fix


@pytest.mark.parametrize(
    ("policy", "given"),
    [
        ("files.overwrite", {"least_bytes": 500, "enabled": False, "level": "deny"}),
        ("database.protected-tables", {"tables": ["a"]}),
        ("database.protected-tables", {"tables": []}),
        ("packages.install", {"ask_unknown_tools": True}),
        ("shell.opaque", {"level": "observe"}),
    ],
)
def test_what_fits(policy: str, given: dict[str, Any]) -> None:
    """Declared parameters of their kind, and what every policy has."""
    check(POLICIES, {policy: given}, {})


def test_declared() -> None:
    """Names and defaults by the source, constants looked up; nothing for a file that is gone."""
    assert {"least_bytes": "200"} == declared(POLICIES["files.overwrite"])
    assert "'users'" in declared(POLICIES["database.protected-tables"])["tables"]
    assert {} == declared(msgspec.structs.replace(POLICIES["files.overwrite"], path="/gone"))
