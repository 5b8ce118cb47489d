#!/usr/bin/env bash
# The commands over a journal, and an independent verifier (Go) that must agree with them on good and on bad.
# usage: run.sh VIGIA MAKE_JOURNAL
set -euo pipefail
vigia=$1 make=$2
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }
is() { [ "$1" = "$2" ] || fail "$3: '$1' is not '$2'"; }

"$make" "$dir/journal" 300
key=$(tail -1 "$dir/journal/key.pub")

# --- the commands ---
is "$("$vigia" journal cat --data "$dir" | wc -l)" 900 "sentences back"
is "$("$vigia" journal cat --data "$dir" --source Manta | wc -l)" 450 "of one source"
is "$("$vigia" journal cat --data "$dir" --from 1700000010 --to 1700000019 | wc -l)" 10 "of ten seconds"
is "$("$vigia" journal cat --data "$dir" --times --to 1700000000 | cut -c1-34)" "2023-11-14T22:13:20Z !AIVDM,1,1,,A" "with its time"
is "$("$vigia" journal cat --data "$dir" --raw --to 1700000001 | tr -dc '\r' | wc -c)" 2 "raw keeps CR"
"$vigia" journal log --data "$dir" | grep -q '"kind":"checkpoint"' || fail "the log tells no checkpoint"
"$vigia" verify "$dir" | grep -q '^good: 300 frames' || fail "verify DIR"
"$vigia" verify --quiet --key "$key" "$dir"
"$vigia" evidence --data "$dir" --from 1700000100 --to 1700000130 -o "$dir/bundle" 2>/dev/null
"$vigia" verify --key "$dir/journal/key.pub" "$dir/bundle" | grep -q 'good: 1[0-9] frames\|good: 11 frames' || fail "verify BUNDLE"
place=$(sed -n 's/.*"place":"\([0-9]*\)".*/\1/p' "$dir/bundle" | sed -n 4p)
"$vigia" evidence --data "$dir" --place "$place" -o "$dir/one" 2>/dev/null
is "$(grep -c '"place"' "$dir/one")" 1 "one record by its place"
"$vigia" verify -q "$dir/one"
status() { local s=0; "$@" >/dev/null 2>&1 || s=$?; echo $s; }
is "$(status "$vigia" verify)" 2 "verify of nothing"
is "$(status "$vigia" verify "$dir/nowhere")" 1 "verify of what isn't there"
is "$(status "$vigia" evidence --data "$dir" -o "$dir/x")" 2 "evidence of nothing"
is "$(status "$vigia" evidence --data "$dir" --from 2100-01-01T00:00:00Z -o "$dir/x")" 1 "evidence of the future"
is "$(status "$vigia" journal cat)" 2 "cat without --data"
for command in journal verify evidence; do "$vigia" $command --help | grep -q '^exit status' || fail "$command --help"; done

# --- the other verifier ---
if ! command -v go >/dev/null; then
  echo "SKIPPED: the Go verifier was not run, for there is no go (apt-get install golang-go golang-golang-x-mod-dev)" >&2
  exit 77
fi
if [ ! -d /usr/share/gocode/src/golang.org/x/mod/sumdb/tlog ]; then
  echo "SKIPPED: the Go verifier was not run, for its package is absent (apt-get install golang-golang-x-mod-dev)" >&2
  exit 77
fi
GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= GOTOOLCHAIN=local GOCACHE="${VIGIA_GO_CACHE:-$dir/go-cache}" \
  go build -o "$dir/verify" "$here/verify.go" || fail "the Go verifier doesn't build"
both() { # good|bad, what it is, bundle|journal, path
  local ours=0 theirs=0
  "$vigia" verify --quiet --key "$key" "$4" || ours=$?
  "$dir/verify" "$key" "$3" "$4" >"$dir/said" 2>&1 || theirs=$?
  printf '%-34s ours %s, theirs %s: %s\n' "$2" $ours $theirs "$(head -1 "$dir/said")"
  if [ "$1" = good ]; then [ $ours$theirs = 00 ] || fail "$2"; else [ $ours$theirs = 11 ] || fail "$2"; fi
}
tamper() { rm -rf "$dir/t"; cp -a "$dir/journal" "$dir/t"; }
flip() { # file, offset
  python3 - "$1" "$2" <<'PY'
import sys
path, at = sys.argv[1], int(sys.argv[2])
data = bytearray(open(path, 'rb').read())
data[at] ^= 1
open(path, 'wb').write(data)
PY
}
both good "the journal" journal "$dir/journal"
both good "a bundle" bundle "$dir/bundle"
mkdir "$dir/later"
"$make" "$dir/later/journal" 300 1000000
(key=$(tail -1 "$dir/later/journal/key.pub")
both good "a journal that begins later" journal "$dir/later/journal"
"$vigia" evidence --data "$dir/later" --from 1700000100 --to 1700000130 -o "$dir/later/bundle" 2>/dev/null
both good "a bundle of it" bundle "$dir/later/bundle"
sed 's/"first":1000000/"first":1000001/' "$dir/later/bundle" >"$dir/later/other"
both bad "a bundle that says another begin" bundle "$dir/later/other")
first=$(ls "$dir/journal/segments" | head -1) last=$(ls "$dir/journal/segments" | tail -1)
tamper; flip "$dir/t/segments/$first" 200;     both bad "a flipped bit in a payload" journal "$dir/t"
tamper; flip "$dir/t/segments/$first" 60;      both bad "a flipped bit in a head" journal "$dir/t"
tamper; flip "$dir/t/checkpoint" 50;           both bad "an altered checkpoint" journal "$dir/t"
tamper; flip "$dir/t/tile/0/000" 100;          both bad "an altered tile" journal "$dir/t"
tamper; rm "$dir/t/segments/$last";            both bad "a removed segment" journal "$dir/t"
tamper; truncate -s -100 "$dir/t/segments/$last"; both bad "a truncated segment" journal "$dir/t"
tamper; python3 - "$dir/t/segments/$first" <<'PY'
import struct, sys
data = open(sys.argv[1], 'rb').read()
size = lambda at: 96 + struct.unpack_from('<I', data, at + 40)[0]
a = 32; b = a + size(a); c = b + size(b)
open(sys.argv[1], 'wb').write(data[:a] + data[b:c] + data[a:b] + data[c:])
PY
both bad "two frames in another order" journal "$dir/t"
for what in entry proof payload; do
  python3 - "$dir/bundle" "$dir/bad" $what <<'PY'
import base64, json, sys
b = json.load(open(sys.argv[1]))
f = b['frames'][3]
value = f[sys.argv[3]]
text = value[1] if isinstance(value, list) else value
raw = bytearray(base64.b64decode(text)); raw[len(raw) // 2] ^= 1
text = base64.b64encode(bytes(raw)).decode()
if isinstance(value, list): value[1] = text
else: f[sys.argv[3]] = text
json.dump(b, open(sys.argv[2], 'w'))
PY
  both bad "a bundle with another $what" bundle "$dir/bad"
done
