"""Cmdlets that reach the network, databases and other machines."""

from __future__ import annotations

from enactd.effects.code import operations
from enactd.effects.code.objects import Thing, flattened, json_text, named, text, untold
from enactd.effects.code.powershell_cmdlets import Given, cmdlet
from enactd.effects.http import exchange
from enactd.effects.model import (
    OpenShell,
    SendData,
    SendMessage,
)  # fmt: skip
from enactd.effects.values import NETWORK, concat, known, unknown


@cmdlet("Invoke-WebRequest", "Invoke-RestMethod", "curl", "wget")
def web_request(given: Given) -> Thing | None:
    """Method, headers, body and file; `-OutFile` keeps what comes."""
    url = given.value("uri", "url", at=0) or given.input or untold("a URL")
    method = (given.value("method", "custommethod") or text("GET")).plain
    headers = given.value("headers")
    lines = [
        concat((known(f"{name}: "), part.text))
        for name, part in ((headers.fields if headers is not None else None) or {}).items()
    ]
    body = given.value("body", "form")
    content = None
    if body is not None:
        content = (json_text(body) if body.fields is not None else body.text).tainted(*body.all_origins())
    sent = given.value("infile")
    uploads = [given.reader.call.target(given.path(sent.text))] if sent is not None else []
    if body is not None and body.fields is not None:
        uploads += [given.reader.call.target(given.path(p.text)) for p in body.fields.values() if p.name == "path"]
    for address in url.texts[:4]:
        full = address if "://" in address.visible or not address.known else concat((known("http://"), address))
        given.emit(
            exchange(
                method,
                full,
                headers=lines,
                body=content,
                uploads=uploads,
                insecure=given.switch("skipcertificatecheck"),
            )
        )
    out = given.value("outfile")
    if out is not None:
        given.emit(
            operations.write(given.reader.call, given.path(out.text), unknown("what came from the network", NETWORK))
        )
    return Thing((unknown("what came from the network", NETWORK),), "response")


@cmdlet("Start-BitsTransfer")
def bits(given: Given) -> Thing | None:
    source, goal = given.value("source", at=0) or untold(), given.value("destination", at=1)
    if "://" in source.text.visible:
        given.emit(exchange("GET", source.text))
        path = given.path(goal.text) if goal is not None else known(source.text.visible.rpartition("/")[2])
        given.emit(operations.write(given.reader.call, path, unknown("what came from the network", NETWORK)))
    else:
        given.emit(
            exchange("POST", (goal or untold()).text, uploads=[given.reader.call.target(given.path(source.text))])
        )
    return None


@cmdlet("Resolve-DnsName", "Test-NetConnection", "Test-Connection")
def look_up(given: Given) -> Thing | None:
    name = given.value("name", "computername", "targetname", at=0)
    if name is not None and name.all_origins():
        given.emit(iter([SendData(to=None, by="a name look-up", carries=name.all_origins())]))
    return untold()


@cmdlet("Send-MailMessage")
def send_mail(given: Given) -> Thing | None:
    to = given.value("to") or untold()
    origins = frozenset[str]().union(*(thing.all_origins() for thing in given.named.values()))
    given.emit(
        iter([SendMessage(by="Send-MailMessage", to=to.text.shown(80), bulk=len(flattened(to)) > 5, carries=origins)])
    )
    return None


@cmdlet("Invoke-Sqlcmd", "Invoke-DbaQuery", "Invoke-MySqlQuery", "Invoke-SqliteQuery")
def run_sql(given: Given) -> Thing | None:
    query = given.value("query", at=0)
    dialect = {"invoke-sqlcmd": "tsql", "invoke-dbaquery": "tsql", "invoke-mysqlquery": "mysql"}.get(
        given.name, "sqlite"
    )
    file = given.value("inputfile", "file")
    content = (
        query.text
        if query is not None
        else given.reader.call.text_of(given.path(file.text))
        if file is not None
        else None
    )
    if content is not None:
        given.emit(operations.sql(content, dialect))
    return untold("rows")


@cmdlet("Enter-PSSession", "New-PSSession")
def session(given: Given) -> Thing | None:
    computer = given.value("computername", "hostname", at=0)
    if given.name == "enter-pssession":
        given.emit(iter([OpenShell(by="Enter-PSSession", to=computer.text.shown(60) if computer is not None else "")]))
    return named("session")
