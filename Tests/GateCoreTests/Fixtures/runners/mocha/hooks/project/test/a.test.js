describe('before', () => {
  before(() => {
    throw new Error('no database');
  });
  it('one', () => {});
  it('two', () => {});
});
describe('before each', () => {
  beforeEach(() => {
    throw new Error('no session');
  });
  it('one', () => {});
  it('two', () => {});
});
