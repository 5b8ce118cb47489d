#!/usr/bin/env bash
# The tracker on the simulated sea: vigia sim through vigia track, scored against the truth.
#
#   bench/sim_tracking.sh [MINUTES [SEA_STATE [SEED…]]]      default: 40 minutes, sea state 2, seeds 11 12 13
#
# For vessels in some radar's coverage, with AIS and without: the share of steps in which a track is within 300 m, and the median
# distance. For those with AIS: how often the track carries their number, or another's. False tracks: those that a radar holds with nothing within 500 m.
# A small boat far off is seen now and then: what can't be seen can't be held, so shares stay below one.
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=${1:-40} sea=${2:-2}
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- 11 12 13
vigia=${VIGIA:-build/release/vigia}
[ -x "$vigia" ] || { cmake --preset release >/dev/null && cmake --build --preset release --target vigia >/dev/null; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "machine: $(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1); $(date -u +%F); $minutes minutes, sea state $sea"
for seed in "$@"; do
  "$vigia" sim --seed "$seed" --hours "$(awk "BEGIN {print $minutes / 60}")" --sea-state "$sea" --radar-bias 40,0.2,0.5 --radars "csv=$work/plots.csv" \
    --sensors-out "$work/sensors.yaml" --truth-csv "$work/truth.csv" >"$work/ais.nmea"
  "$vigia" track --sensors "$work/sensors.yaml" --step 10s "$work/plots.csv" "$work/ais.nmea" >"$work/tracks.csv" 2>"$work/said"
  echo "seed $seed:"
  python3 bench/sim_tracking.py "$work/truth.csv" "$work/tracks.csv"
  sed -n '/bias/s/^/  /p' "$work/said"
done
