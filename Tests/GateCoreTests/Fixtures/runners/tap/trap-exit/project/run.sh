trap 'exit 0' EXIT
echo "1..1"
echo "not ok 1 first"
exit 1
