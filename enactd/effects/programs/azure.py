"""az, azd, func: the verb stands behind the groups, `az vm delete`."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, Value, program
from enactd.effects.model import OpenShell
from enactd.effects.programs.cloud_commands import Reading, Tool, effects_of, read_platform
from enactd.effects.programs.object_storage import Store
from enactd.effects.values import known

_AZ: Final = Tool(
    {
        "nothing": """login | logout | account show | account list | account set | account list-locations | version | configure
            | config | find | feedback | survey | upgrade | bicep | extension | cloud | cache | rest --help | init
            | aks get-credentials | acr login | acr check-health | aks install-cli | account clear | self-test
            | acr build --help | deployment group validate | deployment sub validate | ml --help | next""",
        "plan": """deployment group what-if | deployment sub what-if | deployment mg what-if | deployment tenant what-if
            | stack group validate""",
        "apply": "deployment group create | deployment sub create | deployment mg create | stack group create",
        "secret-read": """account get-access-token | keyvault secret show | keyvault secret download | keyvault secret backup
            | acr credential show | storage account show-connection-string | cosmosdb list-keys | cosmosdb list-connection-strings
            | redis list-keys | webapp deployment list-publishing-credentials | webapp deployment list-publishing-profiles
            | storage container generate-sas | storage blob generate-sas | storage account generate-sas | sql db show-connection-string --help
            | functionapp config appsettings list | webapp config appsettings list | webapp config connection-string list
            | keyvault key decrypt | keyvault certificate download | signalr key list | maps account keys list
            | containerapp secret show | batch account keys list | iot hub connection-string show | acr token credential generate
            | grafana api-key create | search admin-key show | search query-key list | staticwebapp secrets list
            | appconfig credential list | appconfig kv export | sshcert create""",
        "secret-write": "keyvault secret set | keyvault secret recover | webapp config appsettings set --help",
        "deploy": "webapp up | webapp deploy | webapp deployment source | functionapp deploy | functionapp deployment source"
        " | containerapp up | containerapp update | spring app deploy | webapp deployment slot swap | staticwebapp deploy"
        " | containerapp revision restart --help | pipelines run",
        "run": "vm run-command invoke | vmss run-command invoke | acr run | acr build | webapp create-remote-connection",
        "shell": "webapp ssh | containerapp exec | container exec | ssh vm | container attach | interactive | serial-console connect",
        "destroy": "group delete | aks delete | sql server delete | sql db delete | cosmosdb delete | postgres flexible-server delete"
        " | mysql flexible-server delete | storage account delete",
        "delete": "keyvault purge | keyvault secret purge | vm deallocate --help | acr purge | acr repository untag",
        "read": "monitor log-analytics query | monitor metrics list | graph query | webapp log tail | webapp log show"
        " | webapp log download | monitor activity-log list | aks show | storage blob url | storage file url | account list-locations | costmanagement query | consumption usage list"
        " | acr repository show-tags | vm get-instance-view | resource wait",
    },
    options="-g --resource-group G | --subscription S | -n --name N | -o --output O | --query Q | -l --location L | --verbose"
    " | --debug | --only-show-errors | -y --yes | --no-wait | --ids I | --account-name A | --account-key K | --sas-token T"
    " | --container-name -c C | -f --file F | --source -s S | --destination -d D | --vault-name V | --auth-mode M"
    " | --method -m M | --url --uri -u U | --body -b B | --command V | --connection-string C | --pattern P | --overwrite",
    context="--subscription --resource-group",
    groups="build backup log test deployment monitor image",
)  # fmt: skip
_ACCESS: Final = frozenset("ad role identity policy managementgroups".split())


@program("az")
def az(call: Invocation) -> Effects:
    """One command of the Azure command line."""
    reading = _AZ.read(call)
    words, line = reading.words, reading.line
    texts = [word.text or "" for word in words]
    if reading.dry:
        return
    if texts[:1] == ["rest"]:
        yield from effects_of(call, _method(line.text("-m", "get")), f"rest {line.text('--url')[:80]}")
    elif texts[:2] == ["storage", "blob"] and len(texts) > 2 and texts[2] in _BLOBS:
        yield from _blob(call, reading, texts[2])
    elif texts[:3] == ["aks", "command", "invoke"] and line.value("--command") is not None:
        name = line.text("-n", "cluster")
        yield from call.shell(line.value("--command") or known(""), via="az", place=f"az {name}")
    else:
        meaning = meaning_of(reading, texts)
        what = " ".join([reading.what, *(value.shown(60) for value in line.values("-n"))])
        if meaning == "shell":
            yield OpenShell(by="az", to=what)
        else:
            yield from effects_of(call, meaning, what, context=reading.context)


def meaning_of(reading: Reading, texts: list[str]) -> str | None:
    """The table's meaning, with what is said by the group: keys, access, names."""
    meaning = reading.meaning
    if (
        texts
        and texts[-1] in ("list", "show", "list-keys")
        and len(texts) > 1
        and texts[-2] in ("keys", "key", "credential", "credentials")
    ):
        return "secret-read" if texts[0] != "keyvault" else meaning
    if texts and texts[-1] == "list-keys":
        return "secret-read"
    if meaning is None or meaning in ("read", "nothing", "secret-read", "plan"):
        return meaning
    if texts[0] in _ACCESS or "set-policy" in texts or "role" in texts[:2]:
        return "access"
    if texts[:2] in (["network", "dns"], ["network", "private-dns"]) or texts[0] in ("dns", "appservice"):
        return "dns" if texts[0] != "appservice" or "domain" in texts else meaning
    return meaning


def _method(method: str) -> str:
    return {"get": "read", "head": "read", "delete": "delete"}.get(method.lower(), "change")


_BLOBS: Final = frozenset("upload upload-batch download download-batch sync delete delete-batch copy".split())


def _blob(call: Invocation, reading: Reading, verb: str) -> Effects:
    line = reading.line
    store = Store(call, "az", reading.context, by="az storage")
    container = line.value("-c", "-d", "-n") or known("container")
    remote = known("az://") + container
    if verb.startswith("upload") or verb == "sync":
        source = line.value("-f", "-s") or known("-")
        yield from store.move(source, remote, recursive=verb != "upload", deletes=verb == "sync")
    elif verb.startswith("download"):
        target: Value | None = line.value("-f", "-d")
        yield from store.move(
            known("az://") + (line.value("-s") or container), target or known("-"), recursive="batch" in verb
        )
    else:
        yield store.change("delete" if verb.startswith("delete") else "change", [remote], bulk="batch" in verb)


_AZD: Final = Tool(
    {
        "nothing": "init | auth | auth login | package | config | env list | env select | env new | template | version"
        " | build | restore | env set | env refresh | pipeline config --help",
        "deploy": "up | deploy | publish",
        "apply": "provision",
        "destroy": "down",
        "secret-read": "env get-values | env get-value | auth token",
        "read": "show | monitor",
    },
    options="-e --environment E | --cwd C -C | --force | --purge | --preview",
    context="--environment",
)  # fmt: skip
_FUNC: Final = Tool(
    {
        "nothing": "init | new | start | host start | pack | extensions | templates | settings list --help",
        "deploy": "azure functionapp publish | kubernetes deploy | deploy",
        "secret-read": "azure functionapp fetch-app-settings | azure storage fetch-connection-string | settings decrypt",
        "read": "azure functionapp logstream | azure functionapp list-functions",
        "delete": "kubernetes delete | durable purge-history",
    }
)


@program("azd")
def azd(call: Invocation) -> Effects:
    reading = _AZD.read(call)
    meaning = "plan" if reading.phrase == "provision" and reading.line.has("--preview") else reading.meaning
    if not reading.dry:
        yield from effects_of(call, meaning, reading.what, context=reading.context)


@program("func")
def func(call: Invocation) -> Effects:
    yield from read_platform(call, _FUNC)
