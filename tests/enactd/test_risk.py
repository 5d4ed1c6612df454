"""The four levels, ordered."""

from enactd.risk import Risk


def test_levels_are_ordered() -> None:
    """SAFE < SENSITIVE < COMMITMENT < IRREVERSIBLE, and each prints as its name."""
    assert ["SAFE", "SENSITIVE", "COMMITMENT", "IRREVERSIBLE"] == [str(level) for level in sorted(Risk)]
