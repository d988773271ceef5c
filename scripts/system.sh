#!/usr/bin/env bash
# Sees to the programs the tests need besides Python; installs what is missing, or stops with the command to run.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
need() { # need PACKAGE TEST...
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || missing+=("$package")
}
one_of() { local name; for name in "$@"; do command -v "$name" && return; done; return 1; }
postgresql() { command -v initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb'; }
dictionary() { compgen -G "/usr/share/hunspell/$1*.dic" || compgen -G "/usr/share/myspell/dicts/$1*.dic"; }

check() {
    missing=()
    need chromium one_of chromium chromium-browser google-chrome
    need postgresql postgresql
    need gettext command -v msgfmt
    need hunspell command -v hunspell
    need hunspell-kk dictionary kk
    need hunspell-ru dictionary ru
    need poppler-utils command -v pdfsig
    need git command -v git
}

check
if [ ${#missing[@]} -gt 0 ]; then
    scripts/install.sh "${missing[@]}"
    check
fi
if [ ${#missing[@]} -gt 0 ]; then
    echo "Still missing after installing: ${missing[*]}. The tests need them and skip nothing." >&2
    exit 1
fi
