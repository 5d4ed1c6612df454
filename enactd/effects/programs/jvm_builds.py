"""Build tools of the JVM and of .NET: they run the workspace's own code, and some goals publish."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from enactd.effects.frameworks import configured_database
from enactd.effects.invocation import EMPTY, Effects, Invocation, Value, known, program
from enactd.effects.model import (
    ChangeInfrastructure,
    Database,
    DeletePath,
    InstallPackage,
    MigrateDatabase,
    PublishPackage,
    ResetDatabase,
    RunCode,
)
from enactd.effects.programs.packages import installs, is_default_index
from enactd.effects.sql.connection import names_production

_PUBLISHING: Final[dict[str, dict[str, str]]] = {
    "gradle": {
        "publish": "publish",
        "uploadarchives": "publish",
        "bintrayupload": "publish",
        "publishplugins": "publish",
    },
    "mvn": {
        "deploy": "publish",
        "release:perform": "publish",
        "nexus-staging:release": "publish",
        "deploy:deploy-file": "publish",
    },
    "sbt": {
        "publish": "publish",
        "publishsigned": "publish",
        "sonatyperelease": "publish",
        "sonatypebundlerelease": "publish",
    },
}
_DEPLOYS: Final = (
    "appdeploy",
    "appengine:deploy",
    "heroku:deploy",
    "cloudrun",
    "jib",
    "dockerpush",
    "jib:build",
    "bootbuildimagepush",
)


_MIGRATES: Final = re.compile(r"flyway:?migrate$|flyway-maven-plugin:(?:[\w.]+:)?migrate$|liquibase:?update$")


def _database(call: Invocation) -> Database:
    """Where a plug-in migrates: told by its URL, or by a profile or a file that names production."""
    url = next((word.cut(len(word.prefix.partition("=")[0]) + 1) for word in call.args if ".url=" in word.prefix), None)
    words = " ".join(word.visible for word in call.args)
    told = any(names_production(found[1]) for found in re.finditer(r"(?:^|\s)-[PDd]\s*(\S+)", words))
    return msgspec.structs.replace(configured_database(call, url), **({"stage": "production"} if told else {}))


def _reset(goal: str) -> str:
    """How a migration plug-in's goal takes a database back: `flyway:clean`, `org.flywaydb:…:clean`, `flywayClean`."""
    plain = goal.lower()
    if "flyway" not in plain and "liquibase" not in plain:
        return ""
    if re.search(r"(?::|flyway)clean$|drop-?all$", plain):
        return "drop"
    return "rollback" if re.search(r"rollback\w*$|(?::|flyway)undo$", plain) else ""


@program("gradle", "gradlew", "mvn", "mvnw", "mvnd", "sbt", "mill", "lein", "ant", "bazel-publish")
def jvm(call: Invocation) -> Effects:
    """Build tools run the workspace's own code; some goals publish."""
    kind = "mvn" if call.name.startswith("mv") else "sbt" if call.name == "sbt" else "gradle"
    texts = [word.text or "" for word in call.args]
    if any(text in ("-h", "--help", "-v", "--version", "-m", "--dry-run") for text in texts):
        return
    goals = [text for text in texts if text and not text.startswith("-")]
    publishes = False
    for goal in goals:
        plain = goal.rpartition(":")[2].lower() if kind == "gradle" else goal.lower()
        local = "tomavenlocal" in plain or plain in ("publishlocal", "publishm2")
        if not local and (
            plain in _PUBLISHING[kind] or (kind == "gradle" and plain.startswith("publish") and "local" not in plain)
        ):
            publishes = True
            yield PublishPackage(manager=call.name, verb="publish", what=goal)
        elif (how := _reset(goal)) and not any("dryrun" in text.lower() for text in texts):
            yield ResetDatabase(tool=call.name, how=how, what=goal)
        elif _MIGRATES.search(plain):
            yield MigrateDatabase(tool=call.name, how="apply", database=_database(call))
        elif plain in _DEPLOYS:
            yield ChangeInfrastructure(tool=call.name, verb="deploy", what=goal)
    if any(goal.startswith("exec:") or ":exec-maven-plugin:" in goal for goal in goals):
        yield from _executed(call)
    if goals and not publishes and any(g.lower() in ("clean",) for g in goals):
        for folder in ("target",) if kind != "gradle" else ("build",):
            yield DeletePath(target=call.target(folder), recursive=True)
    if goals and set(goals) - {"clean", "dependencies", "tasks", "dependency:tree", "help", "projects", "properties"}:
        yield RunCode(language="java", origin="workspace", what=f"{call.name} {' '.join(goals)[:80]}")


def _executed(call: Invocation) -> Effects:
    """The program that `mvn exec:exec -Dexec.executable=X -Dexec.args=...` starts."""
    given = {
        name: word.cut(len(name) + 1)
        for word in call.args
        for name in ("-Dexec.executable", "-Dexec.args")
        if word.startswith(name + "=")
    }
    if "-Dexec.executable" in given:
        words = [given["-Dexec.executable"], *given.get("-Dexec.args", EMPTY).words()]
        yield from call.run(words, via="mvn exec:exec")


@program("dotnet", "nuget")
def dotnet(call: Invocation) -> Effects:
    """NuGet packages, tools and pushes; the rest builds."""
    words = [word for word in call.args if not word.startswith("-")]
    texts = [word.text or "" for word in words]
    if call.name == "nuget":
        texts, words = ["nuget", *texts], [known("nuget"), *words]
    flags = [word.text or "" for word in call.args]
    source = next(
        (
            call.args[i + 1]
            for i, flag in enumerate(flags[:-1])
            if flag in ("-s", "--source", "--add-source", "-Source")
        ),
        None,
    )
    index = not is_default_index(source)
    yield from _dotnet(call, texts, words, flags, index=index)


def _dotnet(
    call: Invocation, texts: Sequence[str], words: Sequence[Value], flags: Sequence[str], *, index: bool
) -> Effects:
    match texts[:2]:
        case ["nuget", "push"]:
            yield PublishPackage(manager="nuget", verb="publish", what=" ".join(texts[2:3]))
        case ["nuget", "delete"]:
            yield PublishPackage(manager="nuget", verb="unpublish", what=" ".join(texts[2:4]))
        case ["nuget", "add"] if texts[2:3] == ["source"] and not is_default_index(
            words[3] if len(words) > 3 else None
        ):
            yield InstallPackage(manager="nuget", names=tuple(texts[3:4]), origin="index", scope="user")
        case ["nuget", "install" | "restore"] | ["restore", *_]:
            yield from installs(
                call, "nuget", [w for w in words[2:] if texts[0] == "nuget" and texts[1] == "install"], index=index
            )
        case ["tool", "install" | "update"]:
            system = "--global" in flags or "-g" in flags
            yield from installs(
                call, "dotnet tool", list(words[2:3]), scope="user" if system else "project", index=index
            )
        case ["add", *_] if "package" in texts:
            position = texts.index("package")
            yield from installs(call, "dotnet", words[position + 1 : position + 2], index=index)
        case ["package", "add"]:
            yield from installs(call, "dotnet", words[2:3], index=index)
        case ["ef", "database"] if texts[2:3] in (["drop"], ["update"]):
            yield from call.run([known("dotnet-ef"), *call.args[1:]], via="dotnet")
        case ["run" | "test" | "build" | "publish" | "watch", *_]:
            yield RunCode(language="csharp", origin="workspace", what=f"dotnet {texts[0]}")
        case ["script", *_] if len(words) > 1:
            yield from call.script(words[1])
        case _:
            return
