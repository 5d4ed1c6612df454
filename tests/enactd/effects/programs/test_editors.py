"""Editors."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.reading import effects
from support.summary import summaries

ROWS = [
    ("vim -es -c '%s/a/b/' -c wq f", ["content ./f", "edit ./f"]),
    ("vim -c '!rm a' f", ["content ./f", "delete ./a"]),
    ("vim -c ':silent !rm a' f", ["content ./f", "delete ./a"]),
    ("vim f", ["content ./f", "edit ./f"]),
    ("vim -R f", ["content ./f"]),
    ("view f", ["content ./f"]),
    ("vim +10 f", ["content ./f", "edit ./f"]),
    ("vim '+!rm a' f", ["content ./f", "delete ./a"]),
    ("vim -c 'w out' f", ["content ./f", "edit ./out"]),
    ("vim -c 'call system(\"rm a\")' f", ["content ./f", "delete ./a"]),
    ("vim -c 'r !rm a' f", ["content ./f", "delete ./a"]),
    ("vim --version", []),
    ("nvim --headless -c 'w' -c q f", ["content ./f", "edit ./f"]),
    ("ex -sc 'g/x/d|x' f", ["content ./f", "edit ./f"]),
    ("printf '%%s/a/b/\\nwq\\n' | ex f", ["content ./f", "edit ./f"]),
    ("printf 'w\\nq\\n' | ed f", ["content ./f", "edit ./f"]),
    ("printf '!rm a\\n' | ed -s f", ["content ./f", "delete ./a"]),
    ("printf 'a\\n!rm a\\n.\\nw\\n' | ed f", ["content ./f", "edit ./f"]),
    ("ed f", ["content ./f", "edit ./f"]),
    ("nano f", ["edit ./f"]),
    ("nano -v f", ["content ./f"]),
    ("emacs --batch --eval '(shell-command \"rm a\")'", ["delete ./a"]),
    ("emacs --batch --eval '(delete-file \"a\")'", ["delete ./a"]),
    ("emacs --batch --eval '(delete-directory \"~/x\" t)'", ["delete recursive ~/x"]),
    ("emacs --batch --eval '(message \"hi\")'", []),
    ("emacs f", ["edit ./f"]),
    ("echo x | sponge f", ["overwrite ./f = 'x\\n'"]),
    ("echo x | sponge -a f", ["append ./f = 'x\\n'"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_editors_rows(command: str, expected: list[str]) -> None:
    """Batch commands are read, open files count as edited."""
    assert expected == summaries(command)


def test_a_script_of_the_project_is_no_shell_text(tmp_path: Path) -> None:
    """What cannot be read of the project's own editor script is the project's code."""
    (tmp_path / "run.vim").write_text("!echo (\ncall system('x \"')\n")
    found = effects("vim -u run.vim", cwd=str(tmp_path))
    assert "Opaque" not in [type(effect).__name__ for effect in found]
    assert "RunCode" in [type(effect).__name__ for effect in found]
