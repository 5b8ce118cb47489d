#!/usr/bin/env bash
# Data goes one way: a room's sources include only what src/rooms.txt lets them know, its tests only that and what
# tests/tests.txt names besides; and the house's own rules that a compiler doesn't know.
# usage: rooms.sh [TOP]
set -uo pipefail
cd "${1:-$(dirname "$0")/../..}" || exit 2
bad=0

awk -F'|' '
  function fail(text) { print text; bad = 1 }
  function words(s) { gsub(/^ +| +$/, "", s); return s }
  FILENAME == "src/rooms.txt" {
    if ($0 ~ /^[a-z]/) {
      room = words($1); n = split(words($2), a, / +/); known[room] = 1; knows[room, room] = 1
      for (i = 1; i <= n; i++) {
        if (!(a[i] in known)) fail("src/rooms.txt: " room " may not know " a[i] ", which comes later or not at all")
        knows[room, a[i]] = 1
      }
    }
    next
  }
  FILENAME == "tests/tests.txt" {
    if ($0 ~ /^[a-z]/) {
      test = words($1); split(test, a, "/"); n = split(words($2), b, / +/)
      for (i = 1; i <= n; i++) { uses["tests/" test ".c", b[i]] = 1; uses[a[1], b[i]] = 1 }
    }
    next
  }
  FNR == 1 { split(FILENAME, part, "/"); top = part[1]; room = part[2] }
  FNR == 1 { plain = "^[ \t]*#[ \t]*include[ \t]*(<[^>]+>|\"[^\"]+\")"; odd = "(#|%:|[?][?]=)([ \t]|/[*].*[*]/)*(include|import)" }
  (($0 ~ "^[^\"\047]*" odd && !/^[ \t]*(\*|\/\/)/ || $0 ~ "[*]/[ \t]*" odd) && $0 !~ plain) ||
      /^[ \t]*(#|%:)[ \t]*[a-z]*[ \t]*\\$/ {
    fail(FILENAME ":" FNR ": write #include \"room/file.h\", so that it can be read: " $0)
  }
  /^[ \t]*#[ \t]*include[ \t]*["<]/ {
    split($0, a, /["<>]/); other = substr(a[2], 1, index(a[2], "/") - 1)
    if (a[2] ~ /(^|\/)\.\.?\// && top == "src") fail(FILENAME ":" FNR ": name the room, no relative path: " a[2])
    if (!(other in known) || knows[room, other]) next
    if (top == "src") fail(FILENAME ":" FNR ": " room " must not know " other ": use what is below it, or move it below both")
    else if ((room in known) && !uses[FILENAME, other] && !(FILENAME ~ /\.h$/ && uses[room, other]))
      fail(FILENAME ":" FNR ": a test of " room " uses " other ", and tests/tests.txt does not say why")
  }
  END { exit bad }
' src/rooms.txt tests/tests.txt $(find src tests -name '*.[ch]' -o -name '*.def' -o -name '*.inc' | sort) || bad=1

for folder in src/*/; do
  room=$(basename "$folder")
  grep -qE "^$room +\|" src/rooms.txt || { echo "$folder: a room that src/rooms.txt does not name"; bad=1; }
done
for test in $(sed -nE 's/^([a-z/_0-9]+) *\|.*/\1/p' tests/tests.txt); do
  [ -e "tests/$test.c" ] || { echo "tests/tests.txt: there is no test $test"; bad=1; }
done
search() { grep -rnE "$@"; }
if search '\b(strcpy|strcat|sprintf|gets|atoi|atol|atoll|atof|gmtime|localtime|strtok)[[:space:]]*\(' --include='*.[ch]' $(ls -d src include tests fuzz bench examples 2>/dev/null); then
  echo "calls that have a safer twin"; bad=1
fi
if search '\bfloat[[:space:]]+[a-z_]*(lat|lon|pos)' src; then echo "a position in float loses metres"; bad=1; fi
timeless=$(awk -F'|' '/^[a-z]/ { gsub(/ /, "", $1); if ($1 !~ /^(feed|serve|api|service|cli)$/) print "src/" $1 }' src/rooms.txt)
if search 'vg_clock_(wall|monotonic)_us|\b(time|gettimeofday|clock_gettime|rand|random)\(' $(ls -d $timeless 2>/dev/null) | grep -v '^src/base/time\.[ch]'; then
  echo "library code asks a clock or rolls dice"; bad=1
fi
exit $bad
