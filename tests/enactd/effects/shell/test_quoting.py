"""Text is quoted as bash quotes it, and means itself when bash reads it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.bash import outputs
from support.fuzz import examples

from enactd.effects.shell.quoting import escaped_for_shell, quoted_for_shell

# What bash shows differently from one locale to another is left out: control characters above ASCII, separators.
TEXTS = st.text(st.characters(min_codepoint=1, max_codepoint=0x24F, exclude_categories=("Cc", "Zs", "Cf")) | st.sampled_from("\n\t\r\x01\x1b\x7f '\"\\$`~#=[]{}*?!-"), max_size=8)  # fmt: skip


@settings(max_examples=examples(6), deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(texts=st.lists(TEXTS, min_size=60, max_size=60))
def test_bash_reads_it_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    """Both forms come back as the text that was quoted."""
    folder = Path(tmp_path_factory.mktemp("quoting"))
    for quote in (quoted_for_shell, escaped_for_shell):
        real = outputs([f"printf %s {quote(text)}" for text in texts], folder)
        assert texts == [output for output, _ in real]
    real = outputs([f"printf %q {quoted_for_shell(text)}" for text in texts], folder)
    assert [output for output, _ in real] == [escaped_for_shell(text) for text in texts]


@pytest.mark.parametrize(
    "text",
    ["", "a", "a b", "it's", "~", "~a", "a~", "#", "a#b", "$x", "a\nb", "\t", "\x01", "é", "{a,b}", "a=b", "-n", "!", "^", "a:b,c%d@e+f", "\\", "\\\n"],
)  # fmt: skip
def test_the_forms_are_those_of_bash(text: str, tmp_path: Path) -> None:
    """`${x@Q}` and `printf %q` print exactly this."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    setup = "x=" + quoted_for_shell(text)
    real = [output for output, _ in outputs(['printf %s "${x@Q}"', 'printf %q "$x"'], folder, setup)]
    assert real == [quoted_for_shell(text), escaped_for_shell(text)]
