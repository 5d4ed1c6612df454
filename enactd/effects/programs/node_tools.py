"""npx, npm exec, pnpm dlx, yarn dlx, bunx: a package's program is run, downloaded first where it is not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Value, find_program, known, program
from enactd.effects.model import RunCode
from enactd.effects.programs.package_scripts import has_local_tool
from enactd.effects.programs.packages import bare_name, for_whom, installs, is_default_index, spec_source

NPX: Final = Options(
    "-y --yes", "--no --no-install", "-p --package PKG", "-c --call STRING", "-w --workspace NAME", "--workspaces",
    "-ws", "--include-workspace-root", "--registry URL", "-q --quiet", "-s --silent", "--ignore-existing",
    "--cache DIR", "--userconfig FILE", "--prefer-offline", "--prefer-online", "--offline", "--node-options O",
    "-n --node-arg A", "--shell S", "--shell-auto-fallback [S]", "--bun", "--verbose", "--loglevel L", "-v --version",
    "-h --help", "--shell-mode", "--reporter R", "--prefix DIR", "--dir DIR",
    stop_at_operand=True,
)  # fmt: skip

# Tools that everybody has in a project and that change nothing but their own output.
_ORDINARY: Final = frozenset(
    """
    tsc tsx ts-node vite vitest jest mocha ava c8 nyc eslint prettier stylelint biome oxlint knip depcheck webpack
    rollup esbuild parcel swc babel next nuxt astro svelte-kit svelte-check vue-tsc ng nest remix gatsby expo react-native
    storybook playwright cypress wdio karma tailwindcss postcss sass less lint-staged husky commitlint markdownlint
    markdownlint-cli markdownlint-cli2 cspell typedoc jsdoc nodemon concurrently npm-run-all run-s run-p cross-env dotenv
    serve http-server json-server lighthouse size-limit bundlesize madge tsup unbuild turbo nx lerna rimraf mkdirp
    npm-check npm-check-updates ncu sort-package-json prisma drizzle-kit typeorm sequelize sequelize-cli knex graphql-codegen
    openapi-typescript create-react-app create-next-app create-vite degit skypack npm yarn pnpm tsd zx hardhat
    pkgroll microbundle ladle histoire shadcn shadcn-ui shx syncpack publint attw api-extractor wait-on
    """.split()
)  # fmt: skip
_TOOL_OF: Final = {"typescript": "tsc", "@biomejs/biome": "biome", "@angular/cli": "ng", "@nestjs/cli": "nest",
                   "markdownlint-cli": "markdownlint", "@playwright/test": "playwright", "@redocly/cli": "redocly",
                   "npm-check-updates": "ncu", "@svgr/cli": "svgr", "@changesets/cli": "changeset",
                   "@vscode/vsce": "vsce",
                   "@anthropic-ai/claude-code": "claude", "@openai/codex": "codex", "@google/gemini-cli": "gemini",
                   "@sentry/cli": "sentry-cli", "firebase-tools": "firebase", "netlify-cli": "netlify",
                   "@railway/cli": "railway", "aws-cdk": "cdk", "sequelize-cli": "sequelize"}  # fmt: skip


@program("npx", "bunx", "pnpx", "pnx")
def npx(call: Invocation) -> Effects:
    """The first word that is no option names the package or its program."""
    yield from run_tool(call, call.name, call.args, call.cwd)


def run_tool(call: Invocation, manager: str, args: Sequence[Value], folder: Value) -> Effects:
    """What `npx ARGS` does, under whatever name."""
    line = NPX.parse(args)
    if not line.operands and line.has("--help", "-v"):
        return
    registry = line.value("--registry")
    text = line.value("-c")
    packages = line.values("-p")
    if packages:
        yield from _fetched(call, manager, packages, registry)
    if text is not None:
        yield from call.shell(text, via=manager)
    elif line.operands:
        yield from _named(call, manager, line.operands, folder, registry=registry, fetched=bool(packages))


def _named(
    call: Invocation, manager: str, words: Sequence[Value], folder: Value, *, registry: Value | None, fetched: bool
) -> Effects:
    first = words[0]
    source = spec_source(first.text)
    if source not in ("registry", "path") or _is_shorthand(first.text or ""):
        yield from installs(call, manager, [first], runs=True, sources=["git" if source == "registry" else source])
        return
    name = bare_name(first.text or "")
    tool = _TOOL_OF.get(name) or name.rpartition("/")[2]
    if source == "path":
        yield from call.script(first, words[1:])
        return
    own = has_local_tool(call, folder, tool)
    familiar = own or tool in _ORDINARY or find_program(tool) is not None
    if not fetched and (not familiar or registry is not None):
        yield from _fetched(call, manager, [first], registry)
    told = call.run([known(tool), *words[1:]], via=manager)
    # Of a package that nobody described it is the download that counts, and words that are grave in any program.
    yield from told if familiar else (item for item in told if not isinstance(item, RunCode))


def _is_shorthand(text: str) -> bool:
    """`user/repo` means a repository on GitHub."""
    return text.count("/") == 1 and text[:1] not in ("@", ".", "/")


def _fetched(call: Invocation, manager: str, packages: Sequence[Value], registry: Value | None) -> Effects:
    index = not is_default_index(registry)
    yield from installs(call, manager, packages, ecosystem="npm", scope=for_whom(call), index=index, runs=True)
