"""openssl: keys and certificates, encoding and decoding, connections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from enactd.effects.hosts import describe
from enactd.effects.invocation import Effects, Invocation, Line, Options, Output, Yield, program
from enactd.effects.model import ReadPath, SendData, WritePath
from enactd.effects.values import DECODED, FILE, NETWORK, SECRET, unknown

OPENSSL: Final = Options(
    *"""
    -in F | -out F | -key F | -inkey F | -pass P | -passin P | -passout P | -connect H | -host H | -port N |
    -servername N | -starttls P | -CAfile F | -CApath D | -cert F | -keyout F | -newkey T | -days N | -subj S |
    -config F | -extensions E | -signkey F | -CA F | -CAkey F | -CAserial F | -inform F | -outform F | -k P |
    -kfile F | -K K | -iv V | -S S | -md M | -iter N | -engine E | -algorithm A | -pkeyopt O | -name N | -certfile
    F | -addext E | -extfile F | -sha256 | -d | -e | -a | -A | -base64 | -pubin | -pubout | -noout | -text |
    -nodes | -noenc | -x509 | -new | -modulus | -subject | -issuer | -dates | -enddate | -fingerprint | -check |
    -verify F | -sign F | -signature F | -hex | -binary | -showcerts | -quiet | -nocerts | -nokeys | -export |
    -topk8 | -nocrypt | -rand F | -req | -CAcreateserial | -CRLfile F | -provider P | -tls1_2 | -tls1_3 | -ign_eof
    | -alpn P | -status | -brief | -purpose | -serial | -hash | -salt | -pbkdf2 | -p | -P | -genkey | -param_enc E
    | -accept N | -WWW | -www | -HTTP | -aes256 | -des3 | -aes-256-cbc | -text_out
    """.split("|"),
    abbreviate=False,
)
_PRIVATE: Final = frozenset("rsa pkey ec dsa pkcs8 genrsa genpkey gendsa ecparam pkcs12 genkey".split())


_KEY_VERBS: Final = frozenset({"rsa", "pkey", "ec", "pkcs8", "pkcs12", "dsa"})
_MAKES: Final = frozenset("req genrsa genpkey gendsa ecparam".split())  # a new key, which nobody has used yet
_SCREEN: Final = frozenset({"-", "/dev/stdout", "/dev/stderr", "/dev/tty"})


@program("openssl", "libressl")
def openssl(call: Invocation) -> Effects:
    if not call.args:
        return
    verb = call.args[0].text or ""
    line = OPENSSL.parse(call.args[1:])
    if verb in ("version", "help", "list", "ciphers", "errstr", "speed", "prime") or "-help" in {
        w.text for w in call.args
    }:
        return
    for word in line.values("-in"):
        silent = line.has("-noout", "-pubout", "-pubin") or any(out.text not in _SCREEN for out in line.values("-out"))
        prints = verb in _KEY_VERBS and (not silent or (line.has("-text") and not line.has("-pubin")))
        yield ReadPath(target=call.target(word), shown=prints)
    for word in [*line.values("-out"), *line.values("-keyout")]:
        if word.text in _SCREEN:
            continue
        target = call.target(word)
        kept = target.kind == "file" and target.area != "temp"
        kept = kept and (not target.path or call.world.git_state(target.path) != "clean")
        makes = verb in _MAKES and not line.values("-in")
        yield WritePath(target=target, how="create" if makes and not kept else "overwrite")
    if verb in ("dgst", "sha256", "md5", "sha1", "sha512"):
        for word in line.operands:
            yield ReadPath(target=call.target(word), shown=False)
    yield from _connections(call, verb, line)
    yield from _printed(call, verb, line)


def _connections(call: Invocation, verb: str, line: Line) -> Iterator[Yield]:
    if verb == "s_client":
        to = line.value("-connect") or line.value("-host") or (line.operands[0] if line.operands else None)
        host = (to.text or "").rpartition(":")[0] or to.text if to is not None else None
        carries = call.stdin.origins if call.stdin is not None else frozenset()
        plain = call.stdin is None or (call.stdin.text is not None and len(call.stdin.text.strip()) <= 4)
        if not plain:
            yield SendData(to=host, by="openssl", carries=carries, local=bool(host) and describe(host or "").local)
    elif verb == "s_server" and line.has("-WWW", "-HTTP"):
        yield SendData(to=None, by="openssl s_server", carries=frozenset({FILE}))


def _printed(call: Invocation, verb: str, line: Line) -> Iterator[Yield]:
    taints = call.stdin.origins if call.stdin is not None else frozenset()
    secret_in = any(call.target(word).secret for word in line.values("-in"))
    if verb == "s_client":
        yield Output(unknown("data from openssl", NETWORK))
    elif line.has("-out"):
        return
    elif line.has("-d") and (
        verb in ("enc", "base64") or verb.startswith(("aes", "des", "camellia", "chacha", "aria"))
    ):
        yield Output(unknown("decoded text", DECODED, *taints))
    elif verb in ("enc", "base64"):
        yield Output(
            unknown("encoded text", *taints, *((SECRET, FILE) if secret_in else (FILE,) if line.has("-in") else ()))
        )
    elif verb in _PRIVATE and not line.has("-pubout", "-noout", "-nokeys"):
        made = verb.startswith("gen") or line.has("-genkey")
        yield Output(unknown("a new private key" if made else "a private key", *(() if made else (SECRET,))))
    elif verb in _PRIVATE and line.has("-pubout"):
        yield Output(unknown("a public key"))
    elif verb == "rand":
        yield Output(unknown("random text", plain=True, empty=False))
