// Says which modules a node process loaded from the user's own checkout instead of the staged tree.
// Loaded with --require, only where no sandbox puts the staged tree at the repository's own path.
'use strict';
const fs = require('fs');
const path = require('path');
const { fileURLToPath } = require('url');
const nodeModule = require('module');

const real = (name) => {
  try {
    return fs.realpathSync(name);
  } catch {
    return name;
  }
};
const [checkout, ...carried] = fs
  .readFileSync(path.join(__dirname, 'gatekeeper_checkout'), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map(real);
const isBelow = (name, folder) => name.startsWith(folder + path.sep);
const found = new Set();
const look = (name) => {
  const file = real(name);
  if (isBelow(file, checkout) && !carried.some((folder) => isBelow(file, folder))) {
    found.add(file.slice(checkout.length + 1));
  }
};

// Older versions can only say what `require` loaded; links that lead back are looked for before the run as well.
if (nodeModule.registerHooks) {
  nodeModule.registerHooks({
    load(url, context, next) {
      if (url.startsWith('file:')) look(fileURLToPath(url));
      return next(url, context);
    },
  });
}
const { cache } = require;
process.on('exit', () => {
  for (const name of Object.keys(cache)) look(name);
  if (found.size) {
    fs.appendFileSync(path.join(__dirname, `elsewhere-${process.pid}`), [...found].sort().join('\n') + '\n');
  }
});
