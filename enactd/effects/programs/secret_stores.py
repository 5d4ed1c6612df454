"""Stores of secrets by their verbs: pass, op, bw, vault, keychains, doppler, chamber and the like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from enactd.effects.invocation import Effects, Invocation, Output, Value, program
from enactd.effects.model import ChangeInfrastructure, ReadPath, RevealSecret, WritePath
from enactd.effects.programs.environment import staged
from enactd.effects.values import SECRET, unknown

# program -> (verbs that print secrets, verbs that change or delete them); all others only look.
_MANAGERS: Final[dict[str, tuple[str, str]]] = {
    "pass": (
        r"show|grep|otp|-c|--clip|git log|(?!(?:ls|list|find|search|git|help|version|init|insert|add|edit|generate|rm|remove|delete|mv|rename|cp|copy|import)\b)[^-\s]+",
        r"insert|add|edit|generate|rm|remove|delete|mv|rename|cp|copy|init|import",
    ),
    "gopass": (r"show|grep|otp|cat|env|[^-\s]+/[^\s]+", r"insert|edit|generate|rm|delete|mv|cp|init|sync|set"),
    "op": (
        r"read|item get|document get|inject|run|items get|get",
        r"(?:item|document|vault|user|group|connect server|connect token|connect group|connect vault|service-account|events-api|account) (?:create|edit|delete|move|grant|revoke|forget|suspend|ratelimit reset)",
    ),
    "bw": (
        r"get|export|list items|list item|generate-token|unlock|login --raw",
        r"create|edit|delete|restore|import|move|share|send",
    ),
    "rbw": (r"get|code|history", r"add|edit|remove|generate|purge"),
    "lpass": (r"show|export", r"add|edit|rm|mv|duplicate|import|share"),
    "vault": (
        r"kv get|read|token lookup|unwrap|print token|token create",
        r"kv (?:put|patch|delete|destroy|undelete|rollback|metadata (?:delete|put))|write|delete"
        r"|secrets (?:enable|disable|move|tune)|auth (?:enable|disable)|policy (?:write|delete)|operator \w+"
        r"|token (?:revoke|create)|lease revoke|audit (?:enable|disable)",
    ),
    "bao": (r"kv get|read|token lookup|unwrap", r"kv (?:put|patch|delete|destroy)|write|delete|operator \w+"),
    "security": (
        r"find-(?:generic|internet)-password.*(?:-w|-g)|dump-keychain|export|find-key|get-identity",
        r"add-\S+|delete-\S+|import|set-\S+|create-\S+|unlock-keychain|lock-keychain|authorizationdb (?:write"
        r"|remove)",
    ),
    "secret-tool": (r"lookup|search --unlock|search", r"store|clear|lock"),
    "keyring": (r"get", r"set|del"),
    "cmdkey": (r"", r"/add.*|/delete.*|/generic.*"),
    "chamber": (r"read|export|env|list -e|find -v", r"write|delete|import|tag"),
    "doppler": (
        r"secrets (?:get|download|substitute)|secrets|configure get token|me",
        r"secrets (?:set|delete|upload)"
        r"|(?:configs|projects|environments|service-tokens)(?: tokens)? (?:create|delete|update|rename|clone|lock|unlock|revoke|rollback)",
    ),
    "infisical": (r"secrets get|export|secrets|user get token|token", r"secrets (?:set|delete)|login"),
    "envchain": (r"--show|--list -v", r"--set.*|-s.*|--unset.*"),
    "teller": (r"show|env|export|yaml|copy|scan", r"put|delete"),
    "keepassxc-cli": (r"show|clip|export|attachment-export", r"add|edit|rm|mkdir|rmdir|mv|merge|import"),
    "ansible-vault": (r"view|decrypt", r"edit|rekey|create|encrypt"),
    "kwallet-query": (r"-r.*|--read.*", r"-w.*"),
    "aws-vault": (r"export|exec .* env", r"add|remove|rotate|clear"),
    "saml2aws": (r"script|exec env", r"configure"),
    "berglas": (r"access|edit|exec", r"create|delete|grant|revoke|update"),
    "conjur": (r"variable get", r"variable set|policy \w+"),
    "akeyless": (r"get-secret-value|get-\S*secret\S*", r"create-\S+|delete-\S+|update-\S+"),
    "bws": (r"secret (?:get|list)|run", r"secret (?:create|edit|delete)"),
    "credstash": (r"get|getall", r"put|delete|putall"),
}
_RUNNERS: Final = frozenset("run exec".split())


@program(*_MANAGERS)
def manager(call: Invocation) -> Effects:
    """A store of secrets: printing one reveals it, writing one changes it, `run -- program` runs a program."""
    if {"--help", "-h", "--version"} & {word.text for word in call.args}:
        return
    reveals, changes = _MANAGERS[call.name]
    words = [
        word.shown(100)
        for word in _after_globals(call.args)
        if not word.prefix.startswith("-") or call.name in ("security", "pass", "envchain", "cmdkey", "kwallet-query")
    ]
    shown = " ".join(words)
    command = _wrapped(call)
    if command is not None:
        own = call.args[: len(call.args) - len(command)]
        yield from call.run(command, env=staged(call.env, [word.visible for word in own]))
        return
    if changes and re.match(rf"(?:{changes})(?:\s|$)", shown):
        what = " ".join(words[:3])
        if call.name in ("ansible-vault", "keepassxc-cli"):
            for word in call.args[-1:] if call.name == "ansible-vault" else []:
                yield WritePath(target=call.target(word), how="edit")
        else:
            deletes = re.search(r"delete|destroy|remove|\brm\b|revoke|clear|disable|purge", shown)
            yield ChangeInfrastructure(tool=call.name, verb="delete" if deletes else "secret-write", what=what)
    if reveals and re.match(rf"(?:{reveals})(?:\s|$)", shown):
        for word in call.args[1:] if call.name == "ansible-vault" else []:
            if not word.prefix.startswith("-"):
                yield ReadPath(target=call.target(word), shown=False)
        yield RevealSecret(what=" ".join(words[:3]), by=call.name)
        yield Output(unknown(f"output of {call.name} {' '.join(words[:2])}", SECRET))


_GLOBALS: Final = frozenset("--namespace -namespace -ns --address -address --account --vault --session".split())


def _after_globals(args: Sequence[Value]) -> Sequence[Value]:
    """The words behind global options that take their value as a word of its own."""
    at = 0
    while at + 1 < len(args) and args[at].text in _GLOBALS:
        at += 2
    return args[at:]


def _wrapped(call: Invocation) -> list[Value] | None:
    """The program after `run`/`exec`, usually behind `--`."""
    texts = [word.text for word in call.args]
    if not _RUNNERS & set(texts[:2]) and call.name != "envchain":
        return None
    if "--" in texts:
        rest = list(call.args[texts.index("--") + 1 :])
        return rest or None
    if "--command" in texts:
        return None
    if call.name in ("infisical", "bws") and "run" in texts:
        after = list(call.args[texts.index("run") + 1 :])
        return after if after and not after[0].prefix.startswith("-") else None
    return None
