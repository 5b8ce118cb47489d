#!/usr/bin/env bash
# Data goes one way: a room's sources may include only what stands in its line of the house (docs/ARCHITECTURE.md).
set -euo pipefail
cd "$(dirname "$0")/.."
declare -A knows=(
  [base]="base"
  [nmea]="base nmea"
  [sensor]="base nmea sensor"
  [feed]="base feed"
  [journal]="base journal"
  [picture]="base sensor picture"
  [archive]="base sensor archive"
  [ingest]="base nmea sensor feed journal archive ingest"
  [export]="base sensor archive export"
  [sim]="base nmea sensor sim"
  [serve]="base nmea sensor feed journal picture archive serve"
  [service]="base nmea sensor feed journal picture archive ingest serve service"
  [cli]="base nmea sensor feed journal picture archive ingest export sim serve service cli"
)
bad=0
for dir in src/*/; do
  room=$(basename "$dir")
  [ -n "${knows[$room]:-}" ] || { echo "room $room is not in the plan"; bad=1; continue; }
  while IFS=: read -r file line include; do
    other=$(sed -E 's/.*"([a-z]+)\/.*/\1/' <<<"$include")
    grep -qw "$other" <<<"${knows[$room]}" || { echo "$file:$line: $room must not know $other"; bad=1; }
  done < <(grep -rnE '^#include "[a-z]+/' "$dir")
done
# The picture takes reports, and nothing else of the sensors.
if grep -rnE '#include "sensor/' src/picture | grep -vE '"sensor/(report|mmsi)\.h"'; then echo "picture knows more of sensors than their report"; bad=1; fi
if grep -rnE '#include "sensor/' src/archive | grep -v '"sensor/report\.h"'; then echo "archive knows more of sensors than their report"; bad=1; fi
# The house's own rules that a compiler doesn't know.
if grep -rnE '\b(strcpy|strcat|sprintf|gets|atoi|atof|gmtime|localtime|strtok)[[:space:]]*\(' --include='*.[ch]' src include tests fuzz bench examples; then echo "calls that have a safer twin"; bad=1; fi
if grep -rnE '\bfloat[[:space:]]+[a-z_]*(lat|lon|pos)' src; then echo "a position in float loses metres"; bad=1; fi
if grep -rnE 'vg_clock_(wall|monotonic)_us|\b(time|gettimeofday|clock_gettime|rand|random)\(' src/base src/nmea src/sensor src/journal src/picture src/archive src/ingest src/export src/sim | grep -v '^src/base/time\.[ch]'; then
  echo "library code asks a clock or rolls dice"; bad=1
fi
exit $bad
