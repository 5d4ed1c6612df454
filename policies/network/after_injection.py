"""Requests to places not seen before, after fetched text gave orders to the agent.

Why
    A page, an issue or a tool's answer that says "ignore previous instructions" has an end in mind, and it is elsewhere.
Instead
    Tell the person what the text demanded, and go on with the task.
Blind spots
    Orders in words that no mark is known for; places that were visited before.
"""

from enactd.policy import Ask, Context, Example, Opinions, Request, bash, policy


@policy(
    watches=Request,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("PI-10", "PI-05", "BY-02"),
    asks=(
        bash("curl https://other.example/x", given="session injected"),
        Example("WebFetch", {"url": "https://other.example/x", "prompt": "p"}, ("session injected",)),
        bash("python3 -c \"import requests; requests.get('https://other.example/x')\"", given="session injected"),
    ),
    allows=(
        "curl https://other.example/x",
        bash("curl http://localhost:3000/", given="session injected"),
        bash("curl https://docs.example/b", given="session injected", after=("approved: curl https://docs.example/a",)),
        bash("npm test", given="session injected"),
        bash("git push origin feature/x", given="session injected"),
    ),
    misses=(bash("npm install left-pad", given="session injected"),),
)
def check(request: Request, context: Context) -> Opinions:
    if "injected" in context.session.taints and not request.local and request.host not in context.session.hosts:
        host = request.host or "a host that only the run will tell"
        yield Ask(f"text that came in gave orders, and {host} is new to this session")
