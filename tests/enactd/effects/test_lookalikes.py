"""Names that imitate popular packages, and honest names near them."""

from __future__ import annotations

import pytest

from enactd.effects.lookalikes import lookalike


@pytest.mark.parametrize(
    ("name", "ecosystem", "imitated"),
    [
        ("chalk-improved", "npm", "chalk"), ("lodahs", "npm", "lodash"), ("loadsh", "npm", "lodash"),
        ("crossenv", "npm", "cross-env"), ("cross_env", "npm", "cross-env"), ("expres", "npm", "express"),
        ("expresss", "npm", "express"), ("axois", "npm", "axios"), ("axioss", "npm", "axios"), ("raect", "npm", "react"),
        ("react-official", "npm", "react"), ("real-axios", "npm", "axios"), ("typescirpt", "npm", "typescript"),
        ("web-pack", "npm", "webpack"), ("1odash", "npm", "lodash"), ("\u0430xios", "npm", "axios"),
        ("mongose", "npm", "mongoose"), ("momment", "npm", "moment"), ("electorn", "npm", "electron"),
        ("reqeusts", "pypi", "requests"), ("request", "pypi", "requests"), ("requests-secure", "pypi", "requests"),
        ("djnago", "pypi", "django"), ("numppy", "pypi", "numpy"), ("pythondateutil", "pypi", "python-dateutil"),
        ("beautifulsop", "pypi", "beautifulsoup4"), ("tensorfow", "pypi", "tensorflow"), ("Reqeusts", "pypi", "requests"),
        ("urllib", "pypi", "urllib3"), ("jeilyfish", "pypi", ""), ("serdejson", "crates", "serde_json"),
        ("reqwests", "crates", "reqwest"), ("nokogirl", "gems", "nokogiri"), ("rustdecimal", "crates", "rust_decimal"),
    ],
)  # fmt: skip
def test_imitations(name: str, ecosystem: str, imitated: str) -> None:
    """Slips, swaps, separators, look-alike letters and promises are seen."""
    assert imitated == lookalike(name, ecosystem)


@pytest.mark.parametrize(
    ("name", "ecosystem"),
    [
        *[(name, "npm") for name in (
            "react-dom", "react-query", "react-hook-form", "eslint-plugin-react", "eslint-config-next", "preact", "nuxt",
            "tslint", "vuex", "vitest", "@types/react", "@acme/lodahs", "lodash-es", "lodash.debounce", "express-session",
            "better-sqlite3", "safe-buffer", "axios-retry", "webpack-merge", "chalk", "mysql2", "some-package-name",
            "ownership-transfer-test", "some-unique-package-here", "next-auth", "redux-thunk", "jest-environment-jsdom",
            "ts-jest", "color-convert", "colorette", "moment-timezone", "globby", "vite-plugin-svgr", "date-fns-tz", "zod",
            "tailwind-merge", "nanoid", "dotenv-expand", "dotenv-cli", "prettier-plugin-tailwindcss", "uuid", "knip", "tsx",
        )],
        *[(name, "pypi") for name in (
            "requests-oauthlib", "requests_mock", "pytest-cov", "pytest-asyncio", "django-environ", "flask-cors",
            "vulnerable-package-name", "scikit_learn", "fastai", "boto3-stubs", "types-requests", "pandas-stubs",
            "psycopg2-binary", "python-jose", "torchaudio", "numba", "httpie", "PyYAML", "Pillow", "typing-extensions",
            "pydantic-settings", "uvloop", "sqlalchemy-utils", "opencv-python-headless", "langchain-core", "markdown2",
        )],
        *[(name, "crates") for name in ("serde_yaml", "tokio-util", "tracing-subscriber", "clap_derive", "rand_core")],
        ("anything", "maven"), ("", "npm"),
    ],
)  # fmt: skip
def test_honest_names(name: str, ecosystem: str) -> None:
    """Families of popular packages and unrelated names are free."""
    assert "" == lookalike(name, ecosystem)


def test_two_drivers_with_names_alike_are_both_real() -> None:
    """`pymssql` is the driver of one database, `pymysql` that of another."""
    assert "" == lookalike("pymssql", "pypi")
    assert "pymysql" == lookalike("pymysqll", "pypi")
