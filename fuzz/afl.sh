#!/usr/bin/env bash
# Runs one fuzz target with AFL++ (Debian's afl++), which finds other things than libFuzzer does.
#
#   fuzz/afl.sh TARGET [SECONDS]      e.g. fuzz/afl.sh nmea 600
#
# What it finds is left in build/afl/out-TARGET/default/{crashes,hangs}; exit status 1 if there is anything.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
case "${1:-}" in -h | --help | "") sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;; esac
target=${1#fuzz_} seconds=${2:-600}
command -v afl-fuzz >/dev/null || { echo "AFL++ is not here: apt-get install afl++" >&2; exit 77; }
log=$(mktemp)
{ cmake --preset afl && cmake --build --preset afl --target "fuzz_$target"; } >"$log" 2>&1 || { tail -40 "$log"; exit 1; }
rm -f "$log"
out=build/afl/out-$target
rm -rf "$out"
export AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1 AFL_BENCH_UNTIL_CRASH=1
export ASAN_OPTIONS=abort_on_error=1:symbolize=0:detect_leaks=0:detect_odr_violation=0 UBSAN_OPTIONS=abort_on_error=1:symbolize=0
afl-fuzz -i "fuzz/corpus/$target" -o "$out" -V "$seconds" -m none -t 5000+ -- "build/afl/fuzz_$target" >"build/afl/$target.log" 2>&1 ||
  { tail -20 "build/afl/$target.log"; exit 1; }
stat() { sed -n "s/^$1 *: *//p" "$out/default/fuzzer_stats"; }
echo "$target: $(stat execs_done) runs, $(stat corpus_count) seeds, $(stat bitmap_cvg) of the edges, $(stat saved_crashes) crashes, $(stat saved_hangs) hangs"
[ "$(stat saved_crashes)" = 0 ] && [ "$(stat saved_hangs)" = 0 ]
