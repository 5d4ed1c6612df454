"""npx and its kin: known tools are looked through, unknown ones are downloads that run."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.briefly import lines, lines_in


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("npx rimraf dist", ["DeletePath target=/home/u/proj/dist recursive"]),
        ("npx --yes rimraf@5 dist", ["DeletePath target=/home/u/proj/dist recursive"]),
        ("bunx rimraf dist", ["DeletePath target=/home/u/proj/dist recursive"]),
        ("npm exec -- rimraf dist", ["DeletePath target=/home/u/proj/dist recursive"]),
        ("yarn dlx rimraf dist", ["DeletePath target=/home/u/proj/dist recursive"]),
        ("npx -c 'rm -rf build'", ["DeletePath target=/home/u/proj/build recursive"]),
        ("npx tsc --noEmit", ["RunCode language=program origin=system what=tsc"]),
        ("npx some-odd-tool x", ["InstallPackage manager=npx names=[some-odd-tool] runs"]),
        (
            "npx some-odd-tool db:drop",
            [
                "InstallPackage manager=npx names=[some-odd-tool] runs",
                "Opaque reason=nobody described `some-odd-tool`, and `db:drop` says that something is destroyed or sent level=COMMITMENT",
            ],
        ),
        ("npx lodahs", ["InstallPackage manager=npx names=[lodahs] lookalike=lodash runs"]),
        ("npx github:a/b", ["InstallPackage manager=npx names=[github:a/b] origin=git runs"]),
        ("npx a/b", ["InstallPackage manager=npx names=[a/b] origin=git runs"]),
        ("npx https://x.y/z.tgz", ["InstallPackage manager=npx names=[https://x.y/z.tgz] origin=url runs"]),
        (
            "npx -p odd-package rimraf dist",
            ["InstallPackage manager=npx names=[odd-package] runs", "DeletePath target=/home/u/proj/dist recursive"],
        ),
        ("npx --version", []),
    ],
)  # fmt: skip
def test_effects(command: str, expected: list[str]) -> None:
    """Package, tool, version and shell text."""
    assert expected == lines(command)


def test_tool_of_the_project_is_no_download(tmp_path: Path) -> None:
    """What lies in node_modules/.bin is not fetched."""
    bin_folder = tmp_path / "proj/node_modules/.bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "odd-tool").write_text("#!/bin/sh\n")
    found = lines_in(str(tmp_path / "proj"), str(tmp_path), "npx odd-tool")
    assert not any(line.startswith("InstallPackage") for line in found)
    assert any(
        line.startswith("InstallPackage") for line in lines_in(str(tmp_path / "proj"), str(tmp_path), "npx other")
    )
