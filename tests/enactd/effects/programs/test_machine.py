"""Users, kernel, preferences, devices."""

from __future__ import annotations

import pytest
from support.expect import Row, assert_effects
from support.reading import effects

from enactd.effects.model import (
    ChangeService,
    InstallPackage,
    OpenShell,
    PowerState,
    RemovePackage,
    WriteDevice,
    WritePath,
)

ROWS: list[Row] = [
    ("passwd root", [(ChangeService, {"tool": "passwd"})]),
    ("passwd -S", []),
    ("useradd bob", [(ChangeService, {"tool": "useradd"})]),
    ("modprobe x", [(ChangeService, {})]),
    ("modprobe -n x", []),
    ("defaults read com.apple.dock", []),
    ("defaults write com.apple.dock x 1", [(ChangeService, {"verb": "write"})]),
    ("gsettings get a b", []),
    ("gsettings set a b c", [(ChangeService, {})]),
    ("adb devices", []),
    ("adb install -r app/build/a.apk", [(InstallPackage, {"scope": "project"})]),
    ("adb install ~/Downloads/a.apk", [(InstallPackage, {"scope": "system"})]),
    ("adb get-serialno", []),
    ("adb version", []),
    ("adb shell", [(OpenShell, {})]),
    ("adb uninstall com.x", [(RemovePackage, {})]),
    ("adb install a.apk", [(InstallPackage, {"origin": "path"})]),
    ("adb reboot", [(PowerState, {})]),
    ("adb pull /sdcard/a.txt", [(WritePath, {"target": "/home/u/proj/a.txt"})]),
    ("xcode-select -p", []),
    ("update-alternatives --display editor", []),
    ("esptool.py erase_flash", [(WriteDevice, {})]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_effects(command: str, expected: list[tuple[type, dict[str, object]]]) -> None:
    """Reads yield nothing; changes name the tool."""
    assert_effects(command, expected)


@pytest.mark.parametrize(
    "command",
    [
        "semanage interface --list",
        "cpupower --cpu all info",
        "efibootmgr --unicode",
        "kmod static-nodes",
        "mkinitcpio -L",
    ],
)
def test_telling_words_anywhere(command: str) -> None:
    """A word that only tells need not stand first."""
    assert [] == effects(command)
