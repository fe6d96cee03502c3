require('node:assert').equal(1, 2);
