#!/bin/sh
# Runs an example and compares what it prints. usage: run.sh EXPECTED COMMAND… ; EXPECTED.in is its input, if there is one
expected=$1
shift
input=/dev/null
[ ! -e "$expected.in" ] || input=$expected.in
printed=$(mktemp)
trap 'rm -f "$printed"' EXIT
"$@" <"$input" >"$printed" || { echo "it ended with an error"; exit 1; }
diff -u "$expected" "$printed"
