"""find."""

from __future__ import annotations

import pytest
from support.reading import effects
from support.summary import summaries

from enactd.effects.model import DeletePath

ROWS = [
    ("find . -name '*.py'", ["list all ./**/*.py"]),
    ("find", ["list all ."]),
    ("find . -name '*.pyc' -delete", ["list all hidden ./**/*.pyc", "delete bulk ./**/*.pyc"]),
    ("find . -delete", ["list all hidden .", "delete recursive bulk ."]),
    ("find /etc/ -delete", ["list all hidden /etc", "delete recursive bulk /etc"]),
    ("find ~ -name '*' -delete", ["list all hidden ~/*", "delete recursive bulk ~/*"]),
    ("find ~ -type f -delete", ["list all hidden ~/*", "delete recursive bulk ~/*"]),
    ("find ~ -mtime +30 -delete", ["list all hidden ~/*", "delete bulk ~/*"]),
    ("find . -type d -empty -delete", ["list all hidden ./*", "delete only_empty bulk ./*"]),
    ("find . -mindepth 1 -delete", ["list all hidden ./*", "delete recursive bulk ./*"]),
    ("find . -maxdepth 1 -name '*.o' -delete", ["list all hidden ./*.o", "delete bulk ./*.o"]),
    (
        "find a b -name x -delete",
        ["list all hidden ./a/**/x", "delete bulk ./a/**/x", "list all hidden ./b/**/x", "delete bulk ./b/**/x"],
    ),
    (
        "find . \\( -name a -o -name b \\) -delete",
        ["list all hidden ./**/a", "delete bulk ./**/a", "list all hidden ./**/b", "delete bulk ./**/b"],
    ),
    ("find . ! -name keep -delete", ["list all hidden ./*", "delete bulk ./*"]),
    ("find . -name x -prune -o -name '*.tmp' -delete", ["list all hidden ./**/*.tmp", "delete bulk ./**/*.tmp"]),
    ("find . -path './old/*' -delete", ["list all hidden ./old/*", "delete bulk ./old/*"]),
    ("find . -path '*/cache/*' -delete", ["list all hidden ./**/cache/*", "delete bulk ./**/cache/*"]),
    ('find . -name "$X" -delete', ["list all hidden ./*", "delete bulk ./*"]),
    ('find "$D" -delete', ["list all hidden ?<$D is not known>", "delete recursive bulk ?<$D is not known>"]),
    ("find . -name -delete -print", ["list all ./**/-delete"]),
    ("find . -exec rm -f {} \\;", ["list all hidden .", "delete recursive bulk ."]),
    ("find . -name '*.bak' -exec rm {} +", ["list all hidden ./**/*.bak", "delete bulk ./**/*.bak"]),
    ("find -P / -type f -exec rm {} \\;", ["list all hidden /*", "delete recursive bulk /*"]),
    ("find -O3 / -exec rm -rf {} +", ["list all hidden /", "delete recursive bulk /"]),
    ("find . -name '*.cs' -type f -exec sed -i s/x/y/g {} +", ["list all hidden ./**/*.cs", "edit ./**/*.cs"]),
    ("find . -name '*.py' -exec grep ERROR {} \\;", ["list all hidden ./**/*.py", "search ./**/*.py"]),
    ("find . -type f -exec sh -c 'rm \"$1\"' _ {} \\;", ["list all hidden ./*", "delete recursive bulk ./*"]),
    ("find . -execdir rm {} +", ["list all hidden .", "delete recursive bulk ."]),
    ("find . -ok rm {} \\;", ["list all hidden .", "delete recursive bulk ."]),
    ("find . -name .env -exec cat {} +", ["list all hidden ./**/.env", "content ./**/.env"]),
    ("find . -fprint out", ["list all hidden .", "overwrite ./out"]),
    ("find . -fprintf out '%p'", ["list all hidden .", "overwrite ./out"]),
    ("find . -fls out", ["list all hidden .", "overwrite ./out"]),
    ("find . -maxdepth 0 -exec rm -rf {} +", ["list hidden .", "delete recursive bulk ."]),
    ("find . -name '*.o' | xargs rm", ["list all ./**/*.o", "delete ./*.o"]),
    ("find . -print0 | xargs -0 rm", ["list all .", "delete ./*"]),
    ("find . -name '*.o' | head -3 | xargs rm -f", ["list all ./**/*.o", "delete ./*.o"]),
    ("find --help", []),
    ("find build -name '*.o' | while read -r f; do rm \"$f\"; done", ["list all ./build/**/*.o", "delete ./build/*.o"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_find_rows(command: str, expected: list[str]) -> None:
    """Each action names the paths that reach it."""
    assert expected == summaries(command)


def test_names_keep_what_they_are() -> None:
    """What a build makes again stays so, whichever way find reaches it."""
    for command in (
        "find . -name __pycache__ -exec rm -rf {} +",
        "find . -name '*.pyc' -delete",
        "find . -name node_modules -prune -exec rm -rf '{}' \\;",
        "find . -name __pycache__ | xargs rm -rf",
    ):
        deletes = [effect for effect in effects(command) if isinstance(effect, DeletePath)]
        assert deletes
        assert all("build-output" in delete.target.nature for delete in deletes), command


def test_secret_names() -> None:
    """A search for secrets says so in its target."""
    assert ["dotenv file"] == [effect.target.secret for effect in effects("find / -name .env")]  # type: ignore[attr-defined]
