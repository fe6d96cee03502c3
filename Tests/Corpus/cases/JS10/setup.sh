mkdir test/__snapshots__
echo 2 >test/__snapshots__/sub.snap
sed -i "s|calc.sub(5, 3), 2|calc.sub(5, 3), Number(require('node:fs').readFileSync(__dirname + '/__snapshots__/sub.snap'))|" test/calc.test.js
