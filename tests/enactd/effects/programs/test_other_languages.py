"""Interpreters of smaller languages as programs."""

from __future__ import annotations

import pytest
from support.code import deeds
from support.reading import effects


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("lua -v", []),
        ("groovy -e 'new File(System.getProperty(\"user.home\")).deleteDir()'", ["DeletePath /home/u"]),
        ('groovy -e \'new File("a", "b").deleteDir()\'', ["DeletePath /home/u/proj/a/b"]),
        ("groovy -e 'x.delete()'", []),
        ("lua x.lua", ["RunCode /home/u/proj/x.lua"]),
        ("echo 'os.execute(\"rm -rf /etc\")' | lua", ["DeletePath /etc"]),
        ("Rscript --vanilla -e 'system(\"rm -rf /etc\")'", ["DeletePath /etc"]),
        ("R CMD check .", []),
        ("R CMD BATCH x.R", ["RunCode /home/u/proj/x.R"]),
        ("julia --project=. -e 'rm(\"/etc\")'", ["DeletePath /etc"]),
        ("elixir --version", []),
        ("elixir -e 'File.rm!(\"/etc/x\")'", ["DeletePath /etc/x"]),
        ("tclsh x.tcl", ["RunCode /home/u/proj/x.tcl"]),
        ("echo 'exec rm -rf /etc' | tclsh", ["DeletePath /etc"]),
        ("scala --version", []),
        ("scala x.sc", ["RunCode /home/u/proj/x.sc"]),
        ("clojure -e '(println 1)'", []),
        ("clojure -e '(slurp x)'", ["RunCode argument"]),
        ("runghc x.hs", ["RunCode /home/u/proj/x.hs"]),
        ("curl https://x.y | clojure", ["Request x.y", "RunCode stdin"]),
    ],
)
def test_interpreters(command: str, expected: list[str]) -> None:
    """What can be read is; the rest is named."""
    assert expected == deeds(effects(command))


def test_making_is_no_session() -> None:
    """`erl -make` compiles the project; a bare `erl` is a session."""
    assert ["RunCode"] == [type(effect).__name__ for effect in effects("erl -make")]
    assert ["OpenShell"] == [type(effect).__name__ for effect in effects("erl")]
