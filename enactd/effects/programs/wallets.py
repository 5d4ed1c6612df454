"""Wallets and chains: what sends coins or signs for them."""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.invocation import Effects, Invocation, program
from enactd.effects.model import MoveMoney, RevealSecret

_SENDS: Final = {
    "bitcoin-cli": r"send\w*|walletpassphrase|sweepprivkeys|settxfee",
    "litecoin-cli": r"send\w*",
    "dogecoin-cli": r"send\w*",
    "cast": r"send|publish|mktx",
    "solana": r"transfer|pay|withdraw-\S+|close-\S+|stake-\S+|program (?:deploy|close)|deploy",
    "spl-token": r"transfer|burn|mint|close|authorize",
    "near": r"send|transfer|deploy|delete",
    "lncli": r"payinvoice|sendpayment|sendcoins|closechannel|closeallchannels",
    "lightning-cli": r"pay|withdraw|close",
    "monero-wallet-cli": r"transfer|sweep_all",
    "aptos": r"account transfer|move publish",
    "sui": r"client (?:pay|transfer|publish)\S*",
    "gcash": r"send|pay",
    "forge": r"create|script .*--broadcast",
}
_REVEALS: Final = r"dumpprivkey|dumpwallet|listdescriptors true|wallet (?:private-key|decrypt-keystore)|export"
_READS: Final = frozenset({"--help", "-h", "help", "--version", "--dry-run", "--simulate"})


@program(*_SENDS)
def wallet(call: Invocation) -> Effects:
    """One verb decides; options before it are skipped."""
    words = [word.shown(80) for word in call.args]
    if _READS & set(words):
        return
    line = " ".join(words[next((i for i, word in enumerate(words) if not word.startswith("-")), len(words)) :])
    if re.match(rf"(?:{_SENDS[call.name]})(?:\s|$)", line):
        yield MoveMoney(by=call.name, verb=line.split(" ")[0])
    if re.match(rf"(?:{_REVEALS})(?:\s|$)", line):
        yield RevealSecret(what="a wallet's key", by=call.name)
