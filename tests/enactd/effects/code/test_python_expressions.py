"""Expressions: what a path comes to."""

from __future__ import annotations

import pytest
from support.code import deeds, python


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("'/e' + 'tc'", "/etc"),
        ("f'/{\"etc\"}'", "/etc"),
        ("'/%s' % 'etc'", "/etc"),
        ("'/%s%s' % ('et', 'c')", "/etc"),
        ("'/{}'.format('etc')", "/etc"),
        ("'/{a}'.format(a='etc')", "/etc"),
        ("'/'.join(['', 'etc'])", "/etc"),
        ("os.path.join('/', 'etc')", "/etc"),
        ("os.path.join('a', '/etc')", "/etc"),
        ("pathlib.Path('/') / 'etc'", "/etc"),
        ("pathlib.Path('/etc/x').parent", "/etc"),
        ("pathlib.Path('/etc').joinpath('x')", "/etc/x"),
        ("pathlib.Path.home() / 'x'", "/home/u/x"),
        ("os.path.expanduser('~/x')", "/home/u/x"),
        ("pathlib.Path('~/x').expanduser()", "/home/u/x"),
        ("os.environ['HOME'] + '/x'", "/home/u/x"),
        ("os.getenv('HOME') + '/x'", "/home/u/x"),
        ("os.getcwd() + '/x'", "/home/u/proj/x"),
        ("'cte/'[::-1]", "/etc"),
        ("'x/etc'[1:]", "/etc"),
        ("''.join(reversed('cte/'))", "/etc"),
        ("''.join(chr(c) for c in [47, 101, 116, 99])", "/etc"),
        ("bytes([47, 101, 116, 99]).decode()", "/etc"),
        ("base64.b64decode('L2V0Yw==').decode()", "/etc"),
        ("bytes.fromhex('2f657463').decode()", "/etc"),
        ("'/ETC'.lower()", "/etc"),
        ("' /etc '.strip()", "/etc"),
        ("'/xtc'.replace('x', 'e')", "/etc"),
        ("'/etc,x'.split(',')[0]", "/etc"),
        ("('x', '/etc')[1]", "/etc"),
        ("{'a': '/etc'}['a']", "/etc"),
        ("dict(a='/etc').get('a')", "/etc"),
        ("tempfile.gettempdir() + '/x'", "/tmp/x"),
        ("tempfile.mkdtemp()", "/tmp/tmp*"),
        ("r'/etc'", "/etc"),
        ("b'/etc'", "/etc"),
        ("'/a' * 2", "/a/a"),
        ("str(pathlib.Path('/etc'))", "/etc"),
        ("os.path.dirname('/etc/x')", "/etc"),
    ],
)
def test_paths_are_computed(path: str, expected: str) -> None:
    """What can be computed is."""
    code = f"import os, shutil, pathlib, base64, tempfile\nd = {path}\nshutil.rmtree(d)"
    assert f"DeletePath {expected}" in deeds(python(code))


@pytest.mark.parametrize(
    "code", ["import os; getattr(os, x)('y')", "eval(x)", "exec(open(x).read())", "__import__(x).y()", "globals()[x]()"]
)
def test_names_made_at_run_time_are_generated_code(code: str) -> None:
    """Who hides the name of what he calls gets no easy yes."""
    assert "RunCode generated" in deeds(python(code))


@pytest.mark.parametrize("code", ["getattr(self, name)()", "handlers[x](1)", "obj.method(x)", "func(x)"])
def test_ordinary_dispatch_is_free(code: str) -> None:
    """Looking a function up in one's own table hides nothing."""
    assert [] == deeds(python(code))
