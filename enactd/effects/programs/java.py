"""java: a JAR or class is code nobody reads here; where it lies says how far it is trusted."""

from __future__ import annotations

import posixpath
import re
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, known, program

_JAVA: Final = Options(
    "-jar", "-cp -classpath --class-path P", "-p --module-path P", "-m --module M", "--add-modules M", "--add-opens M",
    "--add-exports M", "--add-reads M", "--enable-native-access M", "-version --version", "-help --help -? -h", "--dry-run",
    "-showversion", "--source V", "--enable-preview", stop_at_operand=True, abbreviate=False,
)  # fmt: skip
# JARs that are a program's command line: what they do is told by that program's own table.
_CLIENTS: Final = {
    "jenkins-cli": "jenkins-cli", "bfg": "bfg", "liquibase": "liquibase", "flyway": "flyway",
    "openapi-generator-cli": "openapi-generator-cli", "kafka-topics": "kafka-topics",
}  # fmt: skip
_CACHES: Final = re.compile(
    r"/\.(?:m2/repository|gradle/caches|ivy2/cache|sdkman)/|/coursier/"
)  # what builds have fetched
_VERSION: Final = re.compile(r"(?:-\d[\w.]*)?\.jar$")


@program("java", "javaw")
def java(call: Invocation) -> Effects:
    """`java -jar FILE args`, `java -cp P Class`, `java File.java`: an archive outside the workspace is opaque code."""
    args = [word for word in call.args if not word.prefix.startswith(("-X", "-D", "-ea", "-agent", "@"))]
    line = _JAVA.parse(args)
    if line.has("-version", "-help", "--dry-run") or not line.operands:
        return
    first, rest = line.operands[0], line.operands[1:]
    client = _CLIENTS.get(_VERSION.sub("", posixpath.basename(first.text or "")))
    if line.has("-jar") and client is not None:
        yield from call.run([known(client), *rest], via="java")
    elif line.has("-jar") or first.suffix.endswith(".java"):
        yield from call.script(first, rest, language="java")
    else:
        for place in [part for word in line.values("-cp", "-p") for part in word.split(":")][:20]:
            if place.pieces and not _CACHES.search(place.visible):
                yield from call.script(place, rest, language="java")
