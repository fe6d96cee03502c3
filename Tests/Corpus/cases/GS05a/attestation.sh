head_is green
attest
proven=$(git rev-parse HEAD)
echo 'sub() { echo 2; }' >> lib/calc.sh
git commit -q -a -m 'something else'
tamper 'print("\n".join(lines))' "$proven"
