"""Shared by tests: how to read a command, build a world, start a daemon."""
