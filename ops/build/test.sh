#!/bin/sh
# All tests: first what may run side by side (tests/order.py says what beside what), then what needs the machine to
# itself. Fails if either does. With arguments: pytest with these arguments, nothing else.
set -u
cd "$(dirname "$0")/../.."
pytest=.venv/bin/pytest
if [ $# -gt 0 ]; then
    exec "$pytest" "$@"
fi
# What fails gets a second chance with the machine to itself, and is named twice in the output: two cores are shared by
# servers and browsers here, and a picture that came late is no defect. What fails twice has failed.
once_more() {
    echo "Once more, one after the other: what failed above."
    "$pytest" --last-failed --last-failed-no-failures none -m "$1"
}
failed=0
"$pytest" -n 2 --dist loadfile --no-loadscope-reorder --durations=25 -m "not alone" || once_more "not alone" || failed=$?
"$pytest" --durations=10 -m alone || once_more alone || failed=$?
exit "$failed"
