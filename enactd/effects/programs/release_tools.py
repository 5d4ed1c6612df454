"""Smaller managers and tools that install, publish or deploy by one verb."""

from __future__ import annotations

from typing import Final

from enactd.effects.frameworks import destroys
from enactd.effects.invocation import Effects, Invocation, program
from enactd.effects.model import PublishPackage, RemovePackage, ResetDatabase, RunCode
from enactd.effects.programs.migration_tools import mix_task
from enactd.effects.programs.package_scripts import manifest, run_scripts, scripts_of
from enactd.effects.programs.packages import Scope, for_whom, installs

# program -> what its words mean: `install`, `remove`, `publish`, `unpublish`, `owner`; `*` is the program without a verb.
_VERBS: Final[dict[str, dict[str, str]]] = {
    "dart": {"pub get": "install", "pub add": "install", "pub upgrade": "install", "pub remove": "remove",
             "pub publish": "publish", "pub global activate": "user", "pub lish": "publish"},
    "flutter": {"pub get": "install", "pub add": "install", "pub upgrade": "install", "pub remove": "remove",
                "pub publish": "publish", "upgrade": "user"},
    "pub": {"get": "install", "publish": "publish", "global activate": "user"},
    "swift": {"package resolve": "install", "package update": "install", "package-registry publish": "publish"},
    "pod": {"install": "install", "update": "install", "trunk push": "publish", "trunk delete": "unpublish",
            "trunk deprecate": "deprecate", "trunk add-owner": "owner", "trunk remove-owner": "owner",
            "repo push": "publish"},
    "carthage": {"bootstrap": "install", "update": "install"},
    "jsr": {"add": "install", "publish": "publish", "remove": "remove"},
    "snapcraft": {"upload": "publish", "push": "publish", "release": "publish", "promote": "publish",
                  "close": "unpublish", "upload-metadata": "publish", "register": "owner", "revisions": ""},
    "vsce": {"publish": "publish", "unpublish": "unpublish", "login": ""},
    "ovsx": {"publish": "publish"},
    "changeset": {"publish": "publish"},
    "semantic-release": {"*": "publish"},
    "release-it": {"*": "publish"},
    "np": {"*": "publish"},
    "standard-version": {},
    "goreleaser": {"release": "publish", "continue": "publish", "*": "publish"},
    "flit": {"publish": "publish"},
    "maturin": {"publish": "publish", "upload": "publish"},
    "bump2version": {},
    "conan": {"install": "install", "upload": "publish"},
    "vcpkg": {"install": "install", "remove": "remove"},
    "mix": {"deps.get": "install", "deps.update": "install", "hex.publish": "publish", "hex.retire": "yank",
            "hex.owner add": "owner", "hex.owner remove": "owner", "archive.install": "user"},
    "rebar3": {"get-deps": "install", "hex publish": "publish"},
    "stack": {"install": "user", "upload": "publish"},
    "cabal": {"install": "user", "upload": "publish", "update": ""},
    "opam": {"install": "user", "remove": "remove", "publish": "publish"},
    "luarocks": {"install": "user", "remove": "remove", "upload": "publish"},
    "cpanm": {"*": "user"},
    "cpan": {"*": "user"},
    "pear": {"install": "system", "uninstall": "remove"},
    "pecl": {"install": "system", "uninstall": "remove"},
    "lerna": {"publish": "publish", "bootstrap": "install"},
    "anaconda": {"upload": "publish", "remove": "unpublish"},
    "cargo-release": {"*": "publish"},
    "gem-release": {"*": "publish"},
    "corepack": {"prepare": "user", "install": "user", "use": "install", "up": "install"},
    "krew": {"install": "user"},
    "notarytool": {"submit": "publish"},
    "altool": {"--upload-app": "publish", "--upload-package": "publish", "--notarize-app": "publish", "--upload-hosted-content": "publish"},
    "iTMSTransporter": {"*": "publish"},
    "kaggle": {"datasets create": "publish", "datasets version": "publish", "kernels push": "publish", "models create": "publish",
               "competitions submit": "publish", "d create": "publish", "k push": "publish", "datasets delete": "unpublish"},
    "huggingface-cli": {"upload": "publish", "upload-large-folder": "publish", "repo create": "publish", "repo delete": "unpublish",
                        "repo-files": "unpublish", "tag": "publish"},
    "hf": {"upload": "publish", "upload-large-folder": "publish", "repo create": "publish", "repo delete": "unpublish",
           "repo-files": "unpublish", "jobs run": "publish"},
    "wandb": {"artifact put": "publish", "sync": "publish", "launch": "publish"},
    "dvc": {"push": "publish"},
    "web-ext": {"sign": "publish"},
    "cosign": {"sign": "publish", "attest": "publish", "attach": "publish", "clean": "unpublish", "copy": "publish"},
    "chrome-webstore-upload": {"*": "publish"},
    "zappa": {"deploy": "publish", "update": "publish", "undeploy": "unpublish", "rollback": "publish"},
    "ipfs": {"add": "publish", "name publish": "publish", "dag put": "publish", "pin remote": "publish", "key rm": "unpublish"},
    "mas": {"install": "system", "upgrade": "system", "uninstall": "remove"},
    "tlmgr": {"install": "system", "remove": "remove"},
}  # fmt: skip
_PRETENDS: Final = (
    "--dry-run",
    "-n",
    "-d",
    "--dryRun",
    "--help",
    "-h",
    "--version",
    "--snapshot",
    "--skip-publish",
    "--no-publish",
)


# Verbs that run code of the project.
_RUNS: Final[dict[str, frozenset[str]]] = {
    "dart": frozenset({"run", "test"}), "flutter": frozenset({"run", "test", "drive"}), "swift": frozenset({"run", "test", "build"}),
    "stack": frozenset({"run", "test", "exec", "build"}), "cabal": frozenset({"run", "test", "exec", "build"}),
    "lerna": frozenset({"run", "exec"}), "mix": frozenset({"run", "test", "phx.server"}),
}  # fmt: skip


def _mix_code(call: Invocation) -> Effects:
    """`mix run -e TEXT`, also after `mix do`: text that runs inside the application."""
    for number, word in enumerate(call.args[:-1]):
        if word.text in ("-e", "--eval") and "run" in call.texts()[:number]:
            yield from call.code("elixir", call.args[number + 1])


@program(*_VERBS)
def release(call: Invocation) -> Effects:
    """The first words decide."""
    if call.name == "mix":
        yield from mix_task(call, list(call.args))
        yield from _mix_code(call)
    texts = [word.text or "" for word in call.args]
    verbs = _VERBS[call.name]
    plain = [text for text in texts if text and (not text.startswith("-") or text in verbs)]
    meaning = next((verbs[key] for n in (3, 2, 1) if (key := " ".join(plain[:n])) in verbs and plain), None)
    used = next((n for n in (3, 2, 1) if " ".join(plain[:n]) in verbs and plain), 0)
    if meaning is None and not (plain and len(verbs) > 1 and "*" in verbs):
        meaning = verbs.get("*", "")
    if not meaning and plain and plain[0] in _RUNS.get(call.name, ()):
        yield RunCode(language=call.name, origin="workspace", what=" ".join(plain[:2]))
    if not meaning or any(text in _PRETENDS for text in texts if text != "-d" or call.name in ("semantic-release",)):
        return
    words = [word for word in call.args if not word.startswith("-")][used if "--" not in (plain or [""])[0] else 0 :]
    if meaning in ("install", "user", "system"):
        scope: Scope = "project" if meaning == "install" else "user" if meaning == "user" else "system"
        index = any(text.startswith(("--registry", "--source", "--hosted-url", "--channel")) for text in texts)
        fetched = next((text for text in texts if text in ("git", "github")), "") if call.name == "mix" else ""
        sources = ["git"] * len(words) if fetched and words else None
        yield from installs(call, call.name, words, scope=for_whom(call, scope), index=index, sources=sources)
    elif meaning == "remove":
        yield RemovePackage(manager=call.name, names=tuple(word.shown() for word in words))
    else:
        yield PublishPackage(manager=call.name, verb=meaning, what=" ".join(word.shown() for word in words[:3]))


def _destroys(texts: list[str]) -> str:
    """How a task by this name most likely destroys a database: `nx run api:db:drop`, `turbo db:reset`."""
    names = texts[1:2] if texts[0] in ("run", "run-many", "affected") else texts[:1]
    return next((how for name in names if (how := destroys(name))), "")


@program("nx", "turbo", "wireit", "moon")
def task_runner(call: Invocation) -> Effects:
    """Runs tasks of the workspace; nx can publish and migrate."""
    words = [word for word in call.args if not word.startswith("-")]
    texts = [word.text or "" for word in words]
    pretends = any(word.text in ("--dry-run", "--dry", "-d", "--help", "--graph") for word in call.args)
    if not words or pretends:
        return
    if texts[0] == "release" and not ({"changelog", "version", "plan"} & set(texts[1:2])):
        yield PublishPackage(manager=call.name, verb="publish", what="release")
    elif texts[0] == "exec" and call.name == "nx":
        index = next((i for i, w in enumerate(call.args) if w.text == "--"), None)
        if index is not None:
            yield from call.run(call.args[index + 1 :], via="nx exec")
    elif (how := _destroys(texts)) and not scripts_of(manifest(call, call.cwd)):
        yield ResetDatabase(tool=call.name, how=how, what=" ".join(texts[:2]))
    elif texts[0] in ("publish", "deploy") or texts[1:2] in (["publish"], ["deploy"]):
        yield from run_scripts(call, call.name, call.cwd, [texts[-1] if texts[0] == "run" else texts[0]])
    elif call.name == "turbo" and texts[0] not in (
        "prune",
        "login",
        "logout",
        "link",
        "unlink",
        "gen",
        "daemon",
        "ls",
        "query",
    ):
        names = texts[1:] if texts[0] == "run" else texts
        yield from run_scripts(call, call.name, call.cwd, names[:1] or ["build"])
    elif texts[0] in ("run", "run-many", "affected", "test", "build", "serve", "e2e", "lint") or ":" in texts[0]:
        yield RunCode(language=call.name, origin="workspace", what=" ".join(texts[:2]))
