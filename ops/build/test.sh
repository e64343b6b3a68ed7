#!/bin/sh
# All tests: first what may run side by side, then what needs the machine to itself. Fails if either does.
# With arguments: pytest with these arguments, nothing else.
set -u
cd "$(dirname "$0")/../.."
pytest=.venv/bin/pytest
if [ $# -gt 0 ]; then
    exec "$pytest" "$@"
fi
failed=0
# By file: the tests of one file share their servers.
"$pytest" -n 2 --dist loadfile -m "not alone" || failed=$?
"$pytest" -m alone
alone=$?
# 5: no test is marked so.
[ "$alone" -eq 0 ] || [ "$alone" -eq 5 ] || failed=$alone
exit "$failed"
