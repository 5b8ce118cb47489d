#!/usr/bin/env bash
# What decoding AIS costs, ours and the peers', as multiples of a scan of the same bytes in the same run.
#
#   bench/decode.sh [LOG [SENTENCES [ROUNDS]]]
#
# LOG (default: the recorded corpus) is repeated to about SENTENCES (5,000,000) in a temporary folder. Peers come from
# their registries if those answer, and decode LOG repeated to a twentieth of that; one that can't be had is skipped.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
log=${1:-${VIGIA_SHARED:-../shared}/data/ais/corpus.nmea} sentences=${2:-5000000} rounds=${3:-7}
[ -r "$log" ] || { echo "no log to decode: $log" >&2; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
repeat() { # sentences, file
  local lines n
  lines=$(wc -l <"$log")
  n=$((($1 + lines - 1) / lines))
  for ((i = 0; i < n; i++)); do cat "$log"; done >"$2"
}
repeat "$sentences" "$work/log"
repeat $((sentences / 20)) "$work/short"
{ cmake --preset release && cmake --build --preset release --target vigia; } >"$work/build" 2>&1 || { cat "$work/build"; exit 1; }
cc -std=gnu17 -O3 -march=native -D_GNU_SOURCE -Isrc bench/bench_decode.c build/release/libvg_{sensor,nmea,report,base}.a -lm -lpthread \
  -o "$work/bench_decode" || exit 1

echo "$(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2-), $(nproc) processors, $(date +%F)"
"$work/bench_decode" "$work/log" "$rounds" 2>/dev/null | tee "$work/ours"
floor=$(awk '/^floor: /{print $(NF-2)}' "$work/ours")

row() { # name, seconds, sentences
  awk -v name="$1" -v s="$2" -v n="$3" -v floor="$floor" \
    'BEGIN { ns = s / n * 1e9; printf "%-36s %8.1f ns  %6.2f\n", name, ns, ns / floor }'
}
seconds() { # best wall and CPU time of a command: "wall cpu kilobytes"
  local times="$work/times"
  : >"$times"
  for ((i = 0; i < rounds; i++)); do
    /usr/bin/time -a -o "$times" -f '%e %U %S %M' "$@" >/dev/null 2>&1 </dev/null
  done
  awk 'NR == 1 || $1 < w { w = $1 } { c = $2 + $3 } NR == 1 || c < b { b = c } $4 > m { m = $4 } END { print w, b, m }' "$times"
}
many=$(wc -l <"$work/log") few=$(wc -l <"$work/short")
vigia=build/release/vigia
all=$rounds one=1e9 two=1e9 cpu=1e9 cpu2=1e9 pair=1e9
for ((round = 0; round < all; round++)); do # in turns: others' work on the machine meets both
  rounds=1
  read -r w c kb <<<"$(seconds $vigia decode -q --threads 1 "$work/log")"
  read -r w2 c2 kb2 <<<"$(seconds $vigia decode -q --threads 2 "$work/log")"
  # Two programs of one thread each at once: what this machine's processors give to anyone at that moment.
  began=$(date +%s%N)
  $vigia decode -q --threads 1 "$work/log" >/dev/null & $vigia decode -q --threads 1 "$work/log" >/dev/null
  wait
  pair=$(awk -v a="$pair" -v ns=$(($(date +%s%N) - began)) 'BEGIN { s = ns / 1e9; print (s < a ? s : a) }')
  read -r one two cpu cpu2 <<<"$(awk -v a="$one" -v b="$two" -v c="$cpu" -v d="$cpu2" -v w="$w" -v x="$w2" -v y="$c" -v z="$c2" \
    'BEGIN { print (w < a ? w : a), (x < b ? x : b), (y < c ? y : c), (z < d ? z : d) }')"
done
rounds=$all
row "vigia decode, JSON, 1 thread" "$cpu" "$many"
awk -v a="$one" -v b="$two" 'BEGIN { printf "%-36s %8.2f x (%.2f s, %.2f s)\n", "two threads, wall time", a / b, a, b }'
awk -v a="$one" -v p="$pair" 'BEGIN { printf "%-36s %8.2f x (%.2f s for both)\n", "  two programs of one thread each", 2 * a / p, p }'
# What two idle processors would give, if neither had to wait; the wall clock tells of others' work as well.
awk -v a="$cpu" -v b="$cpu2" 'BEGIN { printf "%-36s %8.2f x (%.2f s, %.2f s)\n", "two threads, by processor time", 2 * a / b, a, b }'
read -r _ csv _ <<<"$(seconds $vigia decode -q -f csv --threads 1 "$work/log")"
row "vigia decode, CSV, 1 thread" "$csv" "$many"
echo "peak memory: 1 thread $((kb / 1024)) MiB, 2 threads $((kb2 / 1024)) MiB"
for pack in gzip zstd; do
  command -v $pack >/dev/null || continue
  $pack -q -c "$work/log" >"$work/log.packed"
  read -r _ _ kb <<<"$(rounds=1 seconds $vigia decode -q --threads 2 "$work/log.packed")"
  echo "peak memory, $pack: $((kb / 1024)) MiB"
done

echo "--- peers, $few sentences"
peer() { # prints "name seconds messages" lines
  "$@" 2>/dev/null | while read -r name s messages; do row "$name" "$s" "$few"; done
}
if command -v gpsdecode >/dev/null; then
  for form in c j; do
    : >"$work/times"
    for ((i = 0; i < 3; i++)); do /usr/bin/time -a -o "$work/times" -f '%U %S' gpsdecode -$form <"$work/short" >/dev/null 2>/dev/null; done
    row "gpsdecode, $([ $form = c ] && echo CSV || echo JSON)" "$(awk '{ c = $1 + $2 } NR == 1 || c < b { b = c } END { print b }' "$work/times")" "$few"
  done
fi
cp -r bench/peers "$work/peers"
if command -v go >/dev/null; then
  (cd "$work/peers/go" && go mod tidy && go build -o peer .) >/dev/null 2>&1 && peer "$work/peers/go/peer" "$work/short"
fi
if command -v cargo >/dev/null; then
  (cd "$work/peers/rust" && cargo build --release) >/dev/null 2>&1 && peer "$work/peers/rust/target/release/peer" "$work/short"
fi
if command -v npm >/dev/null; then
  (cd "$work/peers/node" && npm install) >/dev/null 2>&1 && peer node "$work/peers/node/main.mjs" "$work/short"
fi
if command -v python3 >/dev/null && python3 -m venv "$work/venv" >/dev/null 2>&1; then
  for name in libais pyais; do
    "$work/venv/bin/pip" install -q "$name" >/dev/null 2>&1 &&
      peer "$work/venv/bin/python" bench/peers/python/peer.py "$name" "$work/short"
  done
fi
exit 0
