"""Names of downloads."""

from __future__ import annotations

import pytest

from enactd.effects.transfer import in_folder, remote_name
from enactd.effects.values import known, unknown


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://x.y/a/b.tgz?v=1", "b.tgz"),
        ("https://x.y/a/", "index.html"),
        ("https://x.y", "index.html"),
        ("x.y/a.sh", "a.sh"),
        ("x.y", "index.html"),
    ],
)
def test_a_download_is_named_after_the_url(url: str, name: str) -> None:
    """The last segment of the path, `index.html` for none."""
    assert name == remote_name(known(url)).text


def test_an_unknown_url_gives_an_unknown_name_in_the_folder() -> None:
    """The folder is kept though the name is not known."""
    found = in_folder(known("/tmp/d"), remote_name(unknown("$URL")))
    assert (None, "/tmp/d/") == (found.text, found.prefix)
