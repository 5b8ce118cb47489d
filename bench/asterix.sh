#!/usr/bin/env bash
# What decoding ASTERIX costs, a record, as multiples of a scan of the same bytes in the same run.
#
#   bench/asterix.sh [ROUNDS [FILE…]]
#
# FILE (default: the recordings of VIGIA_SHARED) has blocks end to end; it is repeated to some 20 MB. The bar: a million
# records a second on one core, walked and reported.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
rounds=${1:-7}
shift
[ $# -gt 0 ] || set -- "${VIGIA_SHARED:-../shared}"/data/sensors/asterix/{ar_radar_a_cat034_048,ar_sdps_cat062_part1,hr_cat034_048}.ast
[ -r "$1" ] || { echo "no recording to decode: $1" >&2; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{ cmake --preset release && cmake --build --preset release --target vg_sensor --target vg_nmea --target vg_report --target vg_base; } \
  >"$work/build" 2>&1 || { cat "$work/build"; exit 1; }
cc -std=gnu17 -O3 -march=native -D_GNU_SOURCE -Isrc bench/bench_asterix.c build/release/libvg_{sensor,nmea,report,base}.a -lm -lpthread \
  -o "$work/bench_asterix" || exit 1
echo "$(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2-), $(nproc) processors, $(date +%F)"
for file; do
  size=$(stat -L -c %s "$file")
  for ((n = 0; n * size < 20000000; n++)); do cat "$file"; done >"$work/blocks"
  echo "--- $(basename "$file")"
  "$work/bench_asterix" "$work/blocks" "$rounds"
done
