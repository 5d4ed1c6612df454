"""Package managers of the operating system, all by one table: which verbs install, remove, or only look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from enactd.effects.invocation import Effects, Invocation, Line, Options, Value, program
from enactd.effects.model import ChangeService, InstallPackage, RemovePackage, RunCode
from enactd.effects.programs.packages import Scope, installs, spec_source


class Manager(msgspec.Struct, frozen=True):
    """`adds` repositories that packages come from later; `whole` installs what is there already, newer.

    `system` is the usual scope; `looks` are options that only pretend, `careless` those that skip checks.
    """

    install: str
    remove: str
    whole: str = ""
    adds: str = ""
    scope: Scope = "system"
    takes: tuple[str, ...] = ()
    looks: str = "--dry-run"
    careless: str = ""


_APT: Final = Manager(
    "install reinstall build-dep",
    "remove purge autoremove autopurge",
    "upgrade dist-upgrade full-upgrade safe-upgrade dselect-upgrade",
    "edit-sources",
    takes=("-o --option O", "-t --target-release --default-release R", "-c --config-file F", "-a --host-architecture A",
           "-q --quiet [N]"),
    looks="-s --simulate --just-print --dry-run --recon --no-act --print-uris -d --download-only",
    careless="--allow-unauthenticated --force-yes --allow-insecure-repositories --no-gpg-check",
)  # fmt: skip
_DNF: Final = Manager(
    "install reinstall localinstall groupinstall downgrade swap builddep in",
    "remove erase autoremove groupremove rm",
    "upgrade update upgrade-minimal distro-sync system-upgrade offline-upgrade",
    "config-manager copr module",
    takes=("--enablerepo R", "--disablerepo R", "--repo R", "--releasever V", "-x --exclude P", "-c --config F",
           "--installroot D", "--setopt O", "--repofrompath R", "-d L", "-e L"),
    looks="--downloadonly --assumeno",
    careless="--nogpgcheck --no-gpgchecks --skip-broken-signatures",
)  # fmt: skip

_TABLE: Final[dict[str, Manager]] = {
    "apt": _APT,
    "apt-get": _APT,
    "aptitude": _APT,
    "nala": _APT,
    "dnf": _DNF,
    "dnf5": _DNF,
    "yum": _DNF,
    "microdnf": _DNF,
    "tdnf": _DNF,
    "zypper": Manager(
        "install in install-new-recommends source-install si", "remove rm", "update up patch dist-upgrade dup",
        "addrepo ar", takes=("-r --repo --from R", "-t --type T", "-R --root D"), looks="--dry-run -D --download-only",
        careless="--no-gpg-checks --allow-unsigned-rpm",
    ),
    "apk": Manager(
        "add", "del", "upgrade", "", takes=("-X --repository R", "-p --root D", "-t --virtual N", "--arch A",
        "--repositories-file F"), looks="-s --simulate", careless="--allow-untrusted",
    ),
    "pkg": Manager("install add", "remove delete autoremove", "upgrade", looks="-n --dry-run"),
    "pkg_add": Manager("", ""),
    "brew": Manager(
        "install reinstall", "uninstall remove rm autoremove", "upgrade", "tap", takes=("--appdir D", "--language L"),
        looks="-n --dry-run",
    ),
    "port": Manager("install", "uninstall", "upgrade", looks="-y"),
    "snap": Manager(
        "install try", "remove", "refresh revert", takes=("--channel C", "--revision R", "--cohort C", "--name N"),
        looks="--list", careless="--dangerous --devmode",
    ),
    "flatpak": Manager(
        "install", "uninstall remove", "update", "remote-add", takes=("--arch A", "--installation N", "--subpath P"),
        looks="--no-deploy --no-pull", careless="--no-gpg-verify",
    ),
    "choco": Manager(
        "install", "uninstall", "upgrade", "source", takes=("-s --source S", "--version V", "--params P"),
        looks="--noop --what-if --whatif", careless="--ignore-checksums --allow-empty-checksums",
    ),
    "winget": Manager(
        "install add import", "uninstall remove rm", "upgrade update", "source", takes=("--id I", "-s --source S",
        "-v --version V", "-e --exact", "--scope S", "-m --manifest F", "--override O", "-l --location D"),
        looks="--whatif", careless="--ignore-security-hash",
    ),
    "scoop": Manager("install", "uninstall", "update", "bucket", "user", takes=("-a --arch A",), careless="-s --skip"),
    "xbps-install": Manager("", ""),
    "eopkg": Manager("install it", "remove rm", "upgrade up", "add-repo ar"),
    "opkg": Manager("install", "remove",
    "upgrade", looks="--noaction", careless="--force-checksum --no-check-certificate"),
    "conda": Manager(
        "install", "remove uninstall", "update upgrade", "", "project", takes=("-n --name N", "-p --prefix P",
        "-c --channel C", "-f --file F", "--revision R", "--solver S"), looks="-d --dry-run --download-only",
        careless="--insecure -k",
    ),
}  # fmt: skip
_TABLE["mamba"] = _TABLE["micromamba"] = _TABLE["conda"]
_FLAGS: Final = ("-y --yes --assume-yes --assumeyes --noconfirm --non-interactive -n", "-f --force", "-h --help",
                 "-v --verbose", "--version -V", "--cask", "--formula", "--HEAD", "--classic", "--user", "--system",
                 "--no-install-recommends", "--fix-broken", "--purge", "--only-upgrade", "--no-cache",
                 "-u --update-cache",
                 "-r", "--zap", "--all", "-i --ignore-dependencies")  # fmt: skip


@program(*_TABLE)
def manager(call: Invocation) -> Effects:
    """The verb tells; words behind it are packages, files or addresses."""
    name = call.name
    line, found = _parse(name, call.args)
    if line.has("--help", "--version") or any(line.has(option) for option in found.looks.split()):
        return
    words = line.operands
    if name in ("xbps-install", "pkg_add"):
        yield from _install(call, name, found, line, words)
        return
    if not words:
        return
    verb, rest = words[0].text or "", words[1:]
    if verb in found.install.split():
        yield from _install(call, name, found, line, rest)
    elif verb in found.remove.split():
        yield RemovePackage(manager=name, names=tuple(word.shown() for word in rest), scope=_scope(call, found))
    elif verb in found.whole.split():
        yield from _upgrade(call, name, found, line, rest)
    elif verb in found.adds.split() and _adds_place(verb, rest):
        yield InstallPackage(
            manager=name, names=tuple(word.shown() for word in rest), origin="index", scope=found.scope
        )
    elif verb in ("update", "refresh", "makecache") and any(line.has(option) for option in found.careless.split()):
        yield InstallPackage(manager=name, names=("package lists",), scope=found.scope, unchecked=True)
    else:
        yield from _special(call, name, verb, line, rest)


def _parse(name: str, args: Sequence[Value]) -> tuple[Line, Manager]:
    found = _TABLE[name]
    declared = {option for text in found.takes for option in text.split()}
    flags = [each for each in (*found.looks.split(), *found.careless.split(), *_split(_FLAGS)) if each not in declared]
    options = Options(*found.takes, *dict.fromkeys(flags), stop_at_operand=name == "conda" and _runs(args))
    return options.parse(args), found


def _split(texts: Sequence[str]) -> list[str]:
    return [option for text in texts for option in text.split()]


def _runs(args: Sequence[Value]) -> bool:
    return any(word.text == "run" for word in args[:1])


def _scope(call: Invocation, found: Manager) -> Scope:
    return "system" if call.user == "root" else found.scope


def _install(call: Invocation, name: str, found: Manager, line: Line, words: Sequence[Value]) -> Effects:
    unchecked = any(line.has(option) for option in found.careless.split())
    places = line.values("--repository", "-X", "--repofrompath", "-c", "--channel") if name != "apt" else []
    index = any(_is_foreign(place) for place in places)
    if name in ("choco", "winget"):
        index = any(_is_foreign(place) for place in line.values("-s"))
        words = [*words, *line.values("--id")]
    sources = [_source(name, word) for word in words]
    yield from installs(
        call, name, words, scope=_scope(call, found), index=index, unchecked=unchecked, sources=sources
    )  # fmt: skip


def _source(name: str, word: Value) -> str:
    """`user/tap/formula` comes from somebody's tap."""
    text = word.text or ""
    if name == "brew" and text.count("/") == 2 and not text.startswith(("homebrew/", ".", "/")) and "://" not in text:
        return "index"
    return spec_source(word.text)


def _is_foreign(place: Value) -> bool:
    text = place.text
    return text is None or (
        "://" in text and not text.startswith(("https://conda.anaconda.org/", "https://repo.anaconda.com/"))
    )


def _upgrade(call: Invocation, name: str, found: Manager, line: Line, words: Sequence[Value]) -> Effects:
    if words:
        yield from _install(call, name, found, line, words)
    else:
        yield InstallPackage(manager=name, scope=_scope(call, found))


def _adds_place(verb: str, rest: Sequence[Value]) -> bool:
    if verb in ("config-manager", "copr", "module", "source", "bucket"):
        return any(word.text in ("add", "enable", "addrepo") or "://" in word.prefix for word in rest)
    return bool(rest) or verb == "edit-sources"


def _special(call: Invocation, name: str, verb: str, line: Line, rest: Sequence[Value]) -> Effects:
    """Verbs that only one manager has."""
    if name == "brew" and verb == "bundle" and not any(w.text in ("dump", "check", "list", "exec") for w in rest):
        yield InstallPackage(manager="brew", origin="lockfile", scope="system")
    elif name == "brew" and verb == "services" and rest and rest[0].text not in ("list", "info"):
        yield ChangeService(tool="brew services", verb=rest[0].shown(), what=" ".join(w.shown() for w in rest[1:2]))
    elif name in ("conda", "mamba", "micromamba"):
        yield from _conda(call, name, verb, line, rest)


def _conda(call: Invocation, name: str, verb: str, line: Line, rest: Sequence[Value]) -> Effects:
    if verb == "run":
        inner = Options("-n --name N", "-p --prefix P", "--cwd D", "--no-capture-output --live-stream", "-v", "--dev",
                        "--debug-wrapper-scripts", stop_at_operand=True).parse(rest)  # fmt: skip
        if inner.operands:
            yield from call.run(inner.operands, via=f"{name} run")
    elif verb == "create" or (verb == "env" and rest and rest[0].text in ("create", "update")):
        yield from _install(call, name, _TABLE["conda"], line, [] if verb == "env" else rest)
    elif verb == "env" and rest and rest[0].text == "remove":
        yield RemovePackage(manager=name, names=tuple(w.shown() for w in line.values("-n", "-p")))
    elif verb == "config":
        where = [word for word in rest if "://" in word.prefix and _is_foreign(word)]
        if where:
            yield InstallPackage(manager=name, names=tuple(w.shown() for w in where), origin="index")


@program("dpkg", "rpm", "installer", "msiexec", "pkgutil", "add-apt-repository", "apt-add-repository",
         "apt-key",)  # fmt: skip
def package_file(call: Invocation) -> Effects:
    """Tools that take package files or change the list of sources."""
    texts = [word.text or "" for word in call.args]
    words = [word for word in call.args if not word.startswith("-")]
    names = tuple(word.shown() for word in words)
    shorts = "".join(text[1:] for text in texts if text.startswith("-") and not text.startswith("--"))
    if call.name == "dpkg":
        if any(text in ("--install", "--unpack") for text in texts) or "i" in shorts:
            yield InstallPackage(manager="dpkg", names=names, origin="path", scope="system")
        elif any(text in ("--remove", "--purge") for text in texts) or any(char in shorts for char in "rP"):
            yield RemovePackage(manager="dpkg", names=names, scope="system")
    elif call.name == "rpm":
        yield from _rpm(texts, words, shorts)
    elif call.name in ("add-apt-repository", "apt-add-repository") or (call.name == "apt-key" and "add" in texts[:1]):
        if not any(text in ("-r", "--remove", "-L", "--list") for text in texts):
            yield InstallPackage(manager=call.name, names=names, origin="index", scope="system")
    elif call.name in ("installer", "msiexec"):
        yield InstallPackage(manager=call.name, names=names, origin="path", scope="system")


def _rpm(texts: Sequence[str], words: Sequence[Value], shorts: str) -> Effects:
    if "q" in shorts or "V" in shorts or any(t in ("--query", "--verify", "--checksig", "-K") for t in texts):
        return
    unchecked = any(text in ("--nosignature", "--nodigest", "--nogpgcheck") for text in texts)
    if any(char in shorts for char in "iUF") or any(t in ("--install", "--upgrade", "--freshen") for t in texts):
        for word in words:
            place = spec_source(word.text)
            yield InstallPackage(
                manager="rpm", names=(word.shown(),), origin="path" if place == "registry" else place, scope="system",
                unchecked=unchecked,
            )  # fmt: skip
    elif "e" in shorts or "--erase" in texts:
        yield RemovePackage(manager="rpm", names=tuple(word.shown() for word in words), scope="system")


@program("pacman", "yay", "paru", "pamac", "xbps-remove", "emerge", "nix-env", "nix")
def letters(call: Invocation) -> Effects:
    """Managers whose operation is an option: `pacman -S`, `-R`, `-Syu`; nix, which has its own words."""
    texts = [word.text or "" for word in call.args]
    words = [word for word in call.args if not word.startswith("-")]
    names = tuple(word.shown() for word in words)
    operation = next((text for text in texts if text.startswith("-") and not text.startswith("--")), "")
    if "--help" in texts or "-h" in texts or any(t in ("-p", "--pretend", "--print", "--dry-run") for t in texts):
        return
    if call.name in ("nix-env", "nix"):
        yield from _nix(call, texts, words)
    elif (
        call.name == "xbps-remove"
        or operation.startswith(("-R", "-C", "-c"))
        or "--remove" in texts
        or "--unmerge" in texts
    ):
        yield RemovePackage(manager=call.name, names=names, scope="system")
    elif call.name == "emerge" or "--upgrade" in texts or "-U" in operation:
        origin = "path" if "-U" in operation or "--upgrade" in texts else "registry"
        origins = {spec_source(word.text) for word in words} - {"registry", "path"}
        yield InstallPackage(
            manager=call.name, names=names, origin=origins.pop() if origins else origin, scope="system"
        )
    elif (operation.startswith("-S") and not any(char in operation[2:] for char in "sigl")) or "--sync" in texts:
        if words or any(char in operation for char in "u") or call.name in ("yay", "paru"):
            yield InstallPackage(manager=call.name, names=names, scope="system")
    elif call.name == "pamac" and names[:1] in (("install",), ("build",), ("remove",), ("upgrade",)):
        yield InstallPackage(manager="pamac", names=names[1:], scope="system")


def _nix(call: Invocation, texts: Sequence[str], words: Sequence[Value]) -> Effects:
    names = tuple(word.shown() for word in words)
    joined = "".join(text[1:] for text in texts if text.startswith("-") and not text.startswith("--"))
    if call.name == "nix-env":
        if any(text in ("--install", "--upgrade", "--set") for text in texts) or any(char in joined for char in "iu"):
            yield InstallPackage(manager="nix-env", names=names, scope="user")
        elif any(text in ("--uninstall", "--delete-generations") for text in texts) or "e" in joined:
            yield RemovePackage(manager="nix-env", names=names, scope="user")
        return
    group = [word.text or "" for word in words[:2]]
    if group[:1] == ["profile"] and group[1:] in (["install"], ["add"], ["upgrade"]):
        yield from installs(call, "nix", words[2:], scope="user")
    elif group[:1] == ["profile"] and group[1:] in (["remove"], ["wipe-history"]):
        yield RemovePackage(manager="nix", names=names[2:], scope="user")
    elif group[:1] == ["run"] and len(words) > 1 and not group[1].startswith(("nixpkgs", ".", "/")):
        yield RunCode(language="nix", origin="download", what=group[1])
    elif group[:1] in (["develop"], ["shell"]):
        command = next((i for i, text in enumerate(texts) if text in ("-c", "--command")), None)
        if command is not None:
            yield from call.run(call.args[command + 1 :], via="nix")
