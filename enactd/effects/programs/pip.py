"""pip and its kin: pip, pipx, twine, easy_install."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Line, Options, Value, find_program, known, program
from enactd.effects.model import PublishPackage, ReadPath, RemovePackage, RunCode, SetEnvironment, WritePath
from enactd.effects.programs.packages import Scope, bare_name, for_whom, installs, is_default_index, spec_source

PIP: Final = Options(
    "-r --requirement --requirements FILE", "-c --constraint --constraints FILE", "-e --editable PATH",
    "-t --target DIR",
    "--user", "--root DIR", "--prefix DIR", "-U --upgrade", "-i --index-url --default-index --index URL",
    "--pypi-url URL",
    "--extra-index-url URL", "--no-index", "-f --find-links PLACE", "--trusted-host --allow-insecure-host HOST",
    "--cert F",
    "--client-cert F", "--proxy P", "--timeout N", "--retries N", "--no-deps", "--pre", "--no-binary F",
    "--only-binary F",
    "--prefer-binary", "--require-hashes", "--no-build-isolation", "--no-cache-dir", "--cache-dir D", "-q --quiet",
    "-v --verbose", "-V --version", "-h --help", "--dry-run", "--break-system-packages", "-y --yes", "--log F",
    "--no-input",
    "--isolated", "--python PY", "--force-reinstall", "-I --ignore-installed", "--upgrade-strategy S", "--report F",
    "--config-settings -C S", "--global-option O", "--group G", "--platform P", "--python-version V", "--abi A",
    "--implementation I", "-d --dest DIR", "-w --wheel-dir DIR", "--src DIR", "--progress-bar P", "--use-pep517",
    "--disable-pip-version-check", "--no-warn-script-location", "--exists-action A", "--use-feature F",
    "--root-user-action A",
    "--system", "--keyring-provider K", "--extra E", "--all-extras", "--reinstall", "--strict", "--resolution R",
    "-p", "--no-verify-hashes", "--ignore-requires-python", "--compile", "--no-compile", "--no-color", "--debug",
    "--index-strategy S", "--prerelease P", "--torch-backend B", "--exclude-newer D", "--link-mode M", "--no-sources",
    "--refresh", "--refresh-package P", "--reinstall-package P", "--upgrade-package P", "-P P",
)  # fmt: skip
_QUIET: Final = frozenset(
    "list show freeze check search index inspect debug help hash completion cache compile tree config".split()
)


@program("pip", "easy_install")
def pip(call: Invocation) -> Effects:
    """`pip [options] VERB`; easy_install has only the one verb."""
    if call.name == "easy_install":
        line = PIP.parse(call.args)
        yield from install(call, "easy_install", line)
        return
    index = next((i for i, word in enumerate(call.args) if _is_verb(call.args, i)), None)
    if index is None:
        return
    args = [*call.args[:index], *call.args[index + 1 :]]
    yield from pip_verb(call, call.name, call.args[index].text or "", args)


def _is_verb(args: Sequence[Value], index: int) -> bool:
    """The first word that is neither an option nor the value of one that takes a separate value."""
    if args[index].startswith("-"):
        return False
    before = args[index - 1].text if index else None
    return before not in ("--python", "--proxy", "--log", "--timeout", "--cert", "--retries", "--cache-dir",
    "--index-url",
                          "--trusted-host", "--exists-action", "--keyring-provider")  # fmt: skip


def pip_verb(call: Invocation, manager: str, verb: str, args: Sequence[Value]) -> Effects:
    """One verb of pip or of `uv pip`."""
    line = PIP.parse(args)
    if line.has("-h", "-V", "--dry-run"):
        return
    if verb in ("install", "sync"):
        if verb == "sync":
            line.found += [("-r", word) for word in line.operands]
            line.operands = []
        yield from install(call, manager, line)
    elif verb in ("download", "wheel"):
        yield from install(call, manager, line)
        for folder in line.values("-d", "-w"):
            yield WritePath(target=call.target(folder), how="create", recursive=True)
    elif verb in ("uninstall", "remove"):
        names = tuple(word.shown() for word in [*line.operands, *line.values("-r")])
        yield RemovePackage(manager=manager, names=names, scope=_scope(call, line))
    elif verb == "config" and line.operands and line.operands[0].text == "set" and len(line.operands) > 1:
        yield from _setting(manager, line.operands[1], line.operands[2] if len(line.operands) > 2 else None)


def _scope(call: Invocation, line: Line) -> Scope:
    if (
        line.has("--system")
        or line.has("--break-system-packages")
        or line.text("--root")
        or line.text("--prefix") == "/usr"
    ):
        return "system"
    return for_whom(call, "user" if line.has("--user") else "project")


def install(call: Invocation, manager: str, line: Line) -> Effects:
    """Names, requirement files, editable folders; another index or an unchecked host count for all of them."""
    other = [*line.values("-i"), *line.values("--extra-index-url"), *line.values("--pypi-url"), *_variables(call)]
    links = [place for place in line.values("-f") if "://" in place.prefix]
    index = any(not is_default_index(url) for url in other) or bool(links)
    insecure = any((url.text or "").startswith("http://") and not _is_local(url) for url in other)
    unchecked = (
        line.has("--trusted-host", "--no-verify-hashes") or insecure or call.env.get("PIP_TRUSTED_HOST") is not None
    )
    editable = line.values("-e")
    words = [*line.operands, *editable]
    sources = [spec_source(_address(word)) for word in line.operands] + [
        spec_source(word.text) if "://" in word.prefix or word.startswith("git+") else "path" for word in editable
    ]
    for file in line.values("-r", "-c"):
        if "://" in file.prefix:
            words, sources = [*words, file], [*sources, "url"]
        else:
            yield ReadPath(target=call.target(file), shown=False)
            yield from _required(call, manager, file, line, index=index, unchecked=unchecked)
    if words or not line.has("-r"):
        yield from installs(
            call, manager, words, ecosystem="pypi", scope=_scope(call, line), index=index, unchecked=unchecked,
            sources=sources,
        )  # fmt: skip


def _is_local(url: Value) -> bool:
    return "://localhost" in url.prefix or "://127." in url.prefix


def _variables(call: Invocation) -> list[Value]:
    names = (
        "PIP_INDEX_URL",
        "PIP_EXTRA_INDEX_URL",
        "UV_INDEX_URL",
        "UV_DEFAULT_INDEX",
        "UV_EXTRA_INDEX_URL",
        "UV_INDEX",
    )
    return [value for name in names if (value := call.env.get(name)) is not None]


def _address(word: Value) -> str | None:
    """`name @ https://...` comes from the address."""
    text = word.text
    if text is not None and "@" in text and ("://" in text or " @ " in text):
        return (
            text.partition("@")[2].strip()
            if not text.startswith("git@") and "://" not in text.partition("@")[0]
            else text
        )
    return text


def _required(call: Invocation, manager: str, file: Value, line: Line, *, index: bool, unchecked: bool) -> Effects:
    """What a requirement file asks for beyond names from the usual index."""
    text = call.text_of(file).text
    scope = _scope(call, line)
    if text is None:
        yield from installs(call, manager, [], scope=scope, index=index, unchecked=unchecked)
        return
    odd: list[Value] = []
    for raw in text.splitlines()[:2000]:
        entry = raw.split(" #", 1)[0].split(" --hash", 1)[0].strip()
        if not entry or entry.startswith("#"):
            continue
        if entry.startswith(("-i ", "--index-url", "--extra-index-url", "-f ", "--find-links")):
            url = known(entry.replace("=", " ", 1).split()[-1])
            index = index or ("://" in url.prefix and not is_default_index(url))
        elif entry.startswith("--trusted-host"):
            unchecked = True
        elif not entry.startswith("-"):
            odd.append(known(entry))
        elif entry.startswith(("-e ", "--editable ")):
            odd.append(known(entry.split(None, 1)[1]))
    yield from _grouped(call, manager, odd, scope=scope, index=index, unchecked=unchecked)


def _grouped(
    call: Invocation, manager: str, words: list[Value], *, scope: Scope, index: bool, unchecked: bool
) -> Effects:
    sources = [spec_source(_address(word)) for word in words]
    found = list(installs(call, manager, words, ecosystem="pypi", scope=scope, index=index, unchecked=unchecked,
                          sources=sources))  # fmt: skip
    for effect in found:
        plain = effect.origin == "registry" and not effect.lookalike
        yield from installs(call, manager, [], scope=scope, unchecked=unchecked) if plain else [effect]


def _setting(manager: str, key: Value, setting: Value | None) -> Effects:
    name = (key.text or "").lower()
    if name.endswith(("index-url", "trusted-host", "find-links", "proxy")) and not (
        "index" in name and is_default_index(setting)
    ):
        yield SetEnvironment(name=f"{manager} {name}", value=setting.text if setting is not None else None)


@program("twine")
def twine(call: Invocation) -> Effects:
    """`upload` publishes."""
    words = [word for word in call.args if not word.startswith("-")]
    if (
        words
        and words[0].text in ("upload", "register")
        and not any(word.text in ("-h", "--help") for word in call.args)
    ):
        yield PublishPackage(manager="twine", verb="publish", what=" ".join(word.shown() for word in words[1:4]))


_PIPX: Final = Options(
    "--spec S", "--index-url -i URL", "--pip-args ARGS", "--python P", "--include-deps", "-f --force", "--suffix S",
    "--system-site-packages", "-e --editable", "--preinstall P", "--global", "--verbose", "-v", "--quiet -q",
    "--no-cache",
    "--pypackages", "--path", "--with D", "-h --help", "--version", "--backend B", "--fetch-missing-python",
    stop_at_operand=True,
)  # fmt: skip


@program("pipx")
def pipx(call: Invocation) -> Effects:
    """Tools of the user's own; `run` downloads and runs."""
    line = _PIPX.parse(call.args)
    if not line.operands:
        return
    verb, args = line.operands[0].text, line.operands[1:]
    inner = _PIPX.parse(args)
    index = not is_default_index(inner.value("-i") or line.value("-i"))
    scope = for_whom(call, "user", system=line.has("--global") or inner.has("--global"))
    if verb in ("install", "inject", "upgrade", "upgrade-all", "reinstall"):
        words = inner.operands[1:] if verb == "inject" else inner.operands
        yield from installs(call, "pipx", words, ecosystem="pypi", scope=scope, index=index)
    elif verb in ("uninstall", "uninstall-all", "uninject"):
        yield RemovePackage(manager="pipx", names=tuple(word.shown() for word in inner.operands), scope=scope)
    elif verb == "run" and inner.operands:
        yield from run_python_tool(call, "pipx run", inner.operands, spec=inner.value("--spec"), index=index)


_ORDINARY: Final = frozenset(
    """
    ruff black isort mypy pyright basedpyright pylint flake8 bandit pytest tox nox coverage pre-commit poetry pdm hatch
    build twine cookiecutter copier httpie http mkdocs sphinx-build ipython jupyter uvicorn gunicorn pyupgrade autoflake
    vulture radon interrogate pip-audit safety codespell yamllint ansible-lint sqlfluff djlint ty pyrefly reuse towncrier
    """.split()
)  # fmt: skip


def run_python_tool(
    call: Invocation, manager: str, words: Sequence[Value], *, spec: Value | None = None, index: bool = False
) -> Effects:
    """`pipx run`, `uvx`: a package's program is downloaded where it is not there, and run."""
    first = words[0]
    name = bare_name(first.text or "")
    familiar = name in _ORDINARY or find_program(name) is not None
    if spec is not None or not familiar or index:
        package = spec if spec is not None else first
        source = spec_source(_address(package))
        yield from installs(call, manager, [package], ecosystem="pypi", index=index, runs=True, sources=[source])
    told = call.run([known(name), *words[1:]], via=manager)
    # Of a package that nobody described it is the download that counts, and words that are grave in any program.
    yield from told if familiar else (item for item in told if not isinstance(item, RunCode))
