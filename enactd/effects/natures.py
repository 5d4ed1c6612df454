"""What a path is by its name and place alone: build output, git internals, CI, start-up files, databases ...

No file is looked at. Names inside the workspace are judged below it, so that a workspace that is itself
called `build` is not build output.
"""

from __future__ import annotations

import re
from typing import Final

from enactd.effects.secrets import secret_file
from enactd.memo import memo

# Folders that only tools make.
_BUILT: Final = frozenset(
    "node_modules bower_components jspm_packages .next .nuxt .output .turbo .parcel-cache .cache htmlcov __pycache__"
    " .pytest_cache .mypy_cache .ruff_cache .hypothesis .tox .nox .venv venv .virtualenv virtualenv .gradle"
    " .terraform"
    " .terragrunt-cache cmakefiles deriveddata storybook-static _build elm-stuff .dart_tool .svelte-kit .angular"
    " .expo"
    " .vite .vitest .webpack .eggs .nyc_output .rollup.cache .docusaurus .astro .serverless .aws-sam cdk.out"
    " .sass-cache"
    " .jekyll-cache .ipynb_checkpoints __pypackages__ .pnpm-store .yarn-cache .metro-cache .stack-work dist-newstyle"
    " .bundle-cache .phpunit.cache .scannerwork .zig-cache zig-cache zig-out .ccls-cache .clangd .bsp .bloop .metals"
    " .swiftpm .build .vercel .netlify .wrangler .parcel .fusebox .import-cache .pytype .pyre .pdm-build"
    " cypress-cache"
    " test-results playwright-report _cacache .temp .tmp _site .hugo_build.lock dist-ssr coverage-report"
    " .rspack-cache"
    " .cxx .externalnativebuild blib .stylelintcache .swc .nx-cache .libs .deps wheelhouse tmp_check .benchmarks"
    " lib-cov .tap .tshy .tshy-build ebin"
    " .wireit .turbopack out-tsc .scons_cache .mypyc_cache .asv .playwright .nyc-output".split()
)
# Folders whose names say it by their form: `.venv-docs`, `autom4te.cache`, `.foo-cache`, `dist-types`.
_BUILT_FORM: Final = re.compile(
    r"\.(?:\w+-)?v(?:irtual)?env(?:[-.]?\d[\d.]*|-\w+)?|v(?:irtual)?env[-.]?\d[\d.]*|autom4te[^/]*\.cache|\.[\w-]*cache"
    r"|dist-(?:types|node|web|esm|cjs|build)"
)
# Names that people use, too: not where a source folder stands above them.
_OFTEN_BUILT: Final = frozenset("dist build out target coverage obj".split())
_PAIRS: Final = frozenset(
    "vendor/bundle tmp/cache bin/debug bin/release .nx/cache .yarn/cache .yarn/unplugged library/caches"
    " .cargo/registry .cargo/git pkg/mod .m2/repository .gradle/caches docs/build doc/build docs/dist docs/public"
    " .npm/_npx .npm/_logs .deno/deps".split()
)
_BUILT_FILE: Final = re.compile(
    r".*\.(?:pyc|pyo|o|obj|lo|la|class|tsbuildinfo|gcda|gcno|profraw|elc|hi|beam|pdb|ilk|a|so(?:\.\d+)*|dylib"
    r"|coverprofile|un~|gcov|profdata|prof|orig|rej|tmp|sw[nop]|ilg|toc|fdb_latexmk|synctex\.gz)"
    r"|.*~|\.#.*|\.coverage\*"
    r"|\.ds_store|thumbs\.db|desktop\.ini|\.(?:es|style)lintcache|\.coverage(?:\..*)?|cmakecache\.txt"
    r"|coverage\.(?:xml|lcov|out)"
    r"|lcov\.info|junit\.xml|npm-debug\.log.*|yarn-(?:debug|error)\.log.*|.*\.egg-info|.*\.dist-info|nohup\.out"
    r"|\.stylelintcache"
)
_BUILT_PREFIX: Final = ("cmake-build-", "bazel-")

_CI: Final = re.compile(
    r"(?:^|/)(?:\.github/(?:workflows|actions)/.+|\.gitlab-ci\.ya?ml|\.gitlab/ci/.+|\.circleci/.+|\.buildkite/.+"
    r"|\.woodpecker(?:/.+|\.ya?ml)"
    r"|jenkinsfile[^/]*|azure-pipelines[^/]*\.ya?ml|\.azure-pipelines/.+|\.azuredevops/.+|bitbucket-pipelines\.ya?ml"
    r"|\.drone\.ya?ml|\.travis\.ya?ml"
    r"|appveyor\.ya?ml|\.appveyor\.ya?ml|buildspec[^/]*\.ya?ml|appspec\.ya?ml|cloudbuild[^/]*\.(?:ya?ml|json)"
    r"|\.teamcity/.+|\.semaphore/.+"
    r"|\.cirrus\.ya?ml|\.gitea/workflows/.+|\.forgejo/workflows/.+|codemagic\.yaml|bitrise\.ya?ml|wercker\.yml"
    r"|\.tekton/.+|skaffold\.ya?ml"
    r"|procfile|fly\.toml|vercel\.json|netlify\.toml|render\.ya?ml|railway\.(?:json|toml)|app\.ya?ml|heroku\.yml"
    r"|nixpacks\.toml|wrangler\.(?:toml|jsonc?)"
    r"|serverless\.ya?ml|firebase\.json|\.do/app\.yaml|captain-definition|dokku-[^/]*|\.platform\.app\.yaml"
    r"|\.releaserc[^/]*|\.goreleaser\.ya?ml)$"
)
_DOCKERFILE: Final = re.compile(r"(?:dockerfile|containerfile)(?:[._-].*)?|.*\.(?:dockerfile|containerfile)")
_EDITOR: Final = re.compile(
    r"(?:^|/)(?:\.vscode/(?:settings|tasks|launch|mcp)\.json|\.idea/(?:workspace\.xml|runconfigurations/.+)"
    r"|\.cursor/(?:rules(?:/.+)?|mcp\.json|environment\.json)"
    r"|\.cursorrules|\.windsurfrules|\.windsurf/.+|\.clinerules(?:/.+)?|\.roo/.+|\.kiro/.+|\.mcp\.json"
    r"|\.zed/(?:settings|tasks)\.json"
    r"|\.devcontainer/.+|\.devcontainer\.json|[^/]+\.code-workspace|\.exrc|\.nvim\.lua|\.nvimrc|\.vimrc"
    r"|\.dir-locals\.el|\.fleet/.+|\.run/.+\.xml)$"
)
_GIT_HOOK: Final = re.compile(
    r"(?:^|/)(?:(?:\.git|[^/]+\.git)/(?:.+/)?(?:hooks(?:/[^/]+)?|config|config\.worktree|info/attributes)"
    r"|\.husky/[^_/.][^/]*|\.githooks/[^/]+)$"
)
_USER_HOME: Final = re.compile(
    r"(?:/private)?/(?:home|users)/[^/]+/|/(?:var/)?root/|~/|[a-z]:/users/[^/]+/|/[a-z]/users/[^/]+/"
)
_STARTUP_HOME: Final = re.compile(
    r"\.(?:bashrc|bash_profile|bash_login|bash_logout|bash_aliases|profile|zshrc|zshenv|zprofile|zlogin|zlogout|kshrc"
    r"|cshrc|tcshrc|login|xinitrc|xprofile"
    r"|xsession(?:rc)?|inputrc|pythonrc(?:\.py)?|pythonstartup|irbrc|pryrc|gdbinit|lldbinit|vimrc|tmux\.conf|screenrc"
    r"|gitconfig|direnvrc|pdbrc|perltidyrc"
    r"|bash_completion|zsh_aliases|aliases|exports|functions|path|extra|mkshrc|nanorc|emacs|psqlrc|sqliterc|my\.cnf"
    r"|curlrc|wgetrc|rprofile)(?:\.d/.+|\.d)?"
    r"|\.(?:bashrc|zshrc|oh-my-zsh|profile|zsh|bash)\.d/.+|\.oh-my-zsh/.+|\.zsh/.+|\.ssh/(?:config|rc|environment)"
    r"|\.ssh/config\.d/.+"
    r"|\.config/(?:fish/.+|autostart(?:/.+)?|git/config|zsh/.+|nvim/init\.(?:lua|vim)|environment\.d/.+|direnv/.+"
    r"|powershell/.+|bash/.+|profile\.d/.+"
    r"|nushell/.+|elvish/.+|xonsh/.+|plasma-workspace/env/.+)|\.vim/vimrc|\.local/share/applications/.+\.desktop"
    r"|\.ipython/profile_[^/]+/startup/.+"
    r"|\.emacs\.d/(?:init|early-init)\.el|documents/(?:windows)?powershell/.*profile\.ps1"
    r"|appdata/roaming/microsoft/windows/start menu/programs/startup/.+"
)
_STARTUP_SYSTEM: Final = re.compile(
    r"(?:/private)?/etc/(?:profile(?:\.d/.+)?|bash\.bashrc|bashrc|bash\.bash_logout|zsh/.+|zshrc|zshenv|zprofile"
    r"|environment|ld\.so\.preload|ld\.so\.conf(?:\.d/.+)?"
    r"|rc\.local|rc\.d/.+|inputrc|xdg/autostart/.+|fish/.+|gitconfig|ssh/sshd?_config(?:\.d/.+)?|pam\.d/.+|hosts"
    r"|resolv\.conf|nsswitch\.conf)"
)
_CUSTOMIZE: Final = re.compile(r"(?:site|user)customize\.py|.*\.pth")
_SCHEDULED: Final = re.compile(
    r"(?:/private)?/etc/(?:cron[^/]*(?:/.*)?|anacrontab|systemd/(?:system|user)(?:/.+)?|init\.d(?:/.+)?|init/.+"
    r"|incron\.d/.+)"
    r"|/(?:usr/)?lib/(?:systemd|launchd)/.+|/usr/local/lib/systemd/.+|/run/systemd/.+|/var/spool/(?:cron|at|anacron"
    r"|incron)(?:/.*)?|(?:/private)?/var/at/.+"
    r"|(?:/system)?/library/launch(?:agents|daemons)(?:/.+)?"
)
_SCHEDULED_HOME: Final = re.compile(
    r"\.config/systemd/user(?:/.+)?|\.local/share/systemd/user/.+|library/launchagents(?:/.+)?"
)
_PRIVATE_HOME: Final = re.compile(
    r"(?:mail|maildir|\.mail|mbox|\.thunderbird|\.icedove|\.mozilla|\.config/(?:google-chrome[^/]*|chromium"
    r"|bravesoftware|microsoft-edge[^/]*|opera|vivaldi"
    r"|signal|slack|discord|evolution|element|whatsapp[^/]*|teams[^/]*|microsoft/microsoft teams|skypeforlinux|geary"
    r"|1password|bitwarden)"
    r"|\.local/share/(?:telegramdesktop|evolution|geary|keyrings|signal-cli|gnome-photos|kmail2|akonadi|local-mail"
    r"|shotwell)|snap/(?:firefox|chromium|thunderbird|slack|discord)"
    r"|\.var/app/(?:org\.mozilla\.|com\.google\.chrome|org\.signal|org\.telegram|com\.slack|com\.discordapp)[^/]*"
    r"|library/(?:mail|messages|safari|calendars|cookies|photos|callhistory[^/]*|identityservices|accounts"
    r"|suggestions|personalizationportrait)"
    r"|library/application support/(?:google/chrome[^/]*|chromium|firefox|bravesoftware|microsoft edge[^/]*|arc"
    r"|com\.operasoftware[^/]*|vivaldi|signal|slack|discord"
    r"|addressbook|callhistorydb|whatsapp|telegram[^/]*|mobilesync|1password|bitwarden|microsoft/teams"
    r"|com\.apple\.tcc)"
    r"|library/(?:group )?containers/(?:com\.apple\.(?:mail|notes|messages|safari|iworks)|group\.com\.apple\.notes"
    r"|[^/]*whatsapp|[^/]*telegram|[^/]*1password)[^/]*"
    r"|pictures/[^/]*\.photoslibrary|\.signal|\.purple|\.irssi|\.weechat|\.skype|\.zoom|\.claws-mail|\.elm"
    r"|\.kde/share/apps/kmail"
    r"|appdata/(?:local|roaming)/(?:google/chrome|mozilla|microsoft/(?:edge|outlook|credentials|protect|vault)"
    r"|bravesoftware|signal|slack|discord|telegram desktop|thunderbird)"
    r")(?:/.*)?"
)
_DATABASE: Final = re.compile(
    r".*\.(?:db3?|sqlite3?|sqlite[23]?-(?:wal|shm|journal)|db-(?:wal|shm|journal)|sdb|mdb|accdb|rdb|aof|dump|pgdump"
    r"|dmp|ibd|frm|myd|duckdb|realm|ldf|mdf|fdb|leveldb)(?:\.(?:gz|bz2|xz|zst|zip|bak|backup))?"
    r"|.*\.sql\.(?:gz|bz2|xz|zst|zip)|.*(?:dump|backup|export|snapshot).*\.sql|dump\.rdb|appendonly\.aof"
)

# In a folder of that name, these are what somebody put away.
_BACKUP: Final = re.compile(
    r"(?:.*/)?(?:db[_-]?)?(?:backups?|dumps?)/(?:[^/]+/)*[^/]+\.(?:sql|tar|tgz|zip|7z|bak|csv)(?:\.(?:gz|bz2|xz|zst|age|gpg))?"
)


_PERSONAL_WORD: Final = (
    r"(?:phi|pii|hipaa|ehr|emr|patients?|medical|health[_-]?records?|diagnos[ei]s|prescriptions?|ssns?|passports?|kyc"
    r"|payroll|salar(?:y|ies)|gdpr|personal[_-]?data|(?:customer|user|client|employee|member|subscriber)s?[_-]"
    r"(?:data|export|list|dump|emails?|pii|contacts|addresses))"
)
_PERSONAL: Final = re.compile(
    rf"(?:^|.*[/_.-]){_PERSONAL_WORD}(?:[/_.-].*)?\.(?:csv|tsv|jsonl?|ndjson|parquet|avro|orc|xlsx?|ods|pdf|xml|hl7|dcm"
    r"|sql|dump|txt|zip)(?:\.(?:gz|zst|xz|bz2|zip))?|.*\.(?:dcm|hl7)|(?:^|.*/)(?:phi|pii)/[^/]+\.[a-z0-9]+"
)
_CODE: Final = re.compile(
    r"(?:^|.*/)(?:src|lib|tests?|specs?|fixtures|schemas?|migrations|docs?|locales?|i18n)/.*"
    r"|.*\.(?:py|ts|js|go|rs|rb|md|java|kt|cs|php|tsx|jsx|html|css)"
)


@memo(8192)
def natures(path: str, *, workspace: str, home: str) -> tuple[str, ...]:
    """The natures of an absolute path, most telling first; empty for an ordinary file."""
    whole = path.replace("\\", "/").lower().rstrip("/")
    below = _below(whole, workspace) if workspace else None
    inside = whole if below is None else below
    name = whole.rpartition("/")[2]
    found = _git(inside, name)
    if _CI.search(inside):
        found.append("ci")
    if _DOCKERFILE.fullmatch(name) and not _is_source(name):
        found.append("dockerfile")
    if _EDITOR.search(inside):
        found.append("editor-settings")
    if below is None:
        found += _machine(whole, name, home)
    elif name.startswith("authorized_keys") and ".ssh/" in inside:
        found.append("authorized-keys")
    if _CUSTOMIZE.fullmatch(name) and ("site-packages" in whole or "dist-packages" in whole or ".pth" not in name):
        found.append("startup")
    if secret_file(path) in ("dotenv file", "direnv file"):
        found.append("dotenv")
    if (_DATABASE.fullmatch(name) and name != "thumbs.db") or _BACKUP.fullmatch(inside):
        found.append("database")
    if _PERSONAL.fullmatch(inside) and not _CODE.fullmatch(inside):
        found.append("personal")
    if _is_built(inside, name):
        found.append("build-output")
    return tuple(found)


def _below(whole: str, folder: str) -> str | None:
    folder = folder.replace("\\", "/").lower().rstrip("/")
    return whole[len(folder) + 1 :] if whole == folder or whole.startswith(folder + "/") else None


def _is_source(name: str) -> bool:
    return name.endswith((".md", ".py", ".ts", ".js", ".go", ".rs", ".txt", ".html", ".json"))


def _git(inside: str, name: str) -> list[str]:
    found = []
    if ".git" in inside:
        parts = inside.split("/")
        if _GIT_HOOK.search(inside) and not name.endswith(".sample"):
            found.append("git-hook")
        if ".git" in parts:
            if name.endswith(".lock") and name != ".git":
                found.append("git-lock")
            found.append("git-dir")
        if name == ".gitignore" or inside.endswith(".git/info/exclude"):
            found.append("gitignore")
    elif inside.startswith(".husky/") or "/.husky/" in inside:
        if _GIT_HOOK.search(inside):
            found.append("git-hook")
    return found


def _machine(whole: str, name: str, home: str) -> list[str]:
    """What a path outside the workspace is on this machine, or in anybody's home."""
    found = []
    in_home = _below(whole, home) if home else None
    if in_home is None:
        match = _USER_HOME.match(whole)
        in_home = whole[match.end() :] if match else None
    if name.startswith("authorized_keys") and ("/.ssh/" in whole or whole.startswith("/etc/ssh/")):
        found.append("authorized-keys")
    if re.fullmatch(r"(?:/private)?(?:/usr/local)?/etc/(?:sudoers(?:\.d(?:/.+)?)?|doas\.conf|sudo\.conf)", whole):
        found.append("sudoers")
    if _SCHEDULED.fullmatch(whole) or (in_home and _SCHEDULED_HOME.fullmatch(in_home)):
        found.append("scheduled")
    if _STARTUP_SYSTEM.fullmatch(whole) or (in_home and _STARTUP_HOME.fullmatch(in_home)):
        found.append("startup")
    if (in_home and _PRIVATE_HOME.fullmatch(in_home)) or re.match(r"/var/(?:spool/)?mail(?:/|$)", whole):
        found.append("private")
    return found


def _is_built(inside: str, name: str) -> bool:
    if _BUILT_FILE.fullmatch(name):
        return True
    previous = ""
    sources = False
    for depth, part in enumerate(inside.split("/")):
        if (
            part in _BUILT
            or part.startswith(_BUILT_PREFIX)
            or _BUILT_FORM.fullmatch(part)
            or f"{previous}/{part}" in _PAIRS
        ):
            return True
        if not sources and (part in _OFTEN_BUILT or (depth == 0 and part == "deps")):
            return True
        if part.endswith((".egg-info", ".dist-info", ".xcarchive")) or (part == "pods" and depth < 2):
            return True
        sources = sources or part in ("src", "source", "sources", "docs")
        previous = part
    return False
