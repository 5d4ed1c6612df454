"""Keys in text, secret variables, and searches for credentials."""

from __future__ import annotations

import pytest

from enactd.effects.keys import LIMIT, find_keys, secret_search, secret_variable, token_home, variable_kind

LIVE = [
    ("AKIAQ3EGRZ4K5XYZ7ABC", "AWS access key"),
    ("token: ghp_" + "a1B2c3D4e5" * 4, "GitHub token"),
    ("gho_" + "a1B2c3D4e5" * 4, "GitHub token"),
    ("github_pat_" + "a1B2c3D4e5" * 5, "GitHub token"),
    ("glpat-" + "a1B2c3D4e5" * 2, "GitLab token"),
    ("glsoat-" + "a1B2c3D4e5" * 2, "GitLab token"),
    ("vcp_" + "a1B2c3D4e5" * 4, "Vercel token"),
    ("shpss_" + "a1b2c3d4" * 4, "Shopify token"),
    ("hvb." + "a1B2c3D4e5" * 3, "Vault token"),
    ("dp.sa." + "a1B2c3D4e5" * 4, "Doppler token"),
    ("discordapp.com/api/webhooks/8203174655917203/" + "a1B2c3D4e5" * 5, "Discord webhook"),
    ("12345678:AA" + "a1B2c3D4e5" * 3 + "xyz", "Telegram bot token"),
    ("xoxb-1234567890-abcdefghij", "Slack token"),
    ("sk_live_4eC39HqLyjWDarjtT1", "Stripe key"),
    ("sk-ant-api03-abcDEF123456789012345", "Anthropic key"),
    ("sb_secret_9f8e7d6c5b4a39281706f5e4d3c2b1a0", "Supabase key"),
    ("npm_" + "a1B2c3D4e5" * 4, "npm token"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEAxxyyzz12345678", "private key"),
    ("postgres://u:p4ssW9@db.prod.acme.com/x", "connection string"),
    ('api_key = "aG93ZHk3NDkyMTg3NHNkZmtqaDI"', "secret value"),
]
SAMPLES = [
    "AKIAIOSFODNN7EXAMPLE",
    "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
    'api_key = "your-key-here-1234567890abc"',
    "TOKEN=${GITHUB_TOKEN}",
    "token = process.env.GITHUB_TOKEN",
    "ghp_" + "x" * 36,
    "postgres://postgres:postgres@localhost:5432/app",
    "postgres://app:s3cr3tpw@db:5432/app",
    "password = changeme",
    "-----BEGIN PUBLIC KEY-----",
    "the quick brown fox",
    "",
]


@pytest.mark.parametrize(("text", "kind"), LIVE)
def test_live_looking_keys_are_found(text: str, kind: str) -> None:
    """A key is named by what it opens."""
    assert (kind,) == find_keys(text)


@pytest.mark.parametrize("around", ["{}", "a {} b", "x\t{}\r\ny", "('{}')", "one two\u2003{}\xa0three", "\x1c{}\x85"])
@pytest.mark.parametrize(("text", "kind"), LIVE)
def test_what_stands_around_a_key_does_not_matter(text: str, kind: str, around: str) -> None:
    """White space of any kind, quotes and short words neither hide a key nor make another."""
    assert (kind,) == find_keys(around.replace("{}", text))


@pytest.mark.parametrize("text", SAMPLES)
def test_samples_and_placeholders_are_no_keys(text: str) -> None:
    """Documented samples, variables and local logins are not keys."""
    assert () == find_keys(text)


def test_only_the_beginning_of_a_huge_text_is_looked_at() -> None:
    """The search is bounded."""
    assert () == find_keys("a " * LIMIT + "AKIAQ3EGRZ4K5XYZ7ABC")


@pytest.mark.parametrize(
    "pattern",
    [
        "aws_secret_access_key",
        "AWS_SECRET",
        "BEGIN RSA PRIVATE KEY",
        "BEGIN.*PRIVATE",
        "AKIA[0-9A-Z]{16}",
        "ghp_",
        "sk-[a-zA-Z0-9]{20}",
        "(sk|pk)_live_[0-9a-zA-Z]{24,}",
        "[sp]k_live",
        "sk_(?:live|test)_",
    ],
)
def test_searches_for_real_credentials(pattern: str) -> None:
    """Names and shapes of real credentials are aimed at secrets."""
    assert "" != secret_search(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "password",
        "API_KEY",
        "token",
        "OPENAI_API_KEY",
        "privateKey",
        "risk-based",
        "Asia/Tokyo",
        "BEGIN TRANSACTION",
        "TODO",
    ],
)
def test_everyday_searches(pattern: str) -> None:
    """Everyday words in code are not."""
    assert "" == secret_search(pattern)


@pytest.mark.parametrize(
    "name",
    """
    AWS_SECRET_ACCESS_KEY GITHUB_TOKEN OPENAI_API_KEY DB_PASSWORD DATABASE_URL STRIPE_KEY PGPASSWORD
    token SECRET_KEY_BASE
    """.split(),
)
def test_secret_variables(name: str) -> None:
    """Variables that hold secrets are known by name."""
    assert secret_variable(name)


@pytest.mark.parametrize(
    "name",
    """
    PATH HOME PWD TOKENIZERS_PARALLELISM KEYBOARD MAX_TOKENS NEXT_PUBLIC_SUPABASE_ANON_KEY SSH_AUTH_SOCK
    pass key NODE_ENV
    """.split(),
)
def test_ordinary_variables(name: str) -> None:
    """What only sounds like one is none."""
    assert not secret_variable(name)


def test_tokens_have_homes() -> None:
    """A token belongs to the hosts of its service."""
    assert "github.com" in token_home(variable_kind("GH_TOKEN"))
    assert () == token_home("secret value")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("x" * 200_000 + " ghp_" + "aB3dE5" * 6, ("GitHub token",)),
        ("x" * LIMIT + " ghp_" + "aB3dE5" * 6, ()),
        ("sk-your-key-goes-here-please sk-proj-9fK2mQ7xR4tY8uW1zB6n", ("OpenAI key",)),
        ("key key token: secret\nclient_secret: '9fK2mQ7xR4tY8uW1zB6n'", ("secret value",)),
        ("\u0130 MY_API_KEY=9fK2mQ7xR4tY8uW1zB6nQ2w4", ("secret value",)),
        ("see https://a.example.org/x and mysql://bob:hunter2@db.corp.net/x", ("connection string",)),
        ("awsSecretAccessKey = '" + "aB3/dE7x" * 5 + "'", ("AWS secret key",)),
    ],
)
def test_one_key_among_much_text(text: str, kinds: tuple[str, ...]) -> None:
    """A key is found wherever it stands in what is looked at, also behind things that begin like one."""
    assert kinds == find_keys(text)
