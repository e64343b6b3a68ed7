#!/bin/sh
# All tests, side by side (tests/order.py says what beside what). With arguments: pytest with these arguments, nothing
# else.
set -u
cd "$(dirname "$0")/../.."
pytest=.venv/bin/pytest
if [ $# -gt 0 ]; then
    exec "$pytest" "$@"
fi
# A process more than there are cores: a good part of the tests waits, for browsers, for clocks, for the end of others.
processes=$(($(nproc) + 1))
"$pytest" -n "$processes" --dist loadfile --no-loadscope-reorder --durations=25 && exit 0
# What proves that no order of events breaks a rule gets no second chance: there, what goes wrong once in a while is the
# finding.
if grep -Eq '"tests/(core|domain|races|faults/test_money)' .pytest_cache/v/cache/lastfailed 2>/dev/null; then
    exit 1
fi
# Everything else that fails gets one, with the machine to itself, and is named twice in the output: the cores are shared
# by servers and browsers here, and a picture that came late is no defect. What fails twice has failed.
echo "Once more, one after the other: what failed above."
exec "$pytest" --last-failed --last-failed-no-failures none
