sed -i 's/() => assert.equal(calc.sub(5, 3), 2));/() => {\n  assert.equal(calc.sub(5, 3), 2);\n});/' test/calc.test.js
