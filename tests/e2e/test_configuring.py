"""The configuration chapter of the README, run: five minutes from "protect my table" to a refused call."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.enactctl import Enactctl
from support.enactctl import enactctl as opened

from enactd.config import files
from enactd.setup.selftest import Caller

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def enactctl(tmp_path: Path) -> Iterator[Enactctl]:
    with opened(tmp_path) as console:
        yield console


def chapter() -> str:
    return README.read_text().partition("## Configuration\n")[2].partition("\n## ")[0]


def blocks(kind: str) -> list[str]:
    """The code blocks of the chapter, `kind` is the word after the fence."""
    return re.findall(rf"^```{kind}\n(.*?)^```", chapter(), re.MULTILINE | re.DOTALL)


def session() -> list[tuple[list[str], str]]:
    """Commands and what they print, as the chapter shows them."""
    steps = []
    for part in blocks("")[0].strip().split("\n\n"):
        command, _, said = part.partition("\n")
        steps.append((shlex.split(command.removeprefix("$ enactctl ")), said.rstrip("\n")))
    return steps


def test_five_minutes(enactctl: Enactctl) -> None:
    """Each command says just that, and the agent is refused at the end by what it was told at the beginning."""
    assert 0 == enactctl("init").code
    caller = Caller(enactctl.layout, home=enactctl.home, folder=enactctl.home, purpose="work")
    insert = {"command": 'psql app_dev -c "INSERT INTO invoices VALUES (1)"'}
    assert "allow" == caller.ask("Bash", insert).decision
    steps = session()
    assert 5 == len(steps)
    for words, said in steps:
        found = enactctl(*words)
        printed = found.out.replace(str(enactctl.layout.config_file), "/home/ada/.config/enactd/config.toml")
        assert said == printed.rstrip("\n"), found.err
    enactctl("reload")
    refused = caller.ask("Bash", insert)
    assert "deny" == refused.decision
    assert "protected table invoices" in refused.text
    assert (
        "deny" == caller.ask("mcp__supabase__execute_sql", {"query": "insert into public.invoices values (1)"}).decision
    )
    assert "allow" == caller.ask("Bash", {"command": 'psql app_dev -c "SELECT count(*) FROM invoices"'}).decision


def test_the_example_file_loads_and_every_line_of_it_acts(enactctl: Enactctl) -> None:
    """What the README shows is a file that can be used, with a setting for every section there is."""
    text = blocks("toml")[0]
    enactctl.layout.config.mkdir(parents=True)
    enactctl.layout.config_file.write_text(text)
    assert 0 == enactctl("config", "check").code
    sections = {key.split(".")[0] for key in files.known_keys()} - {
        "daemon",
        "observe",
        "allow",
        "reload",
        "loosenable",
    }
    assert sections - {"receipts"} <= {section for section in sections if f"[{section}" in text}
    for command, expected in (
        ('psql app_dev -c "INSERT INTO invoices VALUES (1)"', "ask"),
        ("git push origin release/7", "ask"),
        ("echo x > db/schema.sql", "ask"),
        ("curl -X POST https://v1.billing.corp/x -d y=1", "ask"),
        ('psql -h pg7.corp -c "UPDATE posts SET title = 1 WHERE id = 4"', "ask"),
        ('psql app_main -c "UPDATE posts SET title = 1 WHERE id = 4"', "ask"),
        ("kubectl --context eu-west delete pod x", "ask"),
        ("aws s3 rm s3://b/x --profile billing", "ask"),
        ("npm install -g left-pad", "ask"),
        ("pip install requests", "ask"),
        ("pip install --index-url https://pypi.corp/simple requests", "allow"),
        ("git status", "allow"),
    ):
        found = enactctl("check", "--json", "--", command).json("check")
        frozen = any(policy["id"] == "self.freeze" for policy in found["policies"])
        assert frozen or expected == found["verdict"], command
