"""A file of the Enact SDK's function style decides here as it did there; `POLICIES = [...]`, context -> result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from enactd.bundle import load
from enactd.effects.shell.readers import Readers
from enactd.errors import PolicyError
from enactd.evaluate import PolicySet
from enactd.examples import HOME, WORKSPACE, ExampleWorld
from enactd.judge import Judge
from enactd.toolcall import ToolCall
from enactd.verdict import Verdict

FILE = '''"""Rules of the shop."""
import re
from enact.models import WorkflowContext, PolicyResult
from enact.policies.git import dont_force_push
from enact.policies.coding_agent import CODING_AGENT_POLICIES

_DEPLOY = re.compile(r"\\bdeploy\\b", re.IGNORECASE)


def no_deploy(context: WorkflowContext) -> PolicyResult:
    """Deploys are for people."""
    bad = bool(_DEPLOY.search(context.payload.get("command", "")))
    return PolicyResult(policy="no_deploy", passed=not bad, reason="deploys are for people" if bad else "no deploy")


def keep_invoices(context):
    return PolicyResult(policy="keep_invoices", passed=context.payload.get("table") != "invoices", reason="invoices stay")


def only_under(folder):
    def _policy(context):
        path = context.payload.get("path")
        return PolicyResult(policy="only_under", passed=not path or folder in path, reason=f"stay under {folder}")
    return _policy


POLICIES = [no_deploy, dont_force_push, *CODING_AGENT_POLICIES, keep_invoices, only_under("src/"), only_under("src/")]
'''


def loaded(tmp_path: Path, text: str = FILE, layer: str = "user") -> PolicySet:
    (tmp_path / "shop.py").write_text(text)
    return load([(layer, str(tmp_path))])


def judged(policies: PolicySet, tool: str, **arguments: Any) -> Verdict:
    call = ToolCall(agent="claude-code", session="s", tool=tool, input=arguments, cwd=WORKSPACE)
    judge = Judge(policies, readers=Readers(None))
    return judge.judge(call, workspace=WORKSPACE, home=HOME, world=ExampleWorld(())).verdict


def test_each_function_is_a_policy(tmp_path: Path) -> None:
    """With an id of the file's and the function's name; what this library covers itself is none."""
    found = loaded(tmp_path)
    assert ["shop.keep-invoices", "shop.no-deploy", "shop.policy", "shop.policy-6"] == [p.id for p in found.policies]
    assert "Deploys are for people." == found.by_id["shop.no-deploy"].title


@pytest.mark.parametrize(
    ("tool", "arguments", "expected"),
    [
        ("Bash", {"command": "make Deploy"}, "deny"),
        ("Bash", {"command": "echo hello"}, "allow"),
        ("Bash", {"command": "true"}, "allow"),
        ("Bash", {"command": 'psql -c "DELETE FROM invoices WHERE id = 1"'}, "deny"),
        ("Bash", {"command": 'psql -c "SELECT 1"; psql -c "UPDATE public.invoices SET x = 1"'}, "deny"),
        ("mcp__postgres__query", {"sql": "DROP TABLE invoices"}, "deny"),
        ("Bash", {"command": 'psql -c "DELETE FROM orders WHERE id = 1"'}, "allow"),
        ("Write", {"file_path": "src/a.py", "content": "x"}, "allow"),
        ("Write", {"file_path": "docs/a.md", "content": "x"}, "deny"),
    ],
)
def test_decisions(tool: str, arguments: dict[str, Any], expected: str, tmp_path: Path) -> None:
    """`passed=False` is a denial, whatever tool the SQL came by."""
    assert expected == str(judged(loaded(tmp_path), tool, **arguments).decision)


def test_the_reason_is_told_once(tmp_path: Path) -> None:
    """The function's own words, however many statements a call has."""
    found = judged(loaded(tmp_path), "Bash", command='psql -c "DELETE FROM invoices"; psql -c "DROP TABLE invoices"')
    assert ["invoices stay"] == [f.reason for f in found.findings if f.policy == "shop.keep-invoices"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return context.payload['nothing']", "KeyError"),
        ("return True", "TypeError"),
        ("return None", "TypeError"),
        ("while True:\n        pass", "steps"),
        ("return PolicyResult(policy='x', passed='yes', reason='r')", "r"),
    ],
)
def test_a_broken_function_is_a_denial(body: str, expected: str, tmp_path: Path) -> None:
    """The SDK let a call pass when a policy crashed; a gate does not."""
    text = f"from enact.models import PolicyResult\n\n\ndef bad(context):\n    {body}\n\n\nPOLICIES = [bad]\n"
    found = judged(loaded(tmp_path, text), "Bash", command="ls")
    assert "deny" == str(found.decision)
    assert expected in found.reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import os\nPOLICIES = []\n", "imports `os`"),
        ("import os.path, re\nPOLICIES = []\n", "imports `os.path`"),
        ("from enact.client import EnactClient\nPOLICIES = []\n", "imports `enact.client`"),
        (
            "from enact.policies.db import protect_tables\nPOLICIES = [protect_tables(['a'])]\n",
            "database.protected-tables",
        ),
        ("from enact.policies.db import protect_tables\nPOLICIES = [protect_tables]\n", "no function"),
        ("from enact.policies.git import unheard_of\nPOLICIES = [unheard_of]\n", "unheard_of"),
        ("POLICIES = 3\n", "not a list"),
        ("POLICIES = ['x']\n", "entry 1"),
        ("POLICIES = [open]\n", "uses `open`"),
        ("def f(c):\n    return c.__class__\nPOLICIES = [f]\n", "__class__"),
        ("class A:\n    pass\nPOLICIES = []\n", "class"),
        ("while True:\n    pass\nPOLICIES = []\n", "does not end"),
    ],
)
def test_what_cannot_be_taken_over_says_so(text: str, expected: str, tmp_path: Path) -> None:
    """Nothing that was a rule there is left out here in silence."""
    with pytest.raises(PolicyError) as caught:
        loaded(tmp_path, text)
    assert expected in caught.value.cause


@pytest.mark.parametrize("layer", ["shipped", "machine", "organisation", "repository"])
def test_only_in_the_users_own_folder(layer: str, tmp_path: Path) -> None:
    """Elsewhere a file of this style is no policy."""
    with pytest.raises(PolicyError):
        loaded(tmp_path, layer=layer)
