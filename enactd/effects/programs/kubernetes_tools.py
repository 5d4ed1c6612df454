"""Tools around clusters: helm, helmfile, argocd, flux, istioctl, eksctl, kind, skaffold, velero and the like."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, Output, program
from enactd.effects.model import ChangeInfrastructure, Opaque, OpenShell, PublishPackage, WritePath
from enactd.effects.programs.cloud_commands import Tool, effects_of
from enactd.effects.programs.kube_context import cluster_of
from enactd.effects.values import known, unknown
from enactd.risk import Risk

_CLUSTER: Final = (
    "-n --namespace N | --kube-context --context C | --kubeconfig F | -l --selector S | -f --values --file F"
    " | --set V | --set-string V | --set-file V | --set-json V | --version V | --timeout T | -o --output F"
    " | --repo U | --username U | --password P | -e --environment E | --revision N | --kube-apiserver U"
    " | --post-renderer P | --description D | --history-max N | --dry-run | --state-values-set V | --server U"
)
_HELM: Final = Tool(
    {
        "nothing": """template | lint | dependency | dependency list | dependency build | dependency update | dep
            | dep update | dep build | repo | repo add | repo update | repo list | repo index | search | search repo
            | search hub | show | show values | show chart | show all | show readme | inspect | package | create
            | plugin list | plugin | env | version | verify | registry | registry login | registry logout | pull
            | fetch | completion | repo remove | repo rm | unittest | conftest | schema-gen | cm-push --help""",
        "plan": "diff | diff upgrade | diff release | diff rollback | diff revision",
        "read": "list | ls | status | history | hist | get all | get manifest | get notes | get hooks | get metadata | get",
        "read ": "get values",
        "apply": "install | upgrade | mapkubeapis",
        "deploy": "rollback",
        "delete": "uninstall | delete | del | un",
        "run": "test",
        "secret-read": "secrets view | secrets decrypt | secrets dec",
    },
    options=_CLUSTER + " | --uninstall | -i --install | --atomic | --wait | --force | -a --all | --purge | --debug",
    context="--kube-context",
)
_TOOLS: Final = {
    "helm": _HELM,
    "helm3": _HELM,
    "helmfile": Tool(
        {
            "nothing": "template | lint | list | deps | repos | build | fetch | cache | init | version | write-values"
            " | show-dag | print-env",
            "plan": "diff",
            "read": "status",
            "apply": "apply | sync | charts",
            "destroy": "destroy | delete",
            "run": "test",
        },
        options=_CLUSTER + " | -i --interactive",
        context="--kube-context -e",
    ),
    "argocd": Tool(
        {
            "nothing": "login | logout | context | version | completion | relogin | admin settings validate",
            "plan": "app diff | app manifests",
            "read": "app list | app get | app history | app logs | app wait | app resources | cluster list | repo list"
            " | proj list | proj get | account list | account get-user-info | account can-i | cert list | appset list",
            "apply": "app sync",
            "deploy": "app rollback | app create | app actions run | app patch",
            "restart": "app terminate-op",
            "delete": "app delete | app delete-resource | cluster rm | repo rm | proj delete | appset delete",
            "access": "account update-password | account generate-token | cluster add | proj role | repo add",
            "secret-read": "admin initial-password | account bcrypt --help | admin export",
        },
        options=_CLUSTER,
        context="--server --kube-context",
    ),
    "flux": Tool(
        {
            "nothing": "check | version | completion | build | envsubst | pull | events | trace",
            "plan": "diff",
            "read": "get | logs | stats | tree | export",
            "apply": "reconcile | bootstrap | install | resume | create | push",
            "restart": "suspend",
            "delete": "delete",
            "destroy": "uninstall",
        },
        options=_CLUSTER,
        context="--kube-context",
    ),
    "istioctl": Tool(
        {
            "nothing": "analyze | manifest | manifest generate | profile | profile dump | version | validate | verify-install"
            " | proxy-status | ps | proxy-config | pc | dashboard | dash | d | bug-report | x | experimental | precheck"
            " | operator dump | x describe | ztunnel-config | zc",
            "apply": "install | upgrade | operator init | kube-inject | tag set | waypoint apply",
            "delete": "uninstall | operator remove | tag remove | waypoint delete | x uninstall",
        },
        options=_CLUSTER,
        context="--kube-context",
    ),
    "linkerd": Tool(
        {
            "nothing": "check | version | install | upgrade | inject | uninject | uninstall | viz | viz install | diagnostics"
            " | profile | completion | prune | identity | viz stat | viz dashboard | authz",
        },
        options=_CLUSTER,
    ),
    "eksctl": Tool(
        {
            "nothing": "version | info | completion",
            "read": "get | utils describe-stacks | utils write-kubeconfig | utils describe-addon-versions",
            "access": "create iamidentitymapping | delete iamidentitymapping | create iamserviceaccount"
            " | delete iamserviceaccount | associate | utils associate-iam-oidc-provider",
            "restart": "drain",
            "destroy": "delete cluster | delete nodegroup",
        },
        options=_CLUSTER + " | --cluster C | --name N | -r --region R | -p --profile P | -N --nodes N",
        context="--cluster --name --region --profile",
    ),
    "kops": Tool(
        {
            "nothing": "version | completion | toolbox template",
            "read": "get | validate",
            "apply": "update | rolling-update | upgrade | replace | create | edit",
            "secret-read": "export | get secrets | get keypairs --help",
            "delete": "delete",
            "restart": "delete instance",
        },
        options=_CLUSTER + " | --name N | --state S | --yes | --cloud C | --zones Z",
        context="--name --state",
    ),
    "velero": Tool(
        {
            "nothing": "version | completion | client | debug",
            "create": "backup create | create | schedule create | restore create | install",
            "delete": "backup delete | delete | restore delete | schedule delete | uninstall",
            "read": "backup get | backup describe | backup logs | get | describe | restore get | restore describe | restore logs"
            " | schedule get | schedule describe | backup-location get | snapshot-location get | repo get | plugin get | backup download",
        },
        options=_CLUSTER,
        context="--kube-context",
    ),
    "skaffold": Tool(
        {
            "nothing": "build | render | diagnose | init | config | schema | survey | version | inspect | lint | test | find-configs",
            "deploy": "run | dev | deploy | debug | apply",
            "delete": "delete",
            "run": "exec | verify",
        },
        options=_CLUSTER + " | -p --profile P | -d --default-repo R | -t --tag T",
        context="--kube-context",
    ),
    "tilt": Tool(
        {"nothing": "version | doctor | docs | verify-install | dump | snapshot | alpha | logs | get | describe | ci --help",
         "deploy": "up | ci | trigger", "delete": "down | delete"},
        options=_CLUSTER + " | --port P | --host H",
        context="--kube-context",
    ),
    "devspace": Tool(
        {"nothing": "init | list | print | version | render | use | logs | open", "deploy": "dev | deploy | run-pipeline | run",
         "delete": "purge | cleanup", "shell": "enter"},
        options=_CLUSTER, context="--kube-context",
    ),
    "werf": Tool(
        {"nothing": "build | render | config | helm lint | version | ci-env | compose", "deploy": "converge | apply | bundle",
         "delete": "dismiss | cleanup | purge", "nothing ": "host cleanup | host purge"},
        options=_CLUSTER + " | --env E", context="--env --kube-context",
    ),
    "operator-sdk": Tool({"nothing": "init | create | generate | version | bundle", "apply": "olm | run", "delete": "cleanup"}),
    "cilium": Tool(
        {"nothing": "version | connectivity test | sysdump | hubble ui | completion", "read": "status | config view",
         "apply": "install | upgrade | config set | hubble enable | clustermesh", "delete": "uninstall"},
        options=_CLUSTER, context="--kube-context",
    ),
    "kubeseal": Tool({"nothing": ""}, options=_CLUSTER),
    "kubeadm": Tool(
        {"nothing": "version | config | config print | config images | completion | certs check-expiration | upgrade plan",
         "create": "init | join", "destroy": "reset", "access": "token | certs renew | kubeconfig", "apply": "upgrade apply | upgrade node"},
    ),
    "talosctl": Tool(
        {"destroy": "reset", "restart": "reboot | shutdown | restart", "apply": "apply-config | bootstrap | upgrade | patch",
         "secret-read": "kubeconfig | read", "nothing": "gen | validate | config | version | cluster create | cluster destroy"},
        options="-n --nodes N | -e --endpoints E | --talosconfig F | -m --mode M", context="--nodes",
    ),
    "rancher": Tool({"nothing": "login | context | projects ls", "delete": "clusters delete | projects delete | apps delete"}),
    "argo": Tool(
        {"nothing": "lint | version | auth token --help | template lint", "read": "list | get | logs | watch | wait",
         "run": "submit | resubmit | retry | cron create | template create", "delete": "delete | archive delete",
         "restart": "stop | terminate | suspend | resume", "secret-read": "auth token"},
        options=_CLUSTER, context="--kube-context",
    ),
    "kubeone": Tool({"nothing": "config | version | init", "apply": "apply | install | upgrade", "destroy": "reset", "read": "status"}),
    "kubeless": Tool({"deploy": "function deploy", "delete": "function delete"}),
    "kn": Tool({"nothing": "version | completion | plugin", "deploy": "service create | service apply | service update"}, options=_CLUSTER),
    "vcluster": Tool({"nothing": "list | version | disconnect | login | use", "nothing ": "connect", "create": "create", "delete": "delete"}),
    "clusterctl": Tool({"nothing": "generate | config | describe | version", "apply": "init | upgrade | move", "delete": "delete"}),
    "kapp": Tool({"nothing": "version", "read": "list | inspect | logs", "apply": "deploy", "delete": "delete"}, options=_CLUSTER),
    "kpt": Tool({"nothing": "fn | fn render | pkg | pkg get | version", "apply": "live apply", "destroy": "live destroy", "read": "live status"}),
}  # fmt: skip
_LOCAL: Final = frozenset("kind k3d ctlptl".split())


@program(*_TOOLS)
def cluster_tool(call: Invocation) -> Effects:
    """A tool whose table says it all, on the cluster of the kubeconfig."""
    tool = _TOOLS[call.name]
    reading = tool.read(call)
    line = reading.line
    meaning = reading.meaning
    cluster = cluster_of(call, line.value("--kube-context"), line.value("--kubeconfig"), line.value("--kube-apiserver"))
    if reading.dry:
        return
    if call.name == "kops" and meaning in ("apply", "delete") and not line.has("--yes"):
        meaning = "plan"
    for file in line.values("-f"):
        call.given(file)
    if call.name in ("helm", "helm3"):
        if reading.phrase in ("push", "cm-push"):
            yield PublishPackage(manager="helm", verb="push", what=reading.what)
            return
        if reading.phrase == "plugin" and len(reading.words) > 1 and reading.words[1].text in ("install", "update"):
            meaning = "change"
    namespace = line.value("-n")
    what = reading.what + (f" in {namespace.shown(40)}" if namespace is not None else "")
    remote_control = call.name in ("argocd", "eksctl", "kops", "talosctl", "rancher", "kubeadm")
    local = cluster.local and not remote_control
    context = reading.context or ("" if remote_control else cluster.name)
    yield from effects_of(call, meaning, what, context=context, bulk=line.has("--purge"), local=local)


@program("kind", "k3d", "ctlptl")
def local_cluster(call: Invocation) -> Effects:
    """Clusters made of containers of this machine."""
    texts = [word.text for word in call.args]
    words = [text for text in texts if text and not text.startswith("-")]
    if not words or {"--help", "-h", "--version"} & set(texts):
        return
    if "kubeconfig" in words and words[0] in ("get", "kubeconfig", "export"):
        if words[0] == "export" or "merge" in words:
            yield WritePath(target=call.target(known(f"{call.world.home}/.kube/config")), how="edit")
        return
    if words[0] not in ("get", "list", "version", "completion", "help") and "list" not in words[:2]:
        verb = (
            "delete" if "delete" in words[:2] or "rm" in words[:2] else "create" if "create" in words[:2] else "change"
        )
        yield ChangeInfrastructure(tool=call.name, verb=verb, what=" ".join(words[:4]), local=True)


@program("kustomize")
def kustomize(call: Invocation) -> Effects:
    """Prints manifests; `edit` changes kustomization.yaml."""
    words = [word.text for word in call.args if not word.prefix.startswith("-")]
    if words[:1] == ["edit"]:
        yield WritePath(target=call.target("kustomization.yaml"), how="edit")


@program("kubectx", "kubens", "kubie", "kubeswitch")
def switch(call: Invocation) -> Effects:
    """Which context later commands mean; `-d` takes one away."""
    texts = [word.text for word in call.args]
    if call.name == "kubie" and texts[:1] == ["exec"]:
        yield from call.run(call.args[3:])
    elif "-d" in texts:
        yield WritePath(target=call.target(known(f"{call.world.home}/.kube/config")), how="edit")


@program("kubelogin", "kubectl-neat", "kubeconform", "kubeval", "kube-linter", "stern", "kail", "popeye", "pluto")
def harmless(call: Invocation) -> Effects:
    """Readers: logs, linters, log-ins."""
    yield Output(unknown(f"output of {call.name}"))


@program("k9s", "lens", "kdash")
def terminal_interface(call: Invocation) -> Effects:
    """Every change of a cluster by one key."""
    texts = {word.text for word in call.args}
    if not texts & {"version", "info", "help", "--help", "--readonly", "completion"}:
        yield OpenShell(by=call.name, to="a cluster")


@program("crictl", "ctr")
def node_tool(call: Invocation) -> Effects:
    """The node's own containers, below kubernetes."""
    words = [word for word in call.args if not word.prefix.startswith("-")]
    texts = [word.text for word in words]
    if any(text in ("exec",) for text in texts[:3]) and len(words) > 2:
        index = texts.index("exec")
        yield from call.run(words[index + 2 :], place=f"{call.name} {words[index + 1].shown(60)}")
    elif set(texts[:3]) & {"rm", "rmi", "rmp", "delete", "del", "stop", "stopp", "kill", "remove", "prune", "restore"}:
        yield ChangeInfrastructure(tool=call.name, verb="delete", what=" ".join(word.shown(60) for word in words[:4]))
    elif texts and texts[0] is None:
        yield Opaque(reason=f"{call.name} command known only at run time", level=Risk.COMMITMENT)
