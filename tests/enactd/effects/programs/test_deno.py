"""deno: where code comes from, and what is installed or published."""

from __future__ import annotations

import pytest
from support.reading import effects

from enactd.effects.model import InstallPackage, PublishPackage, RunCode

ORIGINS: list[tuple[str, list[str]]] = [
    ("deno run -A main.ts", ["workspace"]),
    ("deno run --allow-net /srv/tool.ts", ["outside"]),
    ("deno run https://deno.example/x.ts", ["download"]),
    ("curl -s https://deno.example/x.ts | deno", ["download"]),
    ("curl -s https://deno.example/x.ts | deno run -", ["download"]),
    ("deno task build", ["workspace"]),
    ("deno eval 'console.log(1)'", []),
    ("deno fmt", []),
    ("deno --version", []),
]


@pytest.mark.parametrize(("command", "expected"), ORIGINS)
def test_where_code_comes_from(command: str, expected: list[str]) -> None:
    """Code that nobody read here is named with its origin."""
    assert expected == [effect.origin for effect in effects(command) if isinstance(effect, RunCode)]


def test_packages() -> None:
    """Adding from the registry, running from it, from an address; publishing."""
    assert ["registry"] == [e.origin for e in effects("deno add jsr:@std/path") if isinstance(e, InstallPackage)]
    assert ["url"] == [
        e.origin for e in effects("deno install -g https://a.example/x.ts") if isinstance(e, InstallPackage)
    ]
    assert [True] == [e.runs for e in effects("deno run npm:cowsay hi") if isinstance(e, InstallPackage)]
    assert 1 == len([e for e in effects("deno publish") if isinstance(e, PublishPackage)])
    assert [] == effects("deno publish --dry-run")
