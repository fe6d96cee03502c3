const { test } = require('node:test');
test('one', () => {});
