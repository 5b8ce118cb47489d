#!/bin/sh
# The bar of tracking, each row by a command: accuracy, binding, registration, consistency, processor, and Stone Soup on the like.
#
# usage: bench/tracking.sh [SEEDS]     SEEDS 101-110: seeds on which nothing was tuned (tuned on: 1-9)
#
# Needs ../shared/tools/tracking and Python with numpy, scipy, pyproj; stonesoup for the comparison. What is missing is told and left out.
set -eu
cd "$(dirname "$0")/.."
seeds=${1:-101-110}
tools=${VIGIA_SHARED:-../shared}/tools/tracking
cmake --preset release -DVIGIA_BENCH=ON >/dev/null
cmake --build --preset release --target vigia bench_track >/dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
missed=0
echo "== processor"
build/release/bench_track
if [ ! -e "$tools/scene.py" ] || ! python3 -c 'import numpy, scipy, pyproj' 2>/dev/null; then
    echo "== accuracy: LEFT OUT, $tools or numpy, scipy, pyproj are not there"
    exit 0
fi
echo "== accuracy, seeds $seeds"
python3 bench/tracking/bar.py build/release/vigia "$tools" --seeds "$seeds" --work "$work" || missed=1
if ! python3 -c 'import stonesoup' 2>/dev/null; then
    echo "== Stone Soup: LEFT OUT, it is not there (pip install stonesoup)"
    exit $missed
fi
echo "== Stone Soup and vigia on one scene, radar alone, 150 s (it takes minutes)"
first=${seeds%%-*}
scene=$work/soup
python3 "$tools/scene.py" "$scene" --no-ais --seconds 150 --seed "$first"
build/release/vigia track -q --sensors "$scene/sensors.yaml" "$scene/plots.csv" >"$scene/vigia.csv"
python3 bench/tracking/stone_soup.py "$scene" "$scene/stone_soup.csv"
for who in stone_soup vigia; do
    printf '%s ' "$who"
    python3 "$tools/score.py" "$scene" "$scene/$who.csv"
done
exit $missed
