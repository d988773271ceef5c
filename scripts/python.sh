#!/usr/bin/env bash
# Prints the path of the newest Python, 3.11 or later, that truly runs. PYTHON=... decides otherwise.
set -euo pipefail

runs() { # A version manager's shim may be on the PATH and fail when it is run, so run it.
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

for name in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
    if runs "$name"; then
        exec "$name" -c 'import sys; print(sys.executable)'
    fi
done
echo "Python 3.11 or later is needed and was not found${PYTHON:+ as $PYTHON}: install it, or name it with PYTHON=/path/to/python3." >&2
exit 1
