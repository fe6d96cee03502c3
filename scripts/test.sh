#!/bin/sh
# Runs every test and makes sure that tests were run: a filter that matches nothing would pass otherwise.
set -eu
mkdir -p .build/reports
status=0
swift test --disable-xctest --xunit-output .build/reports/tests.xml "$@" || status=$?
if [ "$status" -ne 0 ]; then exit "$status"; fi
count=$(sed -n 's/.*<testsuite [^>]*tests="\([0-9]*\)".*/\1/p' .build/reports/tests.xml | head -n 1)
if [ "${count:-0}" -lt 20 ]; then
    echo "error: only ${count:-0} tests ran" >&2
    exit 1
fi
