require('./no-such-file.js');
test('one', () => {});
