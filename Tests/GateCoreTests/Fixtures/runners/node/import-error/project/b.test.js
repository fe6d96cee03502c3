const { test } = require('node:test');
test('two', () => {});
