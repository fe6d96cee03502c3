cat >tests/junit.py <<'END'
"""Runs the tests and writes what they gave as JUnit XML."""
import os
import sys
import unittest

os.makedirs("out", exist_ok=True)
suite = unittest.defaultTestLoader.discover("tests", top_level_dir=".")
result = unittest.TextTestRunner().run(suite)
red = {test.id() for test, _ in result.failures + result.errors}
names = ["tests.test_core.CalcTests.test_" + name for name in ("add", "sub", "div", "parse")]
with open("out/report.xml", "w") as file:
    file.write('<testsuite name="calc" tests="4" failures="%d">' % len(red))
    for name in names:
        file.write('<testcase name="%s">%s</testcase>' % (name, "<failure/>" if name in red else ""))
    file.write("</testsuite>")
sys.exit(bool(red))
END
echo out/ >.gitignore
