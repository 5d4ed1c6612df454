"""terraform, tofu, terragrunt: what each verb does to real infrastructure and to the state that describes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Line, Options, Output, Value, known, program
from enactd.effects.model import ChangeInfrastructure, InstallPackage, Opaque, ReadPath, WritePath
from enactd.effects.values import SECRET, unknown
from enactd.risk import Risk

_TAKE: Final = """
    chdir var var-file target exclude out state state-out backup lock-timeout parallelism replace backend-config
    from-module plugin-dir lockfile generate-config-out module-depth plan type filter test-directory cloud-run
    ignore-remote-version-x fs-mirror net-mirror platform junit-xml
    terragrunt-working-dir terragrunt-config terragrunt-log-level terragrunt-parallelism terragrunt-iam-role
    terragrunt-source terragrunt-include-dir terragrunt-exclude-dir terragrunt-download-dir terragrunt-tfpath
    terragrunt-queue-include-dir terragrunt-provider-cache-dir terragrunt-out-dir terragrunt-log-format
    terragrunt-source-map terragrunt-modules-that-include terragrunt-queue-exclude-dir
    working-dir config log-level queue-include-dir queue-exclude-dir source iam-assume-role download-dir tf-path
    out-dir log-format units-that-include source-map filter-file
    """.split()
_FLAGS: Final = """
    destroy auto-approve json raw no-color input lock refresh refresh-only compact-warnings detailed-exitcode upgrade
    backend get reconfigure migrate-state force-copy check diff write list recursive dry-run force
    allow-missing-config verbose help version ignore-remote-version allow-missing show-sensitive draw-cycles update
    terragrunt-non-interactive non-interactive all terragrunt-ignore-dependency-errors graph
    """.split()
_TERRAFORM: Final = Options(
    *(f"-{name} --{name} V" for name in _TAKE), *(f"-{name} --{name}" for name in _FLAGS), "-a", "-h",
    abbreviate=False,
)  # fmt: skip
_SENSITIVE: Final = re.compile(
    r"passw|secret|token|credential|private|kube_?config|api_?key|access_?key|(?:^|_)keys?(?:$|_)|conn(?:ection)?_?str"
    r"|dsn|database_url|db_ur[il]|_pw$|cert_key",
    re.IGNORECASE,
)
_HARMLESS: Final = frozenset(
    """
    validate fmt graph version metadata console login logout modules hclfmt hcl hclvalidate validate-inputs
    render-json render output-module-groups graph-dependencies terragrunt-info info find list dag catalog scaffold
    functions help -help
    """.split()
)
_STATE: Final = frozenset("rm mv push replace-provider remove move".split())
_ALL: Final = frozenset("apply-all destroy-all plan-all output-all validate-all".split())


@program("terraform", "tofu", "opentofu", "terragrunt", "tflocal", "tf")
def terraform(call: Invocation) -> Effects:
    """`apply` and `destroy` change the world; `state`, `import` and their kin change what is believed of it."""
    line = _TERRAFORM.parse(call.args)
    words, bulk = _unwrapped(call, line)
    extra = _from_environment(call, words[0].text if words else None)
    if extra:
        line = _TERRAFORM.parse([*call.args, *extra])
        words, bulk = _unwrapped(call, line)
    if not words or line.has("-help", "-h", "-version"):
        return
    verb = words[0].text
    if call.name == "terragrunt" and verb == "exec":
        yield from call.run(words[1:])
        return
    yield from _Run(call, line, words, bulk).effects(verb)


def _unwrapped(call: Invocation, line: Line) -> tuple[list[Value], bool]:
    """The command's words without terragrunt's own: `run-all apply`, `run --all -- apply`, `stack run apply`."""
    words, bulk = list(line.operands), line.has("-all", "-a") and call.name == "terragrunt"
    if words and words[0].text in _ALL:
        words[0] = known((words[0].text or "").removesuffix("-all"))
        return words, True
    if call.name != "terragrunt":
        return words, False
    if len(words) > 1 and words[0].text == "stack" and words[1].text == "run":
        return words[2:], True
    while words and words[0].text in ("run-all", "run", "graph"):
        if words[0].text == "graph" and len(words) == 1:
            break
        bulk = bulk or words[0].text != "run"
        words = words[1:]
    return [word for word in words if not word.prefix.startswith("-")] if words else words, bulk


def _from_environment(call: Invocation, verb: str | None) -> list[Value]:
    """Words that TF_CLI_ARGS and TF_CLI_ARGS_<verb> add."""
    found: list[Value] = []
    for name in ("TF_CLI_ARGS", f"TF_CLI_ARGS_{verb}"):
        content = call.variable(name)
        found += content.words() if content is not None else []
    return found


class _Run:
    """One command of terraform."""

    def __init__(self, call: Invocation, line: Line, words: Sequence[Value], bulk: bool) -> None:
        self.call = call
        self.line = line
        self.rest = list(words[1:])
        self.bulk = bulk
        self.folder = line.value("-chdir", "-terragrunt-working-dir", "-working-dir")
        chdir = line.value("-chdir", "-terragrunt-working-dir", "-working-dir")
        workspace = call.variable("TF_WORKSPACE")
        self.context = " ".join(part.shown(80) for part in (chdir, workspace) if part is not None)

    def change(self, verb: str, what: str = "") -> ChangeInfrastructure:
        if not what:
            aims = self.line.values("-target")
            what = " ".join(aim.shown(60) for aim in aims[:3]) or "infrastructure"
        return ChangeInfrastructure(
            tool=self.call.name, verb=verb, what=what, context=self.context, bulk=self.bulk,
            local=self.call.name == "tflocal",
        )  # fmt: skip

    def effects(self, verb: str | None) -> Effects:
        """Effects by verb; a verb that only the run tells could be any."""
        named = " ".join(word.shown(60) for word in self.rest[:3])
        match verb:
            case None:
                yield Opaque(reason=f"{self.call.name} command known only at run time", level=Risk.COMMITMENT)
            case "plan":
                yield self.change("plan")
                for file in self.line.values("-out"):
                    yield WritePath(target=self.call.target(file))
            case "apply":
                destroys = self._on("-destroy")
                only_state = self._on("-refresh-only")
                for file in self.rest:
                    self.call.given(file, folder=self.folder)
                yield self.change("destroy" if destroys else "state" if only_state else "apply")
            case "destroy":
                yield self.change("destroy")
            case "import" | "taint" | "untaint" | "force-unlock" | "refresh":
                yield self.change("import" if verb == "import" else "state", f"{verb} {named}".strip())
            case "test":
                yield self.change("create", "what the tests apply")
            case "output":
                yield from self._output()
            case "init" | "get" | "providers" | "0.13upgrade":
                yield from self._init(verb)
            case "fmt":
                yield from self._format()
            case "show":
                yield self.change("read", "state")
                yield from (ReadPath(target=self.call.target(word)) for word in self.rest)
            case "state" | "workspace" | "env" | "backend" | "stack":
                yield from self._nested(verb)
            case _ if verb not in _HARMLESS:
                yield self.change("change", f"{verb} {named}".strip())

    def _on(self, name: str) -> bool:
        """Whether a flag is given and not set to false."""
        return self.line.has(name) and self.line.text(name, "true") != "false"

    def _output(self) -> Effects:
        """Values marked sensitive are printed by `-json` without a name, and by any call that names them."""
        name = self.rest[0].text if self.rest else ""
        secret = _SENSITIVE.search(name) is not None if name else name is None or self._on("-json")
        yield self.change("secret-read" if secret else "read", f"output {name or ''}".strip())
        if secret:
            yield Output(unknown("output values", SECRET))

    def _init(self, verb: str) -> Effects:
        """Providers and modules are downloaded; the state may move to another backend."""
        if verb == "providers" and (not self.rest or self.rest[0].text == "schema"):
            return
        module = self.line.value("-from-module")
        plugins = self.line.value("-plugin-dir")
        origin = "registry"
        if module is not None:
            local = module.startswith(".") or module.startswith("/")
            origin = "path" if local else "git" if "git" in module.visible else "url"
        elif plugins is not None:
            yield ReadPath(target=self.call.target(plugins), shown=False)
        names = (module.shown(120),) if module is not None else ()
        yield InstallPackage(manager=self.call.name, names=names, origin=origin)
        if self._on("-migrate-state") or self._on("-force-copy"):
            yield self.change("state", "moves the state to another backend")

    def _format(self) -> Effects:
        if self._on("-check") or self.line.text("-write") == "false":
            return
        for word in self.rest:
            if word.text != "-":
                yield WritePath(target=self.call.target(word), how="edit", recursive=True)

    def _nested(self, verb: str) -> Effects:
        if not self.rest:
            return
        action = self.rest[0].text
        what = " ".join(word.shown(60) for word in self.rest[1:3])
        if action is None:
            yield Opaque(reason=f"{self.call.name} {verb} command known only at run time", level=Risk.COMMITMENT)
        elif verb == "state" and action == "pull":
            yield self.change("secret-read", "the whole state")
            yield Output(unknown("the whole state", SECRET))
        elif verb == "state" and action in _STATE and not self._on("-dry-run"):
            yield self.change("state", f"state {action} {what}".strip())
        elif verb in ("workspace", "env", "backend") and action == "delete":
            yield self.change("delete", f"{verb} {what}".strip())
        elif verb == "backend" and action in ("bootstrap", "migrate"):
            yield self.change("state", f"backend {action}")
        else:
            yield self.change("read", f"{verb} {action}")
