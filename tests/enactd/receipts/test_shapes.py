"""Each shape of secret is known, and what only looks like one is not."""

from __future__ import annotations

import re

import pytest

from enactd.receipts.shapes import PRIVATE_KEY, REFERENCE, RUN, SENSITIVE_KEY, SHAPES, TOKENS

A = "aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5z"
HEX = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "jwt"),
        ("eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn", None),
        ("AKIAIOSFODNN7EXAMPLE", "aws_access_key"),
        ("ASIAIOSFODNN7EXAMPLE", "aws_access_key"),
        ("AKIAIOSFODNN7EXAMPLEX", None),
        ("AKIAIOSFODNN7", None),
        (f"ghp_{A}", "github_token"),
        (f"gho_{A}", "github_token"),
        (f"ghs_{A}", "github_token"),
        (f"github_pat_{A}", "github_token"),
        ("ghp_short", None),
        (f"glpat-{A}", "gitlab_token"),
        (f"glrt-{A}", "gitlab_token"),
        ("xoxb-123456789012-abcdefABCDEF", "slack_token"),
        ("xapp-1-A012345678-1234567890", "slack_token"),
        ("sk_live_abcdefgh12345678", "stripe_key"),
        ("rk_test_abcdefgh12345678", "stripe_key"),
        ("whsec_abcdefgh12345678", "stripe_key"),
        ("pk_live_abcdefgh12345678", None),
        ("sk-ant-api03-abcdefghijkl", "anthropic_key"),
        ("sk-proj-abcdefghijklmnop1234", "openai_key"),
        ("sk-abcdefghijklmnopqrstuv1234", "openai_key"),
        ("sk-learn-contrib-packages", None),
        (f"AIza{A}", "google_key"),
        (f"ya29.{A}", "google_key"),
        (f"GOCSPX-{A}", "google_key"),
        (f"1//0{A}", "google_key"),
        (f"npm_{A.replace('_', '')}", "npm_token"),
        (f"pypi-AgEIcHlwaS5vcmc{A}", "pypi_token"),
        (f"hf_{A}", "service_token"),
        (f"SG.{A}.{A}", "service_token"),
        (f"SK{HEX[:32]}", "service_token"),
        (f"dop_v1_{HEX}", "service_token"),
        (f"hvs.{A}", "service_token"),
        (f"lin_api_{A}", "service_token"),
        (f"123456789:AA{A}", "service_token"),
        (f"shpat_{HEX[:32]}", "service_token"),
        (f"dckr_pat_{A}", "service_token"),
        (f"abcdefghijklmn.atlasv1.{A}{A}", "service_token"),
        (f"gsk_{A}", "service_token"),
        (f"dapi{HEX[:32]}", "service_token"),
        (f"glsa_{A}", "service_token"),
        ("test_connection_password_reset", None),
        ("xoxo-hugs", None),
    ],
)
def test_tokens(token: str, kind: str | None) -> None:
    """Known by its own form."""
    match = TOKENS.search(token)
    assert kind == (match.lastgroup if match else None)


@pytest.mark.parametrize("token", [f"ghp_{A}", "AKIAIOSFODNN7EXAMPLE", "sk-ant-api03-abcdefghijkl", f"npm_{A}"])
def test_tokens_inside_a_word(token: str) -> None:
    """What begins in the middle of a longer word is something else."""
    assert TOKENS.search(f"z{token}") is None


@pytest.mark.parametrize("token", [f"ghp_{A}", "AKIAIOSFODNN7EXAMPLE", "sk-ant-api03-abcdefghijkl", f"hvs.{A}"])
@pytest.mark.parametrize("around", ["{}", "x={}", '"{}"', "({})", "https://{}@host", "a:{}", "-k{}"[:2] + " {}"])
def test_tokens_stand_in_runs(token: str, around: str) -> None:
    """The runs that are looked at hold them, whatever stands around."""
    text = around.format(token)
    assert any(TOKENS.search(run) for run in RUN.findall(text))


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\\nMIIE\\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\nMHc",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ\n-----END PGP PRIVATE KEY BLOCK-----",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----",
    ],
)
def test_private_keys(text: str) -> None:
    """The whole block, also one whose end was cut off."""
    match = PRIVATE_KEY.pattern.search(f"echo '{text}".lower())
    assert match is not None
    assert text.lower() == match[0]


@pytest.mark.parametrize(
    "text",
    ["-----BEGIN PUBLIC KEY-----", "-----BEGIN CERTIFICATE-----", "a private key", "-----BEGIN SSH2 PUBLIC KEY-----"],
)
def test_public_things(text: str) -> None:
    """Certificates and public keys are no secrets."""
    assert PRIVATE_KEY.pattern.search(text.lower()) is None


@pytest.mark.parametrize(
    "value",
    "$TOKEN ${TOKEN} ${{secrets.X}} $(cat) %TOKEN% {{token}} <token> <your-token> *** xxxx ... os.environ['X'] "
    "process.env.X import.meta.env.X settings.TOKEN self.token args.token str string None null true Optional[str] "
    "SecretStr String? /run/secrets/x ./key.pem ../x ~/key 5 4096 get_token() fetch(x) var.password".split(),
)
def test_references(value: str) -> None:
    """Names, types, paths, calls and small numbers fetch or describe a secret; they are none."""
    assert REFERENCE.match(value)


@pytest.mark.parametrize(
    "value", "hunter2 S3cret! correct-horse 1234567 p$ss $2b$10$abc stringy nullable abc/def Tr0ub4dor&3 123abc".split()
)
def test_values(value: str) -> None:
    """What may be a value is taken for one."""
    assert not REFERENCE.match(value)


@pytest.mark.parametrize(
    "name",
    "password db_password PGPASSWORD api_key apiKey x-api-key token access_token githubToken clientSecret secret "
    "Authorization cookie Set-Cookie private_key passphrase credentials pwd aws_secret_access_key signing_key".split(),
)
def test_sensitive_keys(name: str) -> None:
    """Keys of objects under which secrets are kept."""
    assert SENSITIVE_KEY.fullmatch(name.lower()), name


@pytest.mark.parametrize(
    "name",
    "command file_path content max_tokens tokens token_count tokenizer keyboard primary_key key passed author "
    "secretary description url password_hint_shown monkey".split(),
)
def test_everyday_keys(name: str) -> None:
    """Keys that only share letters with them."""
    assert not SENSITIVE_KEY.fullmatch(name.lower()), name


def test_every_shape_can_be_reached() -> None:
    """A pattern without a trigger, or with an upper-case one, would never be tried."""
    for shape in (PRIVATE_KEY, *SHAPES):
        assert shape.triggers
        assert all(trigger == trigger.lower() for trigger in shape.triggers)
        literal = re.sub(r"\\.|\(\?P[<=]\w+", "", shape.pattern.pattern)
        assert not re.search(r"[A-Z]", literal), shape.kind
