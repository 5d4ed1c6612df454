"""Text that looks otherwise than it reads: direction overrides and invisible letters.

Why
    Rules for agents and code have carried orders that no reviewer could see.
Instead
    Write plain text.
Blind spots
    Look-alike letters.
"""

from enactd.policy import Ask, Context, Opinions, WritePath, policy, tool

OVERRIDES = ("\u202a", "\u202b", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068")


@policy(
    watches=WritePath,
    severity="medium",
    stage="stable",
    since="0.1",
    incidents=("PI-12",),
    asks=(
        tool("Write", file_path="RULES.md", content="Use tabs.\u2066hidden order\u2069"),
        tool("Write", file_path="a.py", content="x = 1  # \u202e }"),
        tool("Write", file_path="a.md", content="hi\U000e0041\U000e0042"),
    ),
    allows=(
        tool("Write", file_path="a.md", content="a family: \U0001f468\u200d\U0001f469\u200d\U0001f467"),
        tool("Write", file_path="a.md", content="שלום and مرحبا"),
        tool("Write", file_path="a.py", content="x = 1"),
    ),
    misses=(tool("Write", file_path="a.py", content="p\u0430ssword = 1"),),
)
def check(write: WritePath, context: Context) -> Opinions:
    content = write.content or ""
    overrides = [mark for mark in OVERRIDES if mark in content and mark not in write.removed]
    tags = not content.isascii() and any("\U000e0020" <= char <= "\U000e007f" for char in content)
    flags = content.count("\U0001f3f4")
    if overrides:
        yield Ask(f"`{write.target.shown}` would hold text that runs the other way than it reads")
    if tags and not flags:
        yield Ask(f"`{write.target.shown}` would hold invisible letters")
