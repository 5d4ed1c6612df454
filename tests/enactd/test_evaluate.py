"""The evaluator is pure and total, and the strictest opinion wins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.naive_evaluator import decide
from support.fuzz import examples

from enactd.effects.model import AgentTool, DeletePath, Effect, Opaque, Target, UseGate
from enactd.evaluate import Policy, PolicySet, evaluate
from enactd.policy import Context, Declaration
from enactd.verdict import Allow, Ask, Decision, Deny

CONTEXT = Context(workspace="/w", home="/h", cwd="/w")
EFFECTS: list[Effect] = [
    DeletePath(target=Target(word="x")),
    AgentTool(tool="TodoWrite"),
    Opaque(reason="r"),
    UseGate(verb="status"),
]


def make(
    name: str, *script: Any, stage: str = "stable", watches: tuple[type[Effect], ...] = (Effect,), **options: Any
) -> Policy:
    """A policy that yields the items of its script; an exception in it is raised."""

    def check(effect: Effect, context: Context) -> Iterator[Any]:
        for item in script:
            if isinstance(item, Exception):
                raise item
            yield item

    declaration = Declaration(check, watches, "high", stage, "0.1", (), (), (), (), ())  # type: ignore[arg-type]
    return Policy(name, declaration, "Title", **options)


def verdict(*policies: Policy, effects: list[Effect] | None = None) -> Any:
    return evaluate(PolicySet(policies, "digest"), EFFECTS[:1] if effects is None else effects, CONTEXT)


def test_a_crash_is_a_denial_with_the_name() -> None:
    """A gate that skips a broken rule is open where the rule stood."""
    found = verdict(make("a.fine"), make("b.broken", ZeroDivisionError("secret text")))
    assert Decision.DENY is found.decision
    assert (
        "b.broken: the policy failed on DeletePath: ZeroDivisionError. Instead: mend or disable the policy."
        == found.reason
    )


def test_opinions_before_a_crash_are_kept() -> None:
    """What a policy said before it broke still counts and is still told."""
    found = verdict(make("a.x", Ask("first"), RuntimeError()))
    assert ["deny", "ask"] == [finding.decision for finding in found.findings]


@pytest.mark.parametrize("item", ["deny", None, 3, Deny, [Deny("x")]])
def test_what_is_no_opinion_is_a_denial(item: Any) -> None:
    """A policy that yields anything else is broken, not silent."""
    found = verdict(make("a.x", item))
    assert Decision.DENY is found.decision
    assert "TypeError" in found.reason


def test_a_check_that_returns_nothing_iterable_is_a_denial() -> None:
    """A function that forgot to yield is broken, not silent."""
    declaration = Declaration(lambda effect, context: None, (Effect,), "high", "stable", "0.1", (), (), (), (), ())  # type: ignore[arg-type, return-value]
    assert Decision.DENY is verdict(Policy("a.x", declaration, "Title")).decision


def test_recursion_in_a_policy_is_a_denial() -> None:
    """Even a policy that never ends by calling itself gives a verdict."""

    def check(effect: Effect, context: Context) -> Any:
        return check(effect, context)

    declaration = Declaration(check, (Effect,), "high", "stable", "0.1", (), (), (), (), ())
    assert "RecursionError" in verdict(Policy("a.x", declaration, "Title")).reason


def test_the_strictest_wins_and_all_are_kept() -> None:
    """An ask before a denial hides nothing, and no opinion is lost."""
    found = verdict(make("a.ask", Ask("q")), make("b.deny", Deny("no")), make("c.allow", Allow("ok")))
    assert Decision.DENY is found.decision
    assert [("b.deny", "deny"), ("a.ask", "ask"), ("c.allow", "allow")] == [
        (f.policy, f.decision) for f in found.findings
    ]


def test_a_trial_denial_asks() -> None:
    """A policy on trial never denies, not even by crashing."""
    assert Decision.ASK is verdict(make("a.x", Deny("no"), stage="trial")).decision
    assert Decision.ASK is verdict(make("a.x", ValueError(), stage="trial")).decision


def test_a_retired_policy_is_not_asked() -> None:
    """It is kept for old receipts and says nothing any more."""
    found = verdict(make("a.x", Deny("no"), stage="retired"))
    assert Decision.ALLOW is found.decision
    assert () == found.evaluated


def test_a_policy_sees_only_what_it_watches() -> None:
    """By exact type; `Effect` watches all."""
    only = make("a.gate", Deny("no"), watches=(UseGate,))
    assert Decision.ALLOW is verdict(only, effects=EFFECTS[:1]).decision
    assert Decision.DENY is verdict(only, effects=EFFECTS).decision


def test_settings_reach_their_own_policy_only() -> None:
    """A parameter of one policy is not another one's."""
    seen: dict[str, Any] = {}

    def spy(name: str) -> Policy:
        def check(effect: Effect, context: Context) -> Iterator[Any]:
            seen[name] = context.setting("n", 0)
            yield Allow("x")

        declaration = Declaration(check, (Effect,), "high", "stable", "0.1", (), (), (), (), ())
        return Policy(name, declaration, "T", settings={"n": 5} if name == "a" else {})

    verdict(spy("a"), spy("b"))
    assert {"a": 5, "b": 0} == seen


def test_the_policys_own_alternative_fills_the_gap() -> None:
    """A stop without an alternative takes the one of the docstring; an allow needs none."""
    found = verdict(make("a.x", Deny("no"), Allow("ok"), instead="do y"))
    assert ["do y", ""] == [finding.instead for finding in found.findings]


def test_findings_are_bounded_and_the_strictest_are_kept() -> None:
    """A thousand opinions do not make a receipt of a thousand lines, and no denial is crowded out."""
    found = verdict(make("a.ask", *[Ask("q")] * 1000), make("b.deny", Deny("no")))
    assert 64 == len(found.findings)
    assert "deny" == found.findings[0].decision


ITEMS = st.one_of(
    st.builds(Allow, st.just("a")), st.builds(Ask, st.just("q")), st.builds(Deny, st.just("d")),
    st.sampled_from([ValueError("x"), KeyError("y"), "text", None]),
)  # fmt: skip
POLICIES = st.lists(
    st.builds(
        lambda script, stage, watches: ("p", script, stage, watches),
        st.lists(ITEMS, max_size=4),
        st.sampled_from(["stable", "trial", "retired"]),
        st.sampled_from([(Effect,), (DeletePath,), (AgentTool, Opaque), (UseGate, Effect)]),
    ),
    max_size=6,
)


@settings(max_examples=examples(300), deadline=None)
@given(POLICIES, st.lists(st.sampled_from(EFFECTS), max_size=5))
def test_the_naive_evaluator_agrees(described: list[Any], effects: list[Effect]) -> None:
    """Two evaluators, written apart, decide alike on random policies and effects."""
    policies = [
        make(f"p.{number}", *script, stage=stage, watches=watches)
        for number, (_, script, stage, watches) in enumerate(described)
    ]
    assert decide(policies, effects, CONTEXT) == str(verdict(*policies, effects=effects).decision)


def test_a_policy_that_loops_is_a_denial_with_its_name(tmp_path: Any) -> None:
    """From the file to the verdict: an endless loop ends, is named, and stops the call."""
    from enactd.bundle import load

    text = '"""Loops."""\nfrom enactd.policy import *\n\n\n@policy(watches=Effect, severity="low", stage="stable", since="1")\ndef check(effect, context):\n    while True:\n        pass\n    yield\n'
    (tmp_path / "loops.py").write_text(text)
    found = evaluate(load([("user", str(tmp_path))]), EFFECTS[:1], CONTEXT)
    assert Decision.DENY is found.decision
    assert found.reason.startswith("loops: the policy failed on DeletePath: it took more than")


def test_opinions_without_end_are_a_denial() -> None:
    """A policy that yields for ever is bounded by the same steps."""

    def check(effect: Effect, context: Context) -> Any:
        while True:
            yield Ask("again")

    declaration = Declaration(check, (Effect,), "high", "stable", "0.1", (), (), (), (), ())
    found = verdict(Policy("a.x", declaration, "Title"))
    assert Decision.DENY is found.decision
    assert "steps" in found.reason


@pytest.mark.parametrize(
    ("level", "opinion", "expected", "would"),
    [
        ("observe", Deny("n"), "allow", "deny"),
        ("observe", Ask("n"), "allow", "ask"),
        ("observe", Allow("n"), "allow", ""),
        ("ask", Deny("n"), "ask", ""),
        ("deny", Ask("n"), "deny", ""),
        ("deny", Allow("n"), "allow", ""),
        ("", Deny("n"), "deny", ""),
    ],
)
def test_levels(level: str, opinion: Any, expected: str, would: str) -> None:
    """Observed policies decide and stop nothing; a level can make a question of a denial, and the other way round."""
    found = verdict(make("a.x", opinion).with_settings({"level": level}))
    assert (expected, expected, would) == (str(found.decision), found.findings[0].decision, found.findings[0].would)


def test_an_observed_crash_stops_nothing_and_is_kept() -> None:
    """The first week of a team does not end with a broken rule."""
    found = verdict(make("a.x", ValueError()).with_settings({}, observe=True))
    assert (Decision.ALLOW, "deny") == (found.decision, found.findings[0].would)
    assert found.observed == found.findings


@pytest.mark.parametrize("level", ["observe", "ask", "", "nonsense"])
def test_no_level_weakens_what_protects_the_gate(level: str) -> None:
    """Observe mode is never for the gate's self-protection."""
    plain = make("self.x", Deny("no"))
    protects = Policy("self.x", Declaration(**{**_fields(plain.declaration), "protects_gate": True}), "T")
    assert Decision.DENY is verdict(protects.with_settings({"level": level})).decision
    assert Decision.DENY is verdict(protects.with_settings({}, observe=True)).decision


def _fields(declaration: Declaration) -> dict[str, Any]:
    return {name: getattr(declaration, name) for name in declaration.__struct_fields__}


def test_a_set_knows_what_it_observes() -> None:
    """Status tells loudly; the set is where it looks."""
    watched = make("a.x", Deny("n")).with_settings({"level": "observe"})
    assert ("a.x",) == PolicySet([watched, make("b.x")], "d").observed


def test_parameters_cannot_be_changed_by_a_policy() -> None:
    """What one call is given, the next one is given, too."""
    given = make("a.x").with_settings({"names": ["a", ["b"]], "table": {"k": [1]}}).settings
    assert ("a", ("b",)) == given["names"]
    assert (1,) == given["table"]["k"]
    with pytest.raises(TypeError):
        given["names"] = ()  # type: ignore[index]
    with pytest.raises(TypeError):
        given["table"]["k"] = ()


def test_a_policy_that_watches_no_effect_is_asked_once_about_the_call() -> None:
    """Also where nothing would happen."""
    found = verdict(make("a.x", Ask("q"), watches=()), effects=[])
    assert (Decision.ASK, -1) == (found.decision, found.findings[0].effect)
    assert 1 == len(verdict(make("a.x", Ask("q"), watches=()), effects=EFFECTS).findings)
