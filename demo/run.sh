#!/bin/sh
# Runs the gate on a broken shop and shows every command with its real output and exit status.
#
# usage: run.sh [folder]
#
# Needs git-gatekeeper in PATH, git and python3; no network, no key. The shop is made in the folder given, which must
# be empty, or in a new temporary one, and stays there. An exit status other than the expected one ends the demo
# with 1.
set -eu

demo=$(cd "$(dirname "$0")" && pwd)
for program in git python3 git-gatekeeper; do
    command -v "$program" >/dev/null || {
        echo "error: '$program' is not in PATH" >&2
        echo "hint: 'make demo' builds the gate and puts it there" >&2
        exit 128
    }
done

# Settings of the user and of a hook around this script would make it another demo.
for name in $(git rev-parse --local-env-vars) GIT_GATEKEEPER_BACKEND GIT_GATEKEEPER_MODEL CI_LOOP_BACKEND OPENAI_MODEL CODEX_MODEL; do
    unset "$name"
done
# No network and no key: where codex is installed, it would be asked otherwise.
export GIT_GATEKEEPER_BACKEND=revert
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_PAGER=cat PYTHONDONTWRITEBYTECODE=1

if [ $# -gt 0 ]; then folder=$1; else folder=$(mktemp -d "${TMPDIR:-/tmp}/shop.XXXXXX"); fi
sh "$demo/make-repository.sh" "$folder"
cd "$folder"
folder=$(pwd)

summary=
say() { printf '\n\n# %s\n' "$*"; }
note() {
    summary="$summary
  $*"
}
fail() {
    printf '\nunexpected: %s\nthe repository is in %s\n' "$*" "$folder" >&2
    exit 1
}
# The files of the demo are named by their last part, as if they lay beside the shop.
show() {
    printf '\n$'
    for word in "$@"; do printf ' %s' "${word#"$demo/"}"; done
    printf '\n'
}
# expect <status> <command...>: shows the command, runs it, and insists on its exit status.
expect() {
    wanted=$1
    shift
    show "$@"
    status=0
    "$@" 2>&1 || status=$?
    echo "(exit $status)"
    [ "$status" -eq "$wanted" ] || fail "'$*' ended with $status, not $wanted"
}
# holds <sentence> <command...>: insists on something that the gate promised, without showing it.
holds() {
    sentence=$1
    shift
    "$@" >/dev/null 2>&1 || fail "it does not hold that $sentence"
    printf '%s\n' "  holds: $sentence"
}
same_index() { [ "$(git ls-files -s)" = "$index" ]; }
same_card() { [ "$(git hash-object shop/gift_card.py)" = "$card" ]; }
same_head() { [ "$(git rev-parse HEAD)" = "$head" ]; }

# Counts tests in the record of a run on standard input.
count() {
    python3 -c '
import json, sys
steps = json.load(sys.stdin)["steps"]
for phase, name in (("base", "the base"), ("head", "the working tree")):
    outcomes = [outcome for step in steps if step["phase"] == phase for outcome in step["outcomes"].values()]
    red = sum(outcome not in ("passed", "skipped") for outcome in outcomes)
    print(f"{name} has {len(outcomes)} tests, {red} of them red", end=", " if phase == "base" else "\n")
'
}

index=$(git ls-files -s)
card=$(git hash-object shop/gift_card.py)
head=$(git rev-parse HEAD)

say "A shop whose branch 'stable' is green. Four commits and some uncommitted work later it is not."
expect 0 git log --oneline --decorate -6
expect 0 git status --short
expect 0 git gatekeeper list-scenarios --base stable
expect 1 git gatekeeper test --base stable
note "at first: $(git gatekeeper show --format json | count)"

say "write_read: a good commit also changed how addresses are written, and not how they are read." \
    "The backend 'revert' has no model: it looks for the least of the change that has to go."
expect 0 git gatekeeper run --base stable --scenario write_read
expect 0 git diff -- shop/user_store.py
holds "the rest of that commit is still there" grep -q set_phone shop/user_store.py
lines=$(git diff --numstat -- shop/user_store.py | cut -f 2)
note "write_read: repaired; lines taken back: $lines; the rest of its commit stayed"

say "contract_drift: orders hands pricing a fraction, and pricing expects per cent. This one is not committed yet."
expect 0 git gatekeeper run --base stable --scenario contract_drift --quiet
expect 0 git diff -- shop/orders.py
holds "uncommitted work beside the fault is still there" grep -q total_with_delivery shop/orders.py
holds "the file that git does not know is untouched" same_card
holds "the index is untouched" same_index
holds "no commit was made" same_head
note "contract_drift: repaired within uncommitted work; the rest of it stayed"

say "systemic: nicknames are folded at one of four entry points. Taking something back is no cure here," \
    "and the backend says so instead of trying its luck."
expect 1 git gatekeeper run --base stable --scenario systemic --quiet
say "The tempting fix: the same line in one more place. It turns one of three tests green, which is not enough."
expect 0 cat "$demo/patches/local-fix.patch"
expect 1 git gatekeeper judge "$demo/patches/local-fix.patch" --base stable --scenario systemic --quiet
say "The fix of the cause, written by a person: one place that knows the spelling, and every entry point uses it."
expect 0 git gatekeeper judge "$demo/patches/systemic-fix.patch" --apply --base stable --scenario systemic --quiet
note "systemic: 'revert' could not repair it; the local fix was refused, the systemic one was proven and taken"

say "low_confidence: a test written before its code. No part of the change explains it, and no record knows it." \
    "The gate does not guess: it stops before anybody is asked for a fix, and says what a person has to answer." \
    "The scenario does not gate, hence run-all leaves it out unless it is told not to."
expect 0 git gatekeeper run-all --base stable --quiet
expect 125 git gatekeeper run --base stable --scenario low_confidence --quiet
expect 0 git gatekeeper show clarification_request.json
expect 125 git gatekeeper run-all --base stable --include-non-gating --quiet
note "low_confidence: not understood, so nobody was asked for a fix; it holds up nobody, as the policy says"
say "A candidate that 'repairs' the test instead. It is refused before anything of it runs."
expect 0 cat "$demo/patches/cheat.patch"
expect 1 git gatekeeper judge "$demo/patches/cheat.patch" --base stable --scenario low_confidence --quiet
holds "the test is as its author wrote it" git diff --quiet -- tests/test_delivery_window.py
note "a candidate that changed the test was refused before it ran"
say "Now somebody answers. A pipe types here; at a terminal it is you. The backend is a program that knows one patch."
answers="1\n1\nThe van rests on 1 January and on 25 and 26 December, every year\ny\n"
printf '\n$ printf %s | \\' "'$answers'"
answered() { printf "$answers" | "$@"; }
expect 1 answered git gatekeeper run --base stable --scenario low_confidence --dry-run \
    --backend-command "cat $demo/patches/holidays.patch" \
    --clarification-policy interactive --clarifier-option-source heuristic
say "What was learned is a draft until a person approves it. Then the failure is known, and nobody asks again;" \
    "the draft says that a person looks at repairs of it, so a proven one waits."
expect 0 git gatekeeper show scenario_proposal.json
expect 0 git gatekeeper approve-scenario-proposal
expect 0 git gatekeeper plan-clarification --base stable --scenario low_confidence --quiet
expect 125 git gatekeeper run --base stable --scenario low_confidence --quiet \
    --backend-command "cat $demo/patches/holidays.patch"
holds "the fix waits, and was not written" git diff --quiet -- shop/delivery_window.py
note "low_confidence, answered: a fix was proven; what was learned is a record now, and its fixes wait for a person"

say "Everything was written down, and the last acceptance can be taken back."
expect 0 git gatekeeper log
expect 0 git gatekeeper undo
holds "the registry is as it was" git diff --quiet -- shop/user_registry.py
holds "the other fixes are still there" grep -q 'self._users\[address\] = ' shop/user_store.py
expect 1 git gatekeeper test --base stable --scenario systemic --quiet
holds "the index is untouched" same_index
holds "no commit was made" same_head
note "undo took back the last acceptance and nothing else; index and commits were never touched"

say "In short"
printf '%s\n\nThe shop is in %s: try it yourself.\n' "$summary" "$folder"
