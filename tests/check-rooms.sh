#!/usr/bin/env bash
# Data goes one way: a room's sources may include only what stands in its line of the house (docs/ARCHITECTURE.md).
set -euo pipefail
cd "$(dirname "$0")/.."
declare -A knows
while IFS='|' read -r room known _; do
  room=${room// /}
  case $room in '' | '#'*) continue ;; esac
  for other in $known; do # only what stands above it in the table
    [ -n "${knows[$other]:-}" ] || { echo "src/rooms.txt: $room may not know $other, which comes later or not at all"; exit 1; }
  done
  knows[$room]="$known $room"
done <src/rooms.txt
bad=0
for dir in src/*/; do
  room=$(basename "$dir")
  [ -n "${knows[$room]:-}" ] || { echo "room $room is not in the plan"; bad=1; continue; }
  while IFS=: read -r file line include; do
    other=$(sed -E 's/.*"([a-z]+)\/.*/\1/' <<<"$include")
    grep -qw "$other" <<<"${knows[$room]}" || { echo "$file:$line: $room must not know $other"; bad=1; }
  done < <(grep -rnE '^#include "[a-z]+/' "$dir")
done
# The house's own rules that a compiler doesn't know.
if grep -rnE '\b(strcpy|strcat|sprintf|gets|atoi|atof|gmtime|localtime|strtok)[[:space:]]*\(' --include='*.[ch]' src include tests fuzz bench examples; then echo "calls that have a safer twin"; bad=1; fi
if grep -rnE '\bfloat[[:space:]]+[a-z_]*(lat|lon|pos)' src; then echo "a position in float loses metres"; bad=1; fi
if grep -rnE 'vg_clock_(wall|monotonic)_us|\b(time|gettimeofday|clock_gettime|rand|random)\(' src/{base,report,nmea,sensor,journal,vessel,intake,picture,situation,archive,ingest,export,sim} | grep -v '^src/base/time\.[ch]'; then
  echo "library code asks a clock or rolls dice"; bad=1
fi
exit $bad
