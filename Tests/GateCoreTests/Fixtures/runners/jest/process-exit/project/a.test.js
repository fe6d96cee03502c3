test('one', () => {});
test('two', () => process.exit(0));
test('three', () => {
  throw new Error('never reached');
});
