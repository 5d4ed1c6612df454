"""Statements of Python."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.code import deeds, python
from support.fuzz import examples
from support.reading import effects


@pytest.mark.parametrize(
    "code",
    [
        "import shutil; shutil.rmtree('/home/u')",
        "import shutil as s; s.rmtree('/home/u')",
        "from shutil import rmtree as gone; gone('/home/u')",
        "from shutil import *; rmtree('/home/u')",
        "__import__('shutil').rmtree('/home/u')",
        "import importlib; importlib.import_module('shutil').rmtree('/home/u')",
        "import shutil; getattr(shutil, 'rm' + 'tree')('/home/u')",
        "import shutil; shutil.__dict__; r = shutil.rmtree; r('/home/u')",
        "import shutil\nif x:\n    d = '/home/u'\nelse:\n    d = 'b'\nshutil.rmtree(d)",
        "import shutil; shutil.rmtree('a' if x else '/home/u')",
        "import shutil; d = x or '/home/u'; shutil.rmtree(d)",
        "import shutil\nfor d in ['a', '/home/u']:\n    shutil.rmtree(d)",
        "import shutil\nwhile True:\n    shutil.rmtree('/home/u')",
        "import shutil\ntry:\n    x()\nexcept Exception:\n    shutil.rmtree('/home/u')",
        "import shutil\ntry:\n    x()\nfinally:\n    shutil.rmtree('/home/u')",
        "import shutil\nwith x() as y:\n    shutil.rmtree('/home/u')",
        "import shutil\nmatch x:\n    case 1:\n        shutil.rmtree('/home/u')",
        "import shutil\ndef go(d):\n    shutil.rmtree(d)\ngo('/home/u')",
        "import shutil\ndef go(d='/home/u'):\n    shutil.rmtree(d)\ngo()",
        "import shutil\ndef go(*, d):\n    shutil.rmtree(d)\ngo(d='/home/u')",
        "import shutil\ndef main():\n    for d in DIRS: shutil.rmtree(d)\nDIRS = ['/home/u']\nif __name__ == '__main__':\n    main()",
        "import shutil\nclass A:\n    def go(self, d):\n        shutil.rmtree(d)\nA().go('/home/u')",
        "import shutil\n@app.command()\ndef go():\n    shutil.rmtree('/home/u')",
        "import shutil; (lambda d: shutil.rmtree(d))('/home/u')",
        "import shutil; [shutil.rmtree(d) for d in ('a', '/home/u')]",
        "import shutil; list(map(shutil.rmtree, ['/home/u']))",
        "import shutil; {d: shutil.rmtree(d) for d in ['/home/u']}",
        "import shutil; any(shutil.rmtree(d) for d in ['/home/u'])",
        "import shutil; (d := '/home/u'); shutil.rmtree(d)",
        "import shutil; a, b = 'x', '/home/u'; shutil.rmtree(b)",
        "import shutil; (a, *b) = ['x', '/home/u']; [shutil.rmtree(d) for d in b]",
        "import shutil; d = {'k': '/home/u'}; shutil.rmtree(d['k'])",
        "import shutil; l = []; l.append('/home/u'); shutil.rmtree(l[0])",
        "import shutil, threading; threading.Thread(target=shutil.rmtree, args=('/home/u',)).start()",
        "import shutil, functools; functools.partial(shutil.rmtree, '/home/u')()",
        "import shutil\nasync def go():\n    shutil.rmtree('/home/u')\nimport asyncio; asyncio.run(go())",
        "exec(\"import shutil; shutil.rmtree('/home/u')\")",
        "eval(compile(\"__import__('shutil').rmtree('/home/u')\", 'x', 'eval'))",
        "import shutil; globals()['shutil'].rmtree('/home/u')",
        "import shutil; shutil.rmtree(path='/home/u', ignore_errors=True)",
        "import shutil; shutil.rmtree(*['/home/u'])",
        "import shutil; shutil.rmtree(**{'path': '/home/u'})",
        "!rm -rf /home/u",
    ],
)
def test_a_home_that_goes_away_is_seen(code: str) -> None:
    """Through every construct of the language."""
    assert "DeletePath /home/u" in deeds(python(code))


@pytest.mark.parametrize(
    "code",
    [
        "print('rm -rf /')",
        "# shutil.rmtree('/')",
        '"""os.system("rm -rf /")"""',
        "def never():\n    import shutil; shutil.rmtree('/')",
        "class A:\n    def go(self):\n        import shutil; shutil.rmtree('/')",
        "import sys, json; print(json.dumps({'a': 1}), sys.version)",
        "d = {'x': 1}; d.pop('x'); l = [1]; l.remove(1); l.clear()",
        "import os; print(os.path.join('a', 'b'), os.getcwd())",
        "print('API_KEY' in __import__('os').environ)",
        "import os; print(len(os.environ), bool(os.environ.get('API_KEY')))",
        "import re; print(re.sub('a', 'b', 'abc'))",
        "1 + 1",
    ],
)
def test_harmless_code_does_nothing(code: str) -> None:
    """Words are not deeds, and functions that nobody calls do nothing."""
    assert [] == deeds(python(code))


def test_what_is_no_python_is_opaque() -> None:
    """Text that cannot be parsed asks; holes as statements are code nobody read."""
    from support.reading import effects

    assert ["Opaque"] == [word.split()[0] for word in deeds(python("def ("))]
    assert ["RunCode argument"] == deeds(effects('python3 -c "a = 1; $CODE"'))
    assert [] == deeds(effects('python3 -c "print($X)"'))


def test_files_of_the_project_may_depend_on_the_run(project_script) -> None:  # type: ignore[no-untyped-def]
    """A build script's own variables are its own business; a known target is not."""
    code = "import sys, subprocess\nopen(sys.argv[9], 'w').write('x')\nsubprocess.run(cmd)\n"
    assert ["RunCode workspace"] == deeds(project_script(code, "a.py", "python {}"))
    home = "import shutil, pathlib; shutil.rmtree(pathlib.Path.home())"
    assert "DeletePath /home/u" in deeds(project_script(home, "b.py", "python {}"))


@pytest.mark.parametrize(
    "text",
    [
        "(" * 90,
        "x=" + "+".join("a" * 4000),
        "[" * 80 + "]" * 80,
        "f(" * 80 + ")" * 80,
        "\n".join(f"a{i}=a{i - 1}+a{i - 1}" for i in range(1, 400)),
        "-" * 5000 + "1",
        "lambda:" * 500 + "1",
        "if x:\n " * 1 + "pass",
        "a." * 4000 + "b",
    ],
)
def test_hostile_shapes_end(text: str) -> None:
    """Deep, long and doubling text ends in time, without an exception."""
    assert not any("failed" in getattr(effect, "reason", "") for effect in python(text))


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(st.sampled_from(["import os", "x = [1]", "for a in x: pass", "os.remove(x)", "def f(a): return f(a)", "f(1)", "x += x", "print(x)", "del x", "{**x}", "x[0]", "x[:2]", "lambda: x", "f'{x}'", "y = x % 1", "with open(x) as y: y.write(x)", "@f\ndef g(): pass", "(x, *y) = x", "global z", "x.y.z = 1", "while x: break", "raise x"]), max_size=8))  # fmt: skip
def test_any_program_is_read(lines: list[str]) -> None:
    """Reading is total."""
    assert not any("failed" in getattr(effect, "reason", "") for effect in python("\n".join(lines)))


SERVER = "import shutil\nfrom flask import Flask\napp = Flask(__name__)\n@app.post('/x')\ndef x():\n    shutil.rmtree('/etc')\n"
COMMANDS = "import click, shutil\n@click.group()\ndef cli(): pass\n@cli.command()\ndef wipe_all():\n    shutil.rmtree('/etc')\ncli()\n"


@pytest.mark.parametrize(
    ("text", "command", "expected"),
    [
        (SERVER, "python3 x.py", []),
        (SERVER + "x()\n", "python3 x.py", ["DeletePath /etc"]),
        (COMMANDS, "python3 x.py wipe-all", ["DeletePath /etc"]),
        (COMMANDS, "python3 x.py other", []),
    ],
)
def test_handlers_of_the_project_wait(tmp_path: Path, text: str, command: str, expected: list[str]) -> None:
    """A route runs when somebody asks for it, a command when it is named."""
    (tmp_path / "x.py").write_text(text)
    assert expected == deeds(effects(command, cwd=str(tmp_path), home="/home/u"))


def test_handlers_in_given_text_are_read() -> None:
    """Text by option has nobody else who could have written it."""
    assert ["DeletePath /etc"] == deeds(python(SERVER))
