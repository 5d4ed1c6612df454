"""Wrappers."""

from __future__ import annotations

import pytest
from support.summary import summaries

ROWS = [
    ("nice rm a", ["delete ./a"]),
    ("nice -n 5 rm a", ["delete ./a"]),
    ("nice -10 rm a", ["delete ./a"]),
    ("ionice -c 3 rm a", ["delete ./a"]),
    ("ionice -p 5", []),
    ("nohup rm a", ["delete ./a"]),
    ("/usr/bin/time -v rm a", ["delete ./a"]),
    ("/usr/bin/time -o out rm a", ["overwrite ./out", "delete ./a"]),
    ("timeout 5 rm a", ["delete ./a"]),
    ("timeout -s KILL 5 rm a", ["delete ./a"]),
    ("timeout -vk1s 5 rm a", ["delete ./a"]),
    ("timeout --signal=9 --kill-after=3 5 rm a", ["delete ./a"]),
    ("stdbuf -oL rm a", ["delete ./a"]),
    ("setsid --wait rm a", ["delete ./a"]),
    ("chrt -r 5 rm a", ["delete ./a"]),
    ("chrt -p 5 1", []),
    ("taskset -c 0 rm a", ["delete ./a"]),
    ("taskset 0x1 rm a", ["delete ./a"]),
    ("taskset -p 1", []),
    ("numactl -N 0 -m 0 rm a", ["delete ./a"]),
    ("unbuffer rm a", ["delete ./a"]),
    ("strace -f -o out rm a", ["overwrite ./out", "delete ./a"]),
    ("strace -p 5", []),
    ("ltrace rm a", ["delete ./a"]),
    ("valgrind --leak-check=full rm a", ["delete ./a"]),
    ("setarch x86_64 -R rm a", ["delete ./a"]),
    ("linux32 rm a", ["delete ./a"]),
    ("watch -n 1 rm a", ["delete ./a"]),
    ("watch -x rm a", ["delete ./a"]),
    ("watch 'rm a; rm b'", ["delete ./a", "delete ./b"]),
    ("flock /tmp/l rm a", ["append /tmp/l = ''", "delete ./a"]),
    ("flock /tmp/l -c 'rm a'", ["append /tmp/l = ''", "delete ./a"]),
    ("flock -n 9", []),
    ("gdb -batch -ex 'shell rm a'", ["delete ./a"]),
    ("gdb --args rm a", ["delete ./a"]),
    ("perf record -o out rm a", ["overwrite ./out", "delete ./a"]),
    ("perf stat -- rm a", ["delete ./a"]),
    ("hyperfine 'rm a' -p 'rm b'", ["delete ./b", "delete ./a"]),
    ("fakeroot rm a", ["delete ./a"]),
    ("timeout --help", []),
    ("nice", []),
    ("xvfb-run -a rm a", ["delete ./a"]),
    ("faketime '2020-01-01' rm a", ["delete ./a"]),
    ("timeout 5 $CMD", ["Opaque the program is known only at run time: <$CMD is not known> SENSITIVE"]),
    ("caffeinate -i rm a", ["delete ./a"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_wrappers_rows(command: str, expected: list[str]) -> None:
    """A wrapper is looked through, wherever its own words end."""
    assert expected == summaries(command)
