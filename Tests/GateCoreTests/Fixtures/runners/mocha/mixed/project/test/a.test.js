const assert = require('assert');

describe('suite', () => {
  it('passes', () => {});
  it('fails', () => assert.strictEqual(1, 2));
  it('is pending');
  it.skip('is skipped', () => {});
  it('skips itself', function () {
    this.skip();
  });
  describe('deeper', () => {
    it('passes ünïcode', (done) => setTimeout(done, 1));
  });
  it('times out', function (done) {
    this.timeout(20);
  });
});
it('top', () => {
  throw new TypeError('no');
});
