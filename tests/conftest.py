"""What every test run tells at its end: figures that tests recorded, and what was not tested for want of ground."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from support.fuzz import FUZZ, examples

# A crowded machine is no failure: what is slow is bounded by the time-out of each test.
# A change is judged by the same inputs each time; `ENACT_FUZZ=20` tries twenty times as many, never the same twice.
settings.register_profile(
    "gate",
    deadline=None,
    derandomize=not FUZZ,
    max_examples=examples(100),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("gate")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print recorded figures, and skipped tests with their reasons: nothing is left out in silence."""
    figures = [
        str(value)
        for kind in ("passed", "failed")
        for report in terminalreporter.stats.get(kind, [])
        for name, value in getattr(report, "user_properties", [])
        if name == "figures"
    ]
    if figures:
        terminalreporter.section("figures")
        for text in sorted(figures):
            terminalreporter.line(text)
    skipped = {
        report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else str(report.longrepr)
        for report in terminalreporter.stats.get("skipped", [])
    }
    if skipped:
        terminalreporter.section("NOT TESTED", yellow=True)
        for reason in sorted(skipped):
            terminalreporter.line(reason)
