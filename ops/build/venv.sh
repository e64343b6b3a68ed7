#!/bin/sh
# The virtual environment with exactly the packages of a lock file, hashes checked: venv.sh requirements.lock
# Does nothing when that was done before. PYTHON names another interpreter than python3.
set -eu
lock=$1
python=${PYTHON:-python3}
venv=.venv

say() { printf '%s\n' "$*" >&2; }

# pip comes last: without it the making was interrupted, and making it again completes it.
if [ ! -x "$venv/bin/python" ] || [ ! -x "$venv/bin/pip" ]; then
    if ! command -v "$python" >/dev/null 2>&1; then
        say "onetrip needs Python 3.11 or newer: apt-get install python3 python3-venv"
        exit 1
    fi
    if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        say "onetrip needs Python 3.11 or newer, $python is $("$python" -V 2>&1): make PYTHON=python3.11 …"
        exit 1
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        say "Python lacks its venv module: apt-get install python$version-venv"
        exit 1
    fi
    "$python" -m venv "$venv"
fi

digest() { sha256sum "$1" | cut -d ' ' -f 1; }
mark=$venv/.holds-$(basename "$lock")
if [ "$(cat "$mark" 2>/dev/null)" = "$(digest "$lock")" ]; then
    exit 0
fi
total=$(grep -c '^[A-Za-z0-9]' "$lock")
log=$venv/install.log
say "Installing $total Python packages (first time only) …"
if ! "$venv/bin/python" -m pip install --disable-pip-version-check --no-deps --require-hashes \
        --only-binary :all: --progress-bar off --requirement "$lock" >"$log" 2>&1; then
    grep -E '^ERROR' "$log" | head -5 >&2 || tail -5 "$log" >&2
    say "The packages could not be installed (see $log)."
    exit 1
fi
digest "$lock" >"$mark"
# The development lock holds everything of the other one too.
if [ "$lock" = requirements-dev.lock ]; then
    digest requirements.lock >"$venv/.holds-requirements.lock"
fi
