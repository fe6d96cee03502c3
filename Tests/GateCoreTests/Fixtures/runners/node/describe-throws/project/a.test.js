const { describe, it } = require('node:test');
describe('suite', () => {
  it('one', () => {});
  throw new Error('in the body');
});
