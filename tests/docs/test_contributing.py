"""What CONTRIBUTING.md shows works as it stands there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from support.enactctl import Enactctl

ROOT = Path(__file__).resolve().parents[2]
POLICY, PROGRAM = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)[:2]
READ = """
from enactd.effects import interpret
from enactd.effects.shell.readers import Readers
from enactd.evaluate import PolicySet
from enactd.judge import Judge
from enactd.toolcall import ToolCall
import json, sys
judge = Judge(PolicySet((), ""), readers=Readers(None))
call = ToolCall(agent="a", session="s", tool="Bash", input={"command": sys.argv[1]}, cwd="/home/u/proj")
found = judge.judge(call, workspace="/home/u/proj", home="/home/u", assume=True)
print(json.dumps([[type(effect).__name__, effect.target.path] for effect in found.effects]))
"""


def test_the_policy_passes_its_own_examples(tmp_path: Path) -> None:
    """`enactctl policy test` on the text as printed."""
    file = tmp_path / "policies" / "files" / "mine.py"
    file.parent.mkdir(parents=True)
    file.write_text(POLICY)
    said = Enactctl(tmp_path)("policy", "test", str(tmp_path / "policies"))
    assert 0 == said.code, said.out + said.err
    assert "2 examples of 1 policies" in said.out
    file.write_text(POLICY.replace('"!"', '"?"'))
    assert 0 != Enactctl(tmp_path)("policy", "test", str(tmp_path / "policies")).code


def test_the_program_is_read(tmp_path: Path) -> None:
    """Both of its ways, by the registry that all programs are in."""
    (tmp_path / "shown.py").write_text(PROGRAM)
    found = {}
    for command in ("burn -f src/a.py", "burn -u src/a.py"):
        done = subprocess.run(
            [sys.executable, "-c", f"exec(open({str(tmp_path / 'shown.py')!r}).read())\n{READ}", command],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        found[command] = json.loads(done.stdout)
    path = "/home/u/proj/src/a.py"
    assert {"burn -f src/a.py": [["WritePath", path]], "burn -u src/a.py": [["DeletePath", path]]} == found
