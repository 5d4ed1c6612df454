"""Trackers of tasks on the command line: what is filed, moved or commented there, people read."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, program
from enactd.effects.programs.cloud_commands import Tool, effects_of

_OPTIONS: Final = (
    "-p --project P | -t --type T | -s --summary S | -b --body --description B | -P --parent P | -y --priority P | -l --label L"
    " | -a --assignee A | -c --config C | --key K | --title T | --team T | --state S | --board B | --card C | --list L | -q --jql Q"
    " | --json | --plain | --debug | --no-input | --web | -o --output F | --due-date D | --workspace W"
)
_READS: Final = "view list ls show search get open me sprint board epic tasks today inbox boards cards lists query export log history".split()
_NOTHING: Final = (
    "init login logout auth config completion version help refresh serverinfo sync setup upgrade whoami man".split()
)
_COMMON: Final = {
    "nothing": " | ".join(_NOTHING)
    + " | config set | config get | issue id | issue url | issue title | issue start | issue pr",
    "read": " | ".join(
        [
            *_READS,
            *(
                f"{group} {verb}"
                for group in (
                    "issue",
                    "sprint",
                    "epic",
                    "board",
                    "project",
                    "task",
                    "team",
                    "release",
                    "card",
                    "jira workitem",
                )
                for verb in ("view", "list", "show", "search", "query", "mine", "describe")
            ),
        ]
    ),
    "delete": "issue delete | delete | task delete | card delete | board delete | epic remove",
}
_TRACKER: Final = Tool(_COMMON, options=_OPTIONS, default="message")
_NAMES: Final = (
    "jira", "acli", "linear", "linearis", "trello", "todoist", "asana", "clickup", "clickup-cli", "short", "shortcut", "zcli", "monday",
    "youtrack", "taiga", "redmine", "ticktick",
)  # fmt: skip
_CHANGES: Final = frozenset({"change", "create", "deploy", "restart", "access", "scale", "import"})


@program(*_NAMES)
def tracker(call: Invocation) -> Effects:
    """Reading is free; whatever is written reaches people."""
    reading = _TRACKER.read(call)
    if not reading.dry:
        meaning = "message" if reading.meaning in _CHANGES else reading.meaning
        yield from effects_of(call, meaning, reading.what)
