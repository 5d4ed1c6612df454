"""go: modules, checks, and programs it starts."""

from __future__ import annotations

import pytest
from support.briefly import lines


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("go build ./cmd/app", []),
        ("go test ./...", []),
        ("go vet ./...", []),
        ("go clean", []),
        ("go mod tidy", ["InstallPackage manager=go origin=lockfile"]),
        ("go get github.com/a/b@v1", ["InstallPackage manager=go names=[github.com/a/b]"]),
        ("GOPROXY=https://e.x go get github.com/a/b", ["InstallPackage manager=go names=[github.com/a/b] origin=index"]),
        ("GOPROXY=direct go get github.com/a/b", ["InstallPackage manager=go names=[github.com/a/b]"]),
        ("GOSUMDB=off go get github.com/a/b", ["InstallPackage manager=go names=[github.com/a/b] unchecked"]),
        ("go install x.y/z@latest", ["InstallPackage manager=go names=[x.y/z] scope=user"]),
        ("go install ./cmd/app", []),
        ("go run x.y/z@latest", ["InstallPackage manager=go run names=[x.y/z] runs"]),
        ("go run ./cmd/app", ["RunCode language=go origin=workspace what=go run ./cmd/app target=/home/u/proj/cmd/app"]),
        ("go generate ./...", ["RunCode language=go origin=workspace what=go generate"]),
        ("go clean -modcache", []),  # a cache, as `npm cache clean` and `pip cache purge` empty theirs
        ("go test -exec 'rm -rf build' ./...", ["DeletePath target=/home/u/proj/build recursive"]),
        ("go build -o /usr/local/bin/x .", ["WritePath target=/usr/local/bin/x"]),
        ("go env -w GOSUMDB=off", ["InstallPackage manager=go env names=[GOSUMDB=off] origin=index unchecked"]),
        ("go env GOPATH", []),
        ('go "$A" "$B"', []),
        ("go", []),
    ],
)  # fmt: skip
def test_effects(command: str, expected: list[str]) -> None:
    """Fetching, running and cleaning."""
    assert expected == lines(command)


def test_code_from_elsewhere() -> None:
    """Code that lies outside the workspace is not taken for the project's own."""
    assert ["language=go origin=outside"] == [" ".join(line.split()[1:3]) for line in lines("go run /srv/tool.go")]
