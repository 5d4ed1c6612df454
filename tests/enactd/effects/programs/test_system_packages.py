"""The operating system's package managers."""

from __future__ import annotations

import pytest
from support.briefly import lines
from support.reading import effects


def installed(manager: str, names: str = "", **more: str) -> list[str]:
    parts = [f"InstallPackage manager={manager}", *([f"names=[{names}]"] if names else [])]
    scope = more.pop("scope", "system")
    if "origin" in more:
        parts.append(f"origin={more['origin']}")
    if scope != "project":
        parts.append(f"scope={scope}")
    return [" ".join(parts + ([more["flag"]] if "flag" in more else []))]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("sudo apt-get install -y nginx", ["InstallPackage user=root manager=apt-get names=[nginx] scope=system"]),
        ("apt install ./x.deb", installed("apt", "./x.deb", origin="path")),
        ("apt-get install --allow-unauthenticated x", installed("apt-get", "x", flag="unchecked")),
        ("apt-get update --allow-insecure-repositories", installed("apt-get", "package lists", flag="unchecked")),
        ("apt-get update", []),
        ("apt-get dist-upgrade", installed("apt-get")),
        ("apt remove -y python3", ["RemovePackage manager=apt names=[python3] scope=system"]),
        ("apt-get purge x", ["RemovePackage manager=apt-get names=[x] scope=system"]),
        ("add-apt-repository ppa:a/b", installed("add-apt-repository", "ppa:a/b", origin="index")),
        ("dnf install -y --nogpgcheck x", installed("dnf", "x", flag="unchecked")),
        ("yum erase x", ["RemovePackage manager=yum names=[x] scope=system"]),
        ("zypper in x", installed("zypper", "x")),
        ("apk add --no-cache curl", installed("apk", "curl")),
        ("apk add --allow-untrusted x.apk", installed("apk", "x.apk", origin="path", flag="unchecked")),
        ("pacman -Syu", installed("pacman")),
        ("pacman -S x", installed("pacman", "x")),
        ("pacman -Rns x", ["RemovePackage manager=pacman names=[x] scope=system"]),
        ("pacman -U https://x.y/z.pkg", installed("pacman", "https://x.y/z.pkg", origin="url")),
        ("brew install jq", installed("brew", "jq")),
        ("brew install https://x.y/formula.rb", installed("brew", "https://x.y/formula.rb", origin="url")),
        ("brew install a/b/c", installed("brew", "a/b/c", origin="index")),
        ("brew tap a/b", installed("brew", "a/b", origin="index")),
        ("brew uninstall --zap x", ["RemovePackage manager=brew names=[x] scope=system"]),
        ("brew bundle", installed("brew", origin="lockfile")),
        ("snap install --dangerous x.snap", installed("snap", "x.snap", origin="path", flag="unchecked")),
        ("dpkg -i x.deb", installed("dpkg", "x.deb", origin="path")),
        ("dpkg --purge x", ["RemovePackage manager=dpkg names=[x] scope=system"]),
        ("rpm -Uvh https://x.y/z.rpm", installed("rpm", "https://x.y/z.rpm", origin="url")),
        ("rpm -e x", ["RemovePackage manager=rpm names=[x] scope=system"]),
        ("conda install -c conda-forge numpy", installed("conda", "numpy", scope="project")),
        ("conda install -c https://e.x numpy", installed("conda", "numpy", scope="project", origin="index")),
        ("conda run -n e rm -rf build", ["DeletePath target=/home/u/proj/build recursive"]),
        ("mamba create -n e python=3.11", installed("mamba", "python", scope="project")),
        ("nix-env -iA nixpkgs.hello", installed("nix-env", "nixpkgs.hello", scope="user")),
        ("nix profile install nixpkgs#x", installed("nix", "nixpkgs#x", scope="user")),
        ("choco install x -y", installed("choco", "x")),
        ("winget install --id Git.Git", installed("winget", "Git.Git")),
        ("scoop install x", installed("scoop", "x", scope="user")),
        ("flatpak install flathub org.x", installed("flatpak", "flathub,org.x")),
    ],
)  # fmt: skip
def test_effects(command: str, expected: list[str]) -> None:
    """Install, remove, upgrade, new sources, for each manager."""
    assert expected == lines(command)


@pytest.mark.parametrize(
    "command",
    ["apt update", "apt list --installed", "apt-cache search x", "apt-get -s install x", "apt-get install --dry-run x",
     "brew list util-linux --prefix", "brew info x", "brew update", "brew --version", "dnf search x", "pacman -Ss foo",
     "pacman -Qi x", "dpkg -l", "rpm -qa", "rpm -qip x.rpm", "snap list", "conda list", "conda info", "apk info",
     "choco list", "winget search x", "port search x", "conda env list"],
)  # fmt: skip
def test_looking(command: str) -> None:
    """Searches, lists and simulations change nothing."""
    assert not any(line.startswith(("Install", "Remove")) for line in lines(command))


def test_total() -> None:
    """Unknown words never raise."""
    for tool in ("apt", "brew", "pacman", "dpkg", "nix", "rpm", "snap", "conda"):
        for words in ('"$A"', 'install "$A"', '-S "$A"', '-i "$A"', "install"):
            lines(f"{tool} {words}")


def test_modules_of_packages() -> None:
    """A module that is enabled is another place to install from; a list of them is none."""
    assert [] == effects("dnf module list")
    assert ["InstallPackage"] == [type(effect).__name__ for effect in effects("sudo yum module enable -y perl:5.30")]
