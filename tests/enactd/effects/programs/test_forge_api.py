"""`gh api`: REST paths and GraphQL mutations as changes."""

from __future__ import annotations

import pytest
from support.briefly import lines


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("repos/o/r --method DELETE", "verb=delete what=repo"),
        ("-X DELETE /repos/o/r/git/refs/heads/x", "verb=delete what=branch"),
        ("-X PATCH repos/o/r -f private=false", "verb=settings what=repo"),
        ("-X PATCH repos/o/r/pulls/1 -f state=closed", "verb=close what=pr"),
        ("-X PATCH repos/o/r/pulls/1 -f title=x", "verb=edit what=pr"),
        ("repos/o/r/issues/1/comments -f body=hi", "verb=comment what=issue"),
        ("repos/o/r/issues/1/labels -f 'labels[]=bug'", "verb=label what=issue"),
        ("repos/o/r/pulls -f title=x -f head=a -f base=b", "verb=create what=pr"),
        ("-X PUT repos/o/r/pulls/5/merge", "verb=merge what=pr"),
        ("-X PUT repos/o/r/actions/secrets/X -f encrypted_value=y", "verb=secret what=secret"),
        ("-X PUT repos/o/r/contents/a.txt -f message=x -f content=y", "verb=edit what=file"),
        ("-X PUT repos/o/r/branches/main/protection --input p.json", "verb=settings what=branch"),
        ("-X POST repos/o/r/actions/workflows/ci.yml/dispatches -f ref=main", "verb=run what=workflow"),
        ("-X DELETE orgs/o/members/x", "verb=delete what=org"),
        ("-X \"$M\" repos/o/r/issues/1", "verb=change what=issue"),
        ("graphql -f query='mutation { addComment(input:{}) {x} }'", "verb=comment what=pr"),
        ("graphql -f query='mutation { deleteRepository(input:{}) {x} }'", "verb=delete what=repo"),
        ("graphql -f query='mutation { mergePullRequest(input:{}) {x} }'", "verb=merge what=pr"),
        ("graphql -f query='mutation { resolveReviewThread(input:{}) {x} }'", "verb=review what=pr"),
        ("graphql -f query=\"$Q\"", "verb=change what=graphql"),
    ],
)  # fmt: skip
def test_writing(words: str, expected: str) -> None:
    """Method, path and operation tell what changes."""
    found = [line for line in lines(f"gh api {words}") if not line.startswith("ReadPath")]
    assert [f"ChangeForge service=github {expected}"] == found


def test_reading() -> None:
    """GET is a request; a query changes nothing."""
    (line,) = lines("gh api repos/o/r/pulls/12/files --paginate -q '.[].filename'")
    assert line.startswith("Request method=GET host=api.github.com")
    assert [] == lines("gh api graphql -f query='query { viewer { login } }'")
    assert [] == lines("gh api --help")


def test_secret_files_in_fields() -> None:
    """A field filled from a secret file carries it away."""
    assert any("secret" in line for line in lines("gh api repos/o/r/issues -f title=x -F body=@.env"))
