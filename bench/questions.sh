#!/usr/bin/env bash
# What questions of the past cost over HTTP, by one program or by several in turns (another version beside this one).
#
#   bench/questions.sh [HOURS [ROUNDS [PROGRAM …]]]
#
# Each PROGRAM (build/release/vigia, which is built) makes an archive of HOURS (3; 2 at least) of the simulated sea off Ecuador of its own
# and answers each question ROUNDS (15) times, in turns with the others. Printed is the least time of each in milliseconds, with the bytes
# of the answer. The archive goes to TMPDIR (/var/tmp).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
hours=${1:-3} rounds=${2:-15}
programs=("${@:3}")
if [ ${#programs[@]} = 0 ]; then
  cmake --preset release >/dev/null && cmake --build --preset release --target vigia >/dev/null
  programs=(build/release/vigia)
fi
work=$(mktemp -d "${TMPDIR:-/var/tmp}/vigia-questions-XXXXXX")
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait; rm -rf "$work"' EXIT
addresses=()
for i in "${!programs[@]}"; do
  "${programs[i]}" sim --start 2026-03-15T00:00 --hours "$hours" | "${programs[i]}" ingest -q --compact --data "$work/$i" -
  "${programs[i]}" watch --listen 127.0.0.1:0 --history "$work/$i/archive" udp://127.0.0.1:0 2>"$work/log$i" &
  pids+=($!)
  until grep -qs 'listening on' "$work/log$i"; do sleep 0.1; done
  addresses+=("$(sed -n 's|.*listening on http://\([^/]*\)/.*|\1|p' "$work/log$i" | head -1)")
done
echo "machine: $(nproc) processors, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1); load $(cut -d' ' -f1 /proc/loadavg); $(date -u +%F)"
echo "archive: $hours h, $(du -sh "$work/0/archive" | cut -f1); least of $rounds in turns, ms and bytes: ${programs[*]}"

h() { printf '2026-03-15T%02d:%s:00Z' "$1" "$2"; }
last=$((hours - 1)) world='bbox=-180,-90,180,90' part='bbox=-81,-3.2,-79.5,-1.7'
questions=(
  "region of the world, JSON|region?$world&limit=100000&at=$(h $last 30)"
  "region of the world, binary|region?$world&format=binary&at=$(h $last 30)"
  "block of an hour, world|block?$world&from=$(h $last 00)&seconds=3600"
  "block of 10 min, world|block?$world&from=$(h $last 30)&seconds=600"
  "block of 10 min in 1.5°|block?$part&from=$(h $last 30)&seconds=600"
  "vessels of an hour, world|vessels?$world&from=$(h $last 00)"
)
for question in "${questions[@]}"; do
  best=() bytes=()
  for ((round = 0; round < rounds; round++)); do
    for i in "${!programs[@]}"; do
      read -r seconds size status < <(curl -s -o /dev/null -w '%{time_total} %{size_download} %{http_code}\n' "http://${addresses[i]}/api/v1/history/${question#*|}")
      [ "$status" = 200 ] || { echo "$question: status $status from ${programs[i]}"; exit 1; }
      best[i]=$(awk -v a="$seconds" -v b="${best[i]:-1e9}" 'BEGIN { print a < b ? a : b }') bytes[i]=$size
    done
  done
  printf '%-30s' "${question%%|*}"
  for i in "${!programs[@]}"; do printf ' %9.1f %10s' "$(awk -v a="${best[i]}" 'BEGIN { print a * 1000 }')" "${bytes[i]}"; done
  echo
done
