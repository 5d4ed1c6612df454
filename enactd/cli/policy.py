"""`enactctl policy`: what is decided by which file, and what each file says about itself."""

from __future__ import annotations

from typing import Any

import click

from enactd import bundle
from enactd.cli import policy_trials
from enactd.cli.output import as_json, line, say, table
from enactd.cli.places import layout_of, local_judge
from enactd.errors import UsageError
from enactd.evaluate import Policy
from enactd.parameters import declared

_EXAMPLES = ("denies", "asks", "allows", "misses")


@click.group()
def command() -> None:
    """Look at the policies in force, test them, compare them."""


for verb in (policy_trials.test, policy_trials.diff, policy_trials.stats):
    command.add_command(verb)


@command.command("list")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def list_(ctx: click.Context, /, *, machine: bool) -> None:
    """List all policies, with the layer each is from: shipped, user, machine. Optional ones are off by default.

    \b
    enactctl policy list
    """
    policies = _policies(ctx)
    if machine:
        say(as_json("policies", [_described(policy) for policy in policies]))
        return
    rows = [(p.id, p.declaration.severity, _stage(p), p.layer, p.title) for p in policies]
    say(table(("policy", "severity", "stage", "layer", "title"), rows, empty="There are no policies.", limit=90))


@command.command()
@click.argument("identity", metavar="ID")
@click.option("--json", "machine", is_flag=True, help="Answer in JSON.")
@click.pass_context
def explain(ctx: click.Context, /, *, identity: str, machine: bool) -> None:
    """Say what a policy stops, why, what to do instead, and what it cannot see.

    \b
    enactctl policy explain files.catastrophic-delete
    """
    found = find(_policies(ctx), identity)
    say(as_json("policy", _described(found)) if machine else _told(found))


def find(policies: list[Policy], identity: str) -> Policy:
    """The policy of that id. Raises `UsageError` naming those that come near."""
    for policy in policies:
        if policy.id == identity:
            return policy
    near = [policy.id for policy in policies if identity.lower() in policy.id]
    raise UsageError(
        f"there is no policy `{line(identity, 80)}`",
        fix=f"one of: {', '.join(near)}" if near else "enactctl policy list",
    )


def parameters(policy: Policy) -> list[tuple[str, str]]:
    """Names and defaults of the parameters that a policy has, its own and those of every policy."""
    found = declared(policy)
    if not policy.declaration.protects_gate:
        found.setdefault("enabled", str(not policy.declaration.optional))
    return list(found.items())


def _policies(ctx: click.Context) -> list[Policy]:
    """Those in force with their settings, and those that are switched off as they lie there."""
    in_force = local_judge(layout_of(ctx)).judge.policies.by_id
    return sorted({**bundle.of_machine(layout_of(ctx)).policies, **in_force}.values(), key=lambda policy: policy.id)


def _is_on(policy: Policy) -> bool:
    on = policy.settings.get("enabled", not policy.declaration.optional)
    return bool(on) or policy.declaration.protects_gate


def _stage(policy: Policy) -> str:
    return policy.declaration.stage if _is_on(policy) else "off"


def _described(policy: Policy) -> dict[str, Any]:
    declaration = policy.declaration
    return {
        "id": policy.id,
        "title": policy.title,
        "why": policy.why,
        "instead": policy.instead,
        "blind_spots": policy.blind_spots,
        "severity": declaration.severity,
        "stage": declaration.stage,
        "enabled": _is_on(policy),
        "since": declaration.since,
        "incidents": list(declaration.incidents),
        "watches": [effect.__name__ for effect in declaration.watches],
        "layer": policy.layer,
        "path": policy.path,
        "parameters": dict(parameters(policy)),
        "settings": dict(policy.settings),
        "examples": {kind: [str(example) for example in getattr(declaration, kind)] for kind in _EXAMPLES},
    }


def _told(policy: Policy) -> str:
    declaration = policy.declaration
    lines = [policy.title, ""]
    facts = (
        ("policy", policy.id),
        ("severity", f"{declaration.severity}, {_stage(policy)} since {declaration.since}"),
        ("watches", ", ".join(effect.__name__ for effect in declaration.watches)),
        ("from", f"{policy.layer}: {policy.path}"),
        ("incidents", ", ".join(declaration.incidents)),
    )
    lines += [f"{name:<10} {text}" for name, text in facts if text]
    sections = (("Why", policy.why), ("Instead", policy.instead), ("Blind spots", policy.blind_spots))
    for name, text in sections:
        lines += ["", name, f"  {text}"] if text else []
    for kind in _EXAMPLES:
        examples = getattr(declaration, kind)
        lines += ["", kind.capitalize(), *(f"  {line(str(example), 160)}" for example in examples)] if examples else []
    lines += ["", f'Parameters, in config.toml under [policies."{policy.id}"]']
    for name, default in parameters(policy):
        value = policy.settings.get(name)
        lines.append(f"  {name} = {line(default, 160)}" + (f"   # yours: {value}" if value is not None else ""))
    return "\n".join(lines)
