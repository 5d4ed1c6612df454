"""Forms of shell text in which a program named `canary` runs, and forms in which it does not.

Ground truth is bash itself: `test_readers.py` runs each of them.
"""

from __future__ import annotations

from typing import Final

_LINES: Final = r"""
canary
canary one two
  canary
	canary
\canary
c\anary
ca""nary
'canary'
"canary"
c'anar'y
$'canary'
$'\x63anary'
$'\143anary'
$"canary"
canary;
canary&wait
canary #x
canary 'a b' "c"
X=1 canary
X=1 Y='2 3' canary
X= canary
X=$(true) canary
2>/dev/null canary
>/dev/null canary
</dev/null canary
<<<x canary
canary 2>&1 >/dev/null
canary &>/dev/null
canary &>>/dev/null
canary >&2
canary <&0
{fd}>/dev/null canary
canary {fd}>/dev/null
3>/dev/null canary
canary <>/dev/null
canary >|/dev/null
true && canary
false || canary
true; canary
true|canary
true |& canary
canary | cat
canary |& cat
! canary
time canary
time -p canary
! ! canary
true && false || canary
(canary)
( canary )
((1)); canary
{ canary; }
{ canary;} 2>/dev/null
(true; canary)
( ( canary ) )
((canary) )
if canary; then :; fi
if true; then canary; fi
if false; then :; else canary; fi
if false; then :; elif canary; then :; fi
if false; then :; elif true; then canary; fi
while canary && false; do :; done
while true; do canary; break; done
until canary; do :; done
until false; do canary; break; done
for i in 1; do canary; done
for i in $(canary); do :; done
for i in 1; { canary; }
for ((i=0;i<1;i++)); do canary; done
for ((i=0;i<1;i++)) { canary; }
for (( i=$(canary)0; i<0; )); do :; done
case x in x) canary;; esac
case x in (x) canary;; esac
case x in x) canary; esac
case $(canary) in *) ;; esac
case x in x) ;& y) canary;; esac
case x in x) ;;& *) canary;; esac
case x in $(canary)x) ;; esac
case x in a|x) canary ;; esac
[[ -n $(canary) ]]
[[ -z "$(canary)" ]]
[[ x ]] && canary
[[ x =~ $(canary) ]]
[[ a = b || -n $(canary) ]]
[[ -f <(canary) ]]
[ -n "$(canary)" ]
test "$(canary)"
select i in 1; do canary; break; done <<< 1
f() { canary; }; f
f() ( canary ); f
function f { canary; }; f
function f() { canary; }; f
function f { canary; } 2>/dev/null; f
f () if true; then canary; fi; f
f() { :; }; f $(canary)
f+() { canary; }; f+
coproc canary; wait
coproc N { canary; }; wait
coproc { canary; }; wait
echo $(canary)
echo "$(canary)"
echo `canary`
echo "`canary`"
echo 'a'`canary`'b'
echo "a"$(canary)"b"
echo $(echo $(canary))
echo `echo \`canary\``
echo "$(echo "$(canary)")"
echo "`echo "$(canary)"`"
echo $( (canary) )
echo $( { canary; } )
echo $(true; canary)
echo $(<<<x canary)
echo $(case x in x) canary;; esac)
echo ${x:-$(canary)}
echo "${x:-$(canary)}"
echo ${x-`canary`}
echo ${x:=$(canary)}
echo ${x=`canary`}
x=1; echo ${x:+$(canary)}
x=1; echo ${x+"$(canary)"}
x=abc; echo ${x#$(canary)}
x=abc; echo ${x##$(canary)}
x=abc; echo ${x%$(canary)}
x=abc; echo ${x/$(canary)/b}
x=abc; echo ${x/a/$(canary)}
x=abc; echo ${x//$(canary)}
x=abc; echo ${x:$(canary)0}
x=abc; echo ${x:0:$(canary)1}
x=abc; echo ${x^^$(canary)}
a=(1); echo ${a[$(canary)0]}
a=(1); echo ${#a[$(canary)0]}
echo ${x:-${y:-$(canary)}}
echo ${x:-"a $(canary) b"}
echo $((1+$(canary)0))
echo $(($(canary)0+1))
echo $((`canary`0))
echo $[ $(canary)0 ]
((x=$(canary)1))
let x=$(canary)1
a[$(canary)0]=1
a=($(canary))
a=(1 [$(canary)2]=3)
a+=($(canary))
declare x=$(canary)
declare -a a=($(canary))
declare -A m=([k]=$(canary))
export X=$(canary)
readonly R="$(canary)"
f() { local x=$(canary); }; f
x=$(canary)
x="$(canary)" y=1
x+=$(canary)
x=`canary`
cat <(canary) >/dev/null
cat < <(canary)
echo x > >(canary; cat >/dev/null); wait; sleep 0.1
while read -r l; do :; done < <(canary)
x=<(canary); sleep 0.1
: ${x:-<(canary)}; sleep 0.1
cat <<< "$(canary)"
cat <<< $(canary)
canary <<< x
echo \'; canary; echo \'
echo \"; canary; echo \"
echo "\""; canary; echo "\""
echo '\'; canary; echo '\'
echo $'\''; canary; echo $'\''
echo "$'"; canary; echo "'$"
echo "'" ; canary ; echo "'"
echo a#b; canary
echo ${#x}; canary
echo ${x#a}; canary
echo $#; canary
x='#'; canary
{ true; } && canary
{canary,}
$(echo canary)
`echo canary`
"$(echo canary)"
x=canary; $x
x=can; ${x}ary
x=canary; "$x"
c() { canary; }; c
eval canary
eval 'canary'
eval "can""ary"
eval $(echo canary)
x=canary; eval "$x"
eval 'eval canary'
bash -c canary
bash -c 'canary'
bash -c "canary"
sh -c canary
bash -c 'eval "$1"' _ canary
bash -c '"$0"' canary
bash <<< canary
echo canary | bash
echo canary | sh
printf 'can%s' ary | bash
printf '%s\n' canary | sh
bash < <(echo canary)
bash <(echo canary)
source <(echo canary)
. <(echo canary)
source /dev/stdin <<< canary
echo canary > s; bash s
echo canary > s; . ./s
echo canary > s; source s
echo canary > s; sh < s
echo canary > s; cat s | sh
echo canary > s; chmod +x s; ./s
command canary
command -p true; canary
builtin eval canary
exec canary
(exec canary)
env canary
env X=1 canary
env -i PATH="$PATH" canary
nice canary
nohup canary
timeout 5 canary
setsid -w canary
stdbuf -oL canary
xargs canary < /dev/null
echo x | xargs canary
echo x | xargs -n1 canary
echo x | xargs -I{} canary {}
echo canary | xargs -I{} sh -c {}
echo x | xargs sh -c canary
find . -maxdepth 0 -exec canary \;
find . -maxdepth 0 -exec canary {} +
find . -maxdepth 0 -exec sh -c canary \;
find . -maxdepth 0 -execdir canary \;
trap canary EXIT
trap 'canary' 0
trap canary DEBUG; true
trap canary ERR; false
trap canary USR1; kill -USR1 $$; true
(trap canary EXIT)
x='a[$(canary)]'; echo $((x))
x='a[$(canary)0]'; [[ $x -eq 0 ]]
x='a[$(canary)0]'; ((x))
a=(1); unset 'a[$(canary)0]'
x='$(canary)'; echo ${x@P}
read 'a[$(canary)0]' <<< 1
printf -v 'a[$(canary)0]' 1
mapfile -C canary -c 1 <<< x
set -- canary; "$@"
set -- canary; $1
set -- canary; $*
a=(canary); "${a[@]}"
a=(x canary); ${a[1]}
IFS=,; x=canary,a; $x
x=yranac; $(echo $x | rev)
$(echo Y2FuYXJ5 | base64 -d)
echo Y2FuYXJ5 | base64 -d | sh
echo pnanel | tr a-z n-za-m | sh
printf '\143anary' | sh
echo -e 'can\x61ry' | sh
$(printf '\x63anary')
x=CANARY; ${x,,}
x=xcanary; ${x#x}
x=canary.sh; ${x%.sh}
x=can-ary; ${x/-/}
x=zcanary; ${x:1}
x=canary y=x; ${!y}
can{ary,}
c{an,}ary
hash -p "$(type -P canary)" ls; ls
ls() { canary; }; ls
cd /; canary
PATH=$PATH canary
while read -r c; do $c; done <<< canary
while read -r c; do $c; done < <(echo canary)
echo canary | while read -r c; do $c; done
read c <<< canary; $c
mapfile -t c <<< canary; ${c[0]}
bash -c 'f() { canary; }; f'
export -f f 2>/dev/null; f() { canary; }; export -f f; bash -c f
f() { "$@"; }; f canary
f() { eval "$1"; }; f canary
for c in canary; do $c; done
for c; do $c; done; set -- canary; for c; do $c; done
until canary; do break; done
true & canary
canary & wait
echo 'canary' | tee s >/dev/null; sh s
bash -s <<< canary
bash -s x y <<< canary
bash -ec canary
bash -c -e canary
bash -c -- canary
bash --norc -c canary
sh -ec 'true; canary'
env bash -c canary
env -S 'bash -c canary'
! { canary; }
if ! canary; then :; fi
: $(canary) ${x:-y}
: "$(canary)"
exec 3< <(canary); cat <&3
{ canary; } | { cat; }
true; true; true; canary
if true; then if true; then canary; fi; fi
(((1+1)); canary)
$((1)) 2>/dev/null; canary
[[ a == @(a|$(canary)) ]]
"""

_SEVERAL_LINES: Final = (
    "echo $(# comment\ncanary)",
    "for i in 1\ndo canary; done",
    "cat <<EOF\n$(canary)\nEOF",
    "cat <<EOF\n`canary`\nEOF",
    "cat <<EOF\n${x:-$(canary)}\nEOF",
    "cat <<-EOF\n\t$(canary)\n\tEOF",
    "cat <<EOF\n$((1+$(canary)0))\nEOF",
    "cat <<A <<B\na\nA\n$(canary)\nB",
    "cat <<A; canary\nx\nA",
    "cat <<A && canary\nx\nA",
    "canary <<A\nx\nA",
    "cat <<'A' && canary\n$(true)\nA",
    'cat <<"A"\nx\nA\ncanary',
    "cat <<\\A\nx\nA\ncanary",
    'cat <<A"B"\nx\nAB\ncanary',
    "cat <<EOF\nx\\\nEOF\n$(canary)\nEOF",
    "cat <<EOF\n\\$(true) $(canary)\nEOF",
    'cat <<EOF\n"$(canary)" \'\nEOF',
    "cat <<EOF\n'$(canary)'\nEOF",
    "echo a\\\nb; canary",
    "canary \\\n one",
    "can\\\nary",
    "true && \\\ncanary",
    "true |\ncanary",
    "true &&\n\ncanary",
    "# comment\ncanary",
    "echo 'a\nb'; canary",
    'echo "a\nb"; canary',
    "echo a # b'c\ncanary",
    "bash <<E\ncanary\nE",
    "bash <<'E'\ncanary\nE",
    "cat > s <<'E'\ncanary\nE\nsh s",
    "cat > s <<E\ncanary\nE\nbash s",
    "shopt -s expand_aliases; alias c=canary\nc",
    "shopt -s extglob\nls @(a|$(canary)) 2>/dev/null",
    "cat <<A | sh\ncanary\nA",
    "(cat <<A\nx\nA\ncanary)",
    "f() {\ncanary\n}\nf",
    "if true\nthen canary\nfi",
    "case x in\nx)\ncanary\n;;\nesac",
    "cat <<E\nx\nE\n\ncanary",
    "x=$(cat <<E\ncanary\nE\n); $x",
    "$(cat <<'E'\ncanary\nE\n)",
    "git commit -m \"$(cat <<'E'\nit's\nE\n)\" 2>/dev/null; canary",
    "echo \\\\\ncanary",
    "echo \\\r\ncanary",
    "true;\\\ncanary",
    "{\ncanary\n}",
    "true # \\\ncanary",
    "echo ${x:-\n$(canary)}",
    "cat <<E >/dev/null; canary\n`:`\nE",
    "cat <<'E'\n'\nE\ncanary",
    "cat <<'E'\nE \nE\ncanary",
    "cat <<-'E'\n\tx\n\tE\ncanary",
    "bash -c '\ncanary\n'",
    "eval '\ncanary'",
    "cat << E\nx\nE\ncanary",
    "cat <<E<<F\nx\nE\ny\nF\ncanary",
    "while read -r l; do $l; done <<E\ncanary\nE",
    "mapfile -t c <<E\ncanary\nE\n${c[0]}",
)

RUN: Final = (*(line for line in _LINES.split("\n") if line.strip()), *_SEVERAL_LINES)

NEVER_RUN: Final = (
    "echo canary", "echo 'canary'", 'echo "canary"', "# canary", "echo a # canary", "echo '$(canary)'", r"echo \$\(canary\)",
    "cat <<'E'\n$(canary)\nE", "cat <<\\E\n`canary`\nE", "cat <<E\ncanary\nE", "false && canary", "true || canary",
    "if false; then canary; fi", "x=canary", "x=canary true", "f() { canary; }", "case a in b) canary;; esac", "echo canary | cat",
    "for i in; do canary; done", "while false; do canary; done", "alias c=canary", ": canary", "true canary", "[[ canary ]]",
    "[ canary ]", "canary=1", "declare canary=1", "a=(canary)", "echo ${canary}", "echo $canary", "exit; canary", "set -e; false; canary",
    "return_() { return; canary; }; return_", "for i in 1; do break; canary; done", "(exit 1) && canary", "! true && canary",
    "cat <<< canary", "printf '%s' canary", "echo \"'$'(canary)\"", "trap - EXIT; echo canary", "((0)) && canary", "[[ a = b ]] && canary",
)  # fmt: skip
