"""Names and places tell secrets from ordinary files."""

from __future__ import annotations

import pytest

from enactd.effects.secrets import secret_file, secret_glob

SECRET = """
    .env .env.local .env.test .env.production prod.env .ENV .env.bak .env~ .envrc ~/.ssh/id_rsa ~/.ssh/work ~/.ssh
    ~/.ssh/id_ed25519.backup id_rsa.old server.key source/server.key.gz a.pem ca-key.pem privkey.pem x.p12 x.jks
    x.ppk x.kdbx ~/.aws/credentials ~/.aws/sso/cache/x.json ~/.azure/msal_token_cache.json ~/.kube/config ~/.kube
    ~/.docker/config.json ~/.npmrc ~/.pypirc ~/.netrc ~/.pgpass ~/.git-credentials ~/.config/gh/hosts.yml
    ~/.cargo/credentials.toml terraform.tfstate terraform.tfstate.backup ~/.vault-token ~/.gnupg/secring.gpg
    ~/Library/Keychains/login.keychain-db ~/.bash_history ~/.zsh_history ~/.claude/.credentials.json
    ~/.codex/auth.json ~/.gemini/oauth_creds.json /etc/shadow /proc/1/environ /proc/self/environ
    service-account-prod.json credentials.json credentials.old secrets.yml k8s/secret.yaml config/master.key
    wallet.dat .htpasswd /run/secrets/db ~/.config/gcloud/application_default_credentials.json
    C:\\Users\\u\\.ssh\\id_rsa
""".split()
ORDINARY = """
    .env.example .env.sample .env.template .env.dist .env.d.ts env.ts environment.yml credentials.py secrets_test.go
    update_credentials_form.html docs/secrets.md keys.ts public.pem cert.pem fullchain.pem id_rsa.pub ~/.ssh/config
    ~/.ssh/known_hosts ~/.ssh/id_ed25519.pub server.crt docker.gpg.key package.json tsconfig.json README.md
    .gitignore config/credentials.yml.enc .env.vault .secrets.baseline src/secret.ts sealed-secret.yaml
    src/keys/index.json tokens.json
""".split()


@pytest.mark.parametrize("path", SECRET)
def test_secret_files_are_known_by_name_and_place(path: str) -> None:
    """A secret file has a kind in words."""
    assert "" != secret_file(path)


@pytest.mark.parametrize("path", ORDINARY)
def test_source_templates_and_public_halves_are_no_secrets(path: str) -> None:
    """What only sounds secret has no kind."""
    assert "" == secret_file(path)


@pytest.mark.parametrize(
    "pattern",
    """
    **/.env* ~/.ssh/* **/.ssh/* **/*.pem **/*.{key,pem} **/*credentials* **/id_* ~/.aws/credentials
    .env? .en[v] /proc/*/environ  /home/*/.ssh/id_rsa **/*.p12 **/secrets.*
    """.split(),
)
def test_globs_that_aim_at_secrets(pattern: str) -> None:
    """A pattern that fits secret names and not ordinary ones aims at secrets."""
    assert "" != secret_glob(pattern)


@pytest.mark.parametrize(
    "pattern",
    """
    **/*.ts **/*credentials*.html *.crt * **/* .* **/*.json **/.env.example ~/.ssh/*.pub src/**
    **/*.{ts,js} **/*test*
    """.split(),
)
def test_everyday_globs(pattern: str) -> None:
    """A pattern that takes in everything aims at nothing."""
    assert "" == secret_glob(pattern)


def test_a_pattern_for_files_of_bash_is_everyday() -> None:
    """`*bash*` looks for scripts and completions; `.bash*` for what a shell keeps in the home."""
    assert "" == secret_glob("*bash*")
    assert "" != secret_glob(".bash*")
