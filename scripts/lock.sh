#!/usr/bin/env bash
# Pins pyproject.toml's dependencies, with hashes, into requirements/run.txt and requirements/dev.txt.
# One pair of files serves Python 3.11, 3.12 and 3.13: it is resolved on the lowest, whose set holds the others'.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"$(PYTHON=${PYTHON:-python3.11} scripts/python.sh)" -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check pip-tools==7.6.2
version=$("$tools/bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if [ "$version" != 3.11 ]; then
    echo "Locking wants the lowest supported Python, 3.11; this is $version." >&2
    exit 1
fi

compile() { # No address of any package index goes into the files.
    CUSTOM_COMPILE_COMMAND="make lock" "$tools/bin/pip-compile" --quiet --generate-hashes --strip-extras \
        --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options "$@" pyproject.toml
}
compile --output-file requirements/run.txt
compile --extra dev --constraint requirements/run.txt --output-file requirements/dev.txt
