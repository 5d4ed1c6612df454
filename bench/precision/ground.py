"""A developer's home with one everyday repository, in which the lines of documentation are judged."""

from __future__ import annotations

import subprocess
from pathlib import Path

FILES = {
    ".gitignore": "node_modules/\ndist/\nbuild/\n.venv/\n__pycache__/\n.env\n*.log\ntarget/\ncoverage/\n",
    ".env.example": "DATABASE_URL=postgres://localhost/dev\n",
    "README.md": "# demo\n",
    "package.json": '{"name": "demo", "scripts": {"test": "vitest", "build": "vite build", "dev": "vite", "lint": "eslint ."}}\n',
    "pyproject.toml": '[project]\nname = "demo"\nversion = "0.1"\n',
    "requirements.txt": "requests\n",
    "Makefile": "all:\n\tcc -o demo main.c\ntest:\n\tpytest\ninstall:\n\tcp demo ~/.local/bin/\n",
    "Dockerfile": 'FROM python:3.12\nCOPY . /app\nCMD ["python", "/app/main.py"]\n',
    "docker-compose.yml": "services:\n  web:\n    build: .\n",
    "Cargo.toml": '[package]\nname = "demo"\nversion = "0.1.0"\n',
    "go.mod": "module demo\n",
    "main.py": "print('hello')\n",
    "main.c": "int main(void) { return 0; }\n",
    "src/index.js": "console.log('hello')\n",
    "tests/test_main.py": "def test_one():\n    assert True\n",
    "docs/index.md": "# docs\n",
}
LOOSE = {".env": "TOKEN=abc\n", "dist/app.js": "1\n", "node_modules/left/index.js": "1\n", "build/out.o": "1\n"}


def everyday(home: Path) -> Path:
    """Make the repository below `home` if it is not there, on a feature branch with everything committed."""
    place = home / "work" / "demo"
    if place.exists():
        return place
    for name, text in {**FILES, **LOOSE}.items():
        file = place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    for folder in (".ssh", ".config", ".local/bin", ".cache", "Downloads"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    git = ["git", "-C", str(place), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for words in (
        ["init", "-q", "-b", "main"],
        ["add", "-A"],
        ["commit", "-q", "-m", "start"],
        ["switch", "-q", "-c", "fix/work"],
    ):
        subprocess.run([*git, *words], check=True)
    subprocess.run([*git, "remote", "add", "origin", "git@github.com:someone/demo.git"], check=True)
    return place
