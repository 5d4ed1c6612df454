"""A credential of one stage used on another: a staging token on production, a test profile on live data.

Why
    A token that was found while looking for another one deleted a production volume; it was never meant for that place.
Instead
    Use the credential that was given for this place, or ask for one.
Blind spots
    Credentials and places whose names say nothing about their stage.
"""

from enactd.policy import Ask, ChangeInfrastructure, Context, Opinions, Request, bash, policy, tool

PRODUCTION = ("prod", "production", "prd", "live")
TRYING = ("staging", "stage", "stg", "dev", "test", "testing", "qa", "sandbox", "preview", "uat")


@policy(
    watches=(Request, ChangeInfrastructure),
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("IN-09",),
    asks=(
        'curl -H "Authorization: Bearer $STAGING_TOKEN" https://api.production.example.com/v1/items',
        'curl -X POST -H "X-Api-Key: $PROD_API_KEY" https://staging.example.com/v1/items -d x=1',
        "AWS_PROFILE=staging aws s3 ls s3://acme-prod-backups",
        bash('curl -H "X-Api-Key: $DEV_API_KEY" https://shop.example.com/x', given="production hosts shop.example.com"),
        "python3 -c \"import os, requests; requests.get('https://prod.example.com/x', headers={'Authorization': os.environ['STAGING_TOKEN']})\"",
    ),
    allows=(
        'curl -H "Authorization: Bearer $STAGING_TOKEN" https://api.staging.example.com/v1/items',
        'curl -H "Authorization: Bearer $API_TOKEN" https://api.production.example.com/v1/items',
        "AWS_PROFILE=staging aws s3 ls s3://acme-staging-backups",
        "AWS_PROFILE=prod aws s3 ls s3://acme-prod",
        "AWS_PROFILE=prod aws s3 ls s3://acme-logs/test/",
        "kubectl --context prod get pods test-runner",
        "curl https://prod.example.com/health",
        tool("WebFetch", url="https://docs.example.com/production/staging", prompt="x"),
    ),
    misses=('curl -H "Authorization: Bearer $TOKEN_A" https://api.b.example.com/v1/items',),
)
def check(effect: Request | ChangeInfrastructure, context: Context) -> Opinions:
    if isinstance(effect, Request):
        keys, place = effect.credentials, effect.host or ""
    else:
        # A resource may be called anything (`kubectl --context prod get pods test-runner`); a bucket says where it is.
        keys, place = (effect.context,), effect.what.partition("://")[2].split("/")[0]
    for key in keys:
        mine, theirs = stage(key), "production" if effect.production else stage(place)
        if mine and theirs and mine != theirs:
            yield Ask(f"`{key}` is meant for {mine}, and `{place}` is {theirs}")


def stage(name: str) -> str:
    """What a name says: production, a place for trying things, or nothing."""
    plain = "".join(char if char.isalnum() else " " for char in name.lower())
    words = plain.split()
    if any(word in PRODUCTION for word in words):
        return "production"
    return "a place for trying things" if any(word in TRYING for word in words) else ""
