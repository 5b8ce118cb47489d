#!/usr/bin/env bash
# Installs what is missing of Debian's packages. usage: tools/setup.sh run|test
# "run" is what the program and its page need to be built; "test" adds what the tests need.
set -euo pipefail

run_packages=(build-essential cmake ninja-build pkg-config libuv1-dev libmicrohttpd-dev libjansson-dev libzstd-dev zlib1g-dev libsodium-dev nettle-dev libcyaml-dev libyaml-dev libarchive-dev libpcap-dev libsnappy-dev libgeos-dev libsqlite3-dev libcurl4-gnutls-dev)
test_packages=(libcmocka-dev libproj-dev clang libclang-rt-14-dev clang-format chromium fonts-dejavu-core python3 ca-certificates golang-go golang-golang-x-mod-dev)

packages=("${run_packages[@]}")
[ "${1:-run}" = test ] && packages+=("${test_packages[@]}")

# Any Node from 18 on builds the page; Debian 12's own is 18.
if ! node -e 'process.exit(process.versions.node.split(".")[0] >= 18 ? 0 : 1)' 2>/dev/null || ! command -v npm >/dev/null; then
  packages+=(nodejs npm)
fi

missing=()
installed=$(dpkg-query -W -f '${Package} ${Status}\n' "${packages[@]}" 2>/dev/null | sed -n 's/ .*ok installed$//p') || true
for p in "${packages[@]}"; do
  grep -qx "$p" <<<"$installed" || missing+=("$p")
done
[ ${#missing[@]} -eq 0 ] && exit 0

command -v apt-get >/dev/null || { echo "Not a Debian system. Please install: ${missing[*]}" >&2; exit 1; }
as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "Please install as root: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "Installing: ${missing[*]}" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() { # new lists only if the present ones won't do
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >"$log" 2>&1
}
install || { "${as_root[@]}" apt-get update -q >>"$log" 2>&1 && install; } || { cat "$log" >&2; exit 1; }
