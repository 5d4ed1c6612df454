"""Encryption tools for files and the clipboard: gpg, age, sops, pbpaste."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Output, Value, Yield, program
from enactd.effects.model import ChangeInfrastructure, DeletePath, ReadPath, RevealSecret, WritePath
from enactd.effects.values import DECODED, EMPTY, SECRET, known, unknown

GPG: Final = Options(
    *"""
    -a --armor | -b --detach-sign --detach-sig | -c --symmetric | -d --decrypt | -e --encrypt | -s --sign |
    --clearsign --clear-sign | -k --list-keys --list-public-keys | -K --list-secret-keys | --list-signatures
    --list-sigs | --check-signatures | --fingerprint | --verify | --export | --export-secret-keys |
    --export-secret-subkeys | --export-ssh-key N | --export-ownertrust | --import | --fast-import | --delete-keys
    --delete-key | --delete-secret-keys --delete-secret-key | --delete-secret-and-public-keys
    --delete-secret-and-public-key | --gen-key --generate-key | --full-generate-key --full-gen-key |
    --quick-generate-key --quick-gen-key | --edit-key | --recv-keys --receive-keys | --send-keys | --refresh-keys
    | --search-keys | --dearmor | --enarmor | --batch | -y --yes | --no-tty | -q --quiet | -v --verbose |
    --version | -h --help | --passwd --change-passphrase | --show-keys | --with-colons | --allow-secret-key-import
    | --no-default-keyring | -z N | -o --output F | -r --recipient R | -u --local-user U | --default-key K |
    --homedir D | --keyserver S | --passphrase P | --passphrase-file F | --passphrase-fd N | --pinentry-mode M |
    --keyring F | --status-fd N | --trust-model M | --list-packets | --print-md | --import-ownertrust |
    --gen-revoke | --card-status | --decrypt-files | --encrypt-files | --cipher-algo A | --digest-algo A |
    --always-trust | --show-session-key | --sign-key
    """.split("|")
)
_GPG_LOOKS: Final = ("-k", "-K", "--list-signatures", "--check-signatures", "--fingerprint", "--verify", "--version", "-h", "--show-keys", "--list-packets", "--card-status", "--export-ownertrust", "--export-ssh-key", "--print-md", "--search-keys")  # fmt: skip


@program("gpg", "gpg2", "rage-gpg", "sq")
def gpg(call: Invocation) -> Effects:
    line = GPG.parse(call.args)
    output = line.value("-o")
    if line.has("--export-secret-keys", "--export-secret-subkeys"):
        yield RevealSecret(what="private keys", by=call.name)
        yield from _result(call, output, unknown("private keys", SECRET))
    elif line.has("--delete-secret-keys", "--delete-secret-and-public-keys", "--delete-keys"):
        yield DeletePath(target=call.target(f"{call.world.home}/.gnupg"), bulk=True)
    elif line.has("--send-keys"):
        yield ChangeInfrastructure(tool="gpg", verb="change", what="a public key server")
    elif line.has("--dearmor", "--enarmor"):
        yield from _files(call, line.operands)
        yield from _result(call, output, unknown("a converted key", *_taints(call)))
    elif line.has(*_GPG_LOOKS):
        return
    elif line.has("-e", "-c", "-s", "-b", "--clearsign"):
        yield from _files(call, line.operands)
        yield from _encrypted(
            call,
            line.operands,
            output,
            ".asc" if line.has("-a", "--clearsign") else ".sig" if line.has("-b") else ".gpg",
        )
    elif line.has("--import", "--fast-import", "--recv-keys", "--refresh-keys", "--export", "--gen-key", "--full-generate-key", "--quick-generate-key", "--edit-key", "--passwd", "--gen-revoke", "--sign-key", "--import-ownertrust"):  # fmt: skip
        yield from _files(call, line.operands if line.has("--import") else [])
        if line.has("--export") and output is not None:
            yield WritePath(target=call.target(output))
        yield Output(unknown("a public key"))
    elif line.has("-d") or line.operands or call.stdin is not None:
        yield from _files(call, line.operands)
        yield from _result(call, output, unknown("decrypted text", SECRET, DECODED))


def _taints(call: Invocation) -> frozenset[str]:
    return call.stdin.origins if call.stdin is not None else frozenset()


def _files(call: Invocation, words: list[Value]) -> Iterator[Yield]:
    for word in words:
        yield ReadPath(target=call.target(word), shown=False)


def _result(call: Invocation, output: Value | None, content: Value) -> Iterator[Yield]:
    """Into a file, or to standard output."""
    if output is None or output.text == "-":
        yield Output(content)
    else:
        yield WritePath(target=call.target(output), origins=content.origins)
        yield Output(EMPTY)


def _encrypted(call: Invocation, words: list[Value], output: Value | None, ending: str) -> Iterator[Yield]:
    if output is not None and output.text != "-":
        yield WritePath(target=call.target(output))
    elif words and output is None:
        for word in words:
            yield WritePath(target=call.target(word + known(ending)))
    yield Output(unknown("encrypted text"))


AGE: Final = Options(
    *"""
    -e --encrypt | -d --decrypt | -r --recipient R | -R --recipients-file F | -p --passphrase | -i --identity F |
    -o --output F | -a --armor | -j P | -y | --version | -h --help | -n | -g --generate
    """.split("|")
)


@program("age", "rage", "age-keygen", "rage-keygen")
def age(call: Invocation) -> Effects:
    line = AGE.parse(call.args)
    output = line.value("-o")
    if line.has("--version", "-h"):
        return
    yield from _files(call, line.operands)
    if call.name.endswith("keygen"):
        if not line.has("-y") and output is not None:
            yield WritePath(target=call.target(output), content=None)  # a key of one's own, as of ssh-keygen
        elif not line.has("-y"):
            yield from _result(call, output, unknown("a new private key", SECRET))
    elif line.has("-d"):
        yield from _result(call, output, unknown("decrypted text", SECRET, DECODED))
    else:
        yield from _result(call, output, unknown("encrypted text"))


SOPS: Final = Options(
    *"""
    -d --decrypt | -e --encrypt | -i --in-place | -r --rotate | --extract E | --output F | --output-type T |
    --input-type T | --config F | --age R | --pgp P | --kms K | -v --version | -h --help | --set S | --ignore-mac
    | -s --show-master-keys | --encrypted-regex R | --verbose
    """.split("|")
)


@program("sops")
def sops(call: Invocation) -> Effects:
    line = SOPS.parse(call.args)
    if line.has("-v", "-h") or not line.operands:
        return
    verb = line.operands[0].text or ""
    verbs = ("decrypt", "encrypt", "rotate", "edit", "set", "unset", "exec-env", "exec-file", "publish", "keyservice", "filestatus", "updatekeys", "groups")  # fmt: skip
    files = line.operands[1:] if verb in verbs else line.operands
    if verb in ("filestatus", "keyservice", "groups"):
        return
    if verb in ("exec-env", "exec-file"):
        for command in files[1:2]:
            yield from call.shell(command, via=f"sops {verb}")
        return
    yield from _files(call, files[:1])
    if line.has("-d") or verb == "decrypt":
        yield from _plain(call, line.has("-i"), files, line.value("--output"))
    elif (
        line.has("-i", "-r", "--set")
        or verb in ("rotate", "edit", "set", "unset", "updatekeys")
        or (not verb and files)
    ):
        for word in files[:1]:
            yield WritePath(target=call.target(word), how="edit")
    else:
        yield Output(unknown("encrypted text"))


def _plain(call: Invocation, in_place: bool, files: list[Value], output: Value | None) -> Iterator[Yield]:
    yield RevealSecret(what="encrypted values", by="sops")
    yield from _result(call, files[0] if in_place and files else output, unknown("decrypted values", SECRET, DECODED))


@program("pbpaste", "xclip", "xsel", "wl-paste", "pbcopy", "wl-copy", "clip", "clip.exe")
def clipboard(call: Invocation) -> Effects:
    """The person's clipboard: what comes out of it is not known, what goes in stays here."""
    if call.name in ("pbpaste", "wl-paste") or {"-o", "-out", "--output"} & {word.text for word in call.args}:
        yield Output(unknown("the clipboard"))
    else:
        if SECRET in _taints(call):
            yield RevealSecret(what="a secret to the clipboard", by=call.name)
        yield Output(EMPTY)


@program(
    *(
        f"docker-credential-{store}"
        for store in "osxkeychain secretservice pass wincred desktop ecr-login gcloud gcr acr-env helper ghcr-login".split()
    )
)
def credential_helper(call: Invocation) -> Effects:
    """Docker's stores of registry passwords: `get` prints one, `list` only names servers."""
    verb = next((word.text for word in call.args), "")
    if verb in ("get", None):
        yield RevealSecret(what="stored registry passwords", by=call.name)
        yield Output(unknown("stored registry passwords", SECRET))
    elif verb == "erase":
        yield ChangeInfrastructure(tool=call.name, verb="secret-write", what="erase")
