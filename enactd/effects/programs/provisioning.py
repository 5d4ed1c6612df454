"""Infrastructure tools besides terraform: pulumi, cdk, serverless, sam, packer, vagrant, chef, puppet, salt, nomad."""

from __future__ import annotations

from typing import Any, Final

from enactd.effects.invocation import Effects, Invocation, Options, Value, join, program
from enactd.effects.model import ChangeInfrastructure, OpenShell, ReadPath
from enactd.effects.programs.cloud_commands import Tool, effects_of, read_platform

_PULUMI: Final = Tool(
    {
        "nothing": """new | about | login | logout | whoami | version | schema | gen-completion | convert | org
            | policy new | policy ls | plugin | install | package | console | ai | env init""",
        "plan": "preview | pre | up --preview-only",
        "read": """stack | stack ls | stack output | stack history | stack select | stack graph | stack tag ls | logs
            | config | config get | watch --help | history | stack init | env ls | env get | stack export""",
        "apply": "up | update | watch | up --yes | do | deployment run",
        "destroy": "destroy | down | dn",
        "state": """refresh | state delete | state move | state rename | state unprotect | state edit | state upgrade
            | state repair | state protect | cancel | stack import | stack rename | stack change-secrets-provider
            | state taint | state untaint""",
        "delete": "stack rm | stack remove | env rm | org delete | policy rm | stack tag rm",
        "import": "import",
        "nothing ": "config set | config rm | config set-all | config cp | config env | config refresh | stack tag set",
        "secret-read": "env open",
        "run": "env run",
    },
    options="-s --stack S | -C --cwd D | -m --message M | -t --target U | -p --parallel N | -c --config K | -r"
    " --replace U | --color C | -v --verbose N | --config-file F | --exclude U | --profiling F | --tracing U"
    " | --show-secrets | --yes | -y | --preview-only | --json | -f --skip-preview | --diff",
    context="--stack -s",
)
_CDK: Final = Tool(
    {
        "nothing": "synth | synthesize | list | ls | doctor | docs | doc | init | metadata | context | acknowledge | ack"
        " | notices | watch --help | migrate | flags | get | convert | debug | cli-telemetry | provider",
        "plan": "diff",
        "deploy": "deploy | watch",
        "destroy": "destroy",
        "create": "bootstrap",
        "import": "import",
        "change": "rollback | refactor",
        "delete": "gc",
        "secret-read": "output",
    },
    options="-a --app C | -c --context K | -p --plugin P | --profile P | --region R | -o --output D | -r --role-arn A"
    " | --require-approval M | --toolkit-stack-name N | --parameters P | -O --outputs-file F | --proxy P"
    " | --ca-bundle-path P | -t --tags T | --qualifier Q | --trust A | --cloudformation-execution-policies A",
    context="--profile --region",
)
_SERVERLESS: Final = Tool(
    {
        "nothing": "package | print | invoke local | offline | login | logout | create | doctor | plugin | install"
        " | dashboard | support | test | usage | generate-event | slstats | config | config credentials | build",
        "read": "info | logs | metrics | deploy list | list | output | output list | output get",
        "deploy": "deploy | deploy function | dev | rollback",
        "destroy": "remove | delete",
        "run": "invoke",
        "secret-read": "param get | param list",
    },
    options="-s --stage S | -r --region R | -f --function F | -p --package --path P | -c --config F | -a --app A"
    " | --org O | --aws-profile P | -d --data D | --param P | -l --log",
    context="--stage --region --aws-profile",
    bare="nothing",
)
_SAM: Final = Tool(
    {
        "nothing": "build | package | validate | init | local | local invoke | local start-api | local start-lambda"
        " | local generate-event | pipeline init | docs",
        "read": "logs | list | list stack-outputs | list endpoints | list resources | traces",
        "deploy": "deploy | sync | publish",
        "create": "pipeline bootstrap",
        "destroy": "delete",
        "run": "remote invoke | remote execution",
        "change": "remote test-event put",
        "delete": "remote test-event delete",
    },
    options="--stack-name N | --profile P | --region R | -t --template --template-file F | --s3-bucket B"
    " | --config-env E | --config-file F | --parameter-overrides P | --capabilities C | -n --name N",
    context="--stack-name --profile --region --config-env",
)
_PACKER: Final = Tool(
    {
        "nothing": "init | validate | fmt | inspect | console | version | hcl2_upgrade | fix | plugins",
        "create": "build",
    },
    options="-var --var V | -var-file --var-file F | -only --only N | -except --except N | -parallel-builds N",
)
_CHEF: Final = Tool(
    {
        "nothing": "generate | exec | gem | shell-init | env | describe-cookbook | cookbook create | role show"
        " | diff | search | status | list | node list | node show | ssl | config",
        "apply": "chef-client | chef-solo | run | bootstrap | zero | upload | cookbook upload | push | ssh | winrm",
        "delete": "node delete | client delete | cookbook delete | data bag delete | role delete | purge"
        " | node bulk delete | client bulk delete | delete | environment delete | undelete",
        "secret-read": "data bag show | vault show",
    },
    options="-c --config F | -k --key F | -u --user U | -s --server-url U | -E --environment E | -x --ssh-user U"
    " | -i --identity-file F | -P --ssh-password P | -a --attribute A",
    context="--environment --server-url",
)
_PUPPET: Final = Tool(
    {
        "nothing": "parser | lookup | facts | config | module list | describe | doc | help | epp | strings | generate",
        "apply": "apply | agent | device | job run | task run | plan run",
        "read": "resource | node find | catalog | module search",
        "delete": "node deactivate | node purge | node clean | cert clean | module uninstall",
        "access": "cert sign | ssl | ca",
    },
    options="--environment E | --modulepath P | --confdir D | --server S | -e --execute C | --noop | --certname N",
    context="--environment --server",
)
_NOMAD: Final = Tool(
    {
        "nothing": "fmt | job validate | job init | version | ui | setup | job inspect | validate | inspect",
        "plan": "plan | job plan",
        "read": "status | job status | job history | alloc logs | alloc status | logs | node status | server members"
        " | alloc fs | fs | job allocs | job deployments | monitor | operator raft list-peers | agent-info",
        "deploy": "run | job run | job dispatch | job promote | deployment promote | job revert | job start",
        "restart": "stop | job stop | alloc restart | alloc stop | job restart | node drain | job eval | alloc signal",
        "scale": "job scale | scaling",
        "delete": "system gc | namespace delete | volume delete | volume deregister | node purge | job purge | var purge",
        "secret-read": "var get",
        "secret-write": "var put",
        "access": "acl | acl bootstrap | acl token create | acl policy apply | login",
        "shell": "alloc exec | exec",
        "nothing ": "agent -dev",
    },
    options="-address --address A | -region --region R | -namespace --namespace N | -token --token T | -var --var V"
    " | -var-file F | -job J | -task --task T | -purge --purge | -detach --detach | -json | -t T",
    context="--namespace --region --address",
)
_CONSUL: Final = Tool(
    {
        "nothing": "agent -dev | validate | version | keygen | info | debug | troubleshoot | watch | monitor | tls"
        " | logout | reload",
        "read": "kv get | kv export | members | catalog | operator raft list-peers | config list | config read | rtt"
        " | intention list | services list | snapshot inspect | peering list",
        "delete": "kv delete | config delete | intention delete | force-leave | peering delete",
        "change": "kv put | kv import | config write | intention create | services register | services deregister"
        " | leave | join | maint | snapshot restore | event | lock",
        "read ": "snapshot save",
        "access": "acl | acl bootstrap | acl token create | acl policy create | login",
        "run": "exec",
    },
    options="-http-addr --http-addr A | -token --token T | -datacenter --datacenter D | -namespace N | -recurse",
    context="--http-addr --datacenter",
)
_SALT: Final = Options(
    "-E", "-L", "-G", "-N", "-C", "-I", "-S", "-R", "-t --timeout N", "-b --batch-size --batch N", "--out O", "-c D",
    "-v", "--async", "--local", "-l --log-level L", "-h --help", "--version", "--list", "--subset N", "--roster F",
    "-r --raw", "-i", "-d --doc", "--user U", "--priv F", "--askpass", abbreviate=False,
)  # fmt: skip
_VAGRANT: Final = Options(
    "-c --command C", "-f --force", "-h --help", "--version -v", "--provision", "--provider P", "--box-version V",
    "--all", "--name N", "-g --graceful", "--no-parallel", "--debug", "--plain -p", "-t --tty",
    abbreviate=False,
)  # fmt: skip
_TABLES: Final = {
    "cdk": _CDK, "cdktf": _CDK, "cdklocal": _CDK, "sls": _SERVERLESS, "serverless": _SERVERLESS, "sam": _SAM,
    "samlocal": _SAM, "packer": _PACKER, "knife": _CHEF, "chef": _CHEF, "puppet": _PUPPET, "nomad": _NOMAD,
    "consul": _CONSUL,
}  # fmt: skip


@program(*_TABLES)
def provisioner(call: Invocation) -> Effects:
    """A tool whose table says it all."""
    tool = _TABLES[call.name]
    reading = tool.read(call)
    if call.name == "puppet" and reading.line.has("--noop"):
        return
    meaning = reading.meaning
    if call.name == "nomad" and meaning == "restart" and reading.line.has("-purge"):
        meaning = "delete"
    if not reading.dry:
        yield from effects_of(
            call, meaning, reading.what, context=reading.context, bulk=reading.line.has("-recurse"),
            local=call.name.endswith("local"),
        )  # fmt: skip


@program("pulumi")
def pulumi(call: Invocation) -> Effects:
    """`up` without its preview, `config --show-secrets`; settings of a stack are a file of the workspace."""
    reading = _PULUMI.read(call)
    line = reading.line
    if reading.dry:
        return
    meaning = reading.meaning
    if line.has("--show-secrets") and line.text("--show-secrets", "true") != "false":
        meaning = "secret-read"
    elif reading.phrase in ("up", "update", "refresh", "destroy") and line.has("--preview-only"):
        meaning = "plan"
    elif reading.phrase == "env run":
        words = reading.rest
        if len(words) > 1:
            yield from call.run(words[1:])
            return
    yield from effects_of(call, meaning, reading.what, context=reading.context)


@program("chef-client", "chef-solo", "puppet-apply", "cinc-client", "chef-run")
def converge(call: Invocation) -> Effects:
    """The machine's whole configuration is applied; `--why-run` only tells."""
    texts = {word.text for word in call.args}
    if not texts & {"-W", "--why-run", "-h", "--help", "-v", "--version", "--noop"}:
        yield ChangeInfrastructure(tool=call.name, verb="apply", what="configuration")


@program("salt", "salt-call", "salt-ssh", "salt-run", "salt-key", "salt-cloud", "salt-cp")
def salt(call: Invocation) -> Effects:
    """`salt TARGET module.function ARGS`: `cmd.run` is a shell elsewhere, states are applied, tests only answer."""
    line = _SALT.parse(call.args)
    texts = {word.text for word in call.args}
    if line.has("-h", "--version", "-d") or texts & {"test=True", "test=true"}:
        return
    if call.name == "salt-key":
        if texts & {"-a", "-A", "-d", "-D", "-r", "-R", "--accept-all", "--delete-all", "--accept", "--delete"}:
            yield ChangeInfrastructure(tool=call.name, verb="access", what="keys of minions")
        return
    words = list(line.operands)
    target = "" if call.name in ("salt-call", "salt-run", "salt-cloud") else words.pop(0).shown(60) if words else ""
    if not words:
        return
    function = words[0].text or ""
    if function in ("cmd.run", "cmd.shell", "cmd.run_all", "cmd.script", "cmd.exec_code"):
        place: dict[str, Any] = {"place": f"salt {target}"} if target else {}
        yield from call.shell(join(words[1:]), via=call.name, **place)
    elif not function.startswith(("test.", "grains.", "sys.", "status.", "pillar.", "disk.", "network.")):
        what = " ".join(word.shown(60) for word in words[:3])
        yield ChangeInfrastructure(tool=call.name, verb="apply", what=what, context=target)


@program("vagrant")
def vagrant(call: Invocation) -> Effects:
    """Machines on this machine: up and halt are free, destroy loses a disk, `ssh -c` runs inside."""
    line = _VAGRANT.parse(call.args)
    words = [word.text for word in line.operands]
    if line.has("-h", "--version") or not words:
        return
    what = " ".join(word.shown(60) for word in line.operands[1:3])
    match words[0]:
        case "ssh" | "winrm" | "ssh-config" | "powershell":
            yield from _inside(call, words[0], line.value("-c"), what)
        case "destroy":
            yield ChangeInfrastructure(tool="vagrant", verb="destroy", what=what or "virtual machines")
        case "box" if words[1:2] and words[1] in ("remove", "prune"):
            yield ChangeInfrastructure(tool="vagrant", verb="delete", what=f"box {what}", local=True)
        case "snapshot" if words[1:2] and words[1] in ("restore", "pop", "delete"):
            yield ChangeInfrastructure(tool="vagrant", verb="delete", what=what)
        case "cloud" | "login" | "push" | "share" if words[1:2] != ["search"]:
            yield ChangeInfrastructure(tool="vagrant", verb="deploy", what=what)
        case "up" | "halt" | "reload" | "suspend" | "resume" | "provision":
            yield ChangeInfrastructure(tool="vagrant", verb="change", what=f"{words[0]} {what}".strip(), local=True)
            if words[0] in ("up", "provision", "reload"):
                yield ReadPath(target=call.target("Vagrantfile"), shown=False)


def _inside(call: Invocation, verb: str, command: Value | None, what: str) -> Effects:
    if verb == "ssh-config":
        return
    place = f"vagrant {what}".strip()
    if command is not None:
        yield from call.shell(command, via="vagrant", place=place)
    elif call.stdin is not None:
        yield from call.shell(call.stdin, via="vagrant", place=place, origin="stdin")
    else:
        yield OpenShell(by="vagrant", to=what)


@program("eb", "copilot-cli", "waypoint", "boundary", "crossplane", "sst", "nitric", "encore", "amplify", "ampx")
def application_platform(call: Invocation) -> Effects:
    """Tools whose verbs mean what they say: deploy, terminate, delete."""
    yield from read_platform(call, _PLAIN[call.name])


_PLAIN: Final = {
    "eb": Tool(
        {
            "nothing": "init | list | labs | platform list | platform show | use | local | local run | codesource",
            "read": "status | health | events | logs | open | console | printenv | config get | config list | appversion",
            "deploy": "deploy | create | clone | swap | upgrade | restore",
            "destroy": "terminate",
            "shell": "ssh",
            "change": "setenv | config | config put | tags",
            "restart": "abort",
        },
        options="-r --region R | --profile P | -e --environment E",
        context="--environment --profile",
    ),
    "copilot-cli": Tool(
        {
            "nothing": "docs | version | svc package | app ls",
            "destroy": "app delete | env delete | svc delete | job delete | pipeline delete | task delete",
            "run": "task run | svc exec | job run | task exec",
            "deploy": "init | deploy | svc deploy | env deploy | job deploy | pipeline deploy",
            "secret-write": "secret init",
        },
        options="-a --app A | -e --env E | -n --name N",
        context="--app --env",
    ),
    "waypoint": Tool(
        {"deploy": "up | deploy | release | build", "destroy": "destroy", "nothing": "init | docs | fmt | ui"}
    ),
    "boundary": Tool({"nothing": "authenticate | connect | dev | search | logout", "shell": "connect ssh"}),
    "crossplane": Tool(
        {"nothing": "render | beta render | beta validate | beta trace | xpkg build | version", "deploy": "xpkg push"}
    ),
    "sst": Tool(
        {
            "nothing": "init | install | add | version | upgrade | cert | telemetry | bind | build | console | secrets list",
            "plan": "diff",
            "deploy": "deploy | dev | start",
            "destroy": "remove",
            "state": "unlock | refresh | state edit | state remove | state repair",
            "secret-read": "secret list | secrets get",
            "secret-write": "secret set | secret load | secret remove | secrets set",
        },
        options="--stage S | --profile P | --region R",
        context="--stage --profile",
    ),
    "nitric": Tool({"nothing": "new | start | run | build | spec", "deploy": "up", "destroy": "down"}),
    "encore": Tool({"nothing": "run | test | check | build | gen | app create", "read": "logs", "shell": "db shell"}),
    "amplify": Tool(
        {
            "nothing": "init | add | status | codegen | codegen models | console | mock | configure | pull | diagnose"
            " | sandbox | generate | remove | update",
            "deploy": "push | publish | pipeline-deploy",
            "destroy": "delete | env remove | sandbox delete",
            "change": "env add | env checkout",
        }
    ),
    "ampx": Tool(
        {
            "nothing": "generate | generate outputs | info | configure",
            "deploy": "sandbox | pipeline-deploy",
            "destroy": "sandbox delete",
            "secret-read": "sandbox secret get",
            "secret-write": "sandbox secret set | sandbox secret remove",
        }
    ),
}
