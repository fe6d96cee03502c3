require('./no-such-file.js');
it('one', () => {});
