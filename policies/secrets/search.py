"""Searches aimed at credentials.

Why
    Nobody who works on code greps for private keys; malware and stray agents do.
Instead
    Search for the code that uses the setting, by its name in the code.
Blind spots
    Patterns built at run time.
"""

from enactd.policy import Ask, Context, Opinions, SearchSecrets, policy, tool


@policy(
    watches=SearchSecrets,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("PI-02",),
    asks=(
        tool("Grep", pattern="aws_secret_access_key"),
        tool("Grep", pattern="BEGIN RSA PRIVATE KEY"),
        "grep -rn 'AKIA[0-9A-Z]' .",
        "rg 'ghp_[A-Za-z0-9]+'",
    ),
    allows=(tool("Grep", pattern="API_KEY", path="src"), "grep -rn password src/", "find . -name '*.py'"),
    misses=('grep -rn "$PATTERN" src',),
)
def check(search: SearchSecrets, context: Context) -> Opinions:
    yield Ask(f"`{search.pattern}` searches for secrets")
