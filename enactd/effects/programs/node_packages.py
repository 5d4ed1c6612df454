"""npm, pnpm, yarn, bun: installing, publishing, and the scripts of package.json."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from enactd.effects.invocation import (
    Effects,
    Invocation,
    Line,
    Options,
    Output,
    Value,
    find_program,
    join,
    known,
    program,
    unknown,
)
from enactd.effects.model import PublishPackage, RemovePackage, RevealSecret, SetEnvironment, WritePath
from enactd.effects.programs.node_tools import run_tool
from enactd.effects.programs.package_scripts import change_manifest, has_local_tool, manifest, run_scripts, scripts_of
from enactd.effects.programs.packages import for_whom, installs, is_default_index, spec_source
from enactd.effects.values import SECRET

_OPTIONS: Final = Options(
    "-g --global", "--location WHERE", "--registry URL", "-C --prefix --dir --cwd DIR", "-w --workspace NAME",
    "--workspaces -ws", "--workspace-root", "--filter -F NAME", "-r --recursive", "-D --save-dev --dev -d",
    "-S --save --save-prod -P", "-O --save-optional", "-E --save-exact --exact", "--save-peer", "--no-save",
    "-B --save-bundle", "--legacy-peer-deps", "-f --force", "--ignore-scripts", "--dry-run", "--frozen-lockfile",
    "--tag TAG", "--access LEVEL", "--otp CODE", "--userconfig FILE", "--globalconfig FILE", "--cache DIR",
    "--omit TYPE",
    "--include TYPE", "--only TYPE", "--loglevel LEVEL", "--script-shell SHELL", "--node-options O",
    "--strict-ssl [BOOL]",
    "--no-strict-ssl", "--if-present", "-s --silent", "-q --quiet", "--json", "--depth N", "--save-prefix P",
    "-h --help", "-v --version", "-y --yes", "--provenance", "--no-git-checks", "--scope S", "--auth-type T",
    "-m --message M",
    "--reporter R", "--network-timeout N", "--mode M", "--trust", "--verify-signatures", "--config FILE",
    "-p --production",
    "--preid ID", "--store-dir DIR", "--modules-folder D", "--cache-folder D", "--mutex M", "--target T", "--backend B",
    "--from F", "--stream", "--parallel", "-l --long", "-a --all",
)  # fmt: skip
_RUN_FIRST: Final = Options(
    "-C --prefix --dir --cwd DIR", "-w --workspace NAME", "--filter -F NAME", "-r --recursive", "--workspaces -ws",
    "--if-present", "-s --silent", "-q --quiet", "--stream", "--parallel", "--loglevel L", "--reporter R", "-b --bun",
    "--script-shell S", "--workspace-root", "--sequential", "--no-bail", "-h --help", "-v --version", "--color [C]",
    "--ignore-scripts", "--aggregate-output", "--resume-from P", "--report-summary", "--silent", "--shell S",
    stop_at_operand=True,
)  # fmt: skip

_VERBS: Final = {
    **dict.fromkeys("install i in ins inst insta instal isnt isnta isntal isntall add a".split(), "install"),
    **dict.fromkeys("ci clean-install ic install-clean isntall-clean install-test it install-ci-test cit".split(), "ci"),
    **dict.fromkeys("update up upgrade udpate".split(), "update"),
    **dict.fromkeys("uninstall un unlink remove rm r".split(), "remove"),
    **dict.fromkeys("run run-script rum urn".split(), "run"),
    **dict.fromkeys("test tst t".split(), "test"),
    **dict.fromkeys("exec x".split(), "exec"),
    **dict.fromkeys("init create innit".split(), "create"),
    **dict.fromkeys("owner author".split(), "owner"),
    **dict.fromkeys("dist-tag dist-tags tag".split(), "tag"),
    **dict.fromkeys("config c get set".split(), "config"),
    **{verb: verb for verb in ("start", "stop", "restart", "publish", "unpublish", "deprecate", "undeprecate", "access",
                               "token", "team", "org", "profile", "hook", "dlx", "version", "explore", "stage",
                               "rebuild", "prepare", "trust", "npm", "workspace", "workspaces", "global", "pm")},
}  # fmt: skip
_INSTALL_SCRIPTS: Final = ("preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare")
_QUIET: Final = frozenset(
    """
    view v info show outdated ls list la ll audit fund search s se find cache link ln prune dedupe ddp find-dupes doctor
    ping login adduser add-user logout whoami star unstar stars bugs issues docs home repo explain why query sbom
    shrinkwrap root bin prefix help help-search completion edit pkg diff licenses import store fetch patch patch-commit
    set-version dedupe policies check versions autoclean node env setup generate-lock-entry constraints plugin unplug
    approve-builds ignored-builds cat-file cat-index find-hash server self-update unlink rb pack deploy upgrade-interactive
    """.split()
)  # fmt: skip


@program("npm", "pnpm", "yarn", "yarnpkg", "cnpm", "tnpm", "ni", "nr", "nlx", "nun", "nci")
def npm(call: Invocation) -> Effects:
    """The verb may stand behind global options; yarn and pnpm take a script's name for a verb."""
    manager, args = call.name, list(call.args)
    if manager in _SHORT:
        manager, first = "npm", _SHORT[call.name]
        args = [known(first), *args]
    line = _RUN_FIRST.parse(args)
    if line.has("-v", "-h") or (not line.operands and manager != "yarn"):
        return
    words = line.operands or [known("install")]
    folder = _folder(call, line)
    yield from _verb(call, manager, words[0], words[1:], folder, [arg for arg in args if arg not in words])


_SHORT: Final = {"ni": "install", "nr": "run", "nlx": "exec", "nun": "uninstall", "nci": "ci"}


def _folder(call: Invocation, line: Line) -> Value:
    given = line.value("-C")
    if given is None:
        return call.cwd
    return given if given.startswith("/") else join([call.cwd, given], "/")


def _verb(
    call: Invocation, manager: str, word: Value, args: list[Value], folder: Value, before: Sequence[Value]
) -> Effects:
    name = word.text or ""
    verb = _VERBS.get(name, "" if name in _QUIET else _abbreviated(name) if manager == "npm" else "?")
    if manager == "yarn" and name in ("global", "npm", "workspace", "workspaces", "config"):
        yield from _yarn(call, name, args, folder)
    elif verb in ("run", "test", "start", "stop", "restart"):
        yield from _script(call, manager, verb, args, folder)
    elif verb in ("exec", "dlx"):
        yield from run_tool(call, f"{manager} {name}", _without_dashes(args), folder)
    elif verb == "create":
        yield from _create(call, manager, args, folder)
    elif name == "node" and manager in ("yarn", "pnpm"):
        yield from call.run([word, *args], via=manager)
    elif verb == "?" and manager in ("yarn", "pnpm"):
        yield from _script_or_tool(call, manager, word, args, folder)
    elif name == "pkg" and args and args[0].text in ("set", "delete"):
        yield from change_manifest(call, folder, [word for word in args[1:] if not word.startswith("-")])
    elif verb and verb != "?":
        line = _OPTIONS.parse([*before, *args])
        if not line.has("--dry-run", "-h"):
            yield from _manage(call, manager, verb, line, _folder(call, line) if line.has("-C") else folder)
    elif name == "audit":
        line = _OPTIONS.parse(args)
        if any(arg.text == "fix" for arg in args) and not line.has("--dry-run"):
            yield from installs(call, manager, [], scope=for_whom(call))


def _abbreviated(name: str) -> str:
    """npm takes any beginning that only one command has: `npm pub` publishes."""
    meant = {
        _VERBS.get(known_verb, "") for known_verb in (*_VERBS, *_QUIET) if len(name) > 2 and known_verb.startswith(name)
    }
    return meant.pop() if len(meant) == 1 else "?"


def _without_dashes(args: list[Value]) -> list[Value]:
    """`npm exec -- tool`: the dashes are npm's."""
    index = next((i for i, arg in enumerate(args) if not arg.startswith("-") or arg.text == "--"), None)
    return args[:index] + args[index + 1 :] if index is not None and args[index].text == "--" else args


def _manage(call: Invocation, manager: str, verb: str, line: Line, folder: Value) -> Effects:
    words = line.operands
    scope = for_whom(call, system=line.has("-g") or line.text("--location") == "global")
    if verb in ("install", "ci", "update"):
        yield from install(call, manager, words, line, folder)
    elif verb == "remove":
        if words:
            yield RemovePackage(manager=manager, names=tuple(word.shown() for word in words), scope=scope)
    elif verb in ("publish", "unpublish", "deprecate", "undeprecate", "stage"):
        what = words[0].shown() if words else str((manifest(call, folder) or {}).get("name", ""))
        if verb == "publish":
            yield from run_scripts_known(call, manager, folder, ("prepublishOnly", "prepack", "prepare", "postpublish"))
        yield PublishPackage(manager=manager, verb="deprecate" if verb == "undeprecate" else verb, what=what)
    elif verb in ("owner", "access", "team", "org", "profile", "hook", "tag", "token", "trust"):
        yield from _account(manager, verb, words)
    elif verb == "config":
        yield from _config(call, manager, line)
    elif verb == "version":
        yield from run_scripts_known(call, manager, folder, ("preversion", "version", "postversion"))
    elif verb == "explore" and len(words) > 1:
        yield from call.run(words[1:], via=f"{manager} explore")


def run_scripts_known(call: Invocation, manager: str, folder: Value, names: Sequence[str]) -> Effects:
    """Scripts that run by the way: only those that are really there count."""
    if any(name in scripts_of(manifest(call, folder)) for name in names):
        yield from run_scripts(call, manager, folder, names)


def install(call: Invocation, manager: str, words: Sequence[Value], line: Line, folder: Value) -> Effects:
    """Packages by name, or what the lock file says; the project's own install scripts run then, too."""
    scope = for_whom(call, system=line.has("-g") or line.text("--location") == "global")
    registry = line.value("--registry") or _registry_variable(call)
    unchecked = line.has("--no-strict-ssl") or line.text("--strict-ssl") == "false" or _unchecked(call)
    sources = [_source(word) for word in words]
    yield from installs(
        call, manager, words, ecosystem="npm", scope=scope, index=not is_default_index(registry), unchecked=unchecked,
        sources=sources, names=[_name(word) for word in words],
    )  # fmt: skip
    if not line.has("--ignore-scripts", "-g"):
        yield from run_scripts_known(call, manager, folder, _INSTALL_SCRIPTS)


def _source(word: Value) -> str:
    text = word.text or ""
    source = spec_source(word.text)
    alias = text.partition("@")[2] if not text.startswith("@") else text[1:].partition("@")[2]
    if source == "registry" and alias and not alias.startswith("npm:") and ":" in alias:
        return spec_source(alias)
    if source == "registry" and text.count("/") == 1 and not text.startswith("@"):
        return "git"
    return source


def _name(word: Value) -> str:
    """The package's name; for an alias, the package that really comes."""
    text = word.text or word.shown()
    scoped = text.startswith("@")
    name, _, rest = (text[1:] if scoped else text).partition("@")
    if rest.startswith("npm:"):
        return _name(known(rest[4:]))
    return "@" + name if scoped else name


def _registry_variable(call: Invocation) -> Value | None:
    for name in ("npm_config_registry", "NPM_CONFIG_REGISTRY", "YARN_NPM_REGISTRY_SERVER", "YARN_REGISTRY"):
        value = call.env.get(name)
        if value is not None:
            return value
    return None


def _unchecked(call: Invocation) -> bool:
    off = {"npm_config_strict_ssl": "false", "NPM_CONFIG_STRICT_SSL": "false", "NODE_TLS_REJECT_UNAUTHORIZED": "0"}
    return any((found := call.env.get(name)) is not None and found.text == bad for name, bad in off.items())


def _account(manager: str, verb: str, words: list[Value]) -> Effects:
    """Owners, teams, tags and tokens: reading them is free."""
    action = words[0].text if words else None
    if verb == "token":
        if action == "create":
            yield RevealSecret(what="a new registry token", by=f"{manager} token create")
        elif action in ("revoke", "rm", "delete", "remove"):
            yield PublishPackage(manager=manager, verb="owner", what="token " + " ".join(w.shown() for w in words[1:]))
    elif words and action not in ("ls", "list", "get", "get-2fa-status", "ls-packages", "list-packages",
                                  "ls-collaborators", "list-collaborators", "status"):  # fmt: skip
        what = " ".join(word.shown() for word in words)
        yield PublishPackage(manager=manager, verb="publish" if verb == "tag" else "owner", what=f"{verb} {what}")


def _config(call: Invocation, manager: str, line: Line) -> Effects:
    """Settings that say where packages come from, or that show a token."""
    words = [word for word in line.operands if word.text not in ("set", "get", "--global")]
    if call.args and any(word.text in ("list", "ls", "edit", "fix") for word in line.operands[:1]):
        return
    sets = any(word.text in ("set", "delete") for word in line.operands) or any(
        arg.text in ("set", "s") for arg in call.args[:1]
    )
    if not words:
        return
    key, equals, attached = (words[0].text or words[0].prefix).partition("=")
    setting = known(attached) if equals else words[1] if len(words) > 1 else None
    plain = key.lower()
    if not sets:
        if any(part in plain for part in ("_auth", "_password", "token")):
            yield RevealSecret(what=f"the setting {key}", by=f"{manager} config get")
            yield Output(unknown(f"setting {key}", SECRET))
        return
    where = plain.endswith("registry") or plain in ("npmregistryserver", "npmscopes", "proxy", "https-proxy", "cafile")
    trusts = plain in (
        "strict-ssl",
        "strictssl",
        "enablestrictssl",
        "unsafehttpwhitelist",
        "script-shell",
        "node-options",
    )
    if any(part in plain for part in ("_auth", "_password", "npmauthtoken")):
        yield WritePath(target=call.target(f"{call.world.home}/.npmrc"), how="edit")
    if (where and not is_default_index(setting)) or (
        trusts and (setting is None or setting.text not in ("true", None))
    ):
        yield SetEnvironment(name=f"{manager} {key}", value=setting.text if setting is not None else None)


def _script(call: Invocation, manager: str, verb: str, args: list[Value], folder: Value) -> Effects:
    """`run NAME`, `test`, `start`: the script with its pre and post scripts; words behind it are handed on."""
    line = _RUN_FIRST.parse(args)
    folder = _folder(call, line) if line.has("-C") else folder
    words = list(line.operands)
    if verb == "run":
        if not words:
            return
        name = words.pop(0)
    else:
        name = known(verb)
    if words and words[0].text == "--":
        words.pop(0)
    yield from named_script(call, manager, name, words, folder, other=line.has("-w", "--filter", "-r", "--workspaces"))


def named_script(
    call: Invocation, manager: str, name: Value, args: Sequence[Value], folder: Value, *, other: bool = False
) -> Effects:
    """One script of package.json. `other`: in packages of a workspace that are not looked up."""
    text = name.text
    if text is None or other:
        yield from run_scripts(call, manager, unknown("folder of the package"), [text or name.shown()])
        return
    names = [f"pre{text}", text, f"post{text}"]
    if text == "restart" and "restart" not in scripts_of(manifest(call, folder)):
        names = ["prerestart", "prestop", "stop", "poststop", "prestart", "start", "poststart", "postrestart"]
    yield from run_scripts(call, manager, folder, names, args, text)


def _script_or_tool(call: Invocation, manager: str, word: Value, args: list[Value], folder: Value) -> Effects:
    """`yarn build`, `pnpm tsc`: a script of that name, else a tool of the project."""
    name = word.text or ""
    if name in scripts_of(manifest(call, folder)) or word.text is None:
        yield from named_script(call, manager, word, args, folder)
    elif has_local_tool(call, folder, name) or find_program(name) is not None:
        yield from call.run([word, *args], via=manager)
    elif manifest(call, folder) is None:
        yield from named_script(call, manager, word, args, folder)


def _create(call: Invocation, manager: str, args: list[Value], folder: Value) -> Effects:
    """`npm create vite` fetches `create-vite` and runs it; without a name package.json is made."""
    line = _OPTIONS.parse(args)
    if not line.operands:
        return
    word = line.operands[0]
    text = word.text
    if text is not None and spec_source(text) == "registry":
        scope, slash, name = text.partition("/") if text.startswith("@") else ("", "", text)
        bare, at, version = name.partition("@")
        made = f"create-{bare}" if bare else "create"
        word = known(f"{scope}{slash}{made}{at}{version}" if scope else made + at + version)
    index = not is_default_index(line.value("--registry"))
    yield from installs(call, f"{manager} create", [word], ecosystem="npm", index=index, runs=True)


def _yarn(call: Invocation, name: str, args: list[Value], folder: Value) -> Effects:
    """yarn's own groups of verbs."""
    rest = args[1:]
    if name == "config" or not args:
        yield from _manage(call, "yarn", "config", _OPTIONS.parse(args), folder)
    elif name == "global":
        verb = _VERBS.get(args[0].text or "", "")
        if verb:
            yield from _manage(call, "yarn", verb, _OPTIONS.parse([known("-g"), *rest]), folder)
    elif name == "npm":
        verb = _VERBS.get(args[0].text or "", "")
        line = _OPTIONS.parse(rest)
        if verb in ("publish", "tag", "deprecate", "owner") and not line.has("--dry-run"):
            yield from _manage(call, "yarn", verb, line, folder)
    elif name == "workspace" and len(args) > 1:
        yield from _verb(call, "yarn", args[1], args[2:], unknown("folder of the package"), [])
    elif name == "workspaces":
        words = [word for word in rest if not word.startswith("-")]
        start = 1 if words and words[0].text in ("run", "foreach") else 0
        if len(words) > start:
            yield from _verb(call, "yarn", words[start], words[start + 1 :], unknown("folders of the packages"), [])
