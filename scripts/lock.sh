#!/bin/sh
# Rewrite the pinned requirements from pyproject.toml. No registry address is written.
set -eu
cd "$(dirname "$0")/.."
UV=${UV:-.venv/bin/uv}
COMPILE="$UV pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command scripts/lock.sh"
$COMPILE requirements/bootstrap.in -o requirements/bootstrap.txt "$@"
$COMPILE requirements/node.in -o requirements/node.txt "$@"
$COMPILE pyproject.toml -o requirements/run.txt "$@"
$COMPILE pyproject.toml --group test -o requirements/test.txt "$@"
$COMPILE pyproject.toml --group test --group bench -c requirements/test.txt -o requirements/bench.txt "$@"
