#!/usr/bin/env bash
# Writes the table of rooms in docs/ARCHITECTURE.md from src/rooms.txt. usage: tools/rooms-docs.sh [--check]
# --check writes nothing and fails if the page is not up to date.
set -euo pipefail
cd "$(dirname "$0")/.."
page=docs/ARCHITECTURE.md
new=$(mktemp)
trap 'rm -f "$new"' EXIT
awk -F'|' '
  FILENAME == "src/rooms.txt" {
    if ($0 !~ /^[a-z]/) next
    room = $1; gsub(/ /, "", room)
    job = $3; gsub(/^ +| +$/, "", job)
    n = split($2, word, / +/); known = 0; list = ""; missing = ""
    for (i = 1; i <= n; i++) if (word[i] != "") { knows[room, word[i]] = 1; known++; list = list (list == "" ? "" : ", ") word[i] }
    for (i = 1; i <= rooms; i++) if (!knows[room, name[i]]) missing = missing (missing == "" ? "" : ", ") name[i]
    if (known == 0) list = "nothing of ours"
    else if (known > 6) list = missing == "" ? "all above" : "all above but " missing
    name[++rooms] = room
    table = table sprintf("| `%s` | %s | %s |\n", room, job, list)
    next
  }
  /^<!-- rooms: / { print; printf "| room (`src/…`) | one job | knows |\n| --- | --- | --- |\n%s", table; found = skipping = 1; next }
  /^<!-- \/rooms -->/ { skipping = 0 }
  !skipping { print }
  END { if (!found || skipping) { print "no place for the table in docs/ARCHITECTURE.md" > "/dev/stderr"; exit 1 } }
' src/rooms.txt "$page" >"$new"
cmp -s "$new" "$page" && exit 0
if [ "${1:-}" = --check ]; then
  diff -u "$page" "$new" || true
  echo "docs/ARCHITECTURE.md is not what src/rooms.txt says: run tools/rooms-docs.sh" >&2
  exit 1
fi
cat "$new" >"$page"
