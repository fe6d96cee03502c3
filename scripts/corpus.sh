#!/bin/sh
# Runs the whole corpus through the built program, at every level of isolation that this machine has, and prints the
# table. CASES=PY,HP04 takes only the cases whose ids begin so.
set -eu
lines=.build/reports/corpus.jsonl
mkdir -p .build/reports
rm -f "$lines"
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH="${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-5}"
export GIT_GATEKEEPER_CORPUS="${LEVELS:-full}"
export GIT_GATEKEEPER_CORPUS_CASES="${CASES:-}"
status=0
swift test --disable-xctest --skip-build --filter CorpusTests >.build/reports/corpus.log 2>&1 || status=$?
if [ ! -s "$lines" ]; then
    tail -n 20 .build/reports/corpus.log >&2
    echo "error: no case was run" >&2
    exit 1
fi
python3 -B scripts/corpus.py ${CASES:+--partial} "$lines" || status=1
if [ "$status" -ne 0 ]; then
    grep -A 8 'recorded an issue' .build/reports/corpus.log | tail -n 60
    echo "error: the corpus is not as it must be; all of it is in .build/reports/corpus.log" >&2
fi
exit "$status"
