"""What JavaScript prints, and what carries a secret."""

from __future__ import annotations

import pytest
from support.code import deeds, node
from support.reading import effects


@pytest.mark.parametrize(
    "code",
    ["console.log(process.env)", "console.log(JSON.stringify(process.env))", "console.log(process.env.API_KEY)",
     "const {API_KEY} = process.env; console.log(API_KEY)", "process.stdout.write(process.env['AWS_SECRET_ACCESS_KEY'])",
     "for (const v of Object.values(process.env)) console.log(v)"],
)  # fmt: skip
def test_printing_the_environment_reveals_it(code: str) -> None:
    """The whole environment and secret variables by name are secrets."""
    assert any(word.startswith("RevealSecret") for word in deeds(node(code)))


@pytest.mark.parametrize(
    "code",
    ["console.log(process.env.NODE_ENV)", "console.log(!!process.env.API_KEY)", "console.log(Object.keys({a: 1}))"],
)
def test_names_and_presence_are_free(code: str) -> None:
    """Whether a variable is set says nothing of its value."""
    assert [] == deeds(node(code))


def test_known_output_flows_on() -> None:
    """What is certainly printed is read by the shell behind the pipe."""
    assert ["DeletePath /etc"] == deeds(effects("node -e 'console.log(\"rm -rf /etc\")' | sh"))
    assert ["DeletePath /etc"] == deeds(effects("node -p '\"rm -rf /etc\"' | sh"))
    assert "RunCode" in deeds(effects("node -e 'console.log(x)' | sh"))[0]
