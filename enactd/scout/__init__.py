"""The scout: looks the world up for a daemon that may not see it.

The machine's daemon runs under a user of its own, so that no program of the guarded user reads its keys or writes
its receipts. For the same reason it cannot enter that user's home. The scout can: a process of the guarded user,
started by the service manager, that answers a fixed list of questions and does nothing else.

What it says are claims. It runs as the user whose agents are guarded, so the daemon checks who answers, bounds
every answer in size and time, and takes silence for a no: see `client.py`. What a lying scout could achieve is
written in SECURITY.md and measured in `tests/e2e/test_system_wide.py`.
"""
