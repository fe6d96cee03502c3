const { test } = require('node:test');
const assert = require('node:assert');
const product = require('./product.js');
test('one', () => {});
test('two', () => assert.equal(product.answer(), 42));
test('three', () => assert.fail());
