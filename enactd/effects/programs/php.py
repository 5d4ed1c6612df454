"""php: `-r`, files, standard input, and the consoles of frameworks."""

from __future__ import annotations

from typing import Final

from enactd.effects.invocation import Effects, Invocation, Options, Value, find_program, join, known, program
from enactd.effects.model import OpenShell, RevealSecret
from enactd.effects.programs.ruby import tainted_output

_PHP: Final = Options(
    "-r --run CODE", "-B --process-begin CODE", "-R --process-code CODE", "-E --process-end CODE", "-f --file FILE", "-F --process-file FILE",
    "-S --server ADDR", "-t --docroot DIR", "-d --define K", "-c --php-ini PATH", "-z --zend-extension F", "-a --interactive",
    "-n --no-php-ini", "-l --syntax-check", "-v --version", "-h --help -?", "-i --info", "-m --modules", "-q", "-s --syntax-highlight",
    "-w --strip", "-e", "-H --hide-args", "--ini", "--rf --rfunction N", "--rc --rclass N", "--re --rextension N", "--ri --rextinfo N",
    stop_at_operand=True, abbreviate=False,
)  # fmt: skip
_CONSOLES: Final = {
    "artisan": "artisan",
    "bin/console": "console",
    "app/console": "console",
    "wp-cli.phar": "wp",
    "composer.phar": "composer",
    "think": "think",
    "yii": "yii",
    "spark": "spark",
    "bin/magento": "magento",
    "drush.php": "drush",
}


@program("php", "php-cli", "php-cgi", "hhvm", "frankenphp")
def php(call: Invocation) -> Effects:
    """Code by option, a console of a framework, a file, or what flows in."""
    line = _PHP.parse(call.args)
    if line.has("-v", "-h", "-l", "-m", "--ini", "--rf", "--rc", "--re", "--ri", "-w", "-s"):
        return
    if line.has("-i"):
        yield RevealSecret(what="the environment", by="php -i")
        return
    prepended: list[Value] = []
    for word in line.values("-d"):
        if word.startswith("auto_prepend_file=") or word.startswith("auto_append_file="):
            prepended.append(word.cut(word.prefix.index("=") + 1))
    for path in prepended:
        yield from call.script(path, language="php")
    code = [*line.values("-r"), *line.values("-B"), *line.values("-R"), *line.values("-E")]
    files = [*line.values("-f"), *line.values("-F")] or line.operands[:1]
    if code:
        yield from call.code("php", join(code, "\n"), via=call.name, args=line.operands)
    elif line.has("-S"):
        return
    elif files and files[0].text not in ("-", "/dev/stdin"):
        yield from _file(call, files[0], line.operands[1:])
    elif call.stdin is not None:
        yield from call.code("php", call.stdin, origin="stdin", via=call.name, stdin=None)
    else:
        yield OpenShell(by=call.name, to="this machine")
    yield from tainted_output(call)


def _file(call: Invocation, path: Value, args: list[Value]) -> Effects:
    text = path.text or ""
    name = text.rsplit("/", 1)[-1]
    console = _CONSOLES.get(name) or next((p for end, p in _CONSOLES.items() if text.endswith(end)), "")
    if not console and "vendor/" in text and find_program(name) is not None:
        console = name
    if console and find_program(console) is not None:
        yield from call.run([known(console), *args], via=call.name)
    else:
        yield from call.script(path, args, language="php")
