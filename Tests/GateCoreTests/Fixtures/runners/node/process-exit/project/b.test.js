const { test } = require('node:test');
test('elsewhere', () => {});
