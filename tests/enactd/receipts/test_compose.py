"""Drafts hold what the gate knew, and nothing that an agent could smuggle in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fuzz import examples
from support.receipts import open_log, signer

from enactd.effects.model import DeletePath, Target, WritePath
from enactd.receipts import compose, verify
from enactd.receipts.compose import Composer, Judgement, Provenance, identifier
from enactd.receipts.log import RECORD_LIMIT
from enactd.receipts.record import Draft, Gains, Link, Outcome, Witnessed
from enactd.risk import Risk
from enactd.toolcall import ToolCall
from enactd.verdict import Decision, Finding, Verdict

SECRET = "hunter2hunter2"


def call(**fields: Any) -> ToolCall:
    given: dict[str, Any] = {"agent": "claude-code", "session": "s1", "tool": "Bash", "call_id": "c1", "cwd": "/w"}
    return ToolCall(**(given | {"input": {"command": "ls"}} | fields))


def judged(**fields: Any) -> Judgement:
    given: dict[str, Any] = {
        "verdict": Verdict(Decision.ALLOW),
        "risk": Risk.SAFE,
        "before": Risk.SAFE,
        "after": Risk.SAFE,
    }
    return Judgement(**(given | fields))


def composer() -> Composer:
    return Composer(signer(), engine="1.2.3", enforcement={"gate": "full"})


def decided(raw: bytes = b"{}", provenance: Provenance | None = None, /, **fields: Any) -> Draft:
    of_call = {name: fields.pop(name) for name in list(fields) if name in ToolCall.__struct_fields__}
    return composer().decision(call(**of_call), raw, judged(**fields), provenance or Provenance())


def test_a_decision() -> None:
    """Who, what, on what grounds, with what result."""
    finding = Finding("files.recursive-delete", "deny", "deletes your home", "name folders", 0, "critical")
    draft = decided(
        b'{"command":"rm -rf ~"}',
        Provenance(
            witnessed=Witnessed(uid=1000, pid=7, exe="/usr/bin/node"),
            claimed={"home": "/home/ada"},
            agent_version="2.1",
            workspace="/w",
            parent="claude-code/s0",
        ),
        input={"command": "rm -rf ~"},
        subagent="reviewer",
        verdict=Verdict(Decision.DENY, (finding,), ("files.recursive-delete", "git.force-push")),
        risk=Risk.IRREVERSIBLE,
        before=Risk.SENSITIVE,
        after=Risk.SENSITIVE,
        effects=(DeletePath(target=Target(word="~", path="/home/ada", area="home"), recursive=True),),
        facts={"stat /home/ada": "folder"},
        gained=Gains(hosts=("h",)),
        policy_set="d" * 64,
        duration=412,
    )
    shown = json.loads(msgspec.json.encode(draft))
    assert {
        "kind": "decision",
        "agent": "claude-code",
        "agent_version": "2.1",
        "session": "s1",
        "parent": "claude-code/s0",
        "subagent": "reviewer",
        "tool": "Bash",
        "call_id": "c1",
        "cwd": "/w",
        "workspace": "/w",
        "witnessed": {"uid": 1000, "pid": 7, "exe": "/usr/bin/node"},
        "claimed": {"home": "/home/ada"},
        "input": {
            "digest": signer().digest(b'{"command":"rm -rf ~"}'),
            "key": signer().key_id,
            "size": 22,
            "text": '{"command":"rm -rf ~"}',
        },
        "effects": [
            {"type": "DeletePath", "target": {"word": "~", "path": "/home/ada", "area": "home"}, "recursive": True}
        ],
        "facts": {"stat /home/ada": "folder"},
        "verdict": "deny",
        "findings": [
            {
                "policy": "files.recursive-delete",
                "decision": "deny",
                "reason": "deletes your home",
                "instead": "name folders",
                "effect": 0,
                "severity": "critical",
            }
        ],
        "evaluated": ["files.recursive-delete", "git.force-push"],
        "policy_set": "d" * 64,
        "engine": "1.2.3",
        "risk": "IRREVERSIBLE",
        "risk_before": "SENSITIVE",
        "risk_after": "SENSITIVE",
        "gained": {"hosts": ["h"]},
        "enforcement": {"gate": "full"},
        "duration": 412,
    } == shown


@pytest.mark.parametrize("decision", list(Decision))
def test_verdicts_by_name(decision: Decision) -> None:
    """The three answers, as people write them."""
    assert str(decision) == decided(verdict=Verdict(decision)).verdict


def secret_call() -> Draft:
    finding = Finding("p", "ask", f"password={SECRET} in `x`", f"not password={SECRET}")
    return decided(
        f'{{"command":"export PASSWORD={SECRET}"}}'.encode(),
        Provenance(
            witnessed=Witnessed(uid=1, pid=2, exe=f"/x/password={SECRET}", note=f"token={SECRET}"),
            claimed={"environment": {"API_KEY": SECRET}},
            workspace=f"/w/password={SECRET}",
        ),
        input={"command": f"export PASSWORD={SECRET}", "api_key": SECRET, "nested": [{"password": SECRET}]},
        tool=f"Bash password={SECRET}",
        cwd=f"/w/password={SECRET}",
        verdict=Verdict(Decision.ASK, (finding,)),
        effects=(WritePath(source=f"password={SECRET}", target=Target(word="x"), content=f"token: {SECRET}"),),
        facts={f"text password={SECRET}": f"password={SECRET}"},
    )


def test_no_secret_in_any_field() -> None:
    """Input, reasons, effects, facts, paths, claims: none holds the value, and each loss is counted."""
    draft = secret_call()
    assert SECRET not in msgspec.json.encode(draft).decode()
    counts = {redaction.kind: redaction.count for redaction in draft.redacted}
    assert {"assigned-secret", "named-secret"} == set(counts)
    assert counts["named-secret"] == 3


def test_redactions_are_in_order() -> None:
    """Kinds are sorted, so that equal calls give equal records."""
    kinds = [redaction.kind for redaction in secret_call().redacted]
    assert sorted(kinds) == kinds


def test_equal_inputs_have_equal_digests() -> None:
    """The digest is of the exact bytes and nothing else."""
    digests = [decided(raw, call_id=call_id).input for raw, call_id in ((b"a", "1"), (b"a", "2"), (b"a ", "3"))]
    assert digests[0] is not None
    assert digests[1] is not None
    assert digests[2] is not None
    assert digests[0].digest == digests[1].digest != digests[2].digest


@pytest.mark.parametrize("size", [10, 3000, 5000, 100_000, 1_000_000])
def test_input_text_is_bounded_json(size: int) -> None:
    """However long the input, the text is JSON of a few kilobytes, and says if it was cut."""
    draft = decided(b"x", input={"command": "echo " * (size // 5), "description": "d"})
    assert draft.input is not None
    assert len(draft.input.text) < 6000
    assert (size > 4096) is draft.input.cut
    assert "command" in json.loads(draft.input.text)


def test_a_huge_call_is_a_bounded_record(tmp_path: Path) -> None:
    """Everything at its largest stays far below what the log takes."""
    huge = "wörd " * 50_000
    finding = Finding(huge, "deny", huge, huge, 0, "low")
    draft = decided(
        huge.encode(),
        Provenance(
            witnessed=Witnessed(uid=1, pid=1, exe=huge, note=huge),
            claimed={huge: huge},
            agent_version=huge,
            workspace=huge,
            parent=huge,
        ),
        **dict.fromkeys(("agent", "session", "subagent", "tool", "call_id", "cwd"), huge),
        input={huge + str(number): [huge] * 99 for number in range(99)},
        verdict=Verdict(Decision.DENY, (finding,) * 20, (huge,) * 9),
        effects=(WritePath(target=Target(word=huge), content=huge),) * 5000,
        facts={huge + str(number): huge for number in range(3000)},
        policy_set=huge,
    )
    log = open_log(tmp_path)
    assert len(log.append_now(draft).line) < RECORD_LIMIT
    log.close()
    assert verify.verify(str(tmp_path), signer()).problem is None


def test_many_findings() -> None:
    """A bounded number of findings and policies is kept."""
    finding = Finding("p", "deny", "r")
    draft = decided(verdict=Verdict(Decision.DENY, (finding,) * 5000, ("p",) * 5000))
    assert (256, 256) == (len(draft.findings), len(draft.evaluated))


def test_a_foreign_decision_word_is_a_denial() -> None:
    """A finding whose answer is none of the three is kept as the strictest."""
    (note,) = decided(verdict=Verdict(Decision.DENY, (Finding("p", "perhaps", "r"),))).findings
    assert "deny" == note.decision


@settings(max_examples=examples(50), deadline=None)
@given(st.dictionaries(st.text(st.characters()), st.text(st.characters()) | st.floats() | st.integers()), st.binary())
def test_any_input_makes_a_record(given_input: dict[str, Any], raw: bytes) -> None:
    """Surrogates, floats, big integers: there is always a draft that can be written."""
    draft = decided(raw, input=given_input, facts=given_input, session="\ud800", cwd="\udc00/x")
    msgspec.json.encode(draft)


def test_a_refusal() -> None:
    """A message that is no call at all is a denial with its digest and what could be read of it."""
    raw = b'{"tool_input": {"password": "hunter2hunter2"' + b"\xff" * 10
    draft = composer().refusal("not JSON", raw, Provenance(workspace="/w"), agent="claude-code")
    assert ("decision", "malformed", "deny", "claude-code") == (draft.kind, draft.event, draft.verdict, draft.agent)
    assert draft.input is not None
    assert (signer().digest(raw), len(raw)) == (draft.input.digest, draft.input.size)
    assert SECRET not in draft.input.text
    assert "not JSON" == draft.findings[0].reason


def test_an_outcome() -> None:
    """Linked to its decision, with levels, and with its text redacted."""
    link = Link(relation="decision", seq=4, hash="a" * 64)
    outcome = Outcome(status="failed", exit_code=2, duration=10, text=f"password={SECRET}")
    draft = composer().outcome(
        call(), outcome, Provenance(), link, risk=Risk.COMMITMENT, before=Risk.SAFE, after=Risk.COMMITMENT
    )
    assert draft.outcome is not None
    assert ("failed", 2, 10) == (draft.outcome.status, draft.outcome.exit_code, draft.outcome.duration)
    assert SECRET not in draft.outcome.text
    assert (link,) == draft.links
    assert ("COMMITMENT", "SAFE", "COMMITMENT") == (draft.risk, draft.risk_before, draft.risk_after)
    assert () == composer().outcome(call(), outcome, Provenance(), None).links


def test_a_session_event() -> None:
    """With its parent and its levels."""
    draft = composer().session(
        "resume",
        "claude-code",
        "s2",
        Provenance(parent="claude-code/s1", workspace="/w"),
        before=Risk.COMMITMENT,
        after=Risk.COMMITMENT,
        source="resume",
        model="m",
    )
    assert ("session", "resume", "s2", "claude-code/s1") == (draft.kind, draft.event, draft.session, draft.parent)
    assert {"source": "resume", "model": "m"} == draft.detail
    assert "COMMITMENT" == draft.risk_after


def test_a_daemon_event() -> None:
    """With what is enforced, and its details redacted and bounded."""
    draft = composer().daemon("reload-failed", policy_set="d", reason=f"password={SECRET}", huge="x " * 99_999)
    assert ("daemon", "reload-failed", "d", "1.2.3") == (draft.kind, draft.event, draft.policy_set, draft.engine)
    assert {"gate": "full"} == draft.enforcement
    assert SECRET not in str(draft.detail)
    assert len(str(draft.detail)) < 2 * compose.DETAIL_LIMIT


def test_undelivered() -> None:
    """Points to the decision that found nobody."""
    link = Link(relation="decision", seq=4, hash="a" * 64)
    draft = composer().undelivered(link, "the connection was gone", agent="a", session="s", call_id="c")
    assert ("undelivered", (link,), {"reason": "the connection was gone"}) == (draft.kind, draft.links, draft.detail)


def test_enforcement_can_change() -> None:
    """What is enforced is what the daemon says at that moment."""
    made = composer()
    made.enforcement = {"gate": "partial (no pidfd)"}
    draft = made.decision(call(), b"", judged(), Provenance())
    assert {"gate": "partial (no pidfd)"} == draft.enforcement


@pytest.mark.parametrize(
    ("name", "expected"), [("", ""), ("s1", "s1"), ("a\ud800", "a�"), ("x" * 256, "x" * 256), ("é", "é")]
)
def test_identifiers(name: str, expected: str) -> None:
    """Names are kept as they are, as far as text allows."""
    assert expected == identifier(name)


def test_long_identifiers_stay_different() -> None:
    """A session may not become another one by a long name."""
    one, two = identifier("x" * 300 + "1"), identifier("x" * 300 + "2")
    assert one != two
    assert 256 == len(one) == len(two)
    assert one == identifier(one)
