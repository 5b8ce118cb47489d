#!/usr/bin/env bash
# What asking the archive costs, ours and DuckDB's, on the same files in the same run; and what writing them costs.
#
#   bench/history.sh [VESSELS [HEARD [ROUNDS [ARCHIVE]]]]
#
# Makes a day of VESSELS (50,000, of whose words the share HEARD, 0.29, is heard: 100 million positions, 1.2 GB) under
# TMPDIR (/var/tmp), unless ARCHIVE names a folder where an earlier run is kept. Asks for one vessel's day and for a
# box of one degree in one hour, first (a new process; the files are in the page cache) and again, ROUNDS (5) times,
# for several vessels and boxes. Both sides return all columns of the rows, which are compared. DuckDB comes from npm
# into a temporary folder; where it can't be had, our figures stand alone.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
vessels=${1:-50000} heard=${2:-0.29} rounds=${3:-5} archive=${4:-}
work=$(mktemp -d "${TMPDIR:-/var/tmp}/vigia-history-XXXXXX")
trap 'rm -rf "$work"' EXIT
{ cmake --preset release -DVIGIA_BENCH=ON && cmake --build --preset release --target bench_store; } >"$work/build" 2>&1 || { cat "$work/build"; exit 1; }
ours=build/release/bench_store
echo "$(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2-), $(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg), $(date +%F)"
if [ -z "$archive" ]; then
  archive=$work/archive
  $ours make "$archive" "$vessels" "$heard" || exit 1
fi
duck=
if command -v npm >/dev/null && (mkdir "$work/duck" && cd "$work/duck" && npm install @duckdb/node-api) >/dev/null 2>&1; then
  duck=$work/duck
else
  echo "DuckDB can't be had: no comparison"
fi
find "$archive" -name '*.parquet' -exec cat {} + >/dev/null # into the page cache
day=$(($(date -ud 2026-11-21 +%s)))
noon=$((day + 43200))

table() { # title, then the questions as "MMSI FROM TO [BOX]" lines on standard input
  local title=$1 question best="$work/best"
  : >"$best"
  while read -r question; do
    # In turns, so that others' work on the machine meets both; the least of each counts.
    for ((i = 0; i < 3; i++)); do
      # shellcheck disable=SC2086
      set -- $question
      echo "ours $($ours ask "$archive" "$rounds" "$@")"
      [ -n "$duck" ] && echo "duck $(node bench/history.mjs "$duck" "$archive" "$rounds" "$@")"
    done | awk '!n[$1] || $2 < f[$1] { f[$1] = $2 } !n[$1] || $3 < b[$1] { b[$1] = $3 } { n[$1] = $4 }
      END { print f["ours"], b["ours"], n["ours"], f["duck"], b["duck"], n["duck"] }' >>"$best"
    [ -n "$duck" ] || continue
    # shellcheck disable=SC2086
    $ours rows "$archive" $question >"$work/ours.csv"
    # shellcheck disable=SC2086
    node bench/history.mjs "$duck" "$archive" 0 $question >"$work/duck.csv"
    cmp -s "$work/ours.csv" "$work/duck.csv" || { echo "the rows differ: $question"; exit 1; }
  done
  awk -v title="$title" '{ of += $1; ob += $2; n += $3; df += $4; db += $5 }
    END {
      printf "%-34s %8s %10s %10s\n", title " (" NR ", " int(n / NR) " rows each)", "", "first ms", "again ms"
      printf "%-34s %8s %10.2f %10.2f\n", "  vigia", "", of / NR, ob / NR
      if (df) {
        printf "%-34s %8s %10.2f %10.2f\n", "  DuckDB", "", df / NR, db / NR
        printf "%-34s %8s %10.1f %10.1f\n", "  DuckDB / vigia", "", df / of, db / ob
      }
    }' "$best"
}
# Vessels that were heard about noon, from all over the table.
$ours rows "$archive" 0 $noon $((noon + 1)) | cut -d, -f1 | awk 'NR == 1 || NR == 300 || NR == 600' |
  while read -r mmsi; do echo "$mmsi $day $((day + 86400))"; done | table "one vessel's day" || exit 1
for corner in "-85 0" "-90 -8" "-74 6"; do
  # shellcheck disable=SC2086
  set -- $corner
  echo "0 $noon $((noon + 3600)) $1 $2 $(awk "BEGIN { print $1 + 1, $2 + 1 }")"
done | table "a box of 1° in an hour" || exit 1
[ -z "$duck" ] || echo "all rows, all columns: the same"
