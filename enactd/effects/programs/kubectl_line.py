"""kubectl's command line: options of all commands together, and what they say about where and whether."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from enactd.effects.invocation import Invocation, Line, Options, Value
from enactd.effects.model import ChangeInfrastructure
from enactd.effects.programs.kube_context import Cluster, cluster_of

_TAKE: Final = """
    -n --namespace | --context | --kubeconfig | -s --server | --cluster | --user | --token | --as | --as-group
    | --request-timeout | --cache-dir | --certificate-authority | --client-key | --client-certificate
    | --tls-server-name | --profile | --profile-output | -v --v | -l --selector | --field-selector | -o --output
    | --template | -f --filename | -k --kustomize | --sort-by | -L --label-columns | --chunk-size | --raw
    | --grace-period | --timeout | --replicas | --current-replicas | --resource-version | --image
    | --port | --target-port | --type | --name | --from-literal | --from-file | --from-env-file | --env
    | --overrides | --restart | --labels | --annotations | --limits | --requests | --min | --max | --cpu-percent
    | -c --container | --tail | --since | --since-time | --limit-bytes | --max-log-requests | --to-revision
    | --revision | -p --patch | --patch-file | --for | --address | --pod-selector | --field-manager
    | --prune-allowlist | --prune-whitelist | --clusterrole | --role | --serviceaccount | --group | --verb
    | --resource | --resource-name | --non-resource-url | --hard | --scopes | --docker-server | --docker-username
    | --docker-password | --docker-email | --cert | --key | --target | --copy-to | --custom | --set-image
    | --subresource | --api-group | --verbs | --output-directory | --namespaces | --retries | --reject-paths
    | --accept-paths | --www | --www-prefix | --duration | --audience | --template-file | --cascade-x
    | --external-ip | --load-balancer-ip | --session-affinity | --cluster-ip | --node-port | --tcp | --rule
    | --class | --schedule | --from | --values | --keys | --containers | --default-container | --interval
""".split("|")
_FLAGS: Final = """
    --dry-run [M] | --cascade [M] | -A --all-namespaces | --all | --force | --now | --wait
    | --ignore-not-found | --recursive -R | --overwrite | --local | --list | --show-labels
    | --show-managed-fields | --no-headers | -w --watch | --watch-only | --server-print | --output-watch-events
    | --prune | --server-side | --force-conflicts | --validate [M] | --record | --save-config
    | --edit | -i --stdin | -t --tty | --rm | --command | --attach | --expose | --privileged
    | -q --quiet | --all-containers | --follow | --previous | --timestamps | --prefix
    | --ignore-errors | --flatten | --minify | --merge | --insecure-skip-tls-verify | -h --help
    | --delete-emptydir-data | --delete-local-data | --ignore-daemonsets | --disable-eviction
    | --skip-wait-for-delete-timeout | --append-hash | --warnings-as-errors | --client | --short | --no-preserve
    | --interactive | --use-protocol-buffers | --containers-x | --share-processes | --same-node | --replace
    | --arguments-only | --enable-helm | --load-restrictor | --allow-missing-template-keys | --namespaced | --cached
    | --version | -x
""".split("|")
LINE: Final = Options(*(f"{part} V" for part in _TAKE), *_FLAGS, abbreviate=False)
# `-f` and `-p` are flags of `logs`, and `-r` something else everywhere: they take no value there.
_LOGS: Final = Options(
    *(f"{part} V" for part in _TAKE if not {"-f", "-p"} & set(part.split())),
    *_FLAGS, "-f", "-p", "--filename V", abbreviate=False,
)  # fmt: skip


class Command(msgspec.Struct):
    """One kubectl command: its verb and resources, the cluster, and whether it is only tried."""

    call: Invocation
    line: Line
    verb: str | None
    words: list[Value]
    rest: list[Value]  # behind `--`
    cluster: Cluster
    dry: bool

    @property
    def resources(self) -> str:
        """The operands for people."""
        shown = [word.shown(60) for word in self.words[:4]]
        shown += [word.shown(80) for word in (*self.line.values("-f"), *self.line.values("-k"))]
        namespace = self.line.value("-n")
        return " ".join(shown) + (f" in {namespace.shown(40)}" if namespace is not None else "")

    @property
    def bulk(self) -> bool:
        """Whether it takes in what nobody named: `--all`, `-A`, a selector, several words."""
        return self.on("--all") or self.on("-A") or self.line.has("-l", "--field-selector")

    def on(self, name: str) -> bool:
        """Whether a flag is given and not set to false."""
        return self.line.has(name) and self.line.text(name, "true").lower() != "false"

    def change(self, verb: str, what: str = "") -> ChangeInfrastructure:
        return ChangeInfrastructure(
            tool=self.call.name, verb=verb, what=what or self.resources, context=self.cluster.name, bulk=self.bulk,
            local=self.cluster.local,
        )  # fmt: skip


def read_command(call: Invocation, args: Sequence[Value]) -> Command:
    """Parse a kubectl command line; options may stand anywhere before `--`."""
    texts = [word.text for word in args]
    cut = texts.index("--") if "--" in texts else len(texts)
    line = LINE.parse(args[:cut])
    if line.operands and line.operands[0].text in ("logs", "log"):
        line = _LOGS.parse(args[:cut])
    words = line.operands
    verb = words[0].text if words else ""
    dry = line.has("--dry-run") and line.text("--dry-run", "client").lower() not in ("none", "false")
    server = line.value("-s")
    cluster = cluster_of(call, line.value("--context"), line.value("--kubeconfig"), server)
    return Command(call, line, verb, words[1:], list(args[cut + 1 :]), cluster, dry)
