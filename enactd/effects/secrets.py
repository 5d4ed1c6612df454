"""What counts as a secret: files by name and place, globs that aim at them, and what `keys` knows of text.

Nothing here opens a file. A name is judged with its folder, in lower case, with backup and archive
endings taken off, so that `id_rsa.bak` is still a private key and `credentials.py` is still source.
"""

from __future__ import annotations

import fnmatch
import re
from typing import Final

from enactd.effects.keys import find_keys, secret_search, secret_variable, token_home, variable_kind
from enactd.memo import memo

__all__ = ["find_keys", "secret_file", "secret_glob", "secret_search", "secret_variable", "token_home", "variable_kind"]

_BACKUPS: Final = tuple(
    ".bak .backup .old .orig .save .copy .tmp .swp .prev .gz .bz2 .xz .zst .zip .tar .tgz .base64 .b64".split()
)
_SOURCES: Final = frozenset(
    "py pyi ts tsx js jsx mjs cjs mts cts go rs java kt kts scala rb php c h cc cpp hpp cs fs swift m mm dart lua pl pm"
    " ex exs erl hs ml clj vue svelte html htm css scss less md mdx rst adoc tex svg png jpg jpeg gif ico pdf sh bash"
    " zsh fish ps1 bat sql graphql proto map snap lock tmpl tpl j2 erb hbs ejs pot po enc gpg age asc sops tf nix d"
    " baseline vault pub crt cer csr encrypted sig sha256 md5 wasm so dll ipynb".split()
)
_DATA: Final = frozenset(
    ["", *"json yml yaml toml ini csv txt xml conf cfg db properties dat env plist tfvars".split()]
)
_TEMPLATES: Final = re.compile(
    r"(?:^|[._-])(?:example|examples|sample|samples|template|templates|tmpl|tpl|dist|defaults?|schema|stub)(?=$|[._-])"
)

_NAMES: Final[dict[str, str]] = {
    name: kind
    for kind, names in {
        "dotenv file": ".dev.vars .secrets",
        "direnv file": ".envrc",
        "private key": "identity privkey private_key private-key privatekey private.key master.key ssh_host_rsa_key"
        " ssh_host_ed25519_key ssh_host_ecdsa_key ssh_host_dsa_key",
        "network credentials": ".netrc _netrc .smbcredentials .msmtprc .fetchmailrc chap-secrets pap-secrets .authinfo",
        "package credentials": ".npmrc .pypirc settings-security.xml",
        "database credentials": ".pgpass pgpass.conf .my.cnf .mylogin.cnf .mysqlpass",
        "git credentials": ".git-credentials git-credentials",
        "container registry credentials": ".dockercfg .dockerconfigjson",
        "cloud credentials": ".s3cfg .boto .passwd-s3fs rclone.conf accesskeys.csv rootkey.csv .databrickscfg"
        " application_default_credentials.json access_tokens.db credentials.db accesstokens.json msal_token_cache.json"
        " kaggle.json firebase-tools.json .linode-cli local.settings.json",
        "terraform credentials": ".terraformrc terraform.rc credentials.tfrc.json",
        "vault token": ".vault-token .vault_pass .vault-pass vault_pass.txt .vault_pass.txt .ansible_vault_pass"
        " .vault_password .vault-password vault_password.txt vault-password.txt .ansible-vault-password",
        "password hashes": ".htpasswd .htdigest htpasswd",
        "shell history": ".bash_history .zsh_history .zhistory .sh_history .ksh_history fish_history .python_history"
        " .psql_history .mysql_history .rediscli_history .node_repl_history .sqlite_history .irb_history .pry_history"
        " .dbshell consolehost_history.txt .histfile .mongo_history .mongosh_repl_history .bash_sessions",
        "browser data": "key3.db key4.db logins.json cookies.sqlite signons.sqlite cookies.binarycookies",
        "password database": "wallet.dat passwords.txt passwords.csv password.txt passwords.json passwords.xlsx",
        "agent credentials": ".credentials.json oauth_creds.json .claude.json mcp-oauth-tokens.json",
        "access token": ".token .github_token .gh_token token.txt token.json access-token access_token tokens.db"
        " .npm-token .api_key .apikey api_key api_key.txt apikey.txt api-key.txt .openai_api_key",
    }.items()
    for name in names.split()
}

# The last two or three parts of a path.
_PLACES: Final[dict[str, str]] = {
    place: kind
    for kind, places in {
        "cluster credentials": ".kube/config k3s/k3s.yaml kubernetes/admin.conf talos/config",
        "container registry credentials": ".docker/config.json containers/auth.json",
        "git credentials": "gh/hosts.yml gh/hosts.yaml glab-cli/config.yml .config/hub git/credentials tea/config.yml",
        "package credentials": ".cargo/credentials .cargo/credentials.toml .gem/credentials .m2/settings.xml"
        " .gradle/gradle.properties pypoetry/auth.toml .composer/auth.json composer/auth.json .bundle/config",
        "cloud credentials": "doctl/config.yaml .fly/config.yml .railway/config.json com.vercel.cli/auth.json"
        " .vercel/auth.json netlify/config.json .netlify/config.json .wrangler/config/default.toml"
        " .supabase/access-token stripe/config.toml ngrok/ngrok.yml .ngrok2/ngrok.yml .snowsql/config"
        " .snowflake/connections.toml .dbt/profiles.yml .oci/config .aliyun/config.json .bluemix/config.json"
        " .pulumi/credentials.json .mc/config.json .twilio-cli/config.json hcloud/cli.toml .circleci/cli.yml"
        " .travis/config.yml .huggingface/token huggingface/token .cache/huggingface/stored_tokens"
        " .scw/config.yaml scw/config.yaml .chef/credentials .config/linode-cli",
        "agent credentials": ".codex/auth.json opencode/auth.json github-copilot/hosts.json github-copilot/apps.json"
        " goose/secrets.yaml amp/secrets.json .openai/auth.json .claude/.credentials.json .gemini/google_accounts.json"
        " .copilot/config.json .cursor/auth.json",
        "password hashes": "etc/shadow etc/gshadow etc/shadow- etc/gshadow- etc/master.passwd etc/opasswd",
        "key store": "sops/age/keys.txt age/keys.txt .age/key.txt .config/solana/id.json",
        "service account token": "serviceaccount/token",
        "database credentials": "etc/mysql/debian.cnf",
    }.items()
    for place in places.split()
}

# Everything below these folders, and the folders themselves.
_FOLDERS: Final[dict[str, str]] = {
    ".ssh": "SSH keys",
    ".gnupg": "GnuPG keys",
    ".aws": "AWS credentials",
    ".azure": "Azure credentials",
    ".kube": "cluster credentials",
    "gcloud": "Google Cloud credentials",
    ".password-store": "password database",
    "keychains": "key store",
    "keyrings": "key store",
    ".vault": "vault token",
    ".cloudflared": "tunnel credentials",
    ".secrets": "secrets folder",
    "wireguard": "VPN keys",
}
_READABLE: Final = re.compile(r"known_hosts.*|config|config\.d|authorized_keys\d?|environment|rc|allowed_signers|.*\.pub|gpg(?:-agent)?\.conf|dirmngr\.conf|trustdb\.gpg|pubring\..*|readme.*")  # fmt: skip

_SUFFIXES: Final[dict[str, str]] = {
    **dict.fromkeys(("p12", "pfx", "pkcs12", "jks", "keystore", "bcfks", "keytab", "ks", "bks"), "key store"),
    **dict.fromkeys(("ppk", "p8", "agekey", "snk", "jwk"), "private key"),
    **dict.fromkeys(
        ("kdbx", "kdb", "psafe3", "opvault", "agilekeychain", "1pif", "1pux", "wallet"), "password database"
    ),
    **dict.fromkeys(("keychain", "keychain-db"), "key store"),
    "ovpn": "VPN profile",
    "tfstate": "terraform state",
}
_KEY_NAME: Final = re.compile(r"id_(?:rsa|dsa|ecdsa|ed25519|xmss|ecdsa_sk|ed25519_sk)(?:[._-].*)?")
_PUBLIC: Final = re.compile(r"pub(?:lic)?(?:[._-]|key|$)|gpg|apt|keyring|signing-?keys?\.asc")
_CERTIFICATE: Final = re.compile(r"cert|chain|(?:^|[._-])(?:ca|crt|csr|root|bundle|intermediate|dh|dhparams?|pub)(?:[._-]|$)|public|cacert")  # fmt: skip
_ACCOUNT_JSON: Final = re.compile(
    r"service[-_]?account|firebase[-_]?admin|client[-_]?secret|oauth[-_]?cred|(?:^|[-_.])(?:sa|gcp|gcs|google|cloud)[-_]?key"
    r"|(?:^|[-_])(?:private|secret|api)?[-_]?key$"
)
_BROWSERS: Final = ("chrome", "chromium", "brave", "firefox", "mozilla", "edge", "opera", "vivaldi", "user data", "arc")
_BROWSER_FILES: Final = frozenset(("login data", "cookies", "web data", "local state", "login data for account"))
_ENCRYPTED: Final = re.compile(r"\.(?:enc|sops)\.|\w\.\w+\.(?:gpg|asc|age)$|\.(?:enc|encrypted)$")
_NUMBERED: Final = re.compile(r"(?:\.\d{1,8}|-\d{4,14}| \(\d+\)|[ _-]copy)$")
_ENCRYPTED_KINDS: Final = re.compile(r"(?:sealed|external|encrypted)[-_.]?secrets?")


@memo(8192)
def secret_file(path: str) -> str:
    """What kind of secret a file (or folder) of this name and place holds, in words; empty for none."""
    whole = path.replace("\\", "/").lower().rstrip("/")
    parts = [part for part in whole.split("/") if part]
    if not parts:
        return ""
    name = _without_backup(parts[-1])
    if _ENCRYPTED.search(name):
        return ""  # encrypted: it tells nothing by itself
    if name in _NAMES and not _is_template(name):
        return _NAMES[name]
    found = _PLACES.get("/".join([*parts[-2:-1], name])) or _PLACES.get("/".join([*parts[-3:-1], name]))
    return found or _by_folder(parts, name) or _dotenv(name) or _by_name(parts, name)


def _without_backup(name: str) -> str:
    for _ in range(3):
        shorter = name.rstrip("~")
        for ending in _BACKUPS:
            if shorter.endswith(ending) and len(shorter) > len(ending):
                shorter = shorter[: -len(ending)]
        shorter = _NUMBERED.sub("", shorter)
        if shorter == name or not shorter:
            break
        name = shorter
    return name


def _is_template(name: str) -> bool:
    return _TEMPLATES.search(name) is not None


def _by_folder(parts: list[str], name: str) -> str:
    for index, part in enumerate(parts):
        kind = _FOLDERS.get(part)
        if kind is None or (part in ("gcloud", "wireguard") and not {".config", "etc", "appdata"} & set(parts[:index])):
            continue
        if part in ("keychains", "keyrings") and not {"library", "share", ".local", ".gnome2"} & set(parts[:index]):
            continue
        below = index < len(parts) - 1
        if not below or not _READABLE.fullmatch(name) or (part == ".aws" and name == "config"):
            return kind
        return ""
    if parts[0] == "proc" and name in ("environ", "mem") and len(parts) <= 5:
        return "process environment" if name == "environ" else "process memory"
    if "ssl" in parts and "private" in parts:
        return "private key"
    if parts[:2] == ["run", "secrets"] or parts[:3] == ["var", "run", "secrets"]:
        return "container secret"
    if name in _BROWSER_FILES and any(mark in part for part in parts for mark in _BROWSERS):
        return "browser data"
    return ""


def _dotenv(name: str) -> str:
    if name == ".env":
        return "dotenv file"
    if name.startswith((".env.", ".env-", ".env_")) or name.endswith(".env"):
        extension = name.rsplit(".", 1)[-1]
        if _is_template(name) or (extension in _SOURCES and extension != "env"):
            return ""
        return "dotenv file"
    return ""


def _by_name(parts: list[str], name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem:
        stem, extension = name, ""
    if _KEY_NAME.fullmatch(name) and extension != "pub":
        return "private key"
    if extension in _SUFFIXES:
        return _SUFFIXES[extension]
    if extension == "key" or (stem.endswith(("_rsa", "_ed25519", "_ecdsa")) and extension in ("", "txt")):
        return "" if _PUBLIC.search(stem) else "private key"
    if extension == "pem":
        private = "key" in stem or "priv" in stem
        return "private key" if not _CERTIFICATE.search(stem) or (private and "pub" not in stem) else ""
    if extension in _SOURCES or extension not in _DATA or _is_template(name):
        return ""
    return _by_words(parts, stem, extension)


def _by_words(parts: list[str], stem: str, extension: str) -> str:
    if "credential" in stem:
        return "credentials"
    if _ENCRYPTED_KINDS.search(stem):
        return ""
    if re.search(r"(?:^|[._-])secrets?(?:[._-]|$)", stem) and not (extension == "" and "." not in stem and len(parts) == 1 and stem != "secrets"):  # fmt: skip
        return "secrets file"
    if extension == "json" and _ACCOUNT_JSON.search(stem) and "pub" not in stem:
        return "service account key"
    if stem.startswith(("private_key", "private-key", "privatekey")):
        return "private key"
    if len(parts) > 1 and parts[-2] == "secrets" and not stem.startswith("readme"):
        return "secrets file"
    if stem.startswith("utc--") or (len(parts) > 2 and parts[-2] == "keystore" and ".ethereum" in parts):
        return "key store"
    return ""


_SAMPLES: Final = (
    *".env .env.local .env.production .envrc prod.env id_rsa id_ed25519 id_ecdsa server.pem x.pem server.key x.key"
    " x.p12 x.pfx x.jks x.keystore x.ppk x.kdbx x.p8 credentials credentials.json aws_credentials.csv .credentials.json"
    " secrets.yml secrets.yaml secrets.json app.secrets.toml .netrc .npmrc .pypirc .pgpass .git-credentials"
    " .bash_history .zsh_history .htpasswd service-account.json service_account.json terraform.tfstate x.tfstate"
    " wallet.dat oauth_creds.json .vault-token client_secret.json private.key privkey.pem shadow".split(),
)
# A pattern that also takes these in is an everyday one.
_EVERYDAY: Final = tuple(
    "index.js main.py readme.md package.json config.yml .gitignore x data.txt makefile a.html .prettierrc"
    " .eslintrc.json keyboard.ts monkey.py tokenizer.py password_reset.py server.js privacy.md settings.toml style.css"
    " app.xml x.csv .editorconfig keys.go notes.db environment.ts install.bash bash-tools.md".split()
)


@memo(2048)
def secret_glob(pattern: str) -> str:
    """The kind of secret a glob aims at, empty for an everyday pattern.

    A pattern aims at secrets when it fits secret names and not ordinary ones too, or lies in a secret folder.
    """
    for one in _braces(pattern.replace("\\", "/").lower(), 16):
        kind = _one_glob(one)
        if kind:
            return kind
    return ""


def _braces(pattern: str, limit: int) -> list[str]:
    found = re.search(r"\{([^{}]*)\}", pattern)
    if not found or limit <= 0:
        return [pattern]
    options = found.group(1).split(",")[:limit]
    return [
        one
        for option in options
        for one in _braces(pattern[: found.start()] + option + pattern[found.end() :], limit // max(len(options), 1))
    ]


def _one_glob(pattern: str) -> str:
    folder, _, last = pattern.rstrip("/").rpartition("/")
    if len(last) > 1_024:
        return ""  # no name is that long, and translating it takes quadratic time
    place = re.sub(r"\[!?(.)[^]]*\]", r"\1", folder)
    place = "/".join(re.sub(r"[*?]+", "x", part) if part not in ("*", "**") else "x" for part in place.split("/"))
    if not re.search(r"[*?\[]", last):
        return secret_file(f"{place}/{last}" if folder else last)
    below = secret_file(f"{place}/id_rsa") if last.startswith("id_") else secret_file(place) if folder else ""
    sample, everyday = _fitting(last)
    if below:
        return below if last in ("**", "*", "*.*") or sample else ""
    if everyday:
        return ""
    if sample:
        return secret_file(f"etc/{sample}")
    return "dotenv file" if last.startswith((".env?", ".env[")) else ""


@memo(1024)
def _fitting(pattern: str) -> tuple[str, bool]:
    """The first secret's name that a pattern without folders fits, and whether it fits an ordinary one, too."""
    fits = re.compile(fnmatch.translate(pattern)).match
    return next(filter(fits, _SAMPLES), ""), any(map(fits, _EVERYDAY))
