"""Firewalls, addresses, captures."""

from __future__ import annotations

import pytest
from support.expect import Row, assert_effects
from support.reading import effects

from enactd.effects.model import ChangeService, ReadPath, RevealSecret, SignalProcess, WritePath

ROWS: list[Row] = [
    ("ss -tlnp", []),
    ("nmcli device", []),
    ("nmcli -t -f NAME,DEVICE connection show --active", []),
    ("nmcli networking connectivity check", []),
    ("nmcli connection import type openvpn file x", [(ChangeService, {"tool": "nmcli"})]),
    ("nmcli radio wifi off", [(ChangeService, {"tool": "nmcli"})]),
    ("resolvectl --legend no --type MX query example.com", []),
    ("resolvectl dns eth0", []),
    ("resolvectl dns eth0 192.0.2.1", [(ChangeService, {"tool": "resolvectl"})]),
    ("resolvectl flush-caches", [(ChangeService, {"tool": "resolvectl"})]),
    ("ss -K dst 1.2.3.4", [(SignalProcess, {})]),
    ("netstat -an", []),
    ("iptables -L -n", []),
    ("iptables -nvL", []),
    ("iptables -F", [(ChangeService, {"verb": "-F"})]),
    ("iptables -A INPUT -j DROP", [(ChangeService, {})]),
    ("ufw status", []),
    ("ufw disable", [(ChangeService, {"verb": "disable"})]),
    ("ip a", []),
    ("ip addr show eth0", []),
    ("ip link set eth0 down", [(ChangeService, {})]),
    ("ip route add default via 1.1.1.1", [(ChangeService, {})]),
    ("sysctl -a", []),
    ("sysctl kernel.hostname", []),
    ("sysctl -w vm.swappiness=1", [(ChangeService, {})]),
    ("hostnamectl", []),
    ("hostnamectl set-hostname x", [(ChangeService, {})]),
    ("timedatectl status", []),
    ("firewall-cmd --list-all", []),
    ("ifconfig", []),
    ("ifconfig eth0", []),
    ("ifconfig eth0 down", [(ChangeService, {"verb": "down"})]),
    ("wg show", []),
    ("wg showconf wg0", [(RevealSecret, {})]),
    ("tcpdump -w a.pcap", [(WritePath, {"target": "/home/u/proj/a.pcap"})]),
    ("tcpdump -r a.pcap", [(ReadPath, {"target": "/home/u/proj/a.pcap"})]),
    ("nmap -p 80 localhost", []),
    ("nmap -oN out.txt x.com", [(WritePath, {"target": "/home/u/proj/out.txt"})]),
]


@pytest.mark.parametrize(("command", "expected"), ROWS)
def test_effects(command: str, expected: list[tuple[type, dict[str, object]]]) -> None:
    """Looking is nothing, changing is a change."""
    assert_effects(command, expected)


def test_statistics_of_the_clock_are_only_read() -> None:
    """`chronyc` tells of its sources, and steps the clock where it is told to."""
    assert [] == effects("chronyc sourcestats")
    assert [] != effects("chronyc makestep")


def test_a_wireless_device_is_changed_by_its_verb() -> None:
    """`iw dev wlan0 link` looks, `iw dev wlan0 set …` does not."""
    assert [] == effects("iw dev wlan0 link")
    assert [] != effects("iw dev wlan0 set type monitor")
