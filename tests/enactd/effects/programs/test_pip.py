"""pip, pipx, twine, and requirement files."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.briefly import lines, lines_in


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("pip install requests", ["InstallPackage manager=pip names=[requests]"]),
        ("pip install 'requests[socks]>=2' flask==3", ["InstallPackage manager=pip names=[requests,flask]"]),
        ("python3 -m pip install requests", ["InstallPackage manager=pip names=[requests]"]),
        ("pip install -e '.[dev]'", ["InstallPackage manager=pip names=[.[dev]] origin=path"]),
        ("pip install .", ["InstallPackage manager=pip names=[.] origin=path"]),
        ("pip install reqeusts", ["InstallPackage manager=pip names=[reqeusts] lookalike=requests"]),
        ("pip install git+https://github.com/x/y", ["InstallPackage manager=pip names=[git+https://github.com/x/y] origin=git"]),
        ("pip install 'p @ https://x.y/z.whl'", ["InstallPackage manager=pip names=[p @ https://x.y/z.whl] origin=url"]),
        ("pip install -i https://e.x/simple x", ["InstallPackage manager=pip names=[x] origin=index"]),
        ("pip install --extra-index-url=https://e.x/s x", ["InstallPackage manager=pip names=[x] origin=index"]),
        ("PIP_INDEX_URL=https://e.x pip install x", ["InstallPackage manager=pip names=[x] origin=index"]),
        ("pip install -i https://pypi.org/simple x", ["InstallPackage manager=pip names=[x]"]),
        ("pip install --trusted-host e.x x", ["InstallPackage manager=pip names=[x] unchecked"]),
        ("pip install --user x", ["InstallPackage manager=pip names=[x] scope=user"]),
        ("sudo pip install x", ["InstallPackage user=root manager=pip names=[x] scope=system"]),
        ("pip3 install --break-system-packages x", ["InstallPackage manager=pip names=[x] scope=system"]),
        ('pip install "$X"', ["InstallPackage manager=pip names=[<$X is not known>] origin=unknown"]),
        ("pip uninstall -y x", ["RemovePackage manager=pip names=[x]"]),
        ("pip config set global.index-url https://e.x", ["SetEnvironment name=pip global.index-url value=https://e.x"]),
        ("pipx install black", ["InstallPackage manager=pipx names=[black] scope=user"]),
        ("pipx run odd-tool", ["InstallPackage manager=pipx run names=[odd-tool] runs"]),
        ("twine upload dist/*", ["PublishPackage manager=twine verb=publish what=dist/*"]),
        ("twine check dist/*", []),
        ("pip install --dry-run x", []),
        ("pip list", []),
        ("pip index versions requests", []),
        ("pip --version", []),
        ("pip freeze", []),
    ],
)  # fmt: skip
def test_effects(command: str, expected: list[str]) -> None:
    """Names, sources, indexes, trust and scope."""
    assert expected == lines(command)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("requests==2.0\nflask  # web\n", "InstallPackage manager=pip origin=lockfile"),
        ("--index-url https://e.x/simple\nrequests\n", "InstallPackage manager=pip names=[requests] origin=index"),
        ("git+https://github.com/a/b\n", "InstallPackage manager=pip names=[git+https://github.com/a/b] origin=git"),
        ("reqeusts\n", "InstallPackage manager=pip names=[reqeusts] lookalike=requests"),
        ("--trusted-host e.x\nflask\n", "InstallPackage manager=pip origin=lockfile unchecked"),
    ],
)
def test_requirement_files_are_read(tmp_path: Path, text: str, expected: str) -> None:
    """What a file asks for beyond names from the usual index counts as if it were typed."""
    top = tmp_path / "proj"
    top.mkdir()
    (top / "requirements.txt").write_text(text)
    found = lines_in(str(top), str(tmp_path), "pip install -r requirements.txt")
    assert ["ReadPath target=./requirements.txt shown=False", expected] == found


def test_total() -> None:
    """Unknown words never raise."""
    for tool in ("pip", "pipx", "twine", "uv", "poetry", "uvx", "conda"):
        for words in (
            '"$A"',
            'install "$A"',
            'run "$A" "$B"',
            '-r "$A"',
            'install -r "$A" -i "$B"',
            'add "$A" --git "$B"',
        ):
            lines(f"{tool} {words}")
