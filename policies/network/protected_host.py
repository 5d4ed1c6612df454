"""Anything but reading on a host that the settings protect or call production.

Why
    A call to a live service is noticed by its users at once, whatever the address looks like from here.
Instead
    Call a copy, or write the call down and let a person send it.
Blind spots
    Tunnels and names that lead to the same service under another address.
"""

from enactd.policy import Ask, Context, Opinions, Request, SendData, bash, policy

HOST = "protects hosts billing.corp"
LIVE = "production hosts api.corp"
URL = "production urls http://localhost:9000/live"


@policy(
    watches=(Request, SendData),
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("IN-09",),
    asks=(
        bash("curl -X POST https://billing.corp/invoices -d @a.json", given=HOST),
        bash("curl -X DELETE https://v2.billing.corp/invoices/4", given=HOST),
        bash("curl -T a.json https://billing.corp/", given=HOST),
        bash("curl -X POST http://localhost:9000/live/users -d x=1", given=URL),
        bash("curl -X PATCH https://api.corp/users/4 -d x=1", given=LIVE),
    ),
    allows=(
        bash("curl https://billing.corp/invoices", given=HOST),
        bash("curl https://api.corp/users", given=LIVE),
        bash("curl -X POST http://localhost:9000/test/users -d x=1", given=URL),
        bash("curl -X POST http://localhost:8000/users -d x=1", given=HOST),
    ),
    misses=(bash("curl -X POST http://127.0.0.1:9000/live/users -d x=1", given=URL),),
)
def check(request: Request, context: Context) -> Opinions:
    protected = context.site.protected
    if isinstance(request, SendData):
        if protected.has_host(request.to) or context.site.production.has_host(request.to or ""):
            yield Ask(f"{request.by} would send data to `{request.to}`, which the settings protect")
        return
    word = "call production" if request.production else "protect"
    if not (request.production or protected.has_host(request.host)):
        return
    reads = request.method.upper() in ("GET", "HEAD", "OPTIONS") and request.changes in ("nothing", "unknown")
    if not (reads or request.changes == "nothing") or request.uploads:
        yield Ask(f"{request.method} to `{request.host}`, which the settings {word}")
