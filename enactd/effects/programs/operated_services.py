"""Services that are operated through a command line: gateways, queues, flags, pipelines, on-call, delivery networks."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.invocation import Effects, Invocation, program
from enactd.effects.model import ChangeService, SendMessage
from enactd.effects.programs.cloud_commands import Tool, effects_of, read_platform

_COMMON: Final = (
    "--name -n N | --namespace N | --project P | -p P | --org O | -o O | --service -s S | --service-id S | --token -t T | --url -u U"
    " | --host H | --profile P | -c --config C | -e --env --environment E | -f --file F | -y --yes | --force | -q --quiet | -v --verbose | --json"
)


def _tool(default: str = "change", options: str = _COMMON, **commands: str) -> Tool:
    table = {name.removeprefix("opens_").replace("_", "-"): phrases for name, phrases in commands.items()}
    return Tool(table, options=options, context="--context --project --namespace --service", default=default)


_TOOLS: Final = {
    "nats": _tool(
        nothing="context | account login | bench | latency | schema | cheat | sub | subscribe | rtt | server check",
        read="stream ls | stream info | stream view | stream get | stream report | consumer ls | consumer info | consumer next | kv get | kv ls | kv history"
        " | kv watch | object ls | object get | account info | server list | server report | stream subjects | stream find | kv status",
        delete="stream rm | stream purge | stream rmm | consumer rm | kv del | kv rm | kv purge | object rm | object del | bucket delete",
        change="pub | publish | request | reply | kv put | kv update | object put | stream edit | consumer edit | stream restore | stream seal",
        options=f"{_COMMON} | --server S | --creds F | --nkey F | --timeout D | --purge",
    ),
    "deck": _tool(
        nothing="version | completion | convert | file | validate | file validate | file lint",
        read="ping | diff | dump | gateway ping | gateway diff | gateway dump | gateway validate",
        destroy="reset | gateway reset", deploy="sync | gateway sync | apply | gateway apply",
        options=f"{_COMMON} | --select-tag T | --kong-addr A | --headers H | --workspace -w W",
    ),
    "fastly": _tool(
        nothing="version | profile | whoami | update | compute init | compute build | compute serve | compute pack | compute validate | config",
        read="service list | service describe | log-tail | logs | stats | ip-list | pops | service search",
        delete="purge", deploy="compute publish | compute deploy | service version activate | service-version activate | service version deactivate"
        " | service-version deactivate | compute update | service version stage",
        secret_read="auth-token describe | profile token",
        options=f"{_COMMON} | --service-version --version V",
    ),
    "apigeecli": _tool(nothing="token | prefs | version", deploy="apis deploy | sharedflows deploy", delete="apis undeploy", secret_read="keyvaluemaps entries get"),
    "apigeetool": _tool(default="change", deploy="deployproxy | deploysharedflow", delete="undeploy", read="listdeployments | listProducts"),
    "circleci": _tool(
        nothing="setup | version | update | diagnostic | config validate | config process | config pack | local execute | orb validate | orb process"
        " | orb pack | completion | orb init --help | follow | open | info",
        read="orb list | orb info | orb source | context list | context show | runner resource-class list | pipeline list | namespace list",
        secret_write="context store-secret | context remove-secret", run="pipeline run", secret_read="runner token create",
    ),
    "flipt": _tool(nothing="server | validate | migrate | config | completion | cloud login", read="export | bundle list | flag list", default="nothing",
                   change="import | flag update | flag enable | flag disable"),
    "unleash": _tool(delete="features archive | archive", change="features enable | features disable", default="nothing"),
    "pd": _tool(nothing="login | auth | version | help | plugins | autocomplete", change="incident ack | incident resolve | incident assign | incident set | incident merge",
                message="incident create | incident notes --add | event alert", default="change"),
    "splunk": _tool(
        nothing="version | help | login | btool | cmd btool | show | validate", read="list | search | display | status | show config", delete="remove | clean | clean all",
        restart="stop | restart | rolling-restart | offline | rolling-upgrade-init", change="add | edit | set | apply | enable | disable | reload", default="nothing",
    ),
    "gitlab-runner": _tool(nothing="exec | verify | run | run-single | fleeting | help", read="list | status", delete="unregister | verify --delete | reset-token",
                           create="register", restart="stop | restart | uninstall", change="install | start"),
    "grafana-cli": _tool(nothing="plugins ls | plugins list-remote | plugins list-versions", delete="plugins uninstall | plugins remove",
                         access="admin reset-admin-password", change="plugins install | plugins update | plugins update-all | admin data-migration"),
    "northflank": _tool(nothing="login | context", opens_shell="exec", secret_read="get secret | get secret-details", forward="forward"),
    "scalingo": _tool(nothing="login | logout | whoami | help | self | config | git-setup | keys", read="apps | l | ps | logs | addons | domains | stats | timeline | deployments",
                      secret_read="env | env-get", secret_write="env-set | env-unset", run="run | one-off-stop", access="collaborators-add | collaborators-remove"),
    "cx": _tool(default="nothing", nothing="config | stacks | help", deploy="redeploy | deploy", run="run", opens_shell="ssh", restart="restart | reboot", change="upload"),
    "akamai": _tool(delete="purge | purge invalidate | purge delete", deploy="property activate | property-manager activate", default="nothing"),
    "buildkite-agent": _tool(default="nothing", secret_read="secret get", create="pipeline upload | artifact upload"),
    "bk": _tool(nothing="configure | init | use | version", read="build view | job log | whoami", create="build new | build create | build rebuild", restart="build cancel"),
    "temporal": _tool(nothing="server start-dev | env | version", restart="workflow cancel | workflow terminate | workflow reset",
                      create="workflow start | workflow execute | workflow signal"),
    "pulsar-admin": _tool(read="topics list | topics stats | tenants list | namespaces list | brokers list",
                          delete="topics delete | topics delete-partitioned-topic | topics truncate | namespaces delete | tenants delete | topics unload"
                          " | topics clear-backlog | topics skip-all | namespaces clear-backlog | subscriptions delete"),
    "jenkins-cli": _tool(
        nothing="help | version | who-am-i | declarative-linter | list-plugins", read="list-jobs | get-job | console | get-view | get-node | list-changes",
        delete="delete-job | delete-node | delete-view | delete-builds | delete-credentials | delete-credentials-domain | remove-job-from-view",
        restart="shutdown | safe-shutdown | restart | safe-restart | quiet-down | cancel-quiet-down | stop-builds | disable-job | offline-node | disconnect-node | clear-queue",
        run="groovy | groovysh", create="build | create-job | copy-job | create-node | create-view | replay-pipeline",
        change="update-job | update-node | update-view | reload-configuration | reload-job | install-plugin | enable-job | connect-node | online-node",
        options="-s S | -auth A | -http | -webSocket | -ssh | -user U | -i F | -noCertificateCheck | -logger L | -f | -w | -p P",
    ),
}  # fmt: skip


@program(*_TOOLS)
def operated(call: Invocation) -> Effects:
    """A service's own command line; what its table does not name is told by the verb."""
    yield from read_platform(call, _TOOLS[call.name])


_BASECAMP: Final = Tool(
    {
        "message": "todo | done | chat post | comment | message | chat upload | campfire post | card | reassign",
        "nothing": "auth | setup | config | doctor | commands | skill | quickstart",
        "read": "projects | show | search | people | todos | cards",
    },
    default="read",
)


@program("basecamp")
def basecamp(call: Invocation) -> Effects:
    """People read what is posted; everything else looks."""
    reading = _BASECAMP.read(call)
    if reading.meaning == "message" and not reading.dry:
        yield SendMessage(by=call.name, to=reading.what)


@program("nginx", "openresty", "angie", "httpd", "apachectl", "apache2ctl", "caddy", "haproxy", "traefik")
def web_server(call: Invocation) -> Effects:
    """Servers that signal or replace the instance that runs: `nginx -s stop`, `apachectl graceful`, `haproxy -sf`."""
    texts = [word.text or "" for word in call.args]
    if {"-t", "-T", "-v", "-V", "-h", "-S", "-M", "-L", "-l", "--help", "version", "-vv"} & set(texts):
        return
    verb = texts[0] if "/init.d/" in call.word.visible and texts and texts[0] != "status" else ""
    for number, text in enumerate(texts):
        if text in ("-s", "-k") and call.name not in ("haproxy", "caddy", "traefik"):
            verb = texts[number + 1] if number + 1 < len(texts) else ""
        elif text in ("-sf", "-st", "-x") and call.name == "haproxy":
            verb = f"replace {text}"
    if call.name in ("apachectl", "apache2ctl") and texts and texts[0] not in ("configtest", "status", "fullstatus"):
        verb = verb or texts[0]
    if call.name == "caddy" and texts[:1] in (["stop"], ["reload"]):
        verb = texts[0]
    if verb and verb not in ("configtest",):
        yield ChangeService(tool=call.name, verb=verb)


@program("nsupdate", "knsupdate")
def dynamic_update(call: Invocation) -> Effects:
    """Dynamic DNS updates: what a name means changes at once, for everybody."""
    if not {"-V", "-h", "--help"} & {word.text for word in call.args}:
        text = call.stdin.visible if call.stdin is not None else ""
        yield from effects_of(call, "dns", " ".join((call.name, *text.split()))[:100])


@program("dnscontrol", "octodns-sync")
def pushed_zones(call: Invocation) -> Effects:
    """Zones kept in files: pushing them changes what a name means for everybody."""
    words = [word.text or "" for word in call.args if not word.prefix.startswith("-")]
    if words[:1] == ["push"] if call.name == "dnscontrol" else any(word.text == "--doit" for word in call.args):
        yield from effects_of(call, "dns", call.name)


_DESTROYS: Final = re.compile(r"restore|cleanup|reset|drop|setup|remove")


@program("gitlab-rails", "gitlab-rake", "gitlab-backup", "gitlab-ctl")
def gitlab_server(call: Invocation) -> Effects:
    """The server's own tools: code against its data, restores over it, and its services."""
    words = [word.text or "" for word in call.args if not word.prefix.startswith("-")]
    what = " ".join(words[:3])
    verb = words[0] if words else ""
    if call.name == "gitlab-rails" and verb in ("runner", "r"):
        yield from call.code("ruby", call.args[1]) if len(call.args) > 1 else []
        yield from effects_of(call, "run", what)
    elif call.name == "gitlab-rails" and verb in ("console", "c", "dbconsole", "db"):
        yield from effects_of(call, "shell", what)
    elif (call.name, verb) == ("gitlab-backup", "restore") or (call.name == "gitlab-rake" and _DESTROYS.search(verb)):
        yield from effects_of(call, "delete", what)
    elif call.name == "gitlab-ctl" and verb not in (
        "status",
        "tail",
        "help",
        "check-config",
        "diff-config",
        "service-list",
        "",
    ):
        yield ChangeService(tool=call.name, verb=verb, what=what)
