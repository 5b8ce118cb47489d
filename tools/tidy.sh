#!/usr/bin/env bash
# clang-tidy over src/, by the checks in .clang-tidy. usage: tools/tidy.sh [FILE…]
set -euo pipefail
cd "$(dirname "$0")/.."
command -v clang-tidy >/dev/null || { echo "clang-tidy is not installed (apt-get install clang-tidy)" >&2; exit 1; }
cmake --preset dev >/dev/null
[ $# -gt 0 ] || mapfile -t files < <(find src -name '*.c' | sort)
printf '%s\n' "${@:-${files[@]}}" | xargs -P "$(nproc)" -n 4 clang-tidy --quiet -p build/dev
