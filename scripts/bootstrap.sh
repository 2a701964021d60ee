#!/bin/sh
# Create .venv and put the pinned installer in it. Works on a bare Debian with Python 3.11 and make.
set -eu
cd "$(dirname "$0")/.."
# The distribution's own interpreter is optimised from a profile; one compiled by default, as pyenv
# does, takes longer to decide: run `python -m benchmarks.decision` with both.
OWN=/usr/bin/python3.11
if [ -z "${PYTHON:-}" ]; then
  PYTHON=python3
  ! "$OWN" -c 'import ensurepip' 2>/dev/null || PYTHON=$OWN
fi
fail() { echo "bootstrap: $1" >&2; exit 1; }

"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  fail "Python >= 3.11 is needed, found $("$PYTHON" --version 2>&1); set PYTHON=/path/to/python3.11"
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  rm -rf .venv
  if ! "$PYTHON" -m venv .venv >/dev/null 2>&1; then
    # Debian ships venv apart from python3.
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
      fail "this Python cannot create environments; install python3-venv, then run again"
    apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
    rm -rf .venv && "$PYTHON" -m venv .venv
  fi
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
  -r requirements/bootstrap.txt
