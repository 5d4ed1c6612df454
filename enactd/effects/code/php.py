"""PHP: shell_exec and its kin, unlink, file_put_contents, curl, eval, PDO, Laravel's facades. Text outside tags prints."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from enactd.effects.code import deeds, operations
from enactd.effects.code import deeds_network as network
from enactd.effects.code import deeds_programs as programs
from enactd.effects.code import phrase_services as services
from enactd.effects.code.dialects import Dialect
from enactd.effects.code.objects import Thing, untold
from enactd.effects.code.phrases import Phrase
from enactd.effects.http import exchange
from enactd.effects.invocation import Effects, Invocation
from enactd.effects.model import RevealSecret
from enactd.effects.scripts import reads
from enactd.effects.values import NETWORK, Value

_PHP: Final = Dialect(
    "php", interpolation="php", line_comments=("#", "//"), block_comments=(("/*", "*/"),), sigils=True, heredocs=True,
    concatenation=frozenset((".",)), members=frozenset(("->", "::", "?->", "\\")),
)  # fmt: skip
_OUTSIDE: Final = re.compile(r"\?>.*?(?=<\?(?:php|=)|\Z)", re.DOTALL)


def _curl_option(phrase: Phrase) -> Thing | None:
    """`curl_setopt` fills in the request that `curl_exec` sends."""
    handle, name, content = phrase.at(0), phrase.at(1), phrase.at(2)
    if handle is not None and name is not None and content is not None:
        handle.fields = {**(handle.fields or {}), name.name or name.plain or "": content}
    return None


def _curl_init(phrase: Phrase) -> Thing | None:
    return Thing(
        untold("a request").texts, "curl", None, {"CURLOPT_URL": phrase.arguments[0]} if phrase.arguments else {}
    )


def _curl_exec(phrase: Phrase) -> Thing | None:
    """The method is the one asked for, or POST where there are fields."""
    options = (phrase.arguments[0].fields if phrase.arguments else None) or {}
    body = options.get("CURLOPT_POSTFIELDS")
    verb = options.get("CURLOPT_CUSTOMREQUEST")
    method = verb.plain if verb is not None else "POST" if body is not None or "CURLOPT_POST" in options else "GET"
    insecure = (options.get("CURLOPT_SSL_VERIFYPEER") or untold()).plain in ("0", "false")
    content = body.text.tainted(*body.all_origins()) if body is not None else None
    url = options.get("CURLOPT_URL") or untold("a URL")
    for address in url.texts[:3]:
        phrase.emit(exchange(method, address, body=content, insecure=insecure))
    return untold("what came from the network", {NETWORK})


def _info(phrase: Phrase) -> Thing | None:
    phrase.emit(iter([RevealSecret(what="the environment", by="phpinfo")]))
    return None


def _guzzle(phrase: Phrase) -> Thing | None:
    return network.requests(None, url=1, body=2, verb=0)(phrase)


def _escape(phrase: Phrase) -> Thing | None:
    return phrase.at(0)


def _array(phrase: Phrase) -> Thing | None:
    from enactd.effects.code.objects import listed

    return listed(phrase.arguments) if not phrase.options else Thing(untold().texts, "{}", None, phrase.options)


def _artisan(phrase: Phrase) -> Thing | None:
    """A command of Laravel's console, called from code."""
    from enactd.effects.values import known

    phrase.emit(operations.run(phrase.call, [known("artisan"), *phrase.text(0).words()]))
    return None


_TABLE: Final = deeds.table(
    {
        "pcntl_fork": programs.forks,
        "` exec shell_exec system passthru popen proc_open expect_popen Process.fromShellCommandline": programs.shells_at(
            0
        ),
        "pcntl_exec Process Symfony.Component.Process.Process Process.run": programs.runs,
        "unlink Storage.delete File.delete": deeds.deletes(stop=1),
        "rmdir": deeds.deletes(stop=1, empty=True),
        "File.deleteDirectory Storage.deleteDirectory File.cleanDirectory .deleteDirectory Filesystem.remove": deeds.deletes(
            recursive=True, stop=1
        ),
        "file_put_contents File.put Storage.put File.append": deeds.writes(),
        "touch ftruncate": deeds.writes(content=None),
        "fopen SplFileObject gzopen": deeds.opens(),
        "file_get_contents readfile file highlight_file show_source php_strip_whitespace parse_ini_file fpassthru File.get Storage.get "
        "simplexml_load_file": deeds.reads(),
        "scandir opendir dir": deeds.reads(listing=True),
        "glob": deeds.globs,
        "rename move_uploaded_file File.move Storage.move": deeds.moves,
        "copy link File.copy Storage.copy": deeds.copies,
        "symlink": deeds.links,
        "chmod lchmod chown chgrp": deeds.modes(first=False),
        "getcwd": deeds.here,
        "sys_get_temp_dir": deeds.temporary,
        "tempnam tmpfile": deeds.temporary,
        "chdir": deeds.chdir,
        "realpath escapeshellarg escapeshellcmd trim rtrim ltrim strval base_path storage_path addslashes": _escape,
        "array list": _array,
        "eval assert": programs.evaluates("php"),
        "create_function": programs.evaluates("php", 1),
        "include include_once require require_once": programs.loads("php"),
        "call_user_func array_map register_shutdown_function array_walk forward_static_call usort": programs.calls(),
        "call_user_func_array": programs.calls(),
        "base64_decode": programs.decodes("base64"),
        "hex2bin": programs.decodes("hex"),
        "gzinflate gzuncompress gzdecode str_rot13 convert_uudecode openssl_decrypt unserialize": programs.hides,
        "strrev": programs.reverses,
        "implode join": programs.implodes,
        "chr": programs.characters,
        "posix_kill": programs.signals_first,
        "echo print print_r var_dump var_export printf fwrite json_encode dd dump": network.prints,
        "getenv env": network.environment,
        "phpinfo": _info,
        "curl_init": _curl_init,
        "curl_setopt": _curl_option,
        "curl_exec": _curl_exec,
        "fsockopen stream_socket_client pfsockopen socket_connect": network.connects(),
        "mail Mail.raw": network.mails,
        "Client.get GuzzleHttp.Client.get Http.get": network.requests("GET", body=None),
        "Client.post GuzzleHttp.Client.post Http.post": network.requests("POST"),
        "Client.put GuzzleHttp.Client.put Http.put Http.patch": network.requests("PUT"),
        "Client.delete GuzzleHttp.Client.delete Http.delete": network.requests("DELETE"),
        "Client.request GuzzleHttp.Client.request": _guzzle,
        "PDO mysqli new.PDO": network.connects_database(),
        "mysqli_query pg_query mysql_query sqlite_query odbc_exec": network.statements(index=1),
        ".exec .query .prepare .execute .executeQuery .executeStatement DB.statement DB.unprepared DB.select DB.delete DB.update DB.insert "
        ".selectRaw .multi_query .real_query DB.raw": network.statements(),
        "Schema.drop Schema.dropIfExists Schema.dropAllTables Schema.dropDatabaseIfExists .truncate .dropDatabase .drop": network.empties(),
        "Redis.flushall Redis.flushdb .flushAll .flushDb Cache.flush": network.empties("flush"),
        ".where .whereIn .whereRaw .whereNotNull .filter": services.filters,
        ".delete .forceDelete": services.deletes_all,
        "Artisan.call": _artisan,
    }
)


@reads("php")
def read_php(call: Invocation, text: Value, origin: str, changes: Mapping[str, Any]) -> Effects:
    """A file has tags, `php -r` has none."""
    yield from deeds.read_phrases(call, _inside(text), origin, changes, _PHP, _TABLE)


def _inside(text: Value) -> Value:
    """The code between tags; what lies outside is replaced by line ends, so that nothing is joined."""
    whole = "".join(piece for piece in text.pieces if isinstance(piece, str))
    if not re.search(r"<\?(?:php\b|=)", whole):
        return text
    pieces = ["?>", *text.pieces, ""] if isinstance(text.pieces[0], str) else list(text.pieces)
    if not text.known:
        return Value(tuple(re.sub(r"<\?(?:php\b|=)|\?>", ";", p) if isinstance(p, str) else p for p in pieces))
    return Value((re.sub(r"<\?(?:php\b|=)?", ";", _OUTSIDE.sub(";\n", "?>" + whole)),))
