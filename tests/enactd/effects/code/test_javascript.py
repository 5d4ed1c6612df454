"""Statements of JavaScript: branches, loops, functions, imports, and what is no JavaScript."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.code import deeds, node
from support.fuzz import examples

from enactd.effects.model import Opaque, RunCode

HOME_GONE = "DeletePath /home/u"


@pytest.mark.parametrize(
    "code",
    [
        "require('fs').rmSync('/home/u', {recursive: true})",
        "const {rmSync: r} = require('node:fs'); r('/home/u')",
        "import fs from 'fs/promises'; await fs.rm('/home/u', {recursive: true})",
        "import * as f from 'node:fs'; f.rmSync('/home/u')",
        "import {rm as gone} from 'fs/promises'; gone('/home/u')",
        "import('fs').then(f => f.rmSync('/home/u'))",
        "(async () => { const {rm} = await import('fs/promises'); await rm('/home/u') })()",
        "const go = d => fs.rmSync(d); go('/home/u')",
        "function go(d) { fs.rmSync(d) } go('/home/u')",
        "go('/home/u'); function go(d = 'x') { fs.rmSync(d) }",
        "class A { gone(d) { fs.rmSync(d) } } new A().gone('/home/u')",
        "['/home/u'].forEach(d => fs.rmSync(d))",
        "['/home/u'].forEach(fs.unlinkSync)",
        "for (const d of ['/home/u']) fs.rmSync(d)",
        "for (const [a, b] of [['x', '/home/u']]) fs.rmSync(b)",
        "try { x() } catch (e) { fs.rmSync('/home/u') }",
        "try { x() } finally { fs.rmSync('/home/u') }",
        "if (a) b(); else fs.rmSync('/home/u')",
        "switch (x) { case 1: fs.rmSync('/home/u') }",
        "while (x) { fs.rmSync('/home/u') }",
        "setTimeout(() => fs.rmSync('/home/u'), 10)",
        "process.on('exit', () => fs.rmSync('/home/u'))",
        "const f = fs['rm' + 'Sync']; f('/home/u')",
        "fs.rmSync.call(fs, '/home/u')",
        "fs.rmSync.apply(fs, ['/home/u'])",
        "const p = require('util').promisify(fs.rm); p('/home/u')",
        "var {a: [b]} = {a: ['/home/u']}; fs.rmSync(b)",
        "let d = '/home'; d += '/u'; fs.rmSync(d)",
        "const o = {}; o.dir = '/home/u'; fs.rmSync(o.dir)",
        "x && fs.rmSync('/home/u')",
        "x ? 1 : fs.rmSync('/home/u')",
        "`${fs.rmSync('/home/u')}`",
        "eval(\"fs.rmSync('/home/u')\")",
        "new Function(\"fs.rmSync('/home/u')\")()",
        "process.mainModule.require('fs').rmSync('/home/u')",
        "label: fs.rmSync('/home/u')",
        "({ run() { return 1 }, x: fs.rmSync('/home/u') })",
    ],
)
def test_deletion_is_found_however_it_is_written(code: str) -> None:
    """A home that goes away is seen through every construct of the language."""
    assert HOME_GONE in deeds(node(code))


def test_both_arms_of_a_condition_count() -> None:
    """A value that depends on a condition is each of its arms."""
    found = deeds(node("let d = 'dist'; if (x) d = '/home/u'; fs.rmSync(d, {recursive: true})"))
    assert ["DeletePath /home/u", "DeletePath /home/u/proj/dist"] == sorted(found)


@pytest.mark.parametrize(
    "code",
    [
        "console.log('rm -rf / && DROP DATABASE prod')",
        "// fs.rmSync('/')\nconst x = 1",
        "const s = \"require('fs').rmSync('/')\"; s.length",
        "function never() { fs.rmSync('/home/u') }",
        "const rm = d => fs.rmSync(d)",
        "const pkg = require('./package.json'); console.log(pkg.version)",
        "console.log([1, 2, 3].map(x => x * 2).join(','))",
        "const m = new Map(); m.delete('/'); m.clear()",
        "console.log(JSON.stringify({a: 1}, null, 2))",
        "process.exit(process.argv.length > 2 ? 1 : 0)",
        "console.log(process.version, process.env.NODE_ENV)",
    ],
)
def test_harmless_code_does_nothing(code: str) -> None:
    """Words are not deeds, and functions that nobody calls do nothing."""
    assert [] == deeds(node(code))


def test_text_with_errors_is_opaque_and_read_as_far_as_it_goes() -> None:
    """What is no JavaScript asks, and what can be seen in it is told."""
    found = node("fs.rmSync('/home/u'); broken(((")
    assert any(isinstance(effect, Opaque) for effect in found)
    assert HOME_GONE in deeds(found)


def test_files_of_the_project_may_depend_on_the_run(project_script) -> None:  # type: ignore[no-untyped-def]
    """A build script's own variables are its own business; a known target is not."""
    found = project_script("fs.writeFileSync(process.argv[2], 'x'); require('child_process').execSync(cmd)")
    assert [("RunCode", "workspace")] == [(type(e).__name__, getattr(e, "origin", "")) for e in found]
    assert HOME_GONE in deeds(project_script("fs.rmSync(require('os').homedir(), {recursive: true})"))


def test_holes_in_the_code_are_code_that_nobody_read() -> None:
    """Text that the shell puts in as a statement can be anything."""
    from support.reading import effects

    assert any(isinstance(e, RunCode) for e in effects('node -e "const a = 1; $CODE"'))
    assert [] == deeds(effects('node -e "console.log($X)"'))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000,
        "(" * 3000 + ")" * 3000,
        "a" + "+a" * 8000,
        "`${" * 500,
        "f(" * 200 + ")" * 200,
        "x=>" * 900 + "1",
        "{" * 4000,
        "/*" * 900,
    ],
)
def test_hostile_shapes_end(text: str) -> None:
    """Deep and long text ends in time, without an exception."""
    assert not any("failed" in getattr(effect, "reason", "") for effect in node(text))


@settings(max_examples=examples(40), deadline=None)
@given(st.text(alphabet="(){}[]`$'\"\\/=>.,;: abfsrmeval012\n", max_size=60))
def test_any_text_is_read(text: str) -> None:
    """Reading is total."""
    assert not any("failed" in getattr(effect, "reason", "") for effect in node(text))


@pytest.mark.parametrize("before", ["", "fs.rmSync('/home/u');\n"])
def test_errors_that_a_grammar_never_recovers_from(before: str) -> None:
    """A text on which the grammar of TypeScript runs for ever is read in a bounded number of turns, and asks."""
    found = node(before + '{[` X}`\U000c2d2d }?."t})<}]\U000bce49)')
    assert any(isinstance(effect, Opaque) for effect in found)
