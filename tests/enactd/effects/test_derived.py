"""Effects that follow from others."""

from __future__ import annotations

import pytest

from enactd.approvals.tokens import Tokens
from enactd.effects.areas import Places
from enactd.effects.derived import derived
from enactd.effects.model import (
    Area,
    DeletePath,
    Effect,
    MovePath,
    ReadPath,
    Request,
    SearchSecrets,
    SendData,
    SignalProcess,
    StoreSecret,
    TamperGate,
    Target,
    WritePath,
)

GATE = "/home/u/.config/enactd"
LINK = Tokens().issue("1-abc", "view", "owner", 2e9)
PLACES = Places(workspace="/home/u/proj", home="/home/u", gate=(GATE, "/run/user/1/enactd"), gate_pids=(4711,))
KEY = "ghp_" + "k3Yq9ZtR1vXw7LmN5bPdS2fHjU8aCeG4iOxT"
HERE = Target(word="a", path="/home/u/proj/a", area="workspace")


def one(effect: Effect) -> Effect | None:
    found = list(derived([effect], PLACES))
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(
    ("search", "aims"),
    [
        ("aws_secret_access_key", True),
        ("BEGIN RSA PRIVATE KEY", True),
        ("AKIA[A-Z0-9]{16}", True),
        ("TODO", False),
        ("password", False),
    ],
)
def test_a_search_for_credentials_is_one(search: str, aims: bool) -> None:
    """By names and shapes of real credentials, not by everyday words."""
    assert aims is isinstance(one(ReadPath(target=HERE, how="search", search=search, source="grep")), SearchSecrets)


@pytest.mark.parametrize(
    ("search", "area", "aims"),
    [
        ("password", "home", True),
        ("api[_-]?key", "root", True),
        ("TODO", "home", False),
        ("password", "workspace-root", False),
        ("password", "repository", False),
    ],
)
def test_everyday_words_find_secrets_in_a_whole_home(search: str, area: Area, aims: bool) -> None:
    """There dotenv and key files are among what is searched."""
    target = Target(word="~", path="/home/u", area=area)
    found = one(ReadPath(target=target, how="search", search=search, recursive=True, source="grep"))
    assert aims is isinstance(found, SearchSecrets)


def test_a_key_that_is_written_is_stored() -> None:
    """Its kind is told, never its value; one that was there before is not news."""
    stored = one(WritePath(target=HERE, content=f"token = '{KEY}'"))
    assert isinstance(stored, StoreSecret)
    assert ("file", HERE) == (stored.where, stored.target)
    assert stored.kinds
    assert KEY not in repr(stored)
    assert one(WritePath(target=HERE, content=f"t = '{KEY}'", removed=f"token = '{KEY}'")) is None
    assert one(WritePath(target=HERE, content="token = os.environ['T']")) is None
    assert one(WritePath(target=HERE)) is None


@pytest.mark.parametrize(
    ("effect", "tampers"),
    [
        (SignalProcess(scope="one", what="4711"), True),
        (SignalProcess(scope="one", what="4711", signal="0"), False),
        (SignalProcess(scope="one", what="4712"), False),
        (SignalProcess(scope="one", what="4711", place="ssh host"), False),
        (SendData(to="/run/user/1/enactd/enactd.sock", by="socat"), True),
        (Request(method="GET", host="localhost", source=f"curl --unix-socket {GATE}/enactd.sock"), True),
        (Request(method="GET", host="localhost", source="curl --unix-socket /run/docker.sock"), False),
        (Request(method="POST", host="127.0.0.1", url=f"http://127.0.0.1:7468/approve/{LINK}"), True),
        (Request(method="GET", host="gate.example.org", url=f"https://gate.example.org/enactd/approve/{LINK}"), True),
        (Request(method="GET", host="127.0.0.1", url="http://127.0.0.1:7468/approve/all"), False),
        (Request(method="GET", host="ci.example.org", url=f"https://ci.example.org/jobs/{LINK}"), False),
        (SendData(to="127.0.0.1:7468", by="nc", source=f"printf 'POST /approve/{LINK}' | nc 127.0.0.1 7468"), True),
        (DeletePath(target=Target(word="c", path="/home/u/.config", area="in-home"), recursive=True), True),
        (
            DeletePath(
                target=Target(word="c", path="/home/u/.config", area="in-home", everything_in=True), recursive=True
            ),
            True,
        ),
        (
            DeletePath(target=Target(word="c", path="/home/u/.config", area="in-home", pattern="en*"), recursive=True),
            True,
        ),
        (
            DeletePath(target=Target(word="c", path="/home/u/.config", area="in-home", pattern="fi*"), recursive=True),
            False,
        ),
        (DeletePath(target=Target(word="c", path="/home/u/.config/fish", area="in-home"), recursive=True), False),
        (DeletePath(target=Target(word="c", path="/home/u/.config", area="in-home"), only_empty=True), False),
        (
            DeletePath(target=Target(word="c", path="/home/u/.config", area="in-home"), recursive=True, place="ssh x"),
            False,
        ),
        (MovePath(target=Target(word="c", path="/home/u/.config", area="in-home"), to=HERE), True),
        (MovePath(target=HERE, to=Target(word="c", path="/home/u/.config", area="in-home")), False),
    ],
)
def test_what_reaches_the_gate_is_tampering(effect: Effect, tampers: bool) -> None:
    """By signal, by socket, by a person's link, or by taking away the folder around it."""
    assert tampers is isinstance(one(effect), TamperGate)
