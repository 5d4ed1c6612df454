"""What a run says about who else was there."""

from __future__ import annotations

import pytest

from bench import isolation


def test_a_cut_run_fetches_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second beginning goes straight on."""
    monkeypatch.setenv(isolation.MARK, "cut")
    isolation.fetch_then_cut(lambda: pytest.fail("fetched again"))
    assert "none" == isolation.network()


def test_noise_is_shares_of_all_cores() -> None:
    """Shares stay between nothing and all, and the tail is not below the middle."""
    heard = isolation.Listening().heard()
    assert 0 <= heard.busy <= 1
    assert 0 <= heard.stolen <= 1
    assert heard.late_p50 <= heard.late_p99
