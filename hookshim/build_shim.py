"""Makes `enact-hook`: compiled where a compiler is at hand, else the script in Python.

Used by the wheel build, by `make shim` and by a checkout that needs its shim; standard library only.
`ENACT_HOOK_CC` names the one compiler to try; `ENACT_HOOK_REQUIRE=1` makes the script an error.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCRIPT = HERE / "enact-hook.py"
WARNINGS = ("-Wall", "-Wextra", "-std=c11")
FLAGS = (*WARNINGS, "-O2", "-fstack-protector-strong", "-s")
SANITIZED = (*WARNINGS, "-Werror", "-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")


class BuildError(Exception):
    """No shim could be made; the text says why."""


def build(target: Path, version: str, *, require: bool = False, strict: bool = False) -> bool:
    """Write an executable shim to `target`; True if it is compiled, False if it is the script.

    Each result has run before it is accepted. `require` refuses the script, `strict` any warning.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    tried: list[str] = []
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".enact-hook-") as folder:
        made = Path(folder) / "enact-hook"
        for compiler in _compilers():
            flags = (*FLAGS, "-Werror") if strict else FLAGS
            problem = compile_shim(compiler, flags, version, made) or _refusal_problem(made, version)
            if not problem:
                made.replace(target)
                return True
            tried.append(f"{shlex.join(compiler)}: {problem}")
        if require:
            raise BuildError("enact-hook cannot be compiled: " + "; ".join(tried))
        made.write_text(script_text(version), encoding="utf-8")
        made.chmod(0o755)
        made.replace(target)
    return False


def compile_shim(compiler: list[str], flags: tuple[str, ...], version: str, target: Path) -> str:
    """Run one compiler; what went wrong, or nothing."""
    sources = [str(source) for source in sorted(HERE.glob("*.c"))]
    command = [*compiler, *flags, f'-DENACT_VERSION="{version}"', "-o", str(target), *sources]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    return "" if result.returncode == 0 else (result.stderr.strip() or f"exit code {result.returncode}")


def script_text(version: str) -> str:
    """The script in Python, telling its version."""
    text, count = re.subn(r'(?m)^VERSION = ".*?"', f'VERSION = "{version}"', SCRIPT.read_text(encoding="utf-8"))
    if count != 1:
        raise BuildError(f"{SCRIPT.name} has {count} lines with its version, one is expected")
    return text


def version_of_checkout() -> str:
    """`enactd.__version__`, without importing it."""
    text = (HERE.parent / "enactd" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'(?m)^__version__ = "([^"]+)"', text)
    if found is None:
        raise BuildError("enactd/__init__.py names no version")
    return found[1]


def _compilers() -> Iterator[list[str]]:
    """Best first: static musl starts twice as fast as anything dynamic."""
    chosen = os.environ.get("ENACT_HOOK_CC")
    if chosen:
        words = shlex.split(chosen)
        yield [*words, "-static"]
        yield words
    else:
        yield ["musl-gcc", "-static"]
        yield ["cc", "-static"]
        yield ["cc"]


def _refusal_problem(shim: Path, version: str) -> str:
    """What is wrong with a fresh shim: it must tell its version, and say no when nobody listens."""
    nowhere = ["claude-code", "--home", str(shim.parent / "nowhere")]
    try:
        told = subprocess.run([shim, "--version"], capture_output=True, timeout=10, check=False)
        refused = subprocess.run(
            [shim, *nowhere], stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    if told.stdout != f"enact-hook {version}\n".encode() or told.returncode != 0:
        return "the result does not tell its version"
    if refused.returncode != 2 or refused.stdout or refused.stderr.count(b"\n") != 1:
        return "the result does not refuse without a daemon"
    return ""


def main() -> int:
    """Command line of `make shim`."""
    parser = argparse.ArgumentParser(description="Build enact-hook.")
    parser.add_argument("--output", type=Path, default=HERE / "enact-hook")
    parser.add_argument("--strict", action="store_true", help="warnings are errors, and so is a missing compiler")
    parser.add_argument(
        "--sanitize", action="store_true", help="with address and undefined behaviour checks, for tests"
    )
    options = parser.parse_args()
    version = version_of_checkout()
    try:
        if options.sanitize:
            problem = compile_shim(["cc"], SANITIZED, version, options.output)
            if problem:
                raise BuildError(problem)
            compiled = True
        else:
            require = os.environ.get("ENACT_HOOK_REQUIRE") == "1"
            compiled = build(options.output, version, require=require or options.strict, strict=options.strict)
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    size = options.output.stat().st_size
    print(f"{options.output}: {'compiled' if compiled else 'script in Python'}, {size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
