const { test } = require('node:test');
require('./no-such-file.js');
test('one', () => {});
