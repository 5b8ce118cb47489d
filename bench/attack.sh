#!/usr/bin/env bash
# The attacks of docs/SECURITY.md at full size, against the program as it is shipped: what is met, with numbers. Loopback only, bounded
# in count and time. Exit status 1: a bar was not met.
#
#   bench/attack.sh [NAME…]        the scripts of bench/attack/, by name; without one, all
#   KILLS=200 bench/attack.sh kills
set -uo pipefail
cd "$(dirname "$0")/.."
cmake --preset release >/dev/null && cmake --build --preset release --target vigia >/dev/null || exit 2
echo "machine: $(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1); load $(cut -d' ' -f1 /proc/loadavg); $(date -u +%F)"
names=("$@")
if [ ${#names[@]} = 0 ]; then
  for script in bench/attack/*.mjs; do
    name=$(basename "$script" .mjs)
    [ "$name" = lib ] || names+=("$name")
  done
  names+=(kills)
fi
status=0
for name in "${names[@]}"; do
  echo "== $name"
  if [ "$name" = kills ]; then # killed at random moments under load: nothing acknowledged is lost, the journal verifies
    VIGIA_BIN=build/release/vigia VIGIA_KILLS=${KILLS:-200} node --test --test-name-pattern='killed at' tests/system/data.test.mjs | grep -E '^(not )?ok|^# (pass|fail)' || status=1
  else
    node "bench/attack/$name.mjs" || status=1
  fi
done
exit $status
