require('node:assert').ok(true);
