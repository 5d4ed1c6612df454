"""What is found out about a path: the words that the world answers with and that effects carry."""

from __future__ import annotations

from typing import Literal

FileKind = Literal["file", "folder", "link", "missing", "other", "unknown"]  # "link": one that leads nowhere
GitState = Literal["clean", "modified", "untracked", "ignored", "none", "unknown"]  # "none": in no repository
