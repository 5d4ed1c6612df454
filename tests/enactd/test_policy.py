"""What a policy module may use, and what its declaration keeps."""

from __future__ import annotations

from enactd import policy as language
from enactd.effects import model
from enactd.policy import Ask, Context, DeletePath, Deny, Example, Opinions, Session, bash, policy, tool
from enactd.risk import Risk

CONTEXT = Context(workspace="/home/u/proj", home="/home/u", cwd="/home/u/proj")


@policy(
    watches=DeletePath, severity="high", stage="stable", since="0.1", incidents=("FS-01",), denies=("rm -rf ~",),
    asks=(bash("rm x", given="dirty"),), allows=(tool("Read", file_path="a"),),
)  # fmt: skip
def check(delete: DeletePath, context: Context) -> Opinions:
    yield Ask("x")


def test_a_declaration_keeps_what_was_declared() -> None:
    """Strings become Bash examples; a single effect type becomes a tuple of one."""
    assert (DeletePath,) == check.watches
    assert (Example("Bash", {"command": "rm -rf ~"}),) == check.denies
    assert (Example("Bash", {"command": "rm x"}, ("dirty",)),) == check.asks
    assert (Example("Read", {"file_path": "a"}),) == check.allows
    assert () == check.misses
    assert not check.protects_gate
    assert not check.optional


def test_examples_read_well() -> None:
    """A catalogue prints commands as commands, other tools with their arguments, and the given state."""
    assert "rm x  [dirty]" == str(bash("rm x", given="dirty"))
    assert "rm x  [dirty, after `ls`]" == str(bash("rm x", given="dirty", after=("ls",)))
    assert "Read {'file_path': 'a'}" == str(tool("Read", file_path="a"))


def test_what_was_refused_is_known_in_any_spelling() -> None:
    """By the kind of effect and what it is about."""
    session = Session(refused=("DeletePath /a",))
    refused = Context(workspace="/w", home="/h", cwd="/w", session=session).refused
    assert refused(DeletePath(target=model.Target(word="../a", path="/a"), source="find .. -delete"))
    assert not refused(DeletePath(target=model.Target(word="b", path="/b")))
    assert not refused(model.ReadPath(target=model.Target(word="a", path="/a")))
    assert not refused(DeletePath(target=model.Target(word="$X")))
    assert not CONTEXT.refused(DeletePath(target=model.Target(word="a", path="/a")))


def test_policies_see_the_whole_vocabulary() -> None:
    """Every effect type and every word of the language can be imported from one module."""
    effects = {
        name for name, value in vars(model).items() if isinstance(value, type) and issubclass(value, model.Effect)
    }
    assert set() == effects - set(language.__all__)
    assert all(hasattr(language, name) for name in language.__all__)


def test_the_floor_is_a_question_on_another_machine() -> None:
    """What would be denied here asks where it happens elsewhere: a person may want it there."""
    here = DeletePath(target=model.Target(word="/"))
    there = DeletePath(target=model.Target(word="/"), place="ssh host")
    assert Deny("r", "i") == CONTEXT.floor(here, "r", "i")
    assert Ask("on ssh host: r", "i") == CONTEXT.floor(there, "r", "i")


def test_recoverable_is_what_git_a_build_or_nothing_gives_back() -> None:
    """Clean, temporary, built or missing is recoverable; modified, untracked, ignored and unknown is not."""
    yes = [
        model.Target(word="a", git="clean"), model.Target(word="a", area="temp"), model.Target(word="a", kind="missing"),
        model.Target(word="a", nature=("build-output",)), model.Target(word="a", nature=("git-dir", "git-lock")),
    ]  # fmt: skip
    no = [model.Target(word="a", git=state) for state in ("modified", "untracked", "ignored", "none", "unknown")]  # type: ignore[arg-type]
    assert [True] * 5 == [CONTEXT.recoverable(target) for target in yes]
    assert [False] * 5 == [CONTEXT.recoverable(target) for target in no]


def test_settings_fall_back_to_the_default() -> None:
    """A parameter is what the configuration says, else what the policy says."""
    context = Context(workspace="/w", home="/h", cwd="/w", settings={"least": 5})
    assert (5, 7) == (context.setting("least", 1), context.setting("most", 7))


def test_a_new_session_has_done_nothing() -> None:
    """No level, no taints, no names."""
    assert Session(Risk.SAFE, frozenset(), frozenset(), (), {}, frozenset()) == Session()
