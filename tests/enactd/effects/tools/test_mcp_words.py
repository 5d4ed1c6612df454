"""The words of a tool's name, and what they say."""

from __future__ import annotations

import pytest

from enactd.effects.tools.mcp_words import kind_of, words_of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("list_issues", ["list", "issues"]), ("getConfluencePage", ["get", "confluence", "page"]), ("notion-search", ["notion", "search"]),
        ("API-post-search", ["api", "post", "search"]), ("kubectl_get", ["kubectl", "get"]), ("", []), ("--", []), ("run2", ["run2"]),
    ],
)  # fmt: skip
def test_words(name: str, expected: list[str]) -> None:
    """Snake, kebab and camel case are alike."""
    assert expected == words_of(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("get_file", "read"), ("list_deleted_items", "read"), ("search_and_delete", "destroy"), ("get_or_delete_all", "destroy"),
        ("delete_file", "destroy"), ("bulkRemove", "destroy"), ("create_issue", "change"), ("push_files", "change"),
        ("migrate_status", "read"), ("workers_list", "read"), ("update_status", "change"), ("set_info", "change"), ("delete_logs", "destroy"),
        ("API-post-search", "read"), ("post_comment", "change"), ("API-delete-a-block", "destroy"), ("API-retrieve-a-page", "read"),
        ("generate_typescript_types", "read"), ("frobnicate", "unknown"), ("", "unknown"), ("merge_accounts", "change"), ("whoami", "read"),
        ("reset_branch", "destroy"), ("purge_cache", "destroy"), ("archive_project", "destroy"), ("transition_issue", "change"),
    ],
)  # fmt: skip
def test_kind(name: str, expected: str) -> None:
    """The gravest verb counts; a leading reading verb or a noun that is looked at decides where nothing is destroyed."""
    assert expected == kind_of(words_of(name))
