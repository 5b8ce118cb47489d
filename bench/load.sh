#!/usr/bin/env bash
# 50,000 live vessels, each heard every 10 s, and 100 readers of the stream, one of which never reads: how old is the others'
# data, and how much memory and processor does it take?
#
#   bench/load.sh [VESSELS [READERS [SECONDS [ASKERS]]]]
#
# ASKERS (default 0) clients ask for all vessels, packed, one time after another: large answers must not make the streams older.
#
# The age is the wall clock when a pass ends at a reader less the picture's time in it; add one tick (250 ms) for what arrives just
# after a publication. The simulator, the service and the readers share this machine.
set -euo pipefail
cd "$(dirname "$0")/.."
vessels=${1:-50000} readers=${2:-100} seconds=${3:-60} askers=${4:-0}
cmake --preset release -DVIGIA_BENCH=ON >/dev/null
cmake --build --preset release --target vigia bench_stream_load >/dev/null
log=$(mktemp)
trap 'kill $(jobs -p) 2>/dev/null; rm -f "$log"' EXIT
build/release/vigia watch --loopback-unlimited --listen 127.0.0.1:0 'stdin:?name=load' 2>"$log" \
  < <(exec build/release/vigia sim --scenario load --vessels "$vessels" --speed 1 --forever --statics-first) &
pid=$!
until grep -q listening "$log"; do sleep 0.1; done
address=$(sed -n 's|.*http://\([^/]*\)/.*|\1|p' "$log")
status() { awk -v k="$1:" '$1 == k {print int($2 / 1024)}' "/proc/$pid/status"; }
ticks() { awk '{print $14 + $15}' "/proc/$pid/stat"; }
until [ "$(curl -s "http://$address/metrics" | awk '$1 == "vigia_vessels" {print $2}')" -ge "$vessels" ]; do sleep 1; done
echo "machine: $(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1); load $(cut -d' ' -f1 /proc/loadavg); $(date -u +%F)"
echo "vessels: $vessels, readers: $readers (one stuck), $seconds s, who ask for all vessels: $askers"
echo "memory of the service before the readers: $(status VmRSS) MiB"
for ((i = 0; i < askers; i++)); do
  while curl -s -o /dev/null -H 'Accept-Encoding: gzip' "http://$address/api/v1/vessels"; do :; done &
done
before=$(ticks)
build/release/bench_stream_load "$address" --readers "$readers" --stuck 1 --seconds "$seconds"
echo "memory of the service after: $(status VmRSS) MiB, at most $(status VmHWM) MiB"
echo "processor: $((($(ticks) - before) * 100 / ($(getconf CLK_TCK) * seconds))) % of one core"
