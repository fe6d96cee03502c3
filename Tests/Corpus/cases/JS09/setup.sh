mkdir -p node_modules/check
printf "module.exports = require('node:assert/strict');\n" >node_modules/check/index.js
sed -i "s|require('node:assert/strict')|require('check')|" test/calc.test.js
