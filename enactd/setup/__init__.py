"""Putting the gate in place and taking it away: what `init`, `uninstall`, `doctor` and `demo` share.

Everything here changes or looks at one person's machine; nothing here runs in the daemon.
"""
