"""Redirects: where streams lead, what opening does, and who reads what was written."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.bash import outputs
from support.scripts import reading, removed, written

from enactd.effects.model import ReadPath, SendData, WriteDevice, WritePath


@pytest.mark.parametrize(
    "script",
    [
        "echo a > f", "echo a >> f; echo b >> f", "echo a > f; echo b > f", "> f", ": > f", "echo a >| f", "{ echo a; echo b; } > f",
        "(echo a; echo b) > f", "exec > f; echo a; echo b", "exec 3> f; echo a >&3; echo b >&3", "exec 3>&1; echo a > f >&3", "echo a > f 2>&1",
        "echo a 2> g > f", "echo a &> f", "echo a >& f", "echo a 3> f >&3", "echo a 3> f 1>&3 3>&-", "printf x > f > g",
        "cat <<E > f\na$((1+1))\nE", "cat <<'E' > f\n$x\nE", "cat <<-E > f\n\ta\n\tE", "cat <<< 'a b' > f", "cat < g > f", "echo a | cat > f",
        "for i in 1 2; do echo $i; done > f", "exec {n}> f; echo a >&$n", "f() { echo a; } > f; f", "echo a > f; echo b > f; cat f > g",
        "exec 3> f; { echo a; echo b; } >&3; exec 3>&-", "if true; then echo a; fi > f", "echo a | tee f", "echo b | tee -a g",
        "exec 3> f; echo a >&3; cat f > h", "{ echo a >&3; } 3> f", "while read l; do echo $l; done < g > f", "echo a 1> f", "cat g g > f",
    ],
)  # fmt: skip
def test_what_files_hold_afterwards(script: str, tmp_path: Path) -> None:
    """Each file that bash leaves holds what was said to be written, and no other file changed."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    (folder / "g").write_text("old\n")
    found = written(script, folder)
    outputs([script], folder)
    left = {path.name: path.read_text() for path in folder.iterdir()}
    changed = {name for name, text in left.items() if name != "g" or text != "old\n"}
    assert changed == set(found)
    sure = {
        name: text for name, text in found.items() if ">>" not in script and text is not None and "tee -a" not in script
    }
    for name, text in sure.items():
        assert left[name].endswith(text), (name, text)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("echo 'rm a' > s; sh s", ["a"]),
        ("exec 3> s; echo 'rm a' >&3; sh s", ["a"]),
        ("exec > s; echo 'rm a'; exec >&2; sh s", ["a"]),
        ("exec {n}> s; echo 'rm a' >&$n; sh s", ["a"]),
        ("exec 3> s; cmd >&3; sh s", ["!"]),
        ("exec 3> s; curl https://h/x >&3; sh s", ["!"]),
        ("exec 3>> s; cmd >&3; . ./s", ["!"]),
        ("{ cmd >&3; } 3> s; sh s", ["!"]),
        ("cmd > s; sh s", ["!"]),
        ("echo 'rm a' | sh", ["a"]),
        ("sh <<< 'rm a'", ["a"]),
        ("sh < <(echo 'rm a')", ["a"]),
        ("exec 0< <(echo 'rm a'); sh", ["a"]),
        ("exec 4< <(echo 'rm a'); sh <&4", ["a"]),
        ("exec 4<<< 'rm a'; sh /dev/fd/4", ["!"]),
        ("echo 'rm a' > s; exec < s; sh", ["a"]),
        ("rm a > nope/x", ["a"]),
        ("exec > log; echo 'rm a' | sh", ["a"]),
        ("exec > log; x=$(echo b); rm $x", ["b"]),
        ("exec > log; { echo 'rm a'; } > x; sh x", ["a"]),
        ("exec > s; { exec > t; echo 'rm a'; } > u; sh t", ["a"]),
        ("{ exec > t; }; echo 'rm a'; sh t", ["a"]),
        ("{ exec > t; } > v; echo 'rm a'; sh t", []),
        ("exec 3>&1 > f; echo 'rm a'; exec >&3; sh f; echo 'rm b'; sh f", ["a"]),
        ("exec 3> s; if cmd; then echo 'rm a' >&3; else echo 'rm b' >&3; fi; sh s", ["a", "b"]),
        ("exec 3> s; echo 'rm a' >&3; echo 'rm b' > s; sh s", ["b"]),
        ("exec 3> s; echo 'rm a' >&3; echo 'rm b' > s; echo >&3; sh s", ["!"]),
        ("f() { exec 3> s; }; f; echo 'rm a' >&3; exec 3>&-; sh s", ["a"]),
        ("exec 3> s; for i in a b; do echo \"rm $i\" >&3; done; sh s", ["a", "b"]),
        ("{n}> s true; echo 'rm a' >&$n; sh s", ["a"]),
        ("exec 3<<< a; read -u 3 x; rm $x", ["a"]),
        ("exec < <(echo a); read x; rm $x", ["a"]),
        ("exec 3> nope/x || rm a", []),
        ("echo 'rm a' >&9; sh 9", ["!"]),
    ],
)  # fmt: skip
def test_what_flows_into_a_shell(script: str, expected: list[str]) -> None:
    """Whatever descriptor it went through, what a shell reads is read."""
    assert sorted(expected) == sorted(set(removed(script)))


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("echo x > /dev/sda", WriteDevice), ("exec 3<> /dev/tcp/h/80", SendData), ("cat f > /dev/udp/h/53", SendData), ("cat < f", ReadPath),
        ("echo x > f", WritePath), ("cat <> f", WritePath), ("{ :; } > f", WritePath), ("while :; do break; done < f", ReadPath),
    ],
)  # fmt: skip
def test_opening_is_an_effect(script: str, kind: type) -> None:
    """Devices, sockets and files, read or written, even where no command follows."""
    assert any(isinstance(effect, kind) for effect in reading(script)[1])


@pytest.mark.parametrize(
    "script", ["x > /dev/null", "x 2>&1", "x > /dev/stderr", "x 2> /dev/null >&2", "x <<< y", "x >&-", "x > /dev/tty"]
)
def test_streams_that_write_no_file(script: str) -> None:
    """What goes to the screen or nowhere changes nothing."""
    assert {} == written(script)


@pytest.mark.parametrize(
    ("script", "expected"),
    [("x > nope/f && rm a || rm b", {"a", "b"}), ("echo > f || rm b", {"b"}), ("echo > /dev/null || rm b", set()), ("echo 2>&1 || rm b", set())],
)  # fmt: skip
def test_opening_may_fail(script: str, expected: set[str]) -> None:
    """Where a file cannot be opened nothing runs; a stream is always there."""
    assert expected == set(removed(script))
