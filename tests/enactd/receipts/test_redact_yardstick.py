"""detect-secrets as the yardstick: what its plugins find in a text is not in what is written of it."""

from __future__ import annotations

import re

import pytest
from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.plugins.base import RegexBasedDetector
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fuzz import examples

from enactd.receipts.redact import Redactor

WRAPPINGS = (
    "{}",
    "curl -H 'Authorization: Bearer {}' https://api.example.com/v1",
    "export SOMETHING={} && ./run",
    '{{"name": "{}"}}',
    'echo "{}" >> notes.txt',
)
OTHERWISE = {
    "IPPublicDetector": "an address is no secret, and an auditor needs it",
    "ArtifactoryDetector": "`AP` and eleven letters is also any constant's name; the newer forms are JWTs",
    "CloudantDetector": "values that are secret by the name before them: `test_redact.py`",
    "IbmCloudIamDetector": "the same",
    "IbmCosHmacDetector": "the same",
    "SoftlayerDetector": "the same",
    "NpmDetector": "the same: `_authToken=`",
}
"""Plugins that are no yardstick here, each with the reason."""
NAMED = re.compile(r"^aws|PRIVATE KEY|User-Key")
"""Patterns of the others that need what stands around them."""

ISSUED = {
    "JwtTokenDetector": r"eyJ[A-Za-z0-9_-]{10,60}\.[A-Za-z0-9_-]{10,60}\.[A-Za-z0-9_-]{10,43}",
    "SquareOAuthDetector": r"sq0csp-[0-9A-Za-z_-]{43}",
    "https://hooks": r"https://hooks\.slack\.com/services/T[A-Z0-9]{8}/B[A-Z0-9]{8}/[a-zA-Z0-9]{24}",
}
"""What is really issued, for patterns that also fit much that is not."""
SHORTEST = 24
"""Characters of the shortest whole match that is judged: the patterns also fit stubs such as `eyJ0.0`."""


def patterns() -> list[tuple[str, str]]:
    """Plugin and pattern, for all plugins that know a secret by its own form."""
    found = [kind for kind in get_mapping_from_secret_type_to_class().values() if issubclass(kind, RegexBasedDetector)]
    return [
        (kind.__name__, ISSUED.get(kind.__name__) or ISSUED.get(form.pattern[:13]) or form.pattern)
        for kind in found
        if kind.__name__ not in OTHERWISE
        for form in kind().denylist
        if not NAMED.search(form.pattern)
    ]


@pytest.mark.parametrize(("name", "pattern"), patterns())
def test_nothing_that_it_finds_is_left(name: str, pattern: str) -> None:
    """Alone, in a header, assigned, in JSON, quoted."""
    form = re.compile(pattern, re.ASCII)
    printable = st.characters(min_codepoint=33, max_codepoint=126)

    @settings(max_examples=examples(30))
    @given(st.from_regex(form, fullmatch=True, alphabet=printable), st.sampled_from(WRAPPINGS))
    def redacts(secret: str, wrapping: str) -> None:
        text = wrapping.format(secret)
        left = Redactor().text(text, 4096)
        for match in form.finditer(text):
            found = match[match.lastindex or 0]
            # Nobody issues a shorter one, and what is all digits is a port or a placeholder.
            if len(match[0]) >= SHORTEST and len(found) >= 8 and not found.isdecimal():
                assert found not in left

    redacts()


def test_the_yardstick_is_there() -> None:
    """Every plugin is measured or named above with its reason, so that a new one is noticed."""
    assert {name for name, _ in patterns()} >= {"AWSKeyDetector", "GitHubTokenDetector", "StripeDetector"}
    known = {kind.__name__ for kind in get_mapping_from_secret_type_to_class().values()}
    assert OTHERWISE.keys() <= known
