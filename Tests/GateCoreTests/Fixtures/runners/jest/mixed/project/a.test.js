describe('suite', () => {
  test('passes ünïcode', () => {});
  test('fails', () => expect(1).toBe(2));
  test.skip('is skipped', () => {});
  test.todo('is to be done');
  describe('deeper', () => {
    test.each([1, 2])('is below two: %i', (n) => expect(n).toBeLessThan(2));
  });
});
test('twice', () => {});
test('twice', () => {
  throw new TypeError('no');
});
describe('breaks before', () => {
  beforeAll(() => {
    throw new Error('no database');
  });
  test('one', () => {});
});
