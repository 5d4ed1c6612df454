"""The gate itself: its files, keys, processes and hooks.

Why
    A gate that can be switched off by what it guards guards nothing.
Instead
    Ask the person to change the gate.
Blind spots
    Opaque code of the same user; see SECURITY.md.
"""

from enactd.policy import (
    ChangeMode,
    Context,
    CopyPath,
    DeletePath,
    Deny,
    LinkPath,
    MovePath,
    Opinions,
    ReadPath,
    TamperGate,
    UseGate,
    WritePath,
    policy,
    tool,
)

KEYS = ("/keys/", "/keys")
ABOVE_KEYS = ("/state", "/state/enactd")
APPROVALS = (
    "autoapprove",
    "auto_approve",
    "yolo",
    "bypasspermissions",
    "dangerouslyskip",
    "disableallhooks",
    "alwaysallow",
)


@policy(
    watches=(TamperGate, UseGate, WritePath, DeletePath, MovePath, CopyPath, LinkPath, ChangeMode, ReadPath),
    severity="critical",
    stage="stable",
    since="0.1",
    incidents=("BY-10", "BY-11"),
    protects_gate=True,
    denies=(
        "enactctl uninstall",
        "enactctl approve 1042",
        "enactctl deny 1042 --because x",
        "enactctl pending 1042 --link",
        "enactctl watch",
        "enactctl grant add --session s --reason x",
        "enactctl grant revoke 4f2a",
        "enactctl pause --minutes 10 --reason x",
        "yes y | enactctl watch",
        "script -qc 'enactctl approve 1042' /dev/null",
        "enactd stop",
        "pkill enactd",
        tool("Write", file_path=".claude/settings.json", content="{}"),
        "rm -rf .claude",
        "echo '{}' > ~/.claude/settings.json",
        "cat /gate/state/keys/hmac.key",
        "rm -rf /gate/state",
        "tar czf - /gate/state",
        "grep -r . /gate/state",
        "openssl pkey -in /gate/state/keys/checkpoint.key",
        "enactctl keys rotate --yes",
        "enactctl pin set",
        "enactctl totp enroll",
        "enactctl approvals test",
        "cat /gate/state/keys/pin.hash",
        "enactctl keys verify-key export /tmp/mac.key",
        "cat ~/.local/state/enactd/keys/mac.key",
        "cat /var/lib/enactd/1000/keys/mac.key",
        "sudo rm -rf /etc/systemd/system/enactd@.service",
        "sudo cp x /usr/local/lib/enactd/enact-hook",
        "systemctl stop enactd-scout@1000.socket",
        "pkill -f enactd.scout",
        "echo x > ~/.config/enactd/config.toml",
        "cp /bin/true ~/.local/share/enactd/bin/enact-hook",
        "echo 'enabled = false' >> .enact/config.toml",
        "socat - UNIX-CONNECT:/run/user/1000/enactd/enactd.sock",
        "python -m enactd.cli freeze off",
        tool("Edit", file_path=".vscode/settings.json", old_string="{", new_string='{"chat.tools.autoApprove": true,'),
        tool("Read", file_path="/gate/state/keys/hmac.key"),
        tool("mcp__filesystem__write_file", path=".claude/settings.json", content="{}"),
        "python3 -c \"open('.claude/settings.json', 'w').write('{}')\"",
    ),
    allows=(
        "enactctl status",
        "enactctl pending --json",
        "enactctl grant list",
        "enactctl sessions show 7f3a",
        "enactctl keys show",
        "enactctl receipts prove 12",
        "enactctl check -- ls",
        tool("Read", file_path=".claude/settings.json"),
        "cat .claude/settings.json .enact/config.toml",
        "ls ~/.config/enactd",
        tool("Write", file_path="docs/enactd.md", content="enactctl uninstall"),
        tool("Edit", file_path="docs/gate.md", old_string="a", new_string="enactctl uninstall"),
        tool("mcp__filesystem__read_file", path=".claude/settings.json"),
        "python3 -c \"print(open('.claude/settings.json').read())\"",
    ),
    misses=("./bin/agent-settings --reset",),
)
def check(effect: object, context: Context) -> Opinions:
    if isinstance(effect, TamperGate):
        yield Deny(effect.how, "ask the person to change the gate")
    elif isinstance(effect, UseGate):
        if not effect.harmless:
            yield Deny(f"`{effect.source}` is for a person", "ask the person to change the gate")
    elif isinstance(effect, ReadPath):
        path = effect.target.path or ""
        whole = effect.recursive and effect.how != "list" and path.endswith(ABOVE_KEYS)
        if effect.target.area == "gate" and (whole or any(k in path for k in KEYS)) and effect.how != "exists":
            yield Deny(f"`{effect.target.shown}` holds the gate's keys", "leave the gate's keys alone")
    else:
        if isinstance(effect, WritePath) and "editor-settings" in effect.target.nature:
            words = [word for word in APPROVALS if word in (effect.content or "").lower()]
            if words:
                yield Deny(
                    f"`{effect.target.shown}` would switch approvals off: {words[0]}", "ask the person to change it"
                )
        for target in (effect.target, getattr(effect, "to", None)):
            if target is not None and target.area in ("gate", "agent-settings") and not effect.place:
                if isinstance(effect, CopyPath) and target is effect.target and target.area != "gate":
                    continue
                yield Deny(
                    f"`{target.shown}` belongs to the gate or wires its hooks", "ask the person to change the gate"
                )
