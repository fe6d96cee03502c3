# Prints TAP. The expected values lie beside the tests.
. lib/calc.sh
number=0
status=0

check() { # check <name> <expected> <actual>
    number=$((number + 1))
    if [ "$2" = "$3" ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        echo "# expected $2, got $3"
        status=1
    fi
}

echo 1..4
check add 5 "$(add 2 3)"
check sub 2 "$(sub 5 3)"
check div 2 "$(div 6 3)"
half 8 >"${TMPDIR:-/tmp}/half"
if diff tests/expected/half "${TMPDIR:-/tmp}/half" >/dev/null; then found=same; else found=different; fi
check half same "$found"
exit $status
