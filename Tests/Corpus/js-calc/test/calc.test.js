'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const calc = require('../src/calc.js');

test('add', () => assert.equal(calc.add(2, 3), 5));
test('sub', () => assert.equal(calc.sub(5, 3), 2));
test('div', () => assert.equal(calc.div(6, 3), 2));
test('parse', () => assert.deepEqual(calc.parse('1,2'), [1, 2]));
