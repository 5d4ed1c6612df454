"""Well-known kinds of MCP servers."""

from __future__ import annotations

from typing import Any

import pytest
from support.reading import call_effects

from enactd.effects.model import (
    ActInBrowser,
    AgentTool,
    ChangeForge,
    ChangeInfrastructure,
    ChangeStore,
    GitPush,
    MoveMoney,
    ReadPath,
    Request,
    RevealSecret,
    RunCode,
    SendMessage,
)
from enactd.effects.tools import mcp_services


def one(tool: str, **arguments: Any) -> Any:
    (effect,) = call_effects(tool, arguments)
    return effect


def test_git_tools_are_git_commands() -> None:
    """Flags, modes and lists of the tool are options and operands of git."""
    push = one("mcp__git__git_push", repo_path="/home/u/proj", remote="origin", branch="main", force=True)
    assert isinstance(push, GitPush)
    assert ("origin", "main", "plain") == (push.remote, push.branch, push.force)


def test_a_browser_click_counts_by_the_words_on_it() -> None:
    """The same tool is a click on a link, or a deletion."""
    assert isinstance(one("mcp__playwright__browser_click", element="Next page"), AgentTool)
    act = one("mcp__playwright__browser_click", element="Delete account")
    assert isinstance(act, ActInBrowser)
    assert "Delete account" == act.what


@pytest.mark.parametrize(("accept", "kind"), [(True, ActInBrowser), (False, AgentTool)])
def test_a_dialog_that_is_accepted_is_a_click(accept: bool, kind: type) -> None:
    """Dismissing one changes nothing."""
    assert kind is type(one("mcp__chrome__handle_dialog", accept=accept, message="Delete all?"))


def test_a_page_is_a_request() -> None:
    """Going to an address asks its host."""
    request = one("mcp__playwright__browser_navigate", url="https://example.com/x")
    assert isinstance(request, Request)
    assert ("GET", "example.com") == (request.method, request.host)


def test_messages_have_recipients() -> None:
    """One is a message, many are a mailing, a draft is neither."""
    single, many = one("mcp__gmail__send_email", to="a@b.c"), one("mcp__gmail__send_email", to=["a@b.c", "d@e.f"])
    assert isinstance(single, SendMessage)
    assert ("a@b.c", False, True) == (single.to, single.bulk, many.bulk)
    assert isinstance(one("mcp__gmail__draft_email", to="a@b.c"), AgentTool)


def test_money_moves_by_verbs_that_change() -> None:
    """Listing customers moves none."""
    assert isinstance(one("mcp__stripe__create_refund", charge="c"), MoveMoney)
    assert not isinstance(one("mcp__stripe__list_charges"), MoveMoney)


@pytest.mark.parametrize(
    ("tool", "verb", "what"),
    [
        ("create_pull_request", "create", "pr"), ("merge_pull_request", "merge", "pr"), ("add_issue_comment", "comment", "issue"),
        ("create_or_update_file", "push", "file"), ("push_files", "push", "file"), ("delete_repository", "delete", "repo"),
        ("create_release", "create", "release"), ("list_issues", "read", "issues"), ("merge_merge_request", "merge", "pr"),
    ],
)  # fmt: skip
def test_forges(tool: str, verb: str, what: str) -> None:
    """What happens to which thing there."""
    change = one(f"mcp__github__{tool}")
    assert isinstance(change, ChangeForge)
    assert (verb, what) == (change.verb, change.what)


@pytest.mark.parametrize(
    ("tool", "arguments", "verb", "everything"),
    [
        ("mcp__redis__get", {"key": "a"}, "read", False),
        ("mcp__redis__delete", {"key": "a"}, "delete", False),
        ("mcp__redis__flushdb", {}, "flush", True),
        ("mcp__mongodb__find", {"collection": "c"}, "read", False),
        ("mcp__mongodb__delete-many", {"collection": "c", "filter": {}}, "delete", True),
        ("mcp__mongodb__delete-many", {"collection": "c", "filter": {"a": 1}}, "delete", False),
        ("mcp__mongodb__update-many", {"collection": "c", "filter": {}}, "delete", True),
        ("mcp__mongodb__insert-many", {"collection": "c"}, "write", False),
        ("mcp__mongodb__drop-database", {"database": "d"}, "flush", True),
        ("mcp__elasticsearch__delete_index", {"index": "i"}, "delete", True),
    ],
)
def test_stores(tool: str, arguments: dict[str, Any], verb: str, everything: bool) -> None:
    """Keys and documents: read, written, deleted, or all gone."""
    change = one(tool, **arguments)
    assert isinstance(change, ChangeStore)
    assert (verb, everything) == (change.verb, change.everything)


@pytest.mark.parametrize(
    ("tool", "reveals"),
    [
        ("mcp__vault__read_secret", True), ("mcp__aws__get_secret_value", True), ("mcp__1password__get_item", True),
        ("mcp__vault__list_secrets", False), ("mcp__vault__health", False), ("mcp__x__get_token_price", False),
    ],
)  # fmt: skip
def test_secret_stores(tool: str, reveals: bool) -> None:
    """Names are free, values are not."""
    assert reveals is isinstance(one(tool), RevealSecret)


def test_builds_run_the_projects_own_code() -> None:
    """Nothing that was not there before."""
    run = one("mcp__xcodebuild__build_sim", scheme="App")
    assert isinstance(run, RunCode)
    assert "workspace" == run.origin


@pytest.mark.parametrize(
    ("tool", "verb"),
    [
        ("mcp__kubernetes__pods_list", "read"), ("mcp__kubernetes__pods_delete", "delete"), ("mcp__vercel__deploy", "change"),
        ("mcp__supabase__apply_migration", "apply"),
    ],
)  # fmt: skip
def test_clouds(tool: str, verb: str) -> None:
    """The verb of the name, on the platform of the server."""
    change = one(tool)
    assert isinstance(change, ChangeInfrastructure)
    assert verb == change.verb


def test_paths_of_remote_services_are_names_there() -> None:
    """A document called `users/1` is no file."""
    assert [True, True, False] == [mcp_services.is_remote(server) for server in ("firebase", "github", "filesystem")]
    assert mcp_services.is_forge("mcp__gitlab__push_files")


def test_a_browser_reads_files_of_this_machine() -> None:
    """A page with the scheme `file` is a file that is shown."""
    read = one("mcp__playwright__browser_navigate", url="file:///home/u/.ssh/id_rsa")
    assert isinstance(read, ReadPath)
    assert "/home/u/.ssh/id_rsa" == read.target.path


def test_words_tell_a_browser_what_to_do() -> None:
    """An instruction in words is the click that it asks for."""
    assert isinstance(one("mcp__browserbase__stagehand_act", action="click the Place order button"), ActInBrowser)
    assert isinstance(one("mcp__browserbase__stagehand_act", action="open the menu"), AgentTool)


@pytest.mark.parametrize("stage", [{"$out": "orders"}, {"$match": {"a": 1}}])
def test_a_pipeline_that_replaces_a_collection(stage: dict[str, Any]) -> None:
    """`$out` empties what it names, in a tool that else only reads."""
    change = one("mcp__mongodb__aggregate", database="shop", collection="posts", pipeline=[stage])
    assert ("flush" if "$out" in stage else "read") == change.verb
