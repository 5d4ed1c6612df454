"""Commands hidden in an option of another program.

Why
    `man --html=…`, `sort --compress-program …`, `git --upload-pack …` run a shell where nobody looks for one; allow
    lists were walked around so.
Instead
    Run the command by itself.
Blind spots
    Options of programs that are not described.
"""

from enactd.policy import Ask, Context, Opinions, RunCode, policy

USUAL = (
    "gzip", "gunzip", "pigz", "bzip2", "pbzip2", "lbzip2", "xz", "pixz", "zstd", "zstdmt", "lz4", "lzop", "lzma", "brotli", "cat",
    "less", "more", "ssh", "nc", "vim", "vi", "nvim", "nano", "code", "diff", "meld", "delta", "bat", "vimdiff", "opendiff",
    "never", "pdflatex", "xelatex", "lualatex", "latexmk", "tectonic", "typst", "context", "weasyprint", "wkhtmltopdf", "prince",
    "pdfroff",
)  # fmt: skip


@policy(
    watches=RunCode,
    severity="high",
    stage="stable",
    since="0.1",
    incidents=("BY-01",),
    asks=(
        "man --html='touch /tmp/pwned' man",
        "sort -S 1b --compress-program sh words.txt",
        "git ls-remote --upload-pa='touch /tmp/pwned' test",
        "tar -cf out.tar --checkpoint=1 --checkpoint-action=exec=./x src",
        "ssh -o ProxyCommand='touch x' host uptime",
    ),
    allows=(
        "tar -I zstd -cf /tmp/out.tar.zst src",
        "man -P cat ls",
        "sort --compress-program=gzip words.txt",
        "git fetch --upload-pack=git-upload-pack origin",
    ),
    misses=("latexmk -pdflatex='touch x' a.tex",),
)
def check(run: RunCode, context: Context) -> Opinions:
    if run.origin != "option":
        return
    words = run.what.split()
    command = next((word for word in words if not word.startswith("-")), "")
    if command.split("/")[-1] not in USUAL:
        yield Ask(f"a command is hidden in an option: `{run.what}`", "run the command by itself")
