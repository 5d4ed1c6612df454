"""Payments, refunds and cancellations.

Why
    Money that moved and subscriptions that ended concern real customers.
Instead
    List what would change, and let a person act.
Blind spots
    Test accounts that are no test accounts.
"""

from enactd.policy import Ask, Context, MoveMoney, Opinions, policy, tool


@policy(
    watches=MoveMoney,
    severity="critical",
    stage="stable",
    since="0.1",
    incidents=("PI-14",),
    asks=(
        "stripe subscriptions cancel --status trialing --all",
        "stripe refunds create --charge ch_1",
        tool("mcp__stripe__create_refund", charge="ch_1"),
        "curl -X POST https://api.stripe.com/v1/refunds -d charge=ch_1",
    ),
    allows=(
        "stripe subscriptions list",
        "stripe --version",
        tool("mcp__stripe__list_customers"),
    ),
    misses=("./bin/billing settle --all",),
)
def check(money: MoveMoney, context: Context) -> Opinions:
    yield Ask(f"`{money.source}`: {money.verb}{', in bulk' if money.bulk else ''}")
