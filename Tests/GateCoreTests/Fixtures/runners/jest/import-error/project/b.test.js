test('two', () => {});
