"""Services, users, kernel settings, scheduled jobs and the power switch.

Why
    They outlive the session and belong to the machine, not to the task.
Instead
    Start what the task needs as a process of the session.
Blind spots
    Files that a service reads.
"""

from enactd.policy import Ask, ChangeService, Context, Opinions, PowerState, ScheduleJob, policy, tool


@policy(
    watches=(ChangeService, ScheduleJob, PowerState),
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("BY-01",),
    asks=(
        "sudo systemctl restart nginx",
        "crontab -r",
        "echo 'x' | at now",
        "shutdown -h now",
        "useradd eve",
        "sysctl -w a=1",
        tool("mcp__shell__execute_command", command="sudo systemctl stop nginx"),
        "python3 -c \"import os; os.system('shutdown -h now')\"",
        "systemctl --user enable --now x.service",
        "crontab jobs.txt",
        "ssh host 'sudo systemctl restart api'",
    ),
    allows=(
        "systemctl status nginx",
        "crontab -l",
        "journalctl -b",
        "uptime",
        "python3 -c \"import os; os.system('uptime')\"",
    ),
    misses=("./bin/service-installer",),
)
def check(effect: ChangeService | ScheduleJob | PowerState, context: Context) -> Opinions:
    if isinstance(effect, PowerState):
        yield Ask(f"`{effect.source}`: the machine would {effect.verb}")
    elif isinstance(effect, ScheduleJob):
        yield Ask(f"`{effect.source}` {'removes' if effect.removes else 'makes'} something that runs later by itself")
    else:
        yield Ask(f"`{effect.source}`: {effect.tool} {effect.verb} {effect.what}".rstrip())
