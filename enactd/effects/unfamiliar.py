"""Programs that nobody described: what their words and the statements they are given say of them.

A word on the command line is weak evidence, so only verbs that hardly ever mean anything harmless count, only
where a sub-command stands, and milder ones (`rm`, `remove`) only with an option that says "do not ask" or "all".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from enactd.effects.values import Value

_DESTROYS: Final = frozenset(
    "delete destroy drop purge wipe erase terminate nuke truncate undefine rollback decommission deprovision flushall unpublish"
    " dropdb teardown obliterate factory-reset revoke".split()
)
_REMOVES: Final = frozenset("rm remove del uninstall unregister unregistervm reset prune clear kill".split())
_INSISTS: Final = frozenset(
    "--force --all --purge --yes -y -f --recursive -r -rf --no-confirm --hard --delete --delete-all --remove-all-storage"
    " --everything".split()
)
_OUTWARD: Final = frozenset("publish deploy upload send transfer pay payout sendtoaddress withdraw refund".split())
# Tools of a project whose words are names of tests, patterns and files: `jest purge`, `pytest -k delete`.
PROJECT_TOOLS: Final = frozenset(
    """
    pytest py.test jest vitest mocha ava tap jasmine karma rspec minitest cucumber phpunit pest behat codecept nose2 unittest robot
    behave lettuce gtest catch2 bats playwright cypress puppeteer wdio testcafe nightwatch jmeter hurl newman locust gatling artillery
    shellcheck shfmt eslint prettier stylelint tsc vue-tsc biome oxlint ruff black isort flake8 mypy pyright pylint bandit rubocop
    standardrb erb brakeman phpstan psalm php-cs-fixer pint golangci-lint staticcheck gofmt goimports govulncheck rustfmt ktlint
    detekt checkstyle swiftlint swiftformat commitlint vite webpack rollup esbuild tsup parcel hadolint markdownlint cspell vale typos
    codespell semgrep storybook maestro appium
    """.split()
)
_HARMLESS: Final = frozenset(
    "--help -h --version --dry-run --dryrun -n --check --what-if --list help --simulate".split()
)
_PARTS: Final = re.compile(r"[:._-]|(?<=[a-z])(?=[A-Z])")
_OPTIONS: Final = re.compile(
    r"--(?:delete|destroy|drop|purge|wipe|erase|publish|deploy|send|upload(?:-(?:app|package|file))?)(?:-(?:all|everything))?"
)
_NAMED: Final = frozenset("nuke wipe destroy purge eraser destroyer deleter".split())
# Whole statements, as a client of a database would be given them; a sentence in a message is none.
_STATEMENT: Final = re.compile(
    r"\s*(?:drop\s+(?:table|database|schema|view|index|user|role|keyspace|collection|warehouse|stage|stream|pipe|namespace)\b"
    r"|truncate\s+(?:table\s+)?[\w.\"`\[\]]+\s*(?:;|$|cascade|restart)|delete\s+from\s+\S+|update\s+\S+\s+set\s+\S+\s*="
    r"|alter\s+(?:table|system|database|role|user)\s+\S+|grant\s+\w+.*\sto\s|create\s+or\s+replace\s+\w+)",
    re.IGNORECASE | re.DOTALL,
)
_TELLS: Final = frozenset(
    "-m --message --msg --title --body --description --prompt -p --comment --note --subject --text --name"
    " --grep -g -k -t --filter --match".split()
)
_VERB_PLACES: Final = 3


def grave_verb(args: Sequence[Value]) -> str:
    """The word among the first sub-commands that says that something is destroyed or sent; "" where none does.

    Words after the third operand, options' values that follow `=`, and paths are no verbs.
    """
    texts = [arg.text or "" for arg in args]
    if _HARMLESS & set(texts):
        return ""
    insists = bool(_INSISTS & {text.partition("=")[0] for text in texts})
    operands = [text for text in texts if text and not text.startswith("-")][:_VERB_PLACES]
    for operand in operands:
        if not re.fullmatch(r"[A-Za-z][\w:.-]{1,40}", operand):
            continue
        parts = [part.lower() for part in _PARTS.split(operand)]
        if "." in operand:  # `vm.destroy` is a verb, `delete.py` a file
            parts = ["", parts[-1]]
        words = {operand.lower(), parts[0], parts[-1]}  # `delete_hc`, `db:drop`; not `git_deploy_key`
        if "." in operand:
            words = {parts[-1]}
        if words & _DESTROYS or words & _OUTWARD or (insists and words & _REMOVES):
            return operand
        if len(parts) > 1 and parts[-1] in ("remove", "uninstall"):  # `app-remove`: of a thing that a service keeps
            return operand
    return next((text for text in texts if _OPTIONS.fullmatch(text.partition("=")[0])), "")


def grave_name(name: str, args: Sequence[Value]) -> str:
    """The part of a program's own name that says that it destroys: `cloud-nuke aws`; "" where it says nothing."""
    if not args or _HARMLESS & {arg.text or "" for arg in args}:
        return ""
    return next((part for part in _PARTS.split(name.lower())[1:] if part in _NAMED), "")


def is_statement(text: str) -> bool:
    """Whether a text is a statement of SQL that changes something; a sentence that begins with `drop` is none."""
    return _STATEMENT.match(text[:4000]) is not None


def statements(args: Sequence[Value], stdin: Value | None) -> list[Value]:
    """Arguments and input that are statements of SQL which change something; what a message says is none."""
    found = [
        word for number, word in enumerate(args)
        if " " in word.visible and _STATEMENT.match(word.visible)
        and not (number and (args[number - 1].text or "") in _TELLS)
    ]  # fmt: skip
    if stdin is not None and _STATEMENT.match(stdin.visible):
        found.append(stdin)
    return found


_OUTPUTS: Final = re.compile(
    r"(?:-o|--?(?:out|output)(?:[-_]?(?:file|dir|path|folder|directory))?|--?(?:log|report)[-_]?(?:file|dir))",
    re.IGNORECASE,
)


def named_outputs(args: Sequence[Value]) -> list[Value]:
    """Paths that follow an option for output and lie outside by their look: `-o /etc/x`, `--outputFile=~/x`.

    A relative value may as well be a format (`-o json`), and would stay in the workspace: it says nothing.
    """
    found = []
    for number, word in enumerate(args):
        name, equals, _ = word.prefix.partition("=")
        if not _OUTPUTS.fullmatch(name):
            continue
        given = word.cut(len(name) + 1) if equals else args[number + 1] if number + 1 < len(args) else None
        if given is not None and given.prefix.startswith(("/", "~", "../")):
            found.append(given)
    return found
