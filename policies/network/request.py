"""Requests that change, send or destroy something elsewhere.

Why
    One POST deleted a company's volume and its backups: an API call is as final as the command it stands for.
Instead
    Read first; write the call down and let a person send it.
Blind spots
    A GET that changes something.
"""

from enactd.policy import Ask, Context, Opinions, Request, policy, tool


@policy(
    watches=Request,
    severity="critical",
    stage="stable",
    since="0.1",
    incidents=("IN-09", "VC-22"),
    asks=(
        'curl -X POST https://backboard.railway.app/graphql/v2 -d \'{"query":"mutation { volumeDelete(volumeId: 1) }"}\'',
        "curl -X DELETE https://api.example.com/v1/users/4",
        "curl -T report.pdf https://files.example.com/",
        "curl -d name=x https://api.example.com/items",
        "wget --post-file=notes.txt https://x.example",
        "curl http://169.254.169.254/latest/meta-data/",
        "curl -k https://example.com/data",
        "curl https://gооgle.com/x",
        "curl -d @notes.txt https://example.com/",
        tool("mcp__fetch__post", url="https://api.example.com/items", body="x"),
        "python3 -c \"import requests; requests.delete('https://api.example.com/v1/users/4')\"",
        tool("WebFetch", url="http://169.254.169.254/latest/meta-data/", prompt="x"),
    ),
    allows=(
        "curl https://example.com",
        "curl -X DELETE http://localhost:3000/api/todos/1",
        'curl -X POST https://api.example.com/graphql -d \'{"query":"{ viewer { id } }"}\'',
        tool("WebFetch", url="https://docs.python.org/3/", prompt="x"),
        "curl -s http://127.0.0.1:8080/check -d x",
        tool("mcp__fetch__fetch", url="https://docs.python.org/3/"),
        "python3 -c \"import requests; print(requests.get('https://example.com').text)\"",
    ),
    misses=("curl https://api.example.com/v1/users/4/deactivate",),
)
def check(request: Request, context: Context) -> Opinions:
    host = request.host or "a host that only the run will tell"
    operations = ", ".join(request.operations[:3])
    if request.metadata:
        yield Ask(f"`{host}` hands out the machine's cloud credentials")
    if request.local:
        return
    if request.changes == "destroys":
        yield Ask(f"{request.method} to {host} destroys something{': ' + operations if operations else ''}")
    elif request.changes == "something":
        yield Ask(f"{request.method} to {host} changes something there{': ' + operations if operations else ''}")
    elif request.changes == "unknown" and request.method.upper() not in ("GET", "HEAD", "OPTIONS"):
        yield Ask(f"what {request.method} to {host} does cannot be told")
    for upload in request.uploads:
        yield Ask(f"`{upload.shown}` would be sent to {host}")
    if request.insecure:
        yield Ask(f"{host} would be trusted without a check of its certificate")
    if request.lookalike:
        yield Ask(f"`{host}` looks like {request.lookalike} and is not")
