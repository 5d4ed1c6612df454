"""The one adapter for files of the Enact SDK's function style: `POLICIES = [...]`, each context -> result.

Only from the user's own folder. Each function becomes a policy that is asked about the call as a whole, with the
payload keys that such files read: command, args, diff, content, path, sql, table, where. SQL is found by reading
the call, not by searching it, so a statement that comes by an MCP tool has the same keys. What passed was no
objection there, and is none here; `passed=False` is a denial, as it was.

Names of the SDK's own policies stand for the policies of this library that cover them. Connectors (`systems`)
are empty: a policy that looks something up belongs to the effects, or to the world's door.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any, Final

import msgspec

from enactd import vetting
from enactd.effects.model import RunSql
from enactd.evaluate import Policy
from enactd.policy import Context, Declaration
from enactd.verdict import Deny, Opinions

NAME: Final = "POLICIES"


class WorkflowContext(msgspec.Struct, frozen=True, kw_only=True):
    """What such a function is given."""

    workflow: str
    user_email: str
    payload: dict[str, Any]
    systems: dict[str, Any] = {}

    @property
    def actor_email(self) -> str:
        """The older name of `user_email`."""
        return self.user_email


class PolicyResult(msgspec.Struct, frozen=True):
    """What such a function returns."""

    policy: str
    passed: bool
    reason: str


class Covered(msgspec.Struct, frozen=True):
    """A policy of the SDK that a policy of this library stands for."""

    name: str
    by: str


class Parameter(msgspec.Struct, frozen=True):
    """A factory of the SDK; what it was given belongs into config.toml, where people look for it."""

    name: str
    instead: str

    def __call__(self, *_: Any, **__: Any) -> Any:
        raise ValueError(f"`{self.name}(...)` is a setting here: {self.instead}")


_COVERED: Final = {
    "code_freeze_active": "self.freeze", "block_ddl": "database.destructive-sql",
    "dont_delete_without_where": "database.destructive-sql", "dont_update_without_where": "database.destructive-sql",
    "block_drop_database": "database.destructive-sql", "dont_force_push": "git.force-push",
    "dont_push_to_main": "git.protected-push", "dont_merge_to_main": "git.forge", "dont_delete_branch": "git.delete-ref",
    "dont_commit_api_keys": "git.push-secrets", "dont_copy_api_keys": "secrets.write-file",
    "dont_read_env": "secrets.read-file", "dont_touch_ci_cd": "files.ci-definition",
    "dont_edit_gitignore": "files.gitignore", "dont_access_home_dir": "files.outside-delete",
    "block_terraform_destroy": "cloud.destroy", "block_drizzle_force_push": "database.framework-reset",
    "block_aws_s3_recursive_delete": "cloud.destroy", "block_aws_iam_delete_user": "cloud.access",
    "block_kubectl_namespace_delete": "cloud.destroy", "block_docker_prune_volumes": "cloud.containers",
    "block_git_reset_hard": "git.discard", "block_git_clean_force": "git.discard",
    "block_chmod_777_recursive": "files.permissions", "block_grep_secret_patterns": "secrets.search",
    "block_glob_credentials_dirs": "secrets.search",
}  # fmt: skip
_LISTS: Final = {"CODING_AGENT_POLICIES": "cloud.destroy", "FILE_ACCESS_POLICIES": "secrets.search"}
_PARAMETERS: Final = {
    "protect_tables": '[policies."database.protected-tables"] tables = [...]',
    "require_branch_prefix": '[policies."git.protected-push"] protected_branches = [...]',
    "max_files_per_commit": "see `enactctl policy list`",
    "restrict_paths": "a call that leaves the workspace is asked about anyway",
    "block_extensions": "see `enactctl policy explain secrets.write-file`",
    "within_maintenance_window": "[freeze], or a window in config.toml",
}
_MODULES: Final = ("git", "db", "time", "coding_agent", "file_access", "filesystem")
_IMPORTS: Final = frozenset(
    {
        "__future__",
        "enact",
        "enact.models",
        "enact.policies",
        "re",
        "typing",
        *(f"enact.policies.{m}" for m in _MODULES),
    }
)
_TYPES: Final = SimpleNamespace(WorkflowContext=WorkflowContext, PolicyResult=PolicyResult)
_LIBRARY: Final = SimpleNamespace(
    **{name: Covered(name, by) for name, by in _COVERED.items()},
    **{name: [Covered(name, by)] for name, by in _LISTS.items()},
    **{name: Parameter(name, instead) for name, instead in _PARAMETERS.items()},
)
# Chosen names and not the modules themselves: those lead on to everything that they import.
_RE: Final = SimpleNamespace(
    **{name: getattr(re, name) for name in "compile search match fullmatch findall finditer split sub escape".split()},
    **{name: getattr(re, name) for name in "A ASCII I IGNORECASE M MULTILINE S DOTALL X VERBOSE Pattern Match".split()},
)
_TYPING: Final = SimpleNamespace(Any=Any, Callable=Callable, Optional=Any, Union=Any, List=list, Dict=dict, Tuple=tuple)


def is_sdk_style(tree: ast.Module) -> bool:
    """Whether a file assigns `POLICIES` at its top."""
    return any(
        isinstance(target, ast.Name) and target.id == NAME
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    )


def policies(path: str, identity: str, layer: str, tree: ast.Module) -> tuple[Policy, ...]:
    """One policy for each function of the list. Raises `PolicyError` for anything that is none."""
    vetting.vet(path, tree, imports=_IMPORTS, forbidden=(ast.ClassDef,))
    library = {f"enact.policies.{name}": _LIBRARY for name in _MODULES}
    modules = {"enact": _TYPES, "enact.models": _TYPES, "enact.policies": _LIBRARY, "re": _RE, "typing": _TYPING}
    listed = vetting.run(path, identity, tree, {**modules, **library})[NAME]
    if not isinstance(listed, list | tuple):
        raise vetting.refused(path, f"`{NAME}` is a {type(listed).__name__}, not a list")
    found: dict[str, Policy] = {}
    for number, function in enumerate(listed, 1):
        if isinstance(function, Covered):
            continue
        if isinstance(function, Parameter) or not callable(function):
            raise vetting.refused(path, f"entry {number} of `{NAME}` is no function")
        name = str(getattr(function, "__name__", "policy")).strip("_<>") or "policy"
        made = f"{identity}.{name.replace('_', '-')}"
        made = f"{made}-{number}" if made in found else made
        found[made] = _policy(made, function, layer, path)
    return tuple(found.values())


def payloads(context: Context) -> Iterator[dict[str, Any]]:
    """What such a policy is shown of a call: the call itself, then each SQL statement in it."""
    base = _base(context.input)
    yield base
    for effect in context.effects:
        if isinstance(effect, RunSql):
            yield base | _sql(effect)


def _policy(identity: str, function: Callable[..., Any], layer: str, path: str) -> Policy:
    words = (getattr(function, "__doc__", "") or "").strip().partition("\n")[0]
    declared = Declaration(_check(function), (), "high", "stable", "0", (), (), (), (), ())
    return Policy(
        identity, declared, words or f"`{function.__name__}`, as written for the Enact SDK.", layer=layer, path=path
    )


def _check(function: Callable[..., Any]) -> Callable[[Any, Context], Opinions]:
    def check(_: Any, context: Context) -> Opinions:
        workflow = "shell.bash" if context.tool == "Bash" else f"tool.{context.tool.lower()}"
        said: set[str] = set()
        for payload in payloads(context):
            given = WorkflowContext(workflow=workflow, user_email=f"{context.agent}@local", payload=payload)
            result = function(given)
            if not isinstance(result, PolicyResult):
                raise TypeError(f"returned {type(result).__name__}, not a PolicyResult")
            if result.passed is not True and result.reason not in said:
                said.add(str(result.reason))
                yield Deny(str(result.reason))

    return check


def _base(given: Mapping[str, Any]) -> dict[str, Any]:
    """The keys by which such policies know a tool's input."""
    payload = {name: value for name, value in given.items() if isinstance(value, str)}
    command = payload.get("command", "")
    written = payload.get("content") or payload.get("new_string") or payload.get("new_source") or command
    path = payload.get("file_path") or payload.get("notebook_path") or payload.get("path") or ""
    found = {**payload, "content": written, "diff": written, "args": command.split()}
    return {**found, "path": path} if path else found


def _sql(effect: RunSql) -> dict[str, Any]:
    found: dict[str, Any] = {"sql": effect.text or effect.source, "action": effect.text or effect.source}
    if effect.tables:
        found["table"] = effect.tables[0].rpartition(".")[2]
    if effect.where == "some":
        found["where"] = {"clause": "some"}
    return found
