"""Services operated through a command line: deletions, stops and deploys are told apart from looking."""

from __future__ import annotations

import pytest
from support.clouds import told

ROWS: list[tuple[str, list[str]]] = [
    ("nats stream ls", ["read"]),
    ("apachectl -S", []),
    ("apache2ctl graceful", ["ChangeService graceful"]),
    ("nats stream purge ORDERS", ["delete"]),
    ("nats stream rm ORDERS -f", ["delete"]),
    ("nats sub orders.*", []),
    ("nats pub orders.new hi", ["change"]),
    ("nats kv del CONFIG key", ["delete"]),
    ("deck diff", ["read"]),
    ("deck sync --select-tag team", ["deploy"]),
    ("deck gateway reset --force", ["destroy"]),
    ("deck validate", []),
    ("fastly service list", ["read"]),
    ("fastly backend delete --name origin", ["delete"]),
    ("fastly logging s3 delete --name logs", ["delete"]),
    ("fastly purge --all", ["delete"]),
    ("fastly compute build", []),
    ("fastly service version activate --version 5", ["deploy"]),
    ("apigeecli apis list", ["read"]),
    ("apigeecli apis delete --name api", ["delete"]),
    ("circleci config validate", []),
    ("circleci context delete org ctx", ["delete"]),
    ("circleci context remove-secret org ctx KEY", ["secret-write"]),
    ("flipt validate", []),
    ("flipt flag delete beta", ["delete"]),
    ("unleash features archive beta", ["delete"]),
    ("pd incident list", ["read"]),
    ("pd service delete P1", ["delete"]),
    ("splunk search error", ["read"]),
    ("splunk clean eventdata -index main", ["delete"]),
    ("gitlab-runner list", ["read"]),
    ("gitlab-runner unregister --all-runners", ["delete"]),
    ("gitlab-runner exec docker test", []),
    ("grafana-cli plugins ls", []),
    ("grafana-cli plugins uninstall panel", ["delete"]),
    ("jenkins-cli -s http://ci.local/ delete-job deploy", ["delete"]),
    ("jenkins-cli -s http://ci.local/ list-jobs", ["read"]),
    ("java -jar jenkins-cli.jar -s http://ci.local/ delete-node agent", ["delete"]),
    ("nginx -t", []),
    ("nginx -s stop", ["ChangeService stop"]),
    ("haproxy -c -f haproxy.cfg", []),
    ("haproxy -sf 12", ["ChangeService replace -sf"]),
    ("apachectl configtest", []),
    ("apachectl graceful", ["ChangeService graceful"]),
    ("dnscontrol preview", []),
    ("echo 'update delete a.example.com' | nsupdate", ["dns"]),
    ("nsupdate -V", []),
    ("dnscontrol push", ["dns"]),
    ("gitlab-ctl status", []),
    ("gitlab-ctl stop", ["ChangeService stop"]),
    ("gitlab-backup restore", ["delete"]),
    ("gitlab-rake gitlab:check", []),
    ("gitlab-rake gitlab:backup:restore", ["delete"]),
    ("basecamp projects", []),
    ("basecamp chat post hello --in 1", ["SendMessage chat post hello 1"]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_service_effects(command: str, expected: list[str]) -> None:
    """A service's command has these effects and no others."""
    assert expected == told(command)
