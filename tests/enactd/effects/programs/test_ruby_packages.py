"""gem and bundler."""

from __future__ import annotations

import pytest
from support.briefly import lines


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("gem install rails", ["InstallPackage manager=gem names=[rails]"]),
        ("gem install nokogirl", ["InstallPackage manager=gem names=[nokogirl] lookalike=nokogiri"]),
        ("gem install --user-install x", ["InstallPackage manager=gem names=[x] scope=user"]),
        ("gem install -s https://e.x y", ["InstallPackage manager=gem names=[y] origin=index"]),
        ("gem install -s https://e.x ./y.gem", ["InstallPackage manager=gem names=[./y.gem] origin=index"]),
        (
            "bundle config set --global mirror.https://rubygems.org http://e.x",
            ["InstallPackage manager=bundle names=[http://e.x] origin=index scope=user"],
        ),
        ("bundle config set path vendor/bundle", []),
        ("sudo gem install x", ["InstallPackage user=root manager=gem names=[x] scope=system"]),
        ("gem uninstall x", ["RemovePackage manager=gem names=[x]"]),
        ("gem push x.gem", ["PublishPackage manager=gem verb=publish what=x.gem"]),
        ("gem yank x -v 1", ["PublishPackage manager=gem verb=yank what=x"]),
        ("gem owner x -a a@b.c", ["PublishPackage manager=gem verb=owner what=x"]),
        ("gem owner x", []),
        ("gem list", []),
        ("gem build x.gemspec", []),
        ("bundle", ["InstallPackage manager=bundle origin=lockfile"]),
        ("bundle install --jobs 4", ["InstallPackage manager=bundle origin=lockfile"]),
        ("bundle add x --git https://g.h/a", ["InstallPackage manager=bundle names=[x,https://g.h/a] origin=git"]),
        ("bundle exec rm -rf build", ["DeletePath target=/home/u/proj/build recursive"]),
        ("bundle outdated", []),
        ('bundle exec "$A"', None),
    ],
)  # fmt: skip
def test_effects(command: str, expected: list[str] | None) -> None:
    """Installs, publishing, and what bundler runs."""
    found = lines(command)
    assert expected is None or expected == found
