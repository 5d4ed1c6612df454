"""Changes as files: apply, am, format-patch, send-email, archive, bundle."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Options, Output, Value, known
from enactd.effects.model import ReadPath, SendMessage, WritePath
from enactd.effects.programs.git_context import COMMITTED, Git, verb
from enactd.effects.programs.git_transport import remote_program
from enactd.effects.programs.patching import named_files
from enactd.effects.values import FILE, unknown

_APPLY: Final = Options(
    "--stat", "--numstat", "--summary", "--check", "--index", "--cached", "-3 --3way", "--ours", "--theirs",
    "--union", "--build-fake-ancestor F", "-N --intent-to-add", "-R --reverse", "--reject", "-z", "-p N", "-C N",
    "--unidiff-zero", "--apply", "--no-add", "--allow-binary-replacement", "--binary", "--exclude P",
    "--include P", "--ignore-space-change --ignore-whitespace", "--whitespace A", "--inaccurate-eof",
    "-v --verbose", "-q --quiet", "--recount", "--directory ROOT", "--unsafe-paths", "--allow-empty",
)  # fmt: skip
_AM: Final = Options(
    "-s --signoff", "-k --keep", "--keep-non-patch", "--keep-cr", "--no-keep-cr", "-c --scissors", "--no-scissors",
    "-m --message-id", "-q --quiet", "-u --utf8", "--no-utf8", "-3 --3way", "--no-3way", "--rerere-autoupdate",
    "--ignore-date", "--ignore-whitespace", "--whitespace A", "-C N", "-p N", "--directory D", "--exclude P",
    "--include P", "--reject", "--patch-format F", "-i --interactive", "-n --no-verify",
    "--committer-date-is-author-date", "--skip", "--abort", "--quit", "--retry", "--continue -r --resolved",
    "--resolvemsg M", "-S --gpg-sign [K]", "--show-current-patch [M]", "--allow-empty", "--empty M",
    "--quoted-cr A",
)  # fmt: skip


@verb("apply")
def apply(git: Git) -> Effects:
    """The patch says which files change; git keeps it inside the working folder."""
    line = _APPLY.parse(git.args)
    looks = line.has("--stat", "--numstat", "--summary", "--check") and not line.has("--apply")
    for file in line.operands:
        if file.text != "-":
            yield ReadPath(target=git.call.target(file), shown=False)
    if looks or line.has("--cached"):
        return
    root = line.text("--directory")
    patch = git.call.stdin if not line.operands else None
    if line.has("-R", "--reverse") and patch is not None and not patch.known:
        yield git.discard("apply --reverse", git.dirty())  # the output of `git diff` taken back is a checkout
    yield from _patched(git, line.operands, line.text("-p", "1"), root)


@verb("am")
def am(git: Git) -> Effects:
    """Patches from mail, each a commit."""
    line = _AM.parse(git.args)
    if line.has("--skip", "--abort", "--quit", "--continue", "--retry", "--show-current-patch"):
        return
    for file in line.operands:
        yield ReadPath(target=git.call.target(file), shown=False)
    yield from _patched(git, line.operands, line.text("-p", "1"), line.text("--directory"))


def _patched(git: Git, files: list[Value], strip: str, root: str) -> Effects:
    for file in files or [known("-")]:
        text = (git.call.stdin if file.text == "-" else git.call.text_of(file)) or known("")
        for path in named_files(text.text or "", strip):
            name = f"{root.rstrip('/')}/{path}" if root else path
            yield WritePath(target=git.call.target(git.in_repository(name)), how="edit", origins=text.origins)


@verb("format-patch")
def format_patch(git: Git) -> Effects:
    """Writes one file for each commit."""
    line = Options("-o --output-directory DIR", "--output FILE", "--stdout", "-n --numbered", "-N --no-numbered",
                   "-k --keep-subject", "-s --signoff", "--cover-letter", "-v --reroll-count N", "--to A", "--cc A",
                   "--subject-prefix P", "--in-reply-to I", "--base C", "-q --quiet").parse(git.args)  # fmt: skip
    for folder in line.values("-o"):
        yield WritePath(target=git.call.target(folder), how="create", recursive=True)
    for file in line.values("--output"):
        yield WritePath(target=git.call.target(file))


@verb("send-email", "imap-send")
def send_email(git: Git) -> Effects:
    """Mails patches."""
    line = Options(
        "--to A", "--cc A", "--bcc A", "--from A", "--subject S", "--compose", "--dry-run", "--smtp-server S",
        "--smtp-user U", "--smtp-pass [P]", "--smtp-server-port P", "--smtp-encryption E", "--confirm M", "--quiet",
        "--suppress-cc C", "--in-reply-to I", "--annotate", "--to-cmd C", "--cc-cmd C", "--header-cmd C",
        "--sendmail-cmd C", "--identity I", "--envelope-sender A", "-v N", "--validate", "--no-validate", "--thread",
        "--no-thread", "--chain-reply-to", "--batch-size N", "--dump-aliases", "--force",
    ).parse(git.args)  # fmt: skip
    for command in line.values("--to-cmd", "--cc-cmd", "--header-cmd", "--sendmail-cmd"):
        yield from git.call.hidden(command, "send-email")
    if line.has("--dry-run", "--dump-aliases"):
        return
    people = line.values("--to", "--cc", "--bcc")
    to = ", ".join(person.shown() for person in people)
    yield SendMessage(by=f"git {git.name}", to=to, bulk=len(people) > 5)


@verb("archive")
def archive(git: Git) -> Effects:
    """Files of a commit as one archive."""
    line = Options("--format F", "--prefix P", "--add-file F", "--add-virtual-file F", "-o --output FILE",
                   "--worktree-attributes", "-v --verbose", "--remote R", "--exec CMD", "-l --list", "--mtime T",
                   "-0", "-1", "-2", "-3", "-4", "-5", "-6", "-7", "-8", "-9").parse(git.args)  # fmt: skip
    for command in line.values("--exec"):
        yield from remote_program(git, command, "git archive --exec")
    for file in line.values("-o"):
        yield WritePath(target=git.call.target(file))
    for word in (*line.operands[1:], *line.values("--add-file")):
        yield ReadPath(target=git.call.target(word), shown=not line.has("-o"))
    if not line.has("-o", "-l", "--remote"):
        yield Output(unknown(COMMITTED, FILE))


@verb("bundle")
def bundle(git: Git) -> Effects:
    """`create` writes a file that holds commits."""
    words = [word for word in git.args if not word.startswith("-") or word.text == "-"]
    if len(words) > 1 and words[0].text == "create" and words[1].text != "-":
        yield WritePath(target=git.call.target(words[1]))
