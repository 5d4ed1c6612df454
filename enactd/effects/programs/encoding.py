"""base64, xxd and other encoders: encoding reads a file, decoding makes text that nobody has seen."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Callable
from typing import Final

from enactd.effects.invocation import EMPTY, Effects, Invocation, Options, Output, program, unknown
from enactd.effects.model import WritePath
from enactd.effects.programs.streams import decoded, reading, transformed, writing
from enactd.effects.values import DECODED

_BASE64: Final = Options(
    "-d -D --decode", "-i --ignore-garbage", "-w --wrap N", "-b --break N", "-o --output FILE", "--base64",
    "--base64url",
    "--base32", "--base32hex", "--base16", "--base2msbf", "--base2lsbf", "--z85", "-n", "-u", "--help", "-h",
    "--version",
)  # fmt: skip
_XXD: Final = Options(
    "-a -autoskip", "-b -bits", "-c -cols N", "-C -capitalize", "-d", "-E -EBCDIC", "-e", "-g -groupsize N",
    "-i -include",
    "-l -len N", "-n -name N", "-o N", "-p -ps -postscript -plain", "-r -revert", "-R WHEN", "-s -seek N",
    "-u -uppercase",
    "-v -version", "-h -help", "-rp", "-pr", "--help",
    abbreviate=False,
)  # fmt: skip


def _text(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _decoders(kind: str) -> Callable[[str], str | None]:
    def decode(text: str) -> str | None:
        packed = re.sub(r"\s+", "", text)
        try:
            if kind == "base32":
                return _text(base64.b32decode(packed + "=" * (-len(packed) % 8)))
            if kind == "base16":
                return _text(binascii.unhexlify(packed))
            if kind == "base64url":
                return _text(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
            return _text(base64.b64decode(packed + "=" * (-len(packed) % 4)))
        except (binascii.Error, ValueError):
            return None

    return decode


def _encoder(kind: str, wrap: str) -> Callable[[str], str | None]:
    def encode(text: str) -> str | None:
        data = text.encode("utf-8", "surrogateescape")
        packed = {
            "base32": base64.b32encode, "base16": base64.b16encode, "base64url": base64.urlsafe_b64encode,
        }.get(kind, base64.b64encode)(data).decode()  # fmt: skip
        width = int(wrap) if wrap.isdigit() and len(wrap) < 7 else 76
        if not width:
            return packed
        return "".join(packed[i : i + width] + "\n" for i in range(0, len(packed), width))

    return encode


@program("base64", "base32", "basenc", "base64url", "b64", "gbase64", "gbase32")
def base(call: Invocation) -> Effects:
    """base64 and its relatives, both ways; macOS names the output with `-o`."""
    line = _BASE64.parse(call.args)
    if line.has("--help", "-h", "--version"):
        return
    kind = call.name.removeprefix("g")
    if kind == "basenc":
        kind = next((name for name in ("base64url", "base32", "base16") if line.has(f"--{name}")), "base64")
        if line.has("--base32hex", "--base2msbf", "--base2lsbf", "--z85"):
            kind = "other"
    reads, text = reading(call, line.operands)
    yield from reads
    if line.has("-d"):
        output = decoded(text, _decoders(kind) if kind != "other" else lambda _: None, "decoded text")
    else:
        wrap = line.text("-w") or line.text("-b") or "76"
        output = transformed(text, _encoder(kind, wrap) if kind != "other" else lambda _: None, "encoded text")
    for word in line.values("-o"):
        yield writing(call, word, content=output.value)
    yield Output(EMPTY) if line.has("-o") else output


@program("xxd")
def xxd(call: Invocation) -> Effects:
    """Dumps, or turns a dump back with `-r`; a second operand is the output file."""
    line = _XXD.parse(call.args)
    if line.has("-h", "-v", "--help"):
        return
    reads, text = reading(call, line.operands[:1], shown=len(line.operands) < 2)
    yield from reads
    plain = line.has("-p", "-rp", "-pr")
    if line.has("-r", "-rp", "-pr"):
        output = decoded(text, _plain_hex if plain else _dumped_hex, "text out of a dump")
    else:
        output = transformed(text, (lambda t: t.encode().hex() + "\n") if plain else (lambda _: None), "a dump")
    if len(line.operands) > 1 and line.operands[1].text != "-":
        yield writing(call, line.operands[1], content=output.value)
        yield Output(EMPTY)
    else:
        yield output


def _plain_hex(text: str) -> str | None:
    digits = re.sub(r"[^0-9a-fA-F]", "", text)
    return _text(binascii.unhexlify(digits[: len(digits) // 2 * 2]))


def _dumped_hex(text: str) -> str | None:
    data = b""
    for one in text.splitlines():
        body = one.partition(":")[2].lstrip().split("  ")[0]
        digits = re.sub(r"[^0-9a-fA-F]", "", body)
        data += binascii.unhexlify(digits[: len(digits) // 2 * 2])
    return _text(data)


@program("uudecode", "uuencode", "ascii85", "base58", "base91", "qprint", "mimencode", "munpack", "ripmime")
def uucode(call: Invocation) -> Effects:
    """uudecode writes the file that its input names, or the one behind `-o`."""
    words = [word for word in call.args if not word.startswith("-")]
    out = next((call.args[i + 1] for i, w in enumerate(call.args[:-1]) if w.text == "-o"), None)
    unpacks = call.name in ("uudecode", "munpack", "ripmime") or any(
        w.text in ("-d", "-D", "-u", "--decode") for w in call.args
    )
    files = [word for word in words if word is not out]
    reads, text = reading(call, files[:1])
    yield from reads
    if call.name in ("uudecode", "munpack", "ripmime") and (out is None or out.text not in ("-", "/dev/stdout")):
        yield WritePath(target=call.target(out or unknown("a name inside the input")), origins=text.origins | {DECODED})
    taints = (*text.origins, DECODED) if unpacks else tuple(text.origins)
    yield Output(unknown("decoded text" if unpacks else "encoded text", *taints))


@program("rot13", "caesar", "ascii2uni", "uni2ascii", "recode", "html-unescape", "urldecode", "urlencode")
def rot13(call: Invocation) -> Effects:
    """Substitutions that hide text."""
    words = [word for word in call.args if not word.startswith("-")] if call.name == "recode" else []
    for word in words[1:]:
        yield WritePath(target=call.target(word), how="edit")
    text = call.stdin or unknown("standard input")
    turn: Callable[[str], str | None] = (
        (lambda t: codecs.encode(t, "rot13")) if call.name == "rot13" else (lambda _: None)
    )
    yield decoded(text, turn, "turned text")
