"""gradle, maven, sbt, dotnet."""

from __future__ import annotations

import pytest
from support.briefly import lines
from support.reading import effects

from enactd.effects.model import MigrateDatabase


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("gradle build", ["RunCode language=java origin=workspace what=gradle build"]),
        ("gradle dependencies", []),
        (
            "mvn exec:exec -Dexec.executable=rm -Dexec.args='-rf src'",
            ["DeletePath target=/home/u/proj/src recursive", "RunCode language=java origin=workspace what=mvn exec:exec"],
        ),
        ("gradle --stacktrace tasks", []),
        ("gradle clean", ["DeletePath target=/home/u/proj/build recursive"]),
        ("gradle publishToMavenLocal", ["RunCode language=java origin=workspace what=gradle publishToMavenLocal"]),
        ("gradle :lib:publish --dry-run", []),
        ("mvn test", ["RunCode language=java origin=workspace what=mvn test"]),
        ("mvn --version", []),
        ("dotnet test", ["RunCode language=csharp origin=workspace what=dotnet test"]),
        ("dotnet add package X", ["InstallPackage manager=dotnet names=[X]"]),
        ("dotnet restore", ["InstallPackage manager=nuget origin=lockfile"]),
        ("dotnet tool install -g x", ["InstallPackage manager=dotnet tool names=[x] scope=user"]),
        ("dotnet nuget push x.nupkg", ["PublishPackage manager=nuget verb=publish what=x.nupkg"]),
        ("dotnet nuget delete x 1.0", ["PublishPackage manager=nuget verb=unpublish what=x 1.0"]),
        ("nuget push x.nupkg", ["PublishPackage manager=nuget verb=publish what=x.nupkg"]),
        ("dotnet --info", []),
        ('mvn "$A"', []),
    ],
)  # fmt: skip
def test_effects(command: str, expected: list[str]) -> None:
    """Builds run the workspace's code."""
    assert expected == lines(command)


@pytest.mark.parametrize(
    "command", ["gradle publish", "gradle :lib:publishAllPublicationsToX", "mvn -B clean deploy", "sbt publishSigned"]
)
def test_publishing(command: str) -> None:
    """Goals that publish are told."""
    assert any(line.startswith("PublishPackage") for line in lines(command))


@pytest.mark.parametrize(
    ("command", "stage"),
    [
        ("mvn flyway:migrate", "unknown"),
        ("./mvnw -Pprod flyway:migrate", "production"),
        ("./mvnw -P prod flyway:migrate", "production"),
        ("SPRING_PROFILES_ACTIVE=prod ./mvnw flyway:migrate", "production"),
        ("./gradlew flywayMigrate -Pflyway.configFiles=flyway-prod.conf", "production"),
        ("mvn flyway:migrate -Dflyway.url=jdbc:postgresql://localhost/app_test", "test"),
        ("mvn liquibase:update -Dliquibase.url=jdbc:postgresql://x.rds.amazonaws.com/app", "production"),
    ],
)
def test_migrations(command: str, stage: str) -> None:
    """Goals that migrate, and where."""
    assert [stage] == [e.database.stage for e in effects(command) if isinstance(e, MigrateDatabase)]


@pytest.mark.parametrize(
    ("command", "resets"),
    [
        ("mvn flyway:clean", True),
        ("./mvnw org.flywaydb:flyway-maven-plugin:clean", True),
        ("gradle flywayClean", True),
        ("mvn liquibase:dropAll", True),
        ("mvn liquibase:rollback", True),
        ("mvn flyway:migrate", False),
        ("gradle clean flywayInfo", False),
    ],
)
def test_migration_plugins(command: str, resets: bool) -> None:
    """Goals of Flyway and Liquibase that take a database back."""
    assert resets == any(type(e).__name__ == "ResetDatabase" for e in effects(command))
