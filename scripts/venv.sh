#!/usr/bin/env bash
# Makes .venv and installs what requirements/run.txt or requirements/dev.txt pins, hashes checked.
# Usage: scripts/venv.sh run|dev
set -euo pipefail
cd "$(dirname "$0")/.."

works() { .venv/bin/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

if ! works; then
    python=$(scripts/python.sh)
    # Debian ships Python without the part that fills a venv.
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || scripts/install.sh python3-venv
    echo "Setting up .venv with $("$python" -V)" >&2
    "$python" -m venv --clear .venv
fi
echo "Installing requirements/$1.txt (a minute or so, once)" >&2
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
    --require-hashes -r "requirements/$1.txt"
touch ".venv/.stamp-$1"
if [ "$1" = dev ]; then touch .venv/.stamp-run; fi # dev.txt holds all of run.txt
