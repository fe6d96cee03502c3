const { test, describe, it, before, after, beforeEach } = require('node:test');
const assert = require('node:assert/strict');
const { add } = require('../lib.js');

test('adds', () => assert.equal(add(1, 2), 3));
test('adds ünïcode > "quotes"', () => assert.equal(add(1, 2), 4));
test('is skipped', { skip: 'later' }, () => assert.fail());
test('is to be done', { todo: true }, () => assert.fail('todo'));
test('parent', async (t) => {
  await t.test('child one', () => {});
  await t.test('child two', () => assert.equal(1, 2, 'two'));
});
test('twice', () => {});
test('twice', () => assert.fail('second'));

describe('suite', () => {
  it('inner', () => {});
  describe('deeper', () => {
    it('inner', () => assert.deepEqual([1], [2]));
  });
});
describe('breaks before', () => {
  before(() => {
    throw new Error('no database');
  });
  it('never runs', () => {});
});
describe('breaks after', () => {
  after(() => {
    throw new Error('cannot clean up');
  });
  it('runs', () => {});
});
describe('breaks before each', () => {
  beforeEach(() => {
    throw new Error('no session');
  });
  it('cannot run', () => {});
});
test('takes too long', { timeout: 20 }, () => new Promise((done) => setTimeout(done, 300)));
