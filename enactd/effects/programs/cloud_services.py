"""Smaller clouds and hosted services whose verbs mostly mean what they say, with the exceptions of each."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, join, program
from enactd.effects.model import OpenShell
from enactd.effects.programs.cloud_commands import Tool, effects_of, read_platform

_SCOPES: Final = (
    "--context C | --project P | --profile P | --region R | --zone Z | -o --output O | --format F | -t --access-token --token T"
    " | -n --name N | --org O | -c --config C | -a --app A | -e --env --environment E | -q --quiet | -y --yes | -f --force"
    " | --compartment-id C | --os-cloud C | --branch B | -s --stack S | -g --group G | -d --destination D | --limit N"
)
_CONTEXT: Final = "--context --project --profile --os-cloud --org --app --env --destination"


def _tool(**commands: str) -> Tool:
    table = {name.removeprefix("opens_").replace("_", "-"): phrases for name, phrases in commands.items()}
    return Tool(table, options=_SCOPES, context=_CONTEXT)


_CLOUDS: Final = {
    "doctl": _tool(
        nothing="auth | auth init | auth list | auth switch | version | kubernetes cluster kubeconfig save | registry login | serverless init",
        read="account get | account ratelimit | balance get | apps logs | compute region list | compute size list | monitoring alert list",
        secret_read="kubernetes cluster kubeconfig show | databases connection | auth token | registry docker-config"
        " | databases user get | k8s cluster kubeconfig show",
        deploy="apps create-deployment | apps update | serverless deploy | apps create",
        opens_shell="compute ssh | apps console",
        dns="compute domain records create | compute domain records delete | compute domain records update | compute domain create"
        " | compute domain delete",
        restart="compute droplet-action power-off | compute droplet-action reboot | compute droplet-action shutdown | compute droplet-action power-cycle",
    ),
    "hcloud": _tool(nothing="context | version | completion", opens_shell="server ssh", secret_read="server reset-password | context show-token"),
    "scw": _tool(nothing="init | config | info | version | autocomplete | login", opens_shell="instance server ssh", dns="dns record add | dns record delete",
                 secret_read="secret version access | k8s kubeconfig get", access="iam api-key create | iam policy create"),
    "linode-cli": _tool(nothing="configure | completion | show-users | regions list | linodes kernels | linodes types | linodes stackscripts", dns="domains records-create | domains records-delete | domains delete",
                        secret_read="lke kubeconfig-view | databases mysql-creds-view | databases postgresql-creds-view"),
    "ibmcloud": _tool(nothing="login | logout | target | config | plugin | version | api | update | regions | cr login | ks cluster config",
                      secret_read="iam oauth-tokens | resource service-key | secrets-manager secret", access="iam api-key-create"),
    "oci": _tool(nothing="setup | session | ce cluster create-kubeconfig", secret_read="secrets secret-bundle get | vault secret get"),
    "openstack": _tool(nothing="catalog | versions | help | configuration", secret_read="token issue | secret get | ec2 credentials create"),
    "aliyun": _tool(nothing="configure | version | plugin"),
    "exo": _tool(nothing="config | version | status | zone | limits"),
    "vultr-cli": _tool(nothing="version | regions list"),
    "upctl": _tool(nothing="version | account login"),
    "civo": _tool(nothing="apikey | version | region", secret_read="kubernetes config"),
    "tccli": _tool(nothing="configure"),
    "cf": _tool(
        nothing="login | l | logout | target | t | api | a | help | version | config | plugins | install-plugin | auth",
        read="apps | app | services | service | spaces | orgs | routes | domains | events | logs | buildpacks | marketplace | m | s",
        secret_read="env | e | service-key | oauth-token | ssh-code",
        secret_write="set-env | unset-env | create-service-key",
        deploy="push | p | create-app-manifest | rollback | start | st",
        restart="stop | sp | restart | rs | restage | rg | restart-app-instance",
        destroy="delete | d | delete-service | ds | delete-space | delete-org | delete-service-key | delete-route | delete-orphaned-routes",
        access="set-space-role | unset-space-role | set-org-role | unset-org-role | create-user | delete-user | passwd",
        opens_shell="ssh", scale="scale", run="run-task | rt",
    ),
    "dokku": _tool(
        read="apps:list | apps:report | logs | ps:report | version | plugin:list | domains:report | proxy:report | postgres:list",
        secret_read="config | config:show | config:get | config:export | postgres:info",
        secret_write="config:set | config:unset | config:clear",
        destroy="apps:destroy | postgres:destroy | redis:destroy | mysql:destroy | mongo:destroy | storage:unmount",
        run="run | enter", deploy="git:from-image | git:sync | ps:rebuild | deploy", access="ssh-keys:add | ssh-keys:remove",
    ),
    "kamal": _tool(
        nothing="init | version | docs | config --help | build | build dev | help | secrets print --help | build details",
        read="details | app logs | app details | app version | app containers | audit | proxy details | accessory details | lock status | logs"
        " | app images | proxy logs | accessory logs | server --help",
        secret_read="config | secrets print | secrets fetch",
        deploy="deploy | redeploy | setup | rollback | build push | build deliver | env push | app boot | proxy boot | accessory boot | upgrade",
        restart="app stop | app start | proxy restart | proxy reboot | accessory restart | accessory reboot | app maintenance | app live | lock acquire | lock release",
        destroy="remove | app remove | accessory remove | proxy remove | prune | prune all | env delete | app stale_containers",
        run="app exec | server exec | accessory exec | console | app shell",
        opens_shell="shell",
    ),
    "render": _tool(nothing="login | logout | whoami | workspace | docs | workspaces", read="services | services list | logs | deploys list | jobs list | projects | environments",
                    create="services create", change="services update",
                    deploy="deploys create", opens_shell="ssh | psql | kv-cli", restart="restart | deploys cancel"),
    "koyeb": _tool(nothing="login | version", opens_shell="instances exec", read="instances logs | services logs"),
    "porter": _tool(nothing="auth | config | version | login", secret_read="env pull | config --show-token", deploy="apply | update", opens_shell="app run"),
    "zeabur": _tool(nothing="auth | version | context", deploy="deploy"),
    "gh-pages": Tool({"nothing": "clean"}, default="deploy", bare="deploy"),
    "surge": Tool({"nothing": "login | logout | whoami | token | list | help", "delete": "teardown"}, default="deploy", bare="deploy"),
    "pscale": _tool(nothing="auth | connect | version | org | signup", secret_read="password create | password show | service-token create",
                    opens_shell="shell", deploy="deploy-request deploy", access="service-token add-access", read="branch schema | branch diff"),
    "neonctl": _tool(nothing="auth | login | me | set-context | orgs list | completion | init", secret_read="connection-string | cs | roles reset-password",
                     change="branches reset | branches restore | branches rename"),
    "neon": _tool(nothing="auth | login | me | set-context | orgs list", secret_read="connection-string | cs", change="branches reset | branches restore"),
    "upstash": _tool(nothing="auth | auth login", delete="redis reset-password", secret_read="redis get"),
    "confluent": _tool(nothing="login | logout | version | environment use | kafka cluster use | prompt | context", read="kafka topic consume",
                       access="iam | api-key create | api-key delete", secret_read="api-key store", change="kafka topic produce"),
    "eas": _tool(
        nothing="login | logout | whoami | init | config | diagnostics | credentials --help | build:inspect | fingerprint | open | metadata:lint | new",
        read="build:list | build:view | update:list | update:view | project:info | channel:list | channel:view | branch:list | device:list | env:list --help",
        deploy="update | submit | update:republish | update:roll-back-to-embedded | update:rollback | channel:edit | deploy | metadata:push",
        create="build | build:resign | build:run | device:create | channel:create | branch:create | build:version:set | workflow:run",
        delete="build:delete | build:cancel | update:delete | branch:delete | channel:delete | device:delete | update:revert-update-rollout | worker:delete",
        secret_read="env:pull | env:get | env:list | secret:list --help | env:exec", secret_write="secret:create | secret:push | env:create | env:push | env:update | secret:delete | env:delete",
        access="credentials",
    ),
    "expo": _tool(
        nothing="start | install | prebuild | run:ios | run:android | export | doctor | login | logout | whoami | config | customize | lint | init | serve | export:web | register",
        deploy="publish | publish:set | publish:rollback | upload:ios | upload:android", create="build:ios | build:android | push:android:upload",
    ),
    "exp": _tool(nothing="start", deploy="publish"),
    "fastlane": Tool(
        {
            "nothing": "init | lanes | list | docs | env | test | tests | scan | snapshot | screenshots | gym | build | lint | new_action"
            " | update_fastlane | action | actions | run | build_app | run_tests | bump | version",
            "deploy": "release | deploy | beta | deliver | supply | pilot | upload_to_app_store | upload_to_testflight | upload_to_play_store"
            " | production | publish | alpha | internal | distribute | testflight | ios beta | ios release | android beta | android release"
            " | android deploy | ios deploy | promote",
            "nothing ": "ios test | android test | ios build | android build | ios screenshots | ios lint | ios tests",
            "access": "match | cert | sigh | pem | produce | match nuke | sync_code_signing",
            "delete": "match nuke distribution | match nuke development",
        },
        default="nothing",
    ),
    "appcenter": _tool(nothing="login | logout | test run --help | help", deploy="codepush release | codepush promote | codepush rollback | distribute release",
                       delete="apps delete | codepush deployment clear"),
    "sf": _tool(
        nothing="plugins | config set | config get | config list | alias set | alias list | lightning generate | project generate | help | doctor | version | search"
        " | org login web | org login jwt | org logout | org open | apex generate | sobject describe | org list | project convert | autocomplete | which | code-analyzer run",
        read="data query | org list limits | project retrieve start | apex get log | apex tail log | apex run test | project deploy report | sobject list"
        " | project deploy preview | project deploy validate | data export tree | data export bulk",
        secret_read="org display | org auth show-access-token",
        deploy="project deploy start | project deploy quick | package version promote | package install | deploy metadata",
        run="apex run", delete="org delete scratch | org delete sandbox | data delete record | data delete bulk | project delete source | package uninstall | package delete",
        change="data update record | data create record | data upsert bulk | data import tree | data update bulk",
        create="org create scratch | org create sandbox | org create user", access="org assign permset",
    ),
    "sfdx": _tool(
        nothing="plugins | config:set | config:list | alias:set | auth:web:login | auth:list | force:org:list | force:source:convert | version | force:org:open",
        read="force:data:soql:query | force:source:pull | force:source:retrieve | force:apex:test:run | force:source:status | force:org:limits:api:display",
        secret_read="force:org:display", deploy="force:source:deploy | force:source:push | force:mdapi:deploy | force:package:install",
        delete="force:org:delete | force:data:record:delete | force:data:bulk:delete | force:source:delete", run="force:apex:execute",
    ),
    "shopify": _tool(
        nothing="theme dev | theme check | theme init | app dev | app build | app init | app generate extension | auth logout | version | theme package | hydrogen dev"
        " | hydrogen build | hydrogen init | theme list | theme pull | theme info | app info | hydrogen preview | upgrade | app config link | theme language-server",
        deploy="theme push | theme publish | app deploy | hydrogen deploy | app release | theme share", delete="theme delete",
        secret_read="hydrogen env pull | app env pull | app env show", read="theme open | app logs | app versions list | app env",
    ),
    "contentful": _tool(nothing="login | logout | config | init | guide", read="space export | space list | content-type list | content-type get | space environment list",
                        change="space import | space migration | space seed", delete="space delete | space environment delete"),
    "algolia": _tool(nothing="auth | profile list | profile add | describe | open", read="search | indices list | objects browse | settings get | rules browse | synonyms browse",
                     delete="indices delete | indices clear | objects delete | rules delete | synonyms delete | apikeys delete", access="apikeys create"),
    "auth0": _tool(nothing="login | logout | tenants use | tenants list | completion | test login | test --help | terraform generate", read="logs list | logs tail | users search | users show"
                   " | apps list | apps show | apis list | actions list", secret_read="test token | apps show --reveal-secrets", deploy="actions deploy", access="roles permissions add | users roles assign"),
    "okta": _tool(nothing="login", access="apps create | start"),
    "sentry-cli": _tool(
        nothing="login | info | update | uninstall | debug-files check | debug-files find | releases propose-version | bash-hook | sourcemaps explain | sourcemaps inject"
        " | sourcemaps resolve | react-native --help", read="releases list | releases info | projects list | organizations list | issues list | events list | monitors list | repos list | logs",
        deploy="releases new | releases finalize | releases set-commits | releases deploys | sourcemaps upload | upload-dif | debug-files upload | upload-proguard | releases files"
        " | releases restore | deploys new | build upload | mobile-app upload", delete="releases delete | sourcemaps delete | releases archive | releases files delete",
        message="send-event | send-envelope", change="issues resolve | issues mute | issues unresolve | monitors run",
    ),
    "ldcli": _tool(nothing="login | setup | config | dev-server | completion", read="flags list | flags get"),
    "datadog-ci": _tool(nothing="version | junit --help | synthetics run-tests --help", run="synthetics run-tests", deploy="lambda instrument | sourcemaps upload | junit upload"
                        " | git-metadata upload | dsyms upload | coverage upload | sarif upload | deployment mark | cloud-run instrument | aas instrument | stepfunctions instrument"),
    "newrelic": _tool(nothing="version | profile list | completion | decode", read="nrql query | entity search | apm application get", run="install"),
    "databricks": _tool(nothing="auth | configure | version | bundle validate | bundle init | bundle schema | auth login", read="fs ls | fs cat | current-user me | bundle summary",
                        deploy="bundle deploy", run="bundle run | jobs run-now | jobs submit", destroy="bundle destroy", secret_read="secrets get-secret | auth token | tokens create",
                        secret_write="secrets put-secret | secrets delete-secret"),
    "spin": _tool(nothing="build | up | new | add | watch | login | doctor | templates | plugins | test", deploy="deploy | cloud deploy | registry push | aka deploy"),
    "modal": _tool(nothing="setup | token | profile | config | run | serve", read="app list | app logs | volume ls | secret list", deploy="deploy", opens_shell="shell"),
    "convex": _tool(nothing="dev | codegen | docs | init | typecheck | login | logout", deploy="deploy", read="logs | data", secret_read="env list | env get", secret_write="env set | env remove",
                    run="run", change="import", opens_shell="dashboard --help"),
    "partykit": _tool(nothing="dev | init | login | logout | whoami", deploy="deploy", delete="delete"),
    "deployctl": _tool(nothing="upgrade | types", deploy="deploy", read="logs | projects list | deployments list"),
    "hal": _tool(nothing="version | config", deploy="deploy apply | deploy connect", delete="deploy clean"),
    "juju": _tool(nothing="version | help | clouds | models | switch | whoami | login", read="status | debug-log | show-unit | config", run="run | exec | ssh | scp",
                  destroy="destroy-model | destroy-controller | kill-controller | remove-application | remove-unit | remove-machine", apply="deploy | upgrade | refresh | integrate | relate",
                  access="grant | revoke"),
}  # fmt: skip


@program(*_CLOUDS)
def service(call: Invocation) -> Effects:
    """A tool whose table says it all."""
    yield from read_platform(call, _CLOUDS[call.name])


_KAMAL_LIKE: Final = Options(
    "-n --dry-run", "-T --tasks", "-h --help", "-V --version", "-f F", "-r F", "-P --prereqs", "-W", "-D", "--trace"
)


@program("cap", "mina", "dep", "deployer", "shipit", "envoy", "fab")
def deployer(call: Invocation) -> Effects:
    """Task runners that deploy over ssh: `cap production deploy`."""
    line = _KAMAL_LIKE.parse(call.args)
    words = [word.text for word in line.operands]
    quiet = {"-l", "--list", "list", "install", "init", "doctor", "--tasks", "config:dump", "tree"}
    if (
        line.has("-n", "-T", "-h", "-V", "-P", "-W", "-D")
        or not words
        or quiet & set(words[:2])
        or any(w.text in quiet for w in call.args)
    ):
        return
    shown = " ".join(word.shown(60) for word in line.operands[:3])
    yield from effects_of(call, "deploy", shown)


_KAFKA: Final = "topics configs acls consumer-groups delete-records reassign-partitions leader-election storage".split()


@program(*(f"kafka-{name}{suffix}" for name in _KAFKA for suffix in ("", ".sh")), "rpk")
def kafka(call: Invocation) -> Effects:
    """Kafka's tools say what they do by a flag: `--list`, `--delete`, `--alter`; rpk by a word."""
    texts = {word.text for word in call.args}
    what = " ".join(word.shown(60) for word in call.args[:6])
    if texts & {"--help", "-h", "--version", "--dry-run"} or not texts:
        return
    if call.name == "rpk":
        yield from effects_of(
            call, Tool({"nothing": "version | profile | help | container start"}).read(call).meaning, what
        )
    elif "delete-records" in call.name or texts & {"--delete", "--delete-offsets", "--reset-offsets", "--remove"}:
        if "--reset-offsets" in texts and "--execute" not in texts:
            return
        yield from effects_of(call, "access" if "acls" in call.name else "delete", what)
    elif texts & {"--create", "--alter", "--add", "--execute"}:
        yield from effects_of(
            call, "access" if "acls" in call.name else "create" if "--create" in texts else "change", what
        )


_RABBIT: Final = Tool(
    {
        "nothing": "help | version | ping | node_health_check | environment | cipher_suites | autocomplete",
        "delete": "reset | force_reset | delete_queue | delete_vhost | purge_queue | delete_user | clear_parameter | clear_policy | forget_cluster_node"
        " | close_all_connections | delete_shovel | clear_vhost_limits",
        "access": "add_user | change_password | set_permissions | clear_permissions | set_user_tags | clear_password | set_topic_permissions | authenticate_user --help",
        "restart": "stop | stop_app | start_app | shutdown | close_connection | restart_vhost | rotate_logs | suspend_all_listeners",
        "change": "set_policy | set_parameter | add_vhost | join_cluster | set_vhost_limits | enable | disable | declare | publish | import_definitions | eval | exec",
        "read": "await_online_quorum_plus_one | await_startup | check_if_node_is_quorum_critical | status | cluster_status | report | list_queues | list_users | list_vhosts | list_connections | list_exchanges | list_bindings | list_consumers"
        " | list_permissions | list_policies | export_definitions | list | get | show | list_channels",
    },
    options="-n --node N | -p --vhost V | -q --quiet | -t --timeout T | -u --username U | -s --silent | -H --host H | -P --port P",
    context="--node --vhost --host",
)  # fmt: skip


@program("rabbitmqctl", "rabbitmqadmin", "rabbitmq-plugins", "rabbitmq-upgrade")
def rabbit(call: Invocation) -> Effects:
    yield from read_platform(call, _RABBIT)


@program("tsh", "tctl")
def teleport(call: Invocation) -> Effects:
    """Teleport: shells and commands on machines behind it."""
    words = [word for word in call.args if not word.prefix.startswith("-")]
    verb = words[0].text if words else ""
    if call.name == "tsh" and verb == "ssh" and len(words) > 1:
        place = f"tsh {words[1].shown(60)}"
        if words[2:]:
            yield from call.shell(join(words[2:]), via=place, place=place)
        else:
            yield OpenShell(by="tsh", to=words[1].shown(60))
    elif call.name == "tctl" and words and verb not in ("status", "get", "ls", "version", "help"):
        yield from effects_of(call, "access", " ".join(word.shown(60) for word in words[:3]))
