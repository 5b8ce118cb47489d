#!/usr/bin/env bash
# Each rule of the house is broken once on purpose, in a copy, and its check must tell. usage: test_checks.sh [CC]
set -uo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
cc=${1:-cc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

mkdir -p "$work/top/web" # a copy of what the checks read
cp -r "$top/src" "$work/top"
cp -r "$top/web/src" "$work/top/web"
(cd "$top" && tar c $(find tests -name '*.[ch]' -o -name '*.txt')) | tar x -C "$work/top"
restore() { # a file of the copy, as it is in the house
  if [ -e "$top/$1" ]; then cp "$top/$1" "$work/top/$1"; else rm "$work/top/$1"; fi
}
expect() { # pass|fail, text, what it is, command…
  local want=$1 text=$2 what=$3 out status
  shift 3
  out=$("$@" 2>&1)
  status=$?
  if { [ "$want" = pass ] && [ $status = 0 ]; } || { [ "$want" = fail ] && [ $status != 0 ] && grep -qF -- "$text" <<<"$out"; }; then
    printf 'ok      %s\n' "$what"
  else
    printf 'FAILED  %s: exit %s, expected to %s with "%s"\n%s\n' "$what" "$status" "$want" "$text" "$out"
    failed=1
  fi
}
rooms() { "$top/tests/house/rooms.sh" "$work/top"; }
truths() { python3 "$top/tests/house/truths.py" "$work/top" "$@"; }
circles() { python3 "$top/tests/house/circles.py" "$work/top" "$work/build"; }

# ---- rooms ----
expect pass "" "the house as it is keeps its rooms" rooms
breaks() { # file, line, text, what: the copy with one line more
  printf '%s\n' "$2" >>"$work/top/$1"
  expect fail "$3" "$4" rooms
  restore "$1"
}
breaks src/base/err.c '#include "nmea/nmea.h"' "base must not know nmea" "an upward include"
breaks tests/nmea/test_frame.c '#include "feed/feed.h"' "a test of nmea uses feed" "a test that uses a room it does not name"
breaks src/rooms.txt 'zoo | air | animals' "zoo may not know air" "a table of rooms that names what is not below"
breaks tests/tests.txt 'base/test_gone | feed | | why' "there is no test base/test_gone" "a row for a test that is gone"
breaks src/base/err.c 'void f(char *p) { strcpy(p, "x"); }' "safer twin" "a call that has a safer twin"
breaks src/picture/picture.c 'static float lat_deg;' "float" "a position in float"
breaks src/vessel/class.h 'static long now(void) { return time(NULL); }' "asks a clock" "a clock in library code"
breaks src/base/err.c ' #  include <nmea/nmea.h>' "base must not know nmea" "an upward include with blanks and < >"
breaks src/base/err.c '#include "../nmea/nmea.h"' "no relative path" "a relative include"
breaks src/base/err.c '#include "base/../nmea/nmea.h"' "no relative path" "an include that goes up within its path"
breaks src/base/err.c '/* */ #include "nmea/nmea.h"' "so that it can be read" "an include behind a comment"
breaks src/base/err.c '%:include "nmea/nmea.h"' "so that it can be read" "an include with a digraph"
breaks src/base/err.c '#include ABOVE' "so that it can be read" "an include by a macro"
breaks src/base/err.c $'#inc\\\nlude "nmea/nmea.h"' "so that it can be read" "an include in two lines"
breaks src/cli/config.def '#include "gone/../nmea/nmea.h"' "no relative path" "a table that includes"
mkdir "$work/top/src/attic"
expect fail "src/attic" "a room that the table does not name" rooms
rmdir "$work/top/src/attic"

# ---- circles ----
library() { # compiles a.c and b.c of the work folder into the library of the room "pair"
  mkdir -p "$work/build"
  rm -f "$work/build"/*
  (cd "$work/build" && for f in a b; do "$cc" -c "$work/$f.c" -o "$f.c.o" || exit 1; done && ar rc libvg_pair.a a.c.o b.c.o)
}
: >"$work/top/tests/house/circles.txt"
printf 'int b(void); int a(void); int a(void) { return b(); }\n' >"$work/a.c"
printf 'int a(void); int b(void); int b(void) { return 1; }\n' >"$work/b.c"
library
expect pass "" "a file that calls another is no circle" circles
printf 'int a(void); int b(void); int b(void) { return a() + 1; }\n' >"$work/b.c"
library
expect fail "a.c b.c" "two files that call each other" circles
printf 'int a(void); int b(void); __attribute__((weak)) int b(void) { return a() + 1; }\n' >"$work/b.c"
library
expect fail "a.c b.c" "two files that call each other, one weakly" circles
printf 'int b(void) __attribute__((weak)); int a(void); int a(void) { return b ? b() : 0; }\n' >"$work/a.c"
library
expect fail "a.c b.c" "a call that may have no other side" circles
printf 'pair | a.c b.c | known\n' >"$work/top/tests/house/circles.txt"
expect pass "" "a circle that is known" circles
printf 'pair | a.c c.c | known\n' >"$work/top/tests/house/circles.txt"
expect fail "a.c b.c" "a circle that grew by a file" circles
printf 'int b(void); extern int (*const rows[])(void); int a(void); int a(void) { return rows[0](); }\n' >"$work/a.c"
printf 'int b(void); int b(void) { return 1; } extern int (*const rows[])(void); int (*const rows[])(void) = {b};\n' >"$work/b.c"
library
expect pass "" "a table of methods is no call" circles
printf 'upper | | above\n' >>"$work/top/src/rooms.txt"
mv "$work/build/libvg_pair.a" "$work/build/libvg_base.a"
(cd "$work/build" && ar d libvg_base.a b.c.o && ar rc libvg_upper.a b.c.o)
expect fail "base/a.c needs rows of upper" "a room that needs what is written above it" circles
restore src/rooms.txt
rm "$work/build/libvg_upper.a"
printf '#include "base/time.h"\n' >>"$work/top/src/base/err.h"
printf '#include "base/err.h"\n' >>"$work/top/src/base/time.h"
expect fail "a circle of includes: base/err.h base/time.h" "two headers that include each other" circles
restore src/base/err.h
restore src/base/time.h

for line in '  #  include <base/err.h>' '#include "err.h"' '#include "../base/err.h"' '#include "base/../base/err.h"'; do
  printf '#include "base/time.h"\n' >>"$work/top/src/base/err.h"
  printf '%s\n' "$line" >>"$work/top/src/base/time.h"
  expect fail "a circle of includes: base/err.h base/time.h" "a circle that says $line" circles
  restore src/base/err.h
  restore src/base/time.h
done

# ---- copies ----
copies() { python3 "$top/tests/house/copies.py" "$work/top"; }
expect pass "" "the house as it is has no copies" copies
for from in base/csv.c vessel/rules.c; do # all names, numbers and comments changed, and where the lines end
  sed -E 's/\b(vg|VG)_/zz_/g; s/\b([a-z]+)_([a-z]+)\b/\2\1x/g; s/\b[0-9]+\b/7/g; s/\/\*[^*]*\*\///g' "$top/src/$from" | tr -s '\n' >"$work/top/src/serve/second.c"
  expect fail "the same code, under whatever names" "a copy of $from under other names" copies
  rm "$work/top/src/serve/second.c"
done

# ---- names ----
cp -r "$top/docs" "$top/include" "$top/tools" "$top/fuzz" "$top/bench" "$top/share" "$top/examples" "$top/cmake" "$top"/*.md "$top/CMakeLists.txt" "$top/test" "$top/run" \
  "$work/top"
cp -r "$top/tests" "$work/top"
cp "$top/web/README.md" "$work/top/web"
[ ! -e "$top/bindings" ] || cp -r "$top/bindings" "$work/top"
names() { python3 "$top/tests/house/names.py" "$work/top"; }
expect pass "" "the house as it is names what is there" names
misnames() { # file, line, text, what
  printf '%s\n' "$2" >>"$work/top/$1"
  expect fail "$3" "$4" names
  restore "$1"
}
misnames src/base/err.h '/* As vg_gone() says. */' "there is no vg_gone" "a comment that names a function that is gone"
misnames docs/ARCHITECTURE.md 'See `src/base/gone.c`.' "there is no src/base/gone.c" "a document that names a file that is gone"
misnames CONTRIBUTING.md 'Call `vg_gone` first.' "there is no vg_gone" "a document that names a function that is gone"

# ---- truths ----
expect pass "" "the house as it is keeps its truths" truths
second() { # file, line, truth: the copy holds the truth, and the line is its second home
  awk -v truth="$3" '/^truth:/ { on = index($0, truth) > 0 } on && /^state:/ { $0 = "state:   held" } { print }' \
    "$top/tests/house/truths.txt" >"$work/top/tests/house/truths.txt"
  mkdir -p "$(dirname "$work/top/$1")"
  printf '%s\n' "$2" >>"$work/top/$1"
  expect fail "$1" "a second home of: $3" truths "$3"
  restore "$1"
  restore tests/house/truths.txt
}
second src/feed/second.c 'enum vg_line_timing vg_line_time_read(const char *line, size_t len, int64_t *ret_us)' "how the time of a line is read"
second src/intake/second.c '    if (p[0] == '"'c'"' && p[1] == '"':'"')' "how the time of a line is read"
second src/feed/second.c '#define EARLIEST_US 5' "which received times are possible"
second src/service/second.c 'static void put_distress(struct vg_out *out)' "the JSON of an event"
second src/serve/second.c '    vg_out_printf(out, "{\"mmsi\":%u,\"state\":\"%s\"", 1, "active");' "the JSON of an event"
second src/cli/second.c '    vg_out_csv_string(out, name, len);' "a row of CSV"
second src/picture/second.c 'static bool is_still(const struct vg_contact *v)' "what is still"
second web/src/past/second.ts 'export function isStill(row: Row): boolean {' "what is still"
second web/src/past/second.ts 'function lifetime(cls: number): number {' "how long a contact may be silent"
second src/serve/second.c '        return 15 * VG_MINUTE_US;' "how long a contact may be silent"
second src/serve/second.c '        return VG_CLASS_BASE;' "what class a contact is"
second src/serve/second.c '    if (v->status == 14)' "who calls for help"
second src/picture/second.c 'static bool reachable(const struct vg_contact *v)' "which position is plausible"
second src/api/second.c '    {VG_FIELD_NAME, offsetof(struct vg_contact, name), VG_NAME_SIZE},' "which member belongs to which field"
second src/api/second.c '    v.prov[VG_FIELD_TEXT] = (struct vg_prov){0};' "which member belongs to which field"
second src/picture/second.c 'static void inherit(struct vg_contact *to, const struct vg_contact *from)' "which member belongs to which field"
second src/service/second.c 'uint64_t vg_contact_id_of(const struct vg_report *report)' "the id of a contact"
second src/ingest/second.c '    return frame << 20 | offset;' "where in the journal an offset is"
second src/api/second.c 'static void time_or_null(struct vg_out *out, const char *name, int64_t time_us)' "a member of a JSON object that may be null"
second src/cli/second.c '    {.name = "data",' "options that several commands have"
second src/serve/second.c '    const char *url = "http://*"; return 15 * VG_MINUTE_US; /* */' "how long a contact may be silent"
sed -i 's|^home:    src/journal/frame.h|home:    src/journal/gone.h|' "$work/top/tests/house/truths.txt"
expect fail "src/journal/gone.h does not exist" "a home that is gone" truths
restore tests/house/truths.txt
sed -i 's/^pattern: case .c.:$/&|never said/' "$work/top/tests/house/truths.txt"
expect fail "matches never said" "one side of a pattern that its home does not tell" truths
restore tests/house/truths.txt
: >"$work/top/src/journal/frame.h"
expect fail "has it moved" "a truth that its home does not tell any more" truths
restore src/journal/frame.h
printf '/* return 15 * VG_MINUTE_US; frame << 20 */\n' >>"$work/top/src/ingest/ingest.h"
expect pass "" "a comment is no second home" truths

exit $failed
