#!/usr/bin/env bash
# Installs Debian packages as root or through passwordless sudo; otherwise says the one command to run.
# Usage: scripts/install.sh PACKAGE...
set -euo pipefail

command="apt-get install -y $*"
if [ "$(id -u)" = 0 ]; then
    as_root=(env)
elif sudo -n true >/dev/null 2>&1; then
    as_root=(sudo -n env)
else
    echo "Missing here: $*. Run once, then try again:  sudo $command" >&2
    exit 1
fi
if ! command -v apt-get >/dev/null; then
    echo "Missing here: $*. There is no apt-get: install them in this system's own way, then try again." >&2
    exit 1
fi

echo "Installing $* (once)" >&2
apt=("${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
# Lists may be old or absent; only when the first try fails are they fetched.
"${apt[@]}" install -y --no-install-recommends "$@" >/dev/null 2>&1 ||
    { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "$@" >/dev/null; } ||
    { echo "Could not install: $*. Run by hand to see why:  $command" >&2; exit 1; }
