"""gh, glab, tea and hub: what changes on a forge, and in whose repository."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.briefly import lines, lines_in
from support.repositories import make_repo

FORGE = "ChangeForge service=github"


@pytest.mark.parametrize(
    "command",
    [
        "gh pr view 12 --comments", "gh pr checks", "gh pr list", "gh pr diff 3", "gh pr checkout 5", "gh issue list -l bug",
        "gh release list", "gh release view v1", "gh run list", "gh run watch 5", "gh workflow list", "gh repo view o/r",
        "gh auth status", "gh --version", "gh pr create --help", "gh search repos x", "gh secret list", "gh browse",
        "gh pr create --dry-run", "gh pr create --web", "gh label list", "glab mr list", "glab ci view", "tea issues",
        "gh variable get X", "gh cache list", "gh pr status", "gh ruleset list", "gh status", "hub ci-status", "gh gist list",
    ],
)  # fmt: skip
def test_reading_has_no_effect(command: str) -> None:
    """Lists, views, checks and dry runs change nothing."""
    assert [] == lines(command)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("gh pr create --fill", [f"{FORGE} verb=create what=pr own"]),
        ("gh alias set --shell x 'gh repo delete'", ["SetEnvironment name=gh alias x value=gh repo delete"]),
        ("gh alias set co 'pr checkout'", []),
        ("gh pr create -t x -b y -R other/repo", [f"{FORGE} verb=create what=pr"]),
        ("gh -R o/r pr merge 12 --squash", [f"{FORGE} verb=merge what=pr"]),
        ("gh pr merge --auto", [f"{FORGE} verb=merge what=pr own"]),
        ("gh pr review 12 --approve", [f"{FORGE} verb=approve what=pr own"]),
        ("gh pr review 12 -c -b x", [f"{FORGE} verb=review what=pr own"]),
        ("gh pr comment 12 -b hi", [f"{FORGE} verb=comment what=pr own"]),
        ("gh pr ready 12", [f"{FORGE} verb=edit what=pr own"]),
        ("gh pr close 12", [f"{FORGE} verb=close what=pr own"]),
        ("gh issue create -t x -b y", [f"{FORGE} verb=create what=issue own"]),
        ("gh issue delete 3 --yes", [f"{FORGE} verb=delete what=issue own"]),
        ("gh issue transfer 3 o/r", [f"{FORGE} verb=settings what=issue own"]),
        ("gh repo delete org/app --yes", [f"{FORGE} verb=delete what=repo"]),
        ("gh repo edit --visibility public", [f"{FORGE} verb=settings what=repo own"]),
        ("gh repo archive", [f"{FORGE} verb=settings what=repo own"]),
        ("gh release create v1 --notes x", [f"{FORGE} verb=release what=release own"]),
        ("gh release delete v1 -y", [f"{FORGE} verb=delete what=release own"]),
        ("gh release delete-asset v1 a.zip -R org/public -y", [f"{FORGE} verb=delete what=asset"]),
        ("gh workflow run ci.yml", [f"{FORGE} verb=run what=workflow own"]),
        ("gh workflow disable ci.yml", [f"{FORGE} verb=settings what=workflow own"]),
        ("gh run cancel 5", [f"{FORGE} verb=cancel what=run own"]),
        ("gh run rerun 5 --failed", [f"{FORGE} verb=run what=run own"]),
        ("gh secret set TOKEN -b x", [f"{FORGE} verb=secret what=secret own"]),
        ("gh secret delete TOKEN", [f"{FORGE} verb=delete what=secret own"]),
        ("gh variable set A -b y", [f"{FORGE} verb=settings what=variable own"]),
        ("gh label delete bug", [f"{FORGE} verb=delete what=label own"]),
        ("gh cache delete --all", [f"{FORGE} verb=delete what=cache own"]),
        ("gh ssh-key add key.pub", [f"{FORGE} verb=create what=key own"]),
        ("gh codespace delete -c x", [f"{FORGE} verb=delete what=codespace own"]),
        ("gh codespace ssh -c x", ["OpenShell by=gh codespace ssh to=codespace"]),
        ("gh auth token", ["RevealSecret what=the github token by=gh auth token"]),
        ("gh auth status --show-token", ["RevealSecret what=the github token by=gh auth status"]),
        ("gh extension install a/b", ["InstallPackage manager=gh extension names=[a/b] origin=git scope=user"]),
        ("gh alias set x '!rm y'", ["SetEnvironment name=gh alias x value=!rm y"]),
        ("glab mr merge 3", ["ChangeForge service=gitlab verb=merge what=pr own"]),
        ("glab mr create --fill", ["ChangeForge service=gitlab verb=create what=pr own"]),
        ("glab mr note 3 -m x", ["ChangeForge service=gitlab verb=comment what=pr own"]),
        ("glab ci run", ["ChangeForge service=gitlab verb=run what=run own"]),
        ("glab variable get X", ["RevealSecret what=the value of a CI variable by=glab variable get"]),
        ("tea pr merge 4", ["ChangeForge service=gitea verb=merge what=pr own"]),
        ("hub pull-request -m x", [f"{FORGE} verb=create what=pr own"]),
        ("hub push -f", ["GitPush remote=origin branch=None force=plain"]),
        ("gh pr close 12 --delete-branch", [f"{FORGE} verb=close what=pr own", f"{FORGE} verb=delete what=branch own"]),
    ],
)  # fmt: skip
def test_changes(command: str, expected: list[str]) -> None:
    """Each group and verb in the common vocabulary."""
    assert expected == lines(command)


def test_files_and_secrets_that_go_along() -> None:
    """What is uploaded is read; a secret among it is a request that carries it."""
    assert ["ReadPath target=/home/u/proj/notes.md shown=False", f"{FORGE} verb=create what=gist own"] == lines(
        "gh gist create notes.md"
    )
    assert any("carries=[file,secret]" in line for line in lines("gh gist create .env"))
    assert any("carries=[file,secret]" in line for line in lines('gh pr comment 1 --body "$(cat .env)"'))
    assert not any(line.startswith("Request") for line in lines('gh pr comment 1 --body "looks good"'))


def test_own_repository_is_told_by_remotes(tmp_path: Path) -> None:
    """A named repository is compared with the workspace's remotes in every spelling."""
    repo = make_repo(tmp_path)
    repo.git("remote", "add", "origin", "git@github.com:Acme/App.git")

    def own(command: str) -> str:
        (line,) = lines_in(str(repo.top), str(repo.home), command)
        return line.partition("what=pr")[2].strip()

    assert "own" == own("gh pr create -f")
    assert "own" == own("gh pr comment 3 -R acme/app -b x")
    assert "own" == own("gh pr comment https://github.com/acme/app/pull/3 -b x")
    assert "own=False" == own("gh pr comment 3 -R other/app -b x")
    assert "own=False" == own("gh pr comment https://github.com/other/app/pull/3 -b x")
    assert "own=False" == own("GH_REPO=other/app gh pr comment 3 -b x")
    assert "" == own('gh pr comment 3 -R "$REPO" -b x')
    other = make_repo(tmp_path / "else")
    assert "own=False" == own(f"cd {other.top} && gh pr comment 3 -b x")


def test_total() -> None:
    """Unknown words never raise."""
    for tool in ("gh", "glab", "tea", "hub"):
        for words in (
            '"$A"',
            'pr "$A"',
            'api "$A" -X "$B"',
            'pr create -b "$A"',
            'api graphql -f query="$Q"',
            "api -X DELETE",
        ):
            lines(f"{tool} {words}")
