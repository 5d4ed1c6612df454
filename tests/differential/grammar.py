"""Random shell programs over harmless commands in a scratch folder, wrapped in every construct that is followed.

A program is text with the names of the constructs in it. The same seed gives the same programs.
"""

from __future__ import annotations

import base64
import random
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

FILES: Final = {
    "a.txt": "alpha\n", "b.txt": "beta\n", "sp ace.txt": "blank\n", "e.log": "1\n", "f.log": "2\n", "d1/x": "x\n",
    "d1/y": "y\n", "d1/k.log": "3\n", "d2/sub/z": "z\n", "d2/w.txt": "w\n", "list.txt": "a.txt\nd1/x\n",
    "pairs.txt": "one b.txt\ntwo d1/y\n", "name.txt": "e.log\n", ".hid": "h\n", "clean.sh": 'rm -f "$1" f.log\n',
}  # fmt: skip
LINKS: Final = {"ln1": "d1", "lf": "b.txt"}
FOLDERS: Final = ("d1", "d2", "d2/sub", "empty")


@dataclass
class Program:
    """A generated text and what is in it."""

    text: str
    constructs: set[str] = field(default_factory=set)


class Grammar:
    """Draws programs; `constructs` collects what the current one uses."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.constructs: set[str] = set()
        self.variables: list[str] = []
        self.counter = 0

    def program(self) -> Program:
        self.constructs, self.variables, self.counter = set(), [], 0
        text = self.lines(self.random.randint(1, 4), 2)
        return Program(text, self.constructs)

    def lines(self, count: int, depth: int) -> str:
        return "\n".join(self.statement(depth) for _ in range(count))

    def pick(self, *choices: Callable[[], str]) -> str:
        return self.random.choice(choices)()

    def use(self, name: str) -> None:
        self.constructs.add(name)

    def new(self, prefix: str) -> str:
        self.counter += 1
        return f"{prefix}{self.counter}"

    # --- words -------------------------------------------------------------------------------------

    def file(self) -> str:
        return self.random.choice(
            [
                "a.txt",
                "b.txt",
                "sp ace.txt",
                "e.log",
                "f.log",
                "d1/x",
                "d1/y",
                "d2/sub/z",
                "d2/w.txt",
                "n1",
                "d1/n2",
                "lf",
            ]
        )

    def folder(self) -> str:
        return self.random.choice(["d1", "d2", "d2/sub", "empty", "n3", "ln1", "."])

    def path(self) -> str:
        return self.file() if self.random.random() < 0.75 else self.folder()

    def word(self, path: str | None = None) -> str:
        """One word that names a path, in one of many spellings."""
        path = self.path() if path is None else path
        roll = self.random.random()
        if roll < 0.3 or " " in path:
            return shlex.quote(path) if self.random.random() < 0.8 else '"' + path + '"'
        if roll < 0.4:
            return self.pick(
                lambda: "./" + path, lambda: '"$PWD"/' + path, lambda: path[0] + "''" + path[1:], lambda: "\\" + path
            )
        if roll < 0.5 and self.variables:
            self.use("variable")
            name = self.random.choice(self.variables)
            return self.pick(
                lambda: f'"${name}"', lambda: f"${name}", lambda: f'"${{{name}}}"', lambda: f'"${{{name}:-n9}}"'
            )
        if roll < 0.56:
            self.use("substitution")
            return self.pick(
                lambda: f'"$(echo {path})"',
                lambda: f"`echo {path}`",
                lambda: f'"$(printf %s {path})"',
                lambda: '"$(cat name.txt)"',
                lambda: "$(< name.txt)",
            )
        if roll < 0.62:
            self.use("brace")
            return self.pick(
                lambda: "{a,b}.txt", lambda: "d{1,2}", lambda: "{e,f}.log", lambda: "f{1..3}", lambda: "d1/{x,y}"
            )
        if roll < 0.7:
            self.use("glob")
            return self.pick(
                lambda: "*.log",
                lambda: "d1/*",
                lambda: "[ab].txt",
                lambda: "*/x",
                lambda: "d?",
                lambda: "*.none",
                lambda: "./*.txt",
                lambda: "d2/*/z",
            )
        if roll < 0.78:
            self.use("operator")
            return self.pick(
                lambda: '"${U:-' + path + '}"', lambda: "${U-" + path + "}", lambda: '"${W%.txt}.log"', lambda: '"${W/a/b}"',
                lambda: '"${W:0:1}.txt"', lambda: '"${A[1]}"', lambda: '"${A[@]}"', lambda: '"${A[@]:1}"', lambda: "f$((1+1))",
                lambda: '"${!R}"', lambda: "${W##*/}", lambda: '"${A[0]/e/f}"',
            )  # fmt: skip
        if roll < 0.8:
            self.use("ansi")
            return "$'" + "".join(f"\\x{ord(c):02x}" for c in path) + "'"
        return path

    # --- simple commands ---------------------------------------------------------------------------

    def command(self) -> str:
        return self.pick(
            self.rm, self.rm, self.rm, self.two, self.two, self.make, self.make, self.write, self.write, self.link, self.mode,
            self.find, self.xargs, self.edit, self.folders,
        )  # fmt: skip

    def rm(self) -> str:
        flags = self.random.choice(["", "-f", "-rf", "-r", "-rf --", "-fr"])
        return " ".join(["rm", flags, *(self.word() for _ in range(self.random.choice([1, 1, 2])))])

    def two(self) -> str:
        return self.pick(
            lambda: f"mv {self.word()} {self.word()}", lambda: f"mv -f {self.word(self.file())} {self.word()}",
            lambda: f"cp {self.word(self.file())} {self.word()}", lambda: f"cp -r {self.word(self.folder())} {self.word('n3')}",
            lambda: f"mv -t {self.word('d2')} {self.word()}",
        )  # fmt: skip

    def make(self) -> str:
        return self.pick(
            lambda: f"touch {self.word()}", lambda: f"mkdir {self.word('n3')}", lambda: f"mkdir -p {self.word('n3/n4')}",
            lambda: f"rmdir {self.word('empty')}", lambda: f"truncate -s 0 {self.word(self.file())}",
        )  # fmt: skip

    def write(self) -> str:
        self.use("redirect")
        return self.pick(
            lambda: f"echo t > {self.word(self.file())}", lambda: f"echo t >> {self.word(self.file())}",
            lambda: f": > {self.word(self.file())}", lambda: f"cat a.txt > {self.word('n1')}",
            lambda: f"echo t | tee {self.word(self.file())} > /dev/null", lambda: f"> {self.word(self.file())} echo q 2>&1",
            lambda: f"cat <<EOF > {self.word(self.file())}\nbody\nEOF", lambda: f"ls nothing 2> {self.word('n1')}",
            lambda: f"{{ echo 1; echo 2; }} >> {self.word('n1')}", lambda: f"echo t &> {self.word('n1')}",
            lambda: f"exec 3> {self.word('n1')}; echo t >&3; exec 3>&-", lambda: f"echo t >| {self.word('n1')}",
        )  # fmt: skip

    def link(self) -> str:
        return self.pick(
            lambda: f"ln -s {self.word('d2')} n5",
            lambda: f"ln -sf {self.word(self.file())} {self.word('n1')}",
            lambda: "rm -rf n5/*",
            lambda: "ln a.txt n1",
        )

    def mode(self) -> str:
        return self.pick(
            lambda: f"chmod 600 {self.word()}",
            lambda: f"chmod -R u+x {self.word('d1')}",
            lambda: f"chmod a-w {self.word(self.file())}",
        )

    def find(self) -> str:
        self.use("find")
        place = shlex.quote(self.folder())
        return self.pick(
            lambda: f"find {place} -name '*.log' -delete", lambda: f"find {place} -type f -exec rm {{}} \\;",
            lambda: f"find {place} -type f -name 'x*' -exec rm -f {{}} +", lambda: f"find {place} -name y -execdir rm {{}} \\;",
            lambda: f"find {place} -type f -exec sh -c 'rm \"$1\"' _ {{}} \\;", lambda: f"find {place} -empty -delete",
        )  # fmt: skip

    def xargs(self) -> str:
        self.use("xargs")
        return self.pick(
            lambda: "cat list.txt | xargs rm -f", lambda: f"ls {self.word('d1')} | xargs -I{{}} rm -f d1/{{}}",
            lambda: f"printf '%s\\n' {self.word()} | xargs rm -rf", lambda: "xargs -a list.txt rm -f", lambda: "xargs touch < list.txt",
            lambda: "find d1 -type f -print0 | xargs -0 rm -f", lambda: "echo a.txt b.txt | xargs -n1 rm -f",
            lambda: "echo d1/x | xargs -I% sh -c 'rm -f %; touch %.new'", lambda: "echo YS50eHQK | base64 -d | xargs rm -f",
            lambda: "echo txt.b | rev | xargs rm -f", lambda: "sort list.txt | head -1 | xargs rm -f",
        )  # fmt: skip

    def edit(self) -> str:
        return self.pick(
            lambda: f"sed -i s/a/b/ {self.word(self.file())}",
            lambda: f"sed -i.bak s/a/b/ {self.word('a.txt')}",
            lambda: 'sed -n 1p list.txt | while read -r g; do rm -f "$g"; done',
        )

    def folders(self) -> str:
        self.use("cd")
        return self.pick(
            lambda: f"cd {self.word(self.folder())}", lambda: "cd ..", lambda: "cd nowhere", lambda: f"pushd {self.word('d1')} > /dev/null",
            lambda: "popd > /dev/null", lambda: "cd -", lambda: "cd d1 && rm -f x",
        )  # fmt: skip

    # --- statements --------------------------------------------------------------------------------

    def statement(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.3:
            return self.command()
        return self.random.choice([
            self.assignment, self.assignment, self.lists, self.lists, self.condition, self.condition, self.loop, self.loop,
            self.reading, self.choice, self.function, self.group, self.text, self.text, self.wrapper, self.file_script,
            self.parameters, self.trap, self.background, self.array, self.strict, self.process, self.descriptors,
            self.reference, self.decoding, self.odd_quotes,
        ])(depth - 1)  # fmt: skip

    def assignment(self, depth: int) -> str:
        self.use("assignment")
        name = self.new("v")
        value = self.pick(lambda: shlex.quote(self.path()), self.word, lambda: f"$(echo {shlex.quote(self.file())})")
        setup = self.pick(
            lambda: f"{name}={value}", lambda: f"{name}={value}", lambda: f"export {name}={value}", lambda: f"declare {name}={value}",
            lambda: f"{name}=d1; {name}+=/x", lambda: f"read -r {name} <<< {value}", lambda: f"printf -v {name} %s {value}",
            lambda: f"{self.test()} && {name}=a.txt || {name}=b.txt",
        )  # fmt: skip
        self.variables.append(name)
        return f"{setup}\n{self.statement(depth)}"

    def test(self) -> str:
        return self.pick(
            lambda: "true", lambda: "false", lambda: f"[ -e {self.word()} ]", lambda: f"[[ -f {self.word(self.file())} ]]",
            lambda: "grep -q alpha a.txt", lambda: f"test -d {self.word(self.folder())}", lambda: "[[ x == [xy] ]]",
            lambda: '[[ -z "$U" ]]', lambda: "(( 1 > 2 ))", lambda: "! true", lambda: f"cd {self.word(self.folder())}", lambda: "[ 1 = 2 ]",
        )  # fmt: skip

    def lists(self, depth: int) -> str:
        self.use("and-or")
        first = self.pick(self.test, self.command)
        return self.pick(
            lambda: f"{first} && {self.command()}", lambda: f"{first} || {self.command()}",
            lambda: f"{first} && {self.command()} || {self.command()}", lambda: f"{first}; {self.command()}",
            lambda: f"! {first} && {self.command()}",
        )  # fmt: skip

    def condition(self, depth: int) -> str:
        self.use("if")
        body, other = self.lines(1, depth), self.lines(1, depth)
        return self.pick(
            lambda: f"if {self.test()}; then {body}\nfi", lambda: f"if {self.test()}; then\n{body}\nelse\n{other}\nfi",
            lambda: f"if {self.test()}; then {body}\nelif {self.test()}; then {other}\nfi",
        )  # fmt: skip

    def loop(self, depth: int) -> str:
        self.use("loop")
        name = self.new("i")
        self.variables.append(name)
        body = self.lines(1, depth)
        self.variables.pop()
        own = self.pick(
            lambda: f'rm -f "${name}"',
            lambda: f"touch ${name}.t",
            lambda: f'mv "${name}" n6',
            lambda: f'echo t > "${{{name}%.*}}.o"',
            lambda: body,
        )
        return self.pick(
            lambda: f"for {name} in {self.word()} {self.word()}; do {own}\ndone", lambda: f"for {name} in *.log; do\n{own}\ndone",
            lambda: f"for {name} in $(cat list.txt); do {own}\n{body}\ndone", lambda: f"for (({name}=0; {name}<3; {name}++)); do rm -f f${name}\n{body}\ndone",
            lambda: f"{name}=0; while (({name} < 2)); do {body}\n(({name}++))\ndone", lambda: f"for {name} in {self.word()}; do {self.test()} && break\n{own}\ndone",
            lambda: f"for {name} in a b c; do [ ${name} = b ] && continue; rm -f ${name}.txt\ndone",
            lambda: f"k=0; until [ -e done{self.counter} ] || ((++k > 2)); do touch done{self.counter}; {body}\ndone",
        )  # fmt: skip

    def reading(self, depth: int) -> str:
        self.use("read")
        return self.pick(
            lambda: "while read -r p; do rm -f \"$p\"; done < list.txt", lambda: "while IFS= read -r p; do rm -f \"$p\"; done < <(cat list.txt)",
            lambda: "cat list.txt | while read p; do touch \"$p.new\"; done", lambda: "while read -r k p; do rm -f \"$p\"; done < pairs.txt",
            lambda: "ls d1 | while read -r p; do rm -f d1/$p; done", lambda: "mapfile -t M < list.txt; rm -f \"${M[@]}\"",
            lambda: "IFS=: read -r p q <<< 'a.txt:b.txt'; rm -f \"$q\"", lambda: "{ read -r p; read -r q; } < list.txt; rm -f $q",
            lambda: "exec 4< list.txt; read -r p <&4; read -r q <&4; rm -f \"$q\"; exec 4<&-",
        )  # fmt: skip

    def choice(self, depth: int) -> str:
        self.use("case")
        body, other = self.lines(1, depth), self.lines(1, depth)
        subject = self.pick(lambda: "x", self.word, lambda: '"$U"', lambda: "$(cat name.txt)")
        ends = self.random.choice([";;", ";&", ";;&"])
        return f"case {subject} in\nx|*.log) {body}\n{ends}\n[a-d]*) {other}\n;;\n*) {self.command()}\nesac"

    def function(self, depth: int) -> str:
        self.use("function")
        name = self.new("fn")
        body = self.pick(
            lambda: 'rm -f "$1"', lambda: 'local t="$1"; touch "$t.new"', lambda: 'rm -rf "$@"', lambda: f"{self.test()} || return\n{self.command()}",
            lambda: self.lines(1, depth), lambda: 'for a; do rm -f "$a"; done', lambda: "local W=n9; rm -f $W",
        )  # fmt: skip
        return f'{name}() {{ {body}\n}}\n{name} {self.word()} {self.word()}\nrm -f "$W"'

    def group(self, depth: int) -> str:
        self.use("group")
        body = self.lines(self.random.randint(1, 2), depth)
        return self.pick(
            lambda: f"( {body}\n)", lambda: f"{{ {body}\n}}", lambda: f"( {body}\n) > n1", lambda: f"(cd {self.word(self.folder())} && {body}\n)",
            lambda: f"x=$( {body}\n)", lambda: f"{{ {body}\n}} | cat > n7", lambda: f"( exit 3 ) || {self.command()}",
        )  # fmt: skip

    def text(self, depth: int) -> str:
        self.use("text")
        body = self.lines(1, depth)
        quoted = shlex.quote(body)
        return self.pick(
            lambda: f"eval {quoted}", lambda: f"bash -c {quoted}", lambda: f"bash -c {quoted}", lambda: f"bash -c 'rm -f \"$1\"' _ {self.word()}",
            lambda: f"bash <<'DONE'\n{body}\nDONE", lambda: f"echo {quoted} | bash", lambda: "bash -s a.txt <<'DONE'\nrm -f $1\nDONE",
            lambda: f"sh -c 'rm -f \"$@\"' sh {self.word()} {self.word()}", lambda: f"bash -c {quoted} && {self.command()}",
            lambda: f"bash < <(echo {quoted})", lambda: f"cmd={quoted}; eval \"$cmd\"", lambda: f"bash -c \"rm -f {self.file().split()[0]}\"",
        )  # fmt: skip

    def wrapper(self, depth: int) -> str:
        self.use("wrapper")
        return (
            self.random.choice(
                [
                    "env",
                    "env X=1",
                    "nice -n 5",
                    "timeout 5",
                    "command",
                    "nohup",
                    "setsid -w",
                    "stdbuf -oL",
                    "env -i PATH=/usr/bin:/bin",
                    "\\env",
                ]
            )
            + " "
            + self.rm()
        )

    def file_script(self, depth: int) -> str:
        self.use("script")
        body = self.lines(1, depth)
        return self.pick(
            lambda: f"cat > s1.sh <<'DONE'\n{body}\nDONE\nbash s1.sh", lambda: f"cat > s2.sh <<'DONE'\n{body}\nDONE\n. ./s2.sh",
            lambda: f"printf '#!/bin/bash\\nrm -f \"$1\"\\n' > s3.sh; chmod +x s3.sh; ./s3.sh {self.word()}", lambda: f"bash clean.sh {self.word()}",
            lambda: f"source clean.sh {self.word()}", lambda: f"echo 'rm -f a.txt' > s4.sh; {self.test()} && echo 'rm -f b.txt' >> s4.sh; bash s4.sh",
            lambda: "cp clean.sh s5.sh; bash s5.sh e.log",
        )  # fmt: skip

    def parameters(self, depth: int) -> str:
        self.use("parameters")
        return self.pick(
            lambda: f"set -- {self.word()} {self.word()}; shift; rm -f \"$1\"", lambda: f"set -- {self.word()} {self.word()}\nrm -rf \"$@\"",
            lambda: "set -- a b; for x in \"$@\"; do touch $x.t; done", lambda: f"set -- {self.word()}; rm -f \"${{1:-n8}}\"", lambda: "set -- d1 x; rm -f \"$1/$2\"",
        )  # fmt: skip

    def trap(self, depth: int) -> str:
        self.use("trap")
        return self.pick(
            lambda: f"trap 'rm -f \"$T\"' EXIT; T={self.word()}",
            lambda: "trap 'rm -f e.log' EXIT\ntrap - EXIT",
            lambda: "(trap 'touch n8' EXIT; T=1)",
        )

    def background(self, depth: int) -> str:
        self.use("background")
        return self.pick(
            lambda: f"{self.rm()} &\nwait",
            lambda: f"( {self.command()} ) & wait",
            lambda: f"{{ {self.rm()}; }} & wait; {self.command()}",
        )

    def array(self, depth: int) -> str:
        self.use("array")
        return self.pick(
            lambda: f"B=({self.word()} {self.word()}); rm -rf \"${{B[@]}}\"", lambda: "B=(); B+=(a.txt); B[3]=b.txt; rm -f \"${B[3]}\"",
            lambda: "declare -A H=([one]=a.txt ['t w']='sp ace.txt'); rm -f \"${H[t w]}\"", lambda: "for k in \"${!A[@]}\"; do rm -f \"${A[$k]}\"; done",
            lambda: "B=(*.log); rm -f \"${B[0]}\"",
        )  # fmt: skip

    def strict(self, depth: int) -> str:
        self.use("strict")
        return self.pick(
            lambda: f"(set -e; {self.test()}; {self.command()})", lambda: f"bash -ec '{self.test().replace(chr(39), chr(34))}; true' || rm -f a.txt",
            lambda: f"set -o pipefail; false | true || {self.command()}", lambda: "(set -u; echo \"$U\"; rm -f a.txt)", lambda: "set -f; rm -f *.log; set +f",
        )  # fmt: skip

    def process(self, depth: int) -> str:
        self.use("process substitution")
        return self.pick(
            lambda: "cat <(rm -f a.txt) > /dev/null", lambda: "echo t > >(cat > n7)", lambda: "diff <(cat a.txt) <(touch n8) > n9", lambda: "coproc rm -f a.txt; wait",
        )  # fmt: skip

    def descriptors(self, depth: int) -> str:
        self.use("descriptor")
        body = self.lines(1, depth)
        return self.pick(
            lambda: f"exec 3> n5; echo 'rm -f {self.file().split()[0]}' >&3; exec 3>&-; bash n5",
            lambda: f"exec {{fd}}> n5; echo 'rm -f e.log' >&$fd; {self.test()} && echo 'touch n6' >&$fd; sh n5",
            lambda: f"(exec > n5; echo 'rm -f b.txt' | bash; {body}\n)", lambda: f"{{ {body}\n}} 3>&1 > n5 2>&3",
            lambda: f"exec 5<<< a.txt; read -r p <&5; rm -f \"$p\"; exec 5<&-; {body}", lambda: "(exec < list.txt; read -r p; rm -f \"$p\")",
            lambda: f"exec 4>&1; x=$(echo b.txt; {body} >&4\n); rm -f \"${{x%%[!a-z.]*}}\"", lambda: "echo 'rm -f d1/x' > n5; { bash; } < n5",
            lambda: "fd() { exec 3>> n5; }; fd; echo 'rm -f f.log' >&3; . ./n5",
        )  # fmt: skip

    def reference(self, depth: int) -> str:
        self.use("reference")
        name = self.new("v")
        self.variables.append(name)
        return self.pick(
            lambda: f"declare -n r={name}; r={self.word()}; unset -n r\n{self.statement(depth)}",
            lambda: f"set_() {{ local -n o=$1; o={self.word()}; }}; set_ {name}\nrm -rf \"${name}\"",
            lambda: f"{name}=a.txt; {self.test()} && declare -n r={name} || declare -n r=other; r=b.txt; rm -f \"${name}\"; unset -n r",
            lambda: f"{name}=W; rm -f \"${{!{name}}}\"", lambda: "declare -n r=A; rm -f \"${r[1]}\"; r[0]=a.txt; rm -f \"${A[0]}\"; unset -n r",
        )  # fmt: skip

    def decoding(self, depth: int) -> str:
        self.use("decoding")
        path = self.file().split()[0]
        encoded = base64.b64encode(f"rm -f {path}".encode()).decode()
        return self.pick(
            lambda: f"echo {encoded} | base64 -d | bash", lambda: f"eval \"$(echo {encoded} | base64 --decode)\"",
            lambda: f"echo 'rm -f {path}' | tr a-y b-z | tr b-z a-y | sh", lambda: f"printf '%b' 'rm -f {path}\\n' | bash",
            lambda: f"echo '{f'rm -f {path}'[::-1]}' | rev | bash", lambda: f"printf 'rm -f %s\\n' {path} n9 | sh",
            lambda: f"rm -f $(printf '\\x{ord(path[0]):02x}'){path[1:]}", lambda: f"echo {path} | xargs rm -f",
            lambda: f"echo 'x{path}' | sed s/x// | cat | xargs -I@ rm -f @", lambda: "cat list.txt | head -n 1 | xargs touch",
        )  # fmt: skip

    def odd_quotes(self, depth: int) -> str:
        self.use("odd quotes")
        path = self.file().split()[0]
        return self.pick(
            lambda: f"rm -f \"${{U:-$'\\x{ord(path[0]):02x}'}}\"{path[1:]}", lambda: f"Wx={path}; rm -f \"${{W:+\"$W\"x}}\"",
            lambda: f"rm -f \"${{U:-{path}}}\"", lambda: f"rm -f ${{U:-'{path}'}}", lambda: f"rm -f \"${{U-\"{path}\"}}\"",
            lambda: f"rm -f ~+/{path}", lambda: f"cat <<E > n5\nrm -f ${{U:-{path}}}\nE\nbash n5", lambda: f"rm -f $\"{path}\"",
        )  # fmt: skip


PRELUDE: Final = "W=a.txt; R=W; A=(e.log 'sp ace.txt' d1/y)\n"
