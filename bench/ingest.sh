#!/usr/bin/env bash
# What taking a log into journal and archive costs, as multiples of a scan of the same bytes in the same run.
#
#   bench/ingest.sh [LOG [SENTENCES [ROUNDS]]]
#
# LOG (default: the recorded corpus) is repeated to about SENTENCES (5,000,000) in a temporary folder, which is on the
# disk that TMPDIR names. Processor time of the whole process (user and system), one processor, best of ROUNDS.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
log=${1:-${VIGIA_SHARED:-../shared}/data/ais/corpus.nmea} sentences=${2:-5000000} rounds=${3:-5}
[ -r "$log" ] || { echo "no log to take in: $log" >&2; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
lines=$(wc -l <"$log")
n=$(((sentences + lines - 1) / lines))
for ((i = 0; i < n; i++)); do cat "$log"; done >"$work/log"
many=$((n * lines))
{ cmake --preset release && cmake --build --preset release --target vigia; } >"$work/build" 2>&1 || { cat "$work/build"; exit 1; }
# shellcheck disable=SC2046
cc -std=gnu17 -O3 -march=native -D_GNU_SOURCE -Isrc bench/bench_decode.c build/release/libvg_{sensor,nmea,report,base}.a \
  $(pkg-config --libs libcyaml) -lm -lpthread -o "$work/bench_decode" || exit 1

echo "$(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2-), $(nproc) processors, $(date +%F), load $(cut -d' ' -f1 /proc/loadavg)"
taskset -c 0 "$work/bench_decode" "$work/log" "$rounds" 2>/dev/null | tee "$work/decode" | grep -E '^(floor: |reports, all)'
floor=$(awk '/^floor: /{print $(NF-2)}' "$work/decode")

row() { # name, options…: best processor time; size on the disk
  local name=$1 best=1e9 wall=1e9 kb=0 size
  shift
  for ((i = 0; i < rounds; i++)); do
    rm -rf "$work/data"
    /usr/bin/time -o "$work/times" -f '%e %U %S %M' "${pin[@]}" build/release/vigia ingest -q -d "$work/data" "$@" "$work/log" || exit 1
    read -r best wall kb <<<"$(awk -v b="$best" -v w="$wall" '{ c = $2 + $3; print (c < b ? c : b), ($1 < w ? $1 : w), $4 }' "$work/times")"
  done
  size=$(du -sk "$work/data/journal" "$work/data/archive" | awk -v n="$many" '{ printf "%s%.1f", (NR > 1 ? " + " : ""), $1 * 1024 / n }')
  awk -v name="$name" -v s="$best" -v w="$wall" -v n="$many" -v floor="$floor" -v size="$size" -v kb="$kb" 'BEGIN {
    ns = s / n * 1e9
    printf "%-44s %8.1f ns  %6.2f   %6.2f s wall  %s bytes  %d MiB\n", name, ns, ns / floor, w, size, kb / 1024 }'
}
echo "$many sentences; processor time of each, × floor, wall, bytes of journal + archive a sentence, peak memory"
pin=(taskset -c 0)
row "ingest, one thread" --threads 1
row "ingest, one thread, journal level -5" --threads 1 --level -5
row "ingest, one thread, parts joined" --threads 1 --compact
pin=()
row "ingest, side by side" --threads 4
for pack in gzip zstd; do
  command -v $pack >/dev/null || continue
  $pack -q -c "$work/log" >"$work/packed" && mv "$work/packed" "$work/log"
  pin=(taskset -c 0)
  row "ingest, one thread, from $pack" --threads 1
  [ $pack = gzip ] && gzip -dc <"$work/log" >"$work/plain" && mv "$work/plain" "$work/log"
done
exit 0
