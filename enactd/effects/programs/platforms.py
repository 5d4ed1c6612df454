"""Hosting platforms by their tables: heroku, fly, railway, netlify, firebase, doctl, and the smaller ones."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, Value, join, program
from enactd.effects.model import Database, OpenShell, ResetDatabase, WritePath
from enactd.effects.programs.cloud_commands import Reading, Tool, effects_of, read_platform
from enactd.effects.programs.environment import staged
from enactd.effects.sql.reading import read_sql
from enactd.effects.values import EMPTY, SECRET, known

_HEROKU: Final = Tool(
    {
        "nothing": """login | auth:login | auth:logout | auth:whoami | local | local:start | local:run | plugins | update | git:remote
            | git:clone | autocomplete | help | version | commands | which | buildpacks:search | pg:push --help | create --help""",
        "read": """ps | apps | apps:info | info | logs | releases | releases:info | addons | addons:info | domains | pg:info | pg
            | pg:ps | pg:locks | pg:diagnose | pg:backups | pg:backups:info | status | regions | access | buildpacks | pipelines
            | pipelines:info | pipelines:diff | certs | features | webhooks | notifications | redis:info | pg:outliers | run:list
            | drains | stack | members | orgs | teams | keys | spaces | labs | dashboard | container:login""",
        "secret-read": "config | config:get | pg:credentials | pg:credentials:url | redis:credentials | auth:token | authorizations:info"
        " | pg:backups:url | addons:docs --help",
        "secret-write": "config:set | config:unset | config:add | config:remove | config:edit | authorizations:create | auth:2fa",
        "delete": """apps:destroy | destroy | addons:destroy | domains:remove | domains:clear | pg:backups:delete | pipelines:destroy
            | certs:remove | drains:remove | apps:delete | ps:kill | keys:remove | keys:clear | pg:credentials:destroy
            | data:maintenances:delete | buildpacks:clear | addons:detach""",
        "restart": "restart | ps:restart | ps:stop | dyno:restart | dyno:kill | dyno:stop | maintenance:on | maintenance:off | pg:killall | pg:kill | ps:kill",
        "scale": "ps:scale | dyno:scale | ps:resize | ps:type | dyno:resize | ps:autoscale:enable | ps:autoscale:disable",
        "deploy": "container:release | container:push | releases:rollback | rollback | pipelines:promote | pg:promote | builds:create"
        " | container:run | deploy:jar | deploy:war",
        "dns": "domains:add | domains:update | certs:add | certs:auto:enable | certs:update",
        "access": "access:add | access:remove | access:update | apps:transfer | apps:join | apps:leave | members:add | members:remove"
        " | keys:add | authorizations:revoke | sharing:add | sharing:remove",
        "create": "create | apps:create | addons:create | addons:upgrade | addons:attach | pg:backups:capture | pg:backups:schedule"
        " | apps:fork | pipelines:create | pg:copy | pg:upgrade | addons:downgrade",
    },
    options="-a --app A | -r --remote R | -c --confirm C | -n --num N | -t --tail | -s --space S | -p --ps P | -d --dyno D"
    " | --type T | --exit-code -x | --size S | -e --env E | --no-tty | -j --json | --shell | -f --file F | --command C",
    context="--app --remote",
)  # fmt: skip
_RESETS: Final = {
    "pg:reset": "reset",
    "pg:push": "restore",
    "pg:backups:restore": "restore",
    "pg:pull": "",
    "redis:cli": "",
}


@program("heroku")
def heroku(call: Invocation) -> Effects:
    """Colons join what other tools separate: `pg:reset`, `apps:destroy`; `run` is a program in a new dyno."""
    reading = _HEROKU.read(call, _before_dashes(call))
    words, line = reading.words, reading.line
    verb = words[0].text if words else ""
    place = f"heroku {reading.context}".strip()
    if reading.dry:
        return
    if verb in ("run", "run:detached", "run:inside", "ps:exec", "ssh"):
        yield from _inside(call, [*words[1 if verb != "run:inside" else 2 :], *_after_dashes(call)], place)
    elif verb in ("pg:psql", "psql", "pg:sql"):
        text = line.value("-c") or call.stdin
        database = Database(dialect="postgres", host="heroku", name=reading.context, stage="production")
        yield from read_sql(text, "postgres", database) if text is not None else [OpenShell(by="heroku", to="psql")]
    elif verb in _RESETS:
        if _RESETS[verb]:
            yield ResetDatabase(
                tool="heroku", how=_RESETS[verb], what=reading.what,
                database=Database(dialect="postgres", host="heroku", name=reading.context, stage="production"),
            )  # fmt: skip
    else:
        yield from effects_of(call, reading.meaning, reading.what, context=reading.context)


def _inside(call: Invocation, argv: list[Value], place: str) -> Effects:
    if not argv:
        yield OpenShell(by=call.name, to=place)
    elif len(argv) == 1:
        yield from call.shell(argv[0], via=place, place=place)
    else:
        yield from call.run(argv, via=place, place=place)


def _before_dashes(call: Invocation) -> list[Value]:
    texts = [word.text for word in call.args]
    return list(call.args[: texts.index("--")] if "--" in texts else call.args)


def _after_dashes(call: Invocation) -> list[Value]:
    texts = [word.text for word in call.args]
    return list(call.args[texts.index("--") + 1 :]) if "--" in texts else []


_FLY: Final = Tool(
    {
        "nothing": """auth | auth login | auth whoami | auth logout | version | docs | doctor | platform | proxy | config validate
            | config show | config save | launch --no-deploy | orgs list | agent | settings | dig | ping | wireguard list
            | dashboard | open | jobs | mcp | ssh issue --help | settings | completion | image show | scale show""",
        "read": "status | logs | apps list | list | info | machines list | machine status | releases | history | checks | ips list"
        " | volumes list | secrets list | certs list | certs show | regions list | services list | postgres list | vm status"
        " | machine list | m list | volumes show | scale show | autoscale show | apps releases | incidents",
        "secret-read": "auth token | tokens create | tokens create deploy | tokens list --help | auth docker",
        "secret-write": "secrets set | secrets unset | secrets import | secrets deploy",
        "deploy": "deploy | launch | apps create | image update | machine run | machine clone | machine update | m run",
        "restart": "apps restart | machine restart | machine stop | machine start | restart | suspend | resume | apps suspend"
        " | apps resume | postgres restart | postgres failover | machine kill | machine suspend | machine cordon | machine leases",
        "scale": "scale | scale count | scale vm | scale memory | autoscale set",
        "destroy": "apps destroy | destroy | machine destroy | machines destroy | machine remove | m destroy | volumes destroy"
        " | volumes delete | vol destroy | postgres destroy | redis destroy | mpg destroy | storage destroy | vol delete"
        " | extensions destroy | litefs-cloud clusters destroy",
        "dns": "certs add | certs create | certs remove | certs delete | ips allocate | ips allocate-v4 | ips allocate-v6 | ips release | dns-records",
        "access": "tokens revoke | orgs invite | orgs remove | wireguard create | wireguard remove | orgs delete | postgres users",
        "shell": "console | postgres connect | redis connect | ssh console | mpg connect | ssh sftp shell",
    },
    options="-a --app A | -c --config C | -o --org O | -r --region R | -t --access-token T | -C --command C | -y --yes"
    " | --no-deploy | -j --json | -i --image I | -m --machine M | -u --user U | -s --select | --no-tail | -n --count N",
    context="--app -a",
)  # fmt: skip


@program("fly", "flyctl")
def fly(call: Invocation) -> Effects:
    """Fly.io; `ssh console -C` runs inside. (Concourse's `fly` shares the name: what only it knows is a change.)"""
    reading = _FLY.read(call)
    command = reading.line.value("-C")
    if reading.dry:
        return
    if command is not None and reading.phrase in ("ssh console", "console"):
        place = f"fly {reading.context}".strip()
        yield from call.shell(command, via="fly", place=place)
    elif reading.words[:1] and reading.words[0].text in ("machine", "machines", "m") and "exec" in _texts(reading):
        yield from call.shell(reading.words[-1], via="fly", place="fly machine")
    elif reading.phrase == "launch" and reading.line.has("--no-deploy"):
        yield from effects_of(call, "create", reading.what, context=reading.context)
    else:
        yield from effects_of(call, reading.meaning, reading.what, context=reading.context)


def _texts(reading: Reading) -> list[str]:
    return [word.text or "" for word in reading.words]


_RAILWAY: Final = Tool(
    {
        "nothing": "login | logout | whoami | link | unlink | docs | open | list | init --help | completion | version | service | upgrade"
        " | environment | environment link | telemetry",
        "read": "status | logs | deployment list | service status",
        "secret-read": "variables | variable | vars | variable list",
        "secret-write": "variables set | variable set | variables delete",
        "deploy": "up | deploy | redeploy | add | init | environment new | deployment redeploy | deployment up | functions push",
        "restart": "restart | deployment restart",
        "scale": "scale",
        "destroy": "down | delete | deployment down | environment delete | volume delete | service delete | functions delete",
        "dns": "domain",
        "shell": "connect | ssh | shell",
        "change": "volume | volume add | volume detach | volume update",
        "read ": "volume list | functions list",
    },
    options="-s --service S | -e --environment E | -p --project P | --set V | -k --kv | --json | -d --detach | -y --yes | -v --volume V",
    context="--environment --service",
)  # fmt: skip


@program("railway")
def railway(call: Invocation) -> Effects:
    """`run` starts a program of this machine with the platform's variables; `variables` prints them."""
    reading = _RAILWAY.read(call, _before_dashes(call))
    words = reading.words
    rest = _after_dashes(call)
    if reading.dry:
        return
    if words and words[0].text in ("run", "local"):
        argv = [*words[1:], *rest]
        stage = reading.line.text("--environment") or "production"  # which is what a project has if none is named
        yield from call.run(argv, env=staged(call.env, [stage])) if argv else ()
    elif words and words[0].text == "ssh" and (words[1:] or rest):
        yield from call.shell(join([*words[1:], *rest]), via="railway", place="railway")
    elif reading.phrase in ("variables", "variable") and reading.line.has("--set"):
        yield from effects_of(call, "secret-write", reading.what, context=reading.context)
    else:
        yield from effects_of(call, reading.meaning, reading.what, context=reading.context)


_VERCEL: Final = Tool(
    {
        "nothing": """login | logout | whoami | switch | teams list | teams ls | teams switch | link | init | dev | build | help
            | git connect --help | telemetry | guidance | open | project --help | microfrontends""",
        "read": "ls | list | inspect | logs | log | domains ls | domains inspect | dns ls | certs ls | env ls | alias ls | project ls"
        " | projects ls | project inspect | bisect | env list | domains list | target ls | blob list | integration list | history"
        " | httpstat | curl | api --help | secrets ls | cache --help",
        "secret-read": "env pull | pull | env run --help",
        "secret-write": "env add | env rm | env update | secrets add | env remove | secrets rm | env import",
        "deploy": "deploy | promote | rollback | redeploy | rolling-release | alias | alias set | rr",
        "delete": "remove | rm | project rm | projects rm | project remove | alias rm | teams rm | domains rm | certs rm | blob del"
        " | blob delete | integration-resource remove | integration remove | cache purge | cache invalidate | blob store remove",
        "dns": "dns add | dns rm | dns import | domains add | domains move | domains buy | domains transfer-in | certs issue | certs add",
        "access": "teams invite | teams add | tokens",
        "create": "project add | projects add | blob put | blob store add | integration add | install | git connect | git disconnect",
    },
    options="-t --token T | -S --scope S | -T --team T | --cwd D | -A --local-config F | -Q --global-config D | -e --env E"
    " | -b --build-env E | -m --meta M | -n --name N | --regions R | --target T | --environment E | -d --debug"
    " | -f --force | -p --public | -y --yes | -v --version | --since T | --until T | --git-branch B | --prod | --project P",
    context="--scope --target --environment",
    bare="deploy",
    default="deploy",
)  # fmt: skip


@program("vercel", "vc", "now")
def vercel(call: Invocation) -> Effects:
    """A bare `vercel`, and `vercel FOLDER`, deploys."""
    reading = _VERCEL.read(call)
    if reading.dry or reading.line.has("-v"):
        return
    production = " to production" if reading.line.has("--prod") else ""
    known_word = reading.phrase in _VERCEL.phrases or not reading.words
    meaning = reading.meaning if known_word or reading.meaning is None else "deploy"
    if reading.phrase in ("env pull", "pull"):
        file = reading.rest[0] if reading.phrase == "env pull" and reading.rest else known(".env.local")
        yield WritePath(target=call.target(file), origins=frozenset({SECRET}))
    yield from effects_of(call, meaning, (reading.what or "deploy") + production, context=reading.context)


_FIREBASE: Final = Tool(
    {
        "nothing": """login | logout | login:ci | login:list | login:use | login:add | use | init | serve | emulators:start | emulators:exec
            | emulators:export | projects:list | open | target | target:apply | setup:emulators:database | help | apps:list
            | experiments:enable | experiments:list | functions:shell | apphosting:backends:list | dataconnect:sdk:generate | logout""",
        "read": "functions:log | functions:list | hosting:sites:list | hosting:channel:list | database:get | firestore:indexes"
        " | firestore:databases:list | firestore:databases:get | remoteconfig:get | ext:list | database:instances:list | apps:sdkconfig"
        " | appdistribution:testers:list | firestore:locations",
        "secret-read": "functions:secrets:access | functions:config:get | auth:export | functions:config:export",
        "secret-write": "functions:secrets:set | functions:secrets:destroy | functions:secrets:prune | functions:config:set | functions:config:unset",
        "deploy": "deploy | hosting:channel:deploy | hosting:clone | appdistribution:distribute | remoteconfig:rollback | apphosting:rollouts:create",
        "destroy": "firestore:delete | firestore:databases:delete | database:remove | functions:delete | hosting:sites:delete"
        " | hosting:channel:delete | apphosting:backends:delete | apps:delete | database:instances:delete",
        "restart": "hosting:disable",
        "change": "database:set | database:update | database:push | firestore:bulkdelete | auth:import | target:clear | target:remove"
        " | ext:install | ext:update | ext:configure",
        "delete": "ext:uninstall | firestore:backups:delete | appdistribution:testers:remove",
        "message": "messaging:send",
    },
    options="-P --project P | --only S | --except S | --token T | -m --message M | --config C | --account A | -f --force | -y --yes"
    " | --site S | -r --recursive | --all-collections | --instance I | -n --lines N | --database D",
    context="--project",
)  # fmt: skip


@program("firebase")
def firebase(call: Invocation) -> Effects:
    """`emulators:exec` runs a program of this machine; nothing in an emulator is lost."""
    reading = _FIREBASE.read(call)
    if reading.dry:
        return
    if reading.phrase == "emulators:exec":
        yield from call.shell(reading.words[1] if len(reading.words) > 1 else EMPTY)
    else:
        bulk = reading.line.has("--all-collections", "-r")
        local = call.variable("FIRESTORE_EMULATOR_HOST") is not None and reading.phrase.startswith("firestore:")
        yield from effects_of(call, reading.meaning, reading.what, context=reading.context, bulk=bulk, local=local)


_NETLIFY: Final = Tool(
    {
        "nothing": "login | logout | dev | build | init | link | unlink | serve | functions:serve | functions:create | functions:build"
        " | functions:invoke | addons:list --help | open | open:site | open:admin | switch | completion | recipes | dev:exec | clone | types",
        "read": "status | sites:list | list | env:list --help | functions:list | watch | logs | logs:deploy | logs:function | blobs:list | blobs:get"
        " | addons:list | teams:list | api --list",
        "secret-read": "env:get | env:list | env:clone --help",
        "secret-write": "env:set | env:unset | env:import | env:clone",
        "deploy": "deploy",
        "destroy": "sites:delete | addons:delete | blobs:delete | db destroy",
        "create": "sites:create | sites:create-template | addons:create | blobs:set | db init",
        "change": "api | addons:config",
        "access": "lm:setup | sites:transfer",
    },
    options="-s --site S | --auth T | -d --dir D | -p --prod | -m --message M | -a --alias A | --context C | --filter A",
    context="--site --context",
)  # fmt: skip


@program("netlify", "ntl")
def netlify(call: Invocation) -> Effects:
    yield from read_platform(call, _NETLIFY)
