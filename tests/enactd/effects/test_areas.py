"""Where a path lies, on every kind of machine."""

from __future__ import annotations

import pytest

from enactd.effects.areas import Places, area_of, below, expand_home, is_absolute, is_drive, is_stream, normal

LINUX = Places(
    workspace="/home/u/proj",
    home="/home/u",
    temp=("/home/u/.tmp",),
    gate=("/home/u/.config/enactd", "/run/user/1000/enactd"),
)
MAC = Places(workspace="/Users/u/proj", home="/Users/u", temp=("/var/folders/zz/abc/T",))
WINDOWS = Places(workspace="D:/work/app", home="C:/Users/u")
WSL = Places(workspace="/mnt/c/Users/u/proj", home="/home/u")
GIT_BASH = Places(workspace="/c/Users/u/proj", home="/c/Users/u")
ROOT = Places(workspace="/root/app", home="/root")
IN_TEMP = Places(workspace="/tmp/t1/home/u/proj", home="/tmp/t1/home/u")
AT_HOME = Places(workspace="/home/u", home="/home/u")
AT_ROOT = Places(workspace="/", home="/root")
AT_TEMP = Places(workspace="/tmp", home="/home/u")
CONTAINER = Places(workspace="/workspaces/app", home="/home/vscode")
SHORT = Places(workspace="/p", home="/home/u")
SERVER = Places(workspace="/var/www/site", home="/home/u")
NOBODY = Places(workspace="/srv/app", home="/")
EXTRA = Places(workspace="/home/u/proj", home="/home/u", extra_workspaces=("/home/u/lib",))

TABLE: list[tuple[Places, str, str]] = [
    *[(LINUX, area, path) for area, paths in {
        "workspace": "/home/u/proj/src /home/u/proj/.env /home/u/proj/.git/config /home/u/proj/dev/null",
        "workspace-root": "/home/u/proj",
        "home": "/home/u /home /home/other /root /home/u/Library /home/u/AppData/Local",
        "in-home": "/home/u/x /home/u/Documents /home/u/proj2 /home/u/projx/y /home/u/.ssh/id_rsa /home/u/.config /home/u/.claude.x",
        "root": "/ /mnt /media /Volumes /Volumes/Disk",
        "system-root": "/etc /usr /var /bin /var/lib /usr/local/bin /boot /proc /sys /dev /System /Library /private/etc",
        "system": "/etc/passwd /usr/bin/env /var/lib/x /proc/1/environ /dev/foo /usr/local/lib/x/y /run/user/1000/x",
        "temp-root": "/tmp /var/tmp /dev/shm /home/u/.tmp /private/tmp",
        "temp": "/tmp/x /tmp/x/y /var/tmp/z /dev/shm/q /home/u/.tmp/a /var/folders/zz/T/x",
        "agent": "/home/u/.claude/projects/x/memory.md /home/u/.claude/plans/p.md /home/u/.codex/sessions/1.jsonl",
        "agent-settings": "/home/u/.claude /home/u/.claude/settings.json /home/u/proj/.claude/settings.local.json /home/u/.codex/hooks.json "
                          "/home/u/proj/.cursor/hooks.json /home/u/.gemini/settings.json /etc/claude-code/managed-settings.json "
                          "/home/u/.config/opencode /home/u/.config/opencode/plugin/x.ts /home/u/proj/.Claude/Settings.json "
                          "/home/u/proj/.github/hooks/x.json",
        "gate": "/home/u/.config/enactd /home/u/.config/enactd/policies/x.py /run/user/1000/enactd/enactd.sock",
        "device": "/dev/sda /dev/sda1 /dev/nvme0n1 /dev/mapper/root /dev/mem /dev/disk/by-id/x /dev/md0 /dev/rdisk2",
        "stream": "/dev/null /dev/stdout /dev/fd/3 /proc/self/fd/1 /dev/tty /dev/urandom",
        "elsewhere": "/opt /opt/x /srv /srv/data /mnt/data/x /data /nix/store/abc /foo/bar",
    }.items() for path in paths.split()],
    *[(MAC, area, path) for area, paths in {
        "workspace": "/Users/u/proj/a", "workspace-root": "/Users/u/proj",
        "home": "/Users/u /Users /Users/other /Users/u/Library /var/root", "in-home": "/Users/u/Desktop /Users/u/Library/Caches/x",
        "temp": "/var/folders/zz/abc/T/x /private/tmp/x /private/var/folders/a/b", "temp-root": "/private/tmp /var/folders/zz/abc/T",
        "system-root": "/System /Library /Applications /private/var /private/etc /opt/homebrew",
        "system": "/Applications/Safari.app /Library/LaunchAgents/x.plist /private/etc/hosts /System/x", "device": "/dev/disk2 /dev/rdisk0s1",
        "root": "/ /Volumes/Backup", "elsewhere": "/Volumes/Backup/x",
        "agent-settings": "/Library/Application_Support/../x".replace("/Library/Application_Support/../x", "/Users/u/.claude.json"),
    }.items() for path in paths.split()],
    (MAC, "agent-settings", "/Library/Application Support/ClaudeCode/managed-settings.json"),
    *[(WINDOWS, area, path) for area, paths in {
        "workspace": "D:/work/app/src", "workspace-root": "D:/work/app D:/work", "root": "C:/ D:/ E:/ /c /mnt/d /cygdrive/c",
        "home": "C:/Users/u C:/Users C:/Users/other C:/Users/u/AppData/Local /c/Users/u /mnt/c/Users/u",
        "in-home": "C:/Users/u/Desktop C:/Users/u/AppData/Local/X", "system-root": "C:/Windows C:/Windows/System32 C:/ProgramData",
        "system": "C:/Windows/System32/drivers/etc/hosts C:/ProgramData/x", "temp": "C:/Users/u/AppData/Local/Temp/x C:/Windows/Temp/y C:/Temp/z",
        "temp-root": "C:/Users/u/AppData/Local/Temp C:/Windows/Temp", "elsewhere": "E:/data C:/src/x",
    }.items() for path in paths.split()],
    (WINDOWS, "system-root", "C:/Program Files"),
    (WINDOWS, "system", "C:/Program Files (x86)/App/x.exe"),
    *[(WSL, area, path) for area, paths in {
        "workspace": "/mnt/c/Users/u/proj/a", "workspace-root": "/mnt/c/Users/u/proj", "home": "/home/u /mnt/c/Users/u /mnt/c/Users",
        "root": "/mnt/c /mnt /", "system-root": "/mnt/c/Windows /etc", "system": "/mnt/c/Windows/x", "elsewhere": "/mnt/c/Users/u/Desktop /mnt/d/x",
        "temp": "/mnt/c/Users/u/AppData/Local/Temp/x",
    }.items() for path in paths.split()],
    *[(GIT_BASH, area, path) for area, paths in {
        "workspace": "/c/Users/u/proj/a", "workspace-root": "/c/Users/u/proj", "home": "/c/Users/u /c/Users /c/Users/u/AppData/Local",
        "in-home": "/c/Users/u/Desktop", "root": "/c / /d", "system-root": "/c/Windows /c/ProgramData", "temp": "/tmp/x /c/Windows/Temp/x",
        "elsewhere": "/d/x",
    }.items() for path in paths.split()],
    *[(ROOT, area, path) for area, paths in {
        "workspace": "/root/app/x", "home": "/root /home /home/a", "in-home": "/root/x", "root": "/", "system": "/etc/x",
    }.items() for path in paths.split()],
    *[(IN_TEMP, area, path) for area, paths in {
        "workspace": "/tmp/t1/home/u/proj/a", "workspace-root": "/tmp/t1/home/u/proj", "home": "/tmp/t1/home/u /tmp/t1/home /tmp/t1",
        "in-home": "/tmp/t1/home/u/x", "temp": "/tmp/other /tmp/t1/etc /tmp/t1/home/v", "temp-root": "/tmp", "root": "/",
    }.items() for path in paths.split()],
    *[(AT_HOME, area, path) for area, paths in {
        "home": "/home/u /home", "workspace": "/home/u/x /home/u/Documents", "temp": "/tmp/x", "elsewhere": "/srv/x", "system": "/etc/x",
    }.items() for path in paths.split()],
    *[(AT_ROOT, area, path) for area, paths in {
        "root": "/", "system-root": "/etc /usr", "system": "/etc/passwd /usr/bin/x", "home": "/root /home", "workspace": "/app/x /srv/x /opt/x",
        "temp": "/tmp/x", "temp-root": "/tmp",
    }.items() for path in paths.split()],
    *[(AT_TEMP, area, path) for area, paths in {"temp-root": "/tmp", "temp": "/tmp/x", "home": "/home/u", "root": "/"}.items() for path in paths.split()],
    *[(CONTAINER, area, path) for area, paths in {
        "workspace": "/workspaces/app/x", "workspace-root": "/workspaces/app /workspaces", "elsewhere": "/workspaces/other", "home": "/home/vscode",
    }.items() for path in paths.split()],
    (SHORT, "workspace", "/p/x"), (SHORT, "workspace-root", "/p"), (SHORT, "root", "/x"), (SHORT, "elsewhere", "/x/y"), (SHORT, "root", "/"),
    (SERVER, "workspace", "/var/www/site/x"), (SERVER, "workspace-root", "/var/www/site"), (SERVER, "system-root", "/var/www"),
    (SERVER, "system-root", "/var"), (SERVER, "system", "/var/www/other/x"),
    (NOBODY, "root", "/"), (NOBODY, "workspace", "/srv/app/x"), (NOBODY, "temp", "/tmp/x"), (NOBODY, "system", "/etc/x"), (NOBODY, "elsewhere", "/srv/y"),
    (EXTRA, "workspace", "/home/u/lib/x"), (EXTRA, "workspace", "/home/u/lib"), (EXTRA, "in-home", "/home/u/libx"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("places", "area", "path"), TABLE, ids=lambda value: str(value) if isinstance(value, str) else value.workspace
)
def test_area(places: Places, area: str, path: str) -> None:
    """A path lies in exactly one area, whichever way home, workspace and temp contain each other."""
    assert area == area_of(path, places)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/a/./b/../c//d", "/a/c/d"), ("//x", "/x"), ("///x", "/x"), ("/", "/"), ("/..", "/"), ("/../../etc", "/etc"),
        ("C:\\a\\..\\b", "C:/b"), ("c:/a//b/", "C:/a/b"), ("d:", "D:/"), ("D:\\", "D:/"), ("D:\\..\\..", "D:/"), ("a/../..", ".."),
    ],
)  # fmt: skip
def test_normal(text: str, expected: str) -> None:
    """Every spelling of a place is one text, and nothing climbs above the root."""
    assert expected == normal(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("~", "/home/u"), ("~/x", "/home/u/x"), ("~root/x", "/root/x"), ("~ada", "/home/ada"), ("~ada/.ssh", "/home/ada/.ssh"),
        ("a~", "a~"), ("~+", "~+"), ("/x/~", "/x/~"), ("", ""), ("~not a name/x", "~not a name/x"),
    ],
)  # fmt: skip
def test_expand_home(text: str, expected: str) -> None:
    """A tilde is the home, another one's is beside it; elsewhere it is a letter."""
    assert expected == expand_home(text, "/home/u")


def test_below_is_about_folders_not_letters() -> None:
    """`/a/bc` is not below `/a/b`, everything is below `/`."""
    assert [True, True, False, True, True] == [
        below("/a/b", "/a/b"), below("/a/b/c", "/a/b"), below("/a/bc", "/a/b"), below("/x", "/"), below("/", "/"),
    ]  # fmt: skip


def test_kinds_of_text() -> None:
    """Absolute paths, drives and streams are told by their spelling."""
    assert [True, True, True, True, False, False] == [
        is_absolute(t) for t in ("/x", "C:\\x", "c:x", "\\\\h\\s", "x", "~/x")
    ]
    assert [True, True, False] == [is_drive(t) for t in ("C:\\x", "d:", "/c/x")]
    assert [True, True, False] == [is_stream(t) for t in ("/dev/null", "/proc/self/fd/0", "/dev/sda")]


def test_places_are_made_normal() -> None:
    """Trailing slashes, dots, backslashes and links in the registration are resolved once."""
    links = {"/home/u/proj": "/data/proj"}
    found = Places(workspace="/home/u/./proj/", home="C:\\Users\\u\\", gate=("", "/g/"), temp=("/t/",)).normalized(
        lambda path: links.get(path, path)
    )
    assert ("/data/proj", "C:/Users/u", ("/g",), ("/t",)) == (found.workspace, found.home, found.gate, found.temp)
