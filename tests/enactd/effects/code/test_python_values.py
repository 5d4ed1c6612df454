"""What Python prints, and what carries a secret."""

from __future__ import annotations

import pytest
from support.code import deeds, python


@pytest.mark.parametrize(
    "code",
    [
        "import os; print(os.environ)",
        "import os; print(dict(os.environ))",
        "import os\nfor k, v in os.environ.items(): print(k, v)",
        "import os, json; print(json.dumps(dict(os.environ)))",
        "import os; print(os.environ['API_KEY'])",
        "import os; print(os.getenv('API_KEY')[:4])",
        "from os import environ; print(environ.get('AWS_SECRET_ACCESS_KEY'))",
        "import os; print(f'key={os.environ[\"API_KEY\"]}')",
    ],
)
def test_printing_the_environment_reveals_it(code: str) -> None:
    """The whole environment and secret variables by name are secrets."""
    assert any(word.startswith("RevealSecret") for word in deeds(python(code)))


@pytest.mark.parametrize(
    "code",
    [
        "import os; print(os.environ.get('PATH'))",
        "import os; print(sorted(os.environ.keys()))",
        "import os; print(len(os.environ))",
        "import os; print(os.environ.get('API_KEY') is None)",
    ],
)
def test_names_and_presence_are_free(code: str) -> None:
    """Which variables are set says nothing of their values."""
    assert [] == deeds(python(code))
