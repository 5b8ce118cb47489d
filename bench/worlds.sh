#!/bin/sh
# What behaviours find in described worlds (docs/simulation.md), against the truth beside them: by kind, recall of what could be observed,
# precision, and how many false ones in 1,000 vessel-hours.
#
# usage: bench/worlds.sh [SCENARIO [SEED…]]     share/scenarios/quality.yaml and its own seed; minutes and a gigabyte of disk each
set -eu
cd "$(dirname "$0")/.."
cmake --preset release >/dev/null
cmake --build --preset release --target vigia >/dev/null
scenario=${1:-share/scenarios/quality.yaml}
[ $# -gt 0 ] && shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
vigia=$PWD/build/release/vigia
for seed in "${@:-}"; do
    rm -rf "$work"/*
    # shellcheck disable=SC2086
    "$vigia" sim --scenario "$scenario" ${seed:+--seed $seed} --truth-events "$work/truth.jsonl" >"$work/heard.nmea"
    "$vigia" ingest -q --data "$work/data" "$work/heard.nmea"
    "$vigia" events -q --data "$work/data" >"$work/events.jsonl"
    echo "== $scenario, seed ${seed:-its own}"
    python3 bench/worlds.py "$work/truth.jsonl" "$work/events.jsonl"
done
