"""Lua, R, Julia, Elixir and Groovy."""

from __future__ import annotations

import pytest
from support.code import deeds, one_liner


@pytest.mark.parametrize(
    ("program", "code", "expected"),
    [
        ("lua -e", "os.execute('rm -rf /etc')", ["DeletePath /etc"]),
        ("lua -e", "os.execute('rm -rf ' .. '/etc')", ["DeletePath /etc"]),
        ("lua -e", "io.popen([[rm -rf /etc]])", ["DeletePath /etc"]),
        ("lua -e", "os.remove('/etc/x')", ["DeletePath /etc/x"]),
        ("lua -e", "-- os.execute('rm -rf /')\nprint('x')", []),
        ("lua -e", "--[[ os.execute('x') ]] print(1)", []),
        ("lua -e", "load(x)()", ["RunCode generated"]),
        ("Rscript -e", "unlink('/etc', recursive = TRUE)", ["DeletePath /etc"]),
        ("Rscript -e", "system('rm -rf /etc')", ["DeletePath /etc"]),
        ("Rscript -e", "system(paste('rm', '-rf', '/etc'))", ["DeletePath /etc"]),
        ("Rscript -e", "x <- c(1, 2); print(mean(x))", []),
        ("Rscript -e", "Sys.getenv()", []),
        ("Rscript -e", "print(Sys.getenv())", ["RevealSecret <<the whole environment>>"]),
        ("julia -e", 'rm("/etc", recursive=true)', ["DeletePath /etc"]),
        ("julia -e", "run(`rm -rf /etc`)", ["DeletePath /etc"]),
        ("julia -e", "println(1 + 1)", []),
        ("elixir -e", 'File.rm_rf!("/etc")', ["DeletePath /etc"]),
        ("elixir -e", 'System.cmd("rm", ["-rf", "/etc"])', ["DeletePath /etc"]),
        ("elixir -e", 'IO.puts("rm -rf /")', []),
        ("groovy -e", "'rm -rf /etc'.execute()", ["DeletePath /etc"]),
        ("groovy -e", "new File('/etc').deleteDir()", ["DeletePath /etc"]),
        ("groovy -e", "println 1", []),
    ],
)
def test_deeds(program: str, code: str, expected: list[str]) -> None:
    """The few calls that matter are seen, and nothing else."""
    assert expected == deeds(one_liner(program, code))
