#!/bin/sh
# Runs every test and makes sure that tests were run: a filter that matches nothing would pass otherwise.
set -eu
mkdir -p .build/reports
log=.build/reports/tests.log
rm -f .build/reports/corpus.jsonl
# Every document that the program prints while tests run is kept, and held to its schema afterwards.
rm -rf .build/reports/documents
mkdir -p .build/reports/documents
export GIT_GATEKEEPER_DOCUMENTS="$PWD/.build/reports/documents"
# Most tests wait for programs. All of them at once would only make each of them slow.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH="${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-5}"
# The status goes through a file: a pipe in sh has only that of its last command.
{
    status=0
    swift test --disable-xctest --xunit-output .build/reports/tests.xml "$@" 2>&1 || status=$?
    echo "$status" >.build/reports/status
} | tee "$log"
status=$(cat .build/reports/status)
if [ "$status" -ne 0 ]; then
    # What failed stands at the very end, where a cut log still has it.
    echo "what failed:"
    grep -A 4 -E 'recorded an issue|: error: |^✘ Test [^r]' "$log" | grep -v '^[✔◇]' | tail -n 60
    exit "$status"
fi
count=$(sed -n 's/.*<testsuite [^>]*tests="\([0-9]*\)".*/\1/p' .build/reports/tests.xml | head -n 1)
if [ "${count:-0}" -lt 20 ]; then
    echo "error: only ${count:-0} tests ran" >&2
    exit 1
fi
python3 -B scripts/schemas.py check .build/reports/documents
if [ ! -e .build/hook-managers/complete ] && { ! command -v pre-commit || ! command -v lefthook; } >/dev/null 2>&1; then
    echo "NOT RUN: the tests beside the real pre-commit and lefthook, which are not here; 'make e2e' fetches them"
fi
if [ ! -e .build/agents/complete ] && { ! command -v codex || ! command -v claude; } >/dev/null 2>&1; then
    echo "NOT RUN: the tests with the real codex and claude, which are not here; 'make e2e' fetches them"
fi
[ "${GIT_GATEKEEPER_FLEET:-}" = required ] || echo "NOT RUN: the tests with a real Buildbot and two workers, which take a minute: 'make fleet'"
[ "${GIT_GATEKEEPER_TERMINAL:-}" = required ] || echo "NOT RUN: the live view at every width, which takes a minute: 'make terminal'"
if [ ! -e .build/fleet/complete ]; then
    echo "NOT RUN: the schemas of engines' files and the real gh, which are not here; 'make fleet' fetches them"
fi
