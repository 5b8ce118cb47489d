#!/usr/bin/env bash
# Builds the page into web/dist, with the packed form (.gz) beside each text file, if anything of it changed since.
set -euo pipefail
cd "$(dirname "$0")/../web"
if [ ! -e node_modules/.installed ] || [ package-lock.json -nt node_modules/.installed ]; then
  npm ci --no-audit --no-fund --loglevel=error >&2
  touch node_modules/.installed
fi
if [ ! -e dist/index.html ] || [ ! -e dist/app.js.gz ] || [ -n "$(find src package.json package-lock.json ./*.mjs tsconfig.json -newer dist/index.html -print -quit)" ]; then
  npm run --silent build >&2
  touch dist/index.html # marks when it was built …
  [ ! -e dist/index.html.gz ] || touch dist/index.html.gz # … and its packed form is no older, or it would not be sent
fi
