#!/bin/sh
# What the tests use of the system: a browser, a media relay, a web server, Chinese fonts, network namespaces.
# Root on Debian gets what is missing; everybody else is told the command.
set -eu
wanted="chromium coturn fonts-arphic-gbsn00lp fonts-arphic-gkai00mp fonts-arphic-ukai fonts-arphic-uming fonts-noto-cjk
    fonts-wqy-microhei fonts-wqy-zenhei iproute2 nginx util-linux"

command -v dpkg-query >/dev/null 2>&1 || {
    echo "The tests need these Debian packages' programs; this is not Debian, install: $wanted" >&2
    exit 0
}
missing=
for package in $wanted; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
    echo "The tests need system packages that are missing. Run: sudo apt-get install$missing" >&2
    exit 1
fi
echo "Installing$missing …" >&2
# RUNLEVEL=1: Debian then starts no service; the tests start their own, on ports of their own.
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
log=$(mktemp)
# shellcheck disable=SC2086 # a list of words
if ! { apt-get update && apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    exit 1
fi
rm -f "$log"
