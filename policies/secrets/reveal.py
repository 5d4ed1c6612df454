"""Commands whose purpose is to print secrets.

Why
    The output goes to the model and stays in the transcript.
Instead
    Use the secret where it is; print names, not values.
Blind spots
    Programs that print secrets as a side effect.
"""

from enactd.policy import Ask, Context, Opinions, RevealSecret, policy


@policy(
    watches=RevealSecret,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("BY-03",),
    asks=(
        "env",
        "export -p",
        "echo $AWS_SECRET_ACCESS_KEY",
        "gh auth token",
        "printenv GITHUB_TOKEN",
        "set",
        'python3 -c "import os; print(os.environ)"',
    ),
    allows=("echo $HOME", "env FOO=1 make", "export NODE_ENV=test && npm test", "echo $PATH"),
    misses=("npm run print-config",),
)
def check(reveal: RevealSecret, context: Context) -> Opinions:
    yield Ask(f"`{reveal.by}` prints {reveal.what}")
