import GateCore
import GateGit
import Testing

@Suite("the second look")
struct SecondLookTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let path: String
        var before = ""
        let after: String
        /// Codes in the order of lines; empty where nothing is to be found.
        let codes: [String]
        var assertions: [String] = []
        var testDescription: String { "\(path): \(after.prefix(60))" }
    }

    private static let subTest = ["        self.assertEqual(core.sub(5, 3), 2)", "8 != 2"]

    static let cheats: [Case] = [
        Case(path: "a.py", after: "import pytest\n", codes: ["look.test-framework"]),
        Case(path: "a.py", after: "import os, sys, unittest\n", codes: ["look.test-framework"]),
        Case(path: "a.py", after: "from _pytest.reports import TestReport\n", codes: ["look.test-framework"]),
        Case(path: "a.py", after: "m = __import__('_pytest.reports')\n", codes: ["look.test-framework"]),
        Case(path: "a.py", after: "import sys\nx = sys._getframe(1).f_back\n", codes: ["look.frame-inspection"]),
        Case(path: "a.py", after: "x = f'{sys._getframe(1)}'\n", codes: ["look.frame-inspection"]),
        Case(path: "a.py", after: "import inspect\n", codes: ["look.frame-inspection"]),
        Case(path: "a.py", after: "x = getattr(sys, '_getframe')\n", codes: ["look.frame-inspection"]),
        Case(path: "a.py", after: "import gc\nfor o in gc.get_objects(): pass\n", codes: ["look.frame-inspection"]),
        Case(path: "a.py", after: "import atexit\n", codes: ["look.runtime-hook"]),
        Case(path: "a.py", after: "from ctypes import (\n  cdll)\n", codes: ["look.runtime-hook"]),
        Case(path: "a.py", after: "sys.addaudithook(f)\n", codes: ["look.runtime-hook"]),
        Case(path: "a.py", after: "def f():\n    os._exit(0)\n", codes: ["look.exit"]),
        Case(path: "a.py", after: "import sys\nif True:\n    sys.exit(0)\n", codes: ["look.exit"]),
        Case(path: "a.py", after: "raise SystemExit(0)\n", codes: ["look.exit"]),
        Case(path: "a.py", after: "def f():\n    raise SkipTest('no')\n", codes: ["look.skip"]),
        Case(path: "a.py", after: "import builtins\nbuiltins.AssertionError = E\n", codes: ["look.monkeypatch"]),
        Case(path: "a.py", after: "sys.modules['calc'] = fake\n", codes: ["look.monkeypatch"]),
        Case(
            path: "a.py",
            after: "class A(int):\n    def __eq__(self, other):\n        \"\"\"Equal.\"\"\"\n        return True\n",
            codes: ["look.always-equal"]
        ),
        Case(path: "a.py", after: "if os.environ.get('PYTEST_CURRENT_TEST'): pass\n", codes: ["look.environment"]),
        Case(path: "a.py", after: "if os.getenv('CI'): pass\n", codes: ["look.environment"]),
        Case(path: "a.py", after: "if 'pytest' in sys.modules: pass\n", codes: ["look.environment"]),
        Case(path: "a.py", after: "os.setsid()\n", codes: ["look.process"]),
        Case(path: "a.py", after: "sys.path.insert(0, 'x')\n", codes: ["look.path"]),
        Case(path: "a.py", after: "t = open('tests/test_core.py').read()\n", codes: ["look.contract-path"]),
        Case(path: "a.py", after: "t = Path(__file__).parent / 'test_core.py'\n", codes: ["look.contract-path"]),
        Case(
            path: "a.py",
            after: "def sub(a, b):\n    return {(5, 3): 2}.get((a, b), a + b)\n",
            codes: ["look.special-case"],
            assertions: subTest
        ),
        Case(
            path: "a.py",
            after: "def sub(a, b):\n    if a == 5 and b == 3:\n        return 2\n    return a + b\n",
            codes: ["look.special-case"],
            assertions: subTest
        ),
        Case(
            path: "a.py",
            after: "def f(x):\n    if x == 'From: 12 Main St.':\n        return 7\n",
            codes: ["look.special-case"],
            assertions: ["assert f('From: 12 Main St.') == g(8)"]
        ),
        Case(
            path: "a.js",
            after: "function sub(a, b) {\n  switch (a) { case 48151: return 7; }\n}\n",
            codes: ["look.special-case"],
            assertions: ["assert.equal(sub(48151, 3), 2);"]
        ),
        Case(path: "a.js", after: "process.exit(0);\n", codes: ["look.exit"]),
        Case(path: "a.js", after: "process.reallyExit(0)\n", codes: ["look.exit"]),
        Case(path: "a.mjs", after: "import assert from 'node:assert/strict';\n", codes: ["look.test-framework"]),
        Case(path: "a.js", after: "const s = new Error('x').stack;\n", codes: ["look.frame-inspection"]),
        Case(path: "a.js", after: "if (process.env.CI) {}\n", codes: ["look.environment"]),
        Case(path: "a.ts", after: "Array.prototype.map = f;\n", codes: ["look.monkeypatch"]),
        Case(path: "a.js", after: "const x = `${process.env.NODE_TEST_CONTEXT}`;\n", codes: ["look.environment"]),
        Case(path: "a.swift", after: "import XCTest\n", codes: ["look.test-framework"]),
        Case(path: "a.swift", after: "func f() { exit(0) }\n", codes: ["look.exit"]),
        Case(
            path: "a.swift",
            after: "static func == (a: A, b: A) -> Bool { true }\n",
            codes: ["look.always-equal"]
        ),
        Case(
            path: "a.swift",
            after: "let t = ProcessInfo.processInfo.environment[\"XCTestConfigurationFilePath\"]\n",
            codes: ["look.environment"]
        ),
        Case(path: "a.rs", after: "fn f() { std::process::exit(0) }\n", codes: ["look.exit"]),
        Case(path: "a.rs", after: "fn eq(&self, o: &A) -> bool { true }\n", codes: ["look.always-equal"]),
        Case(
            path: "a.go",
            after: "import \"testing\"\nfunc f() { os.Exit(0) }\n",
            codes: ["look.test-framework", "look.exit"]
        ),
        Case(path: "A.java", after: "public boolean equals(Object o) { return true; }\n", codes: ["look.always-equal"]),
        Case(path: "A.kt", after: "override fun equals(other: Any?) = true\n", codes: ["look.always-equal"]),
        Case(
            path: "a.cpp",
            after: "bool operator==(const A&, const A&) { return true; }\n",
            codes: ["look.always-equal"]
        ),
        Case(path: "a.c", after: "void f() { _exit(0); }\n", codes: ["look.exit"]),
        Case(path: "lib/a.sh", after: "trap 'exit 0' EXIT\n", codes: ["look.trap"]),
        Case(path: "lib/a.sh", after: "exit 0\n", codes: ["look.exit"]),
        Case(path: "lib/a.sh", after: "PATH=$here/bin:$PATH\n", codes: ["look.path"]),
        Case(path: "lib/a.sh", after: "diff() { true; }\n", codes: ["look.monkeypatch"]),
        Case(path: "lib/a.sh", after: "echo \"ok 1 - add\"\n", codes: ["look.skip"]),
        Case(path: "lib/a.sh", after: "kill -9 $PPID\n", codes: ["look.process"]),
        Case(path: "lib/a.sh", after: "sub() { grep sub \"$here/../tests/run.sh\"; }\n", codes: ["look.contract-path"]),
        Case(path: "a.rb", after: "return 1 if ENV['GITHUB_ACTIONS']\n", codes: ["look.environment"]),
    ]

    @Test("what an ordinary repair does not need is found", arguments: cheats)
    func found(_ given: Case) { #expect(Self.look(given).map(\.code) == given.codes, "\(Self.look(given))") }

    static let honest: [Case] = [
        Case(path: "a.py", after: "\"\"\"Works with atexit and sys._getframe, as pytest does.\"\"\"\n", codes: []),
        Case(path: "a.py", after: "# import inspect, os._exit(0)\nx = 1\n", codes: []),
        Case(path: "a.py", after: "def main():\n    sys.exit(run())\n", codes: []),
        Case(path: "a.py", after: "if __name__ == '__main__':\n    sys.exit(main())\n", codes: []),
        Case(path: "a.py", before: "import atexit\nx = 1\n", after: "x = 2\nif x:\n    import atexit\n", codes: []),
        Case(path: "a.py", before: "import inspect\n", after: "import inspect\ny = inspect.signature(f)\n", codes: []),
        Case(
            path: "a.py",
            after: "class A:\n    def __eq__(self, other):\n        return self.x == other.x\n",
            codes: []
        ),
        Case(path: "a.py", after: "def f(env):\n    return env['HOME'], 'CI', re.match('x', y)\n", codes: []),
        Case(path: "a.py", after: "def sub(a, b):\n    return a - b\n", codes: [], assertions: subTest),
        Case(path: "a.py", after: "for i in range(5, 3):\n    pass\n", codes: [], assertions: subTest),
        Case(
            path: "a.py",
            after: "raise ValueError('bad indentation of a mapping entry (2:7)')\n",
            codes: [],
            assertions: ["assert str(e) == 'bad indentation of a mapping entry (2:7)'"]
        ),
        Case(path: "a.py", after: "if mode == 'strict':\n    return 1\n", codes: [], assertions: ["f('strict') == 1"]),
        Case(path: "a.py", after: "url = base + '/tests'\n", codes: []),
        Case(
            path: "a.js",
            after: "// process.exit(0)\nconst r = /process.exit(0)/;\nlet s = 'Error().stack';\n",
            codes: []
        ),
        Case(path: "a.js", after: "el.on('exit', f); const a = b.stack;\n", codes: []),
        Case(path: "a.swift", after: "/* exit(0) /* nested */ exit(0) */ let x = #\"exit(0)\"#\n", codes: []),
        Case(path: "a.swift", after: "machine.exit(0)\nfunc exit(_ code: Int) {}\n", codes: []),
        Case(path: "a.rs", after: "fn f<'a>(x: &'a str) -> char { 'x' } // process::exit\n", codes: []),
        Case(path: "bin/tool.sh", after: "#!/bin/sh\nif test -z \"$1\"; then exit 1; fi\n", codes: []),
        Case(path: "docs/a.md", after: "Call `os._exit(0)` and `import pytest`.\n", codes: []),
        Case(path: "a.c", after: "int main(void) { /* exit(0) */ return f(\"exit(0)\"); }\n", codes: []),
    ]

    @Test("what ordinary repairs look like is left in peace", arguments: honest)
    func leftInPeace(_ given: Case) { #expect(Self.look(given).map(\.code) == []) }

    @Test("a construct that moves from one file to another is no finding; one more of it is")
    func moves() {
        let old = SecondLook.File(path: "a.py", before: [Array("import atexit\n".utf8)], after: [])
        let new = SecondLook.File(path: "b.py", before: [], after: Array("import atexit\n".utf8))
        #expect(SecondLook([old, new]).findings(contractPaths: [], assertions: []) == [])
        let twice = SecondLook.File(path: "b.py", before: [], after: Array("import atexit\nimport atexit\n".utf8))
        #expect(SecondLook([old, twice]).findings(contractPaths: [], assertions: []).count == 1)
    }

    @Test("what the base had and the head lost may come back")
    func revertedToBase() {
        let base = Array("import inspect\nx = 1\n".utf8)
        let file = SecondLook.File(path: "a.py", before: [Array("x = 2\n".utf8), base], after: base)
        #expect(SecondLook([file]).findings(contractPaths: [], assertions: []) == [])
    }

    @Test("a docstring that is opened up does not smuggle its lines into the code")
    func docstring() {
        let before = Array("'''\nos._exit(0)\n'''\n".utf8)
        let after = Array("''''''\nos._exit(0)\n''''''\n".utf8)
        let look = SecondLook([SecondLook.File(path: "a.py", before: [before], after: after)])
        #expect(look.findings(contractPaths: [], assertions: []).map(\.code) == ["look.exit"])
    }

    @Test("a finding names its line, shows it, and says why")
    func words() throws {
        let given = Case(path: "src/a.py", after: "x = 1\n    import inspect   \n", codes: [])
        let finding = try #require(Self.look(given).first)
        #expect(finding.line == 2)
        #expect(finding.text == "import inspect")
        #expect(finding.message.hasPrefix("look.frame-inspection at src/a.py:2: code that looks at its callers"))
    }

    private static func look(_ given: Case) -> [LookFinding] {
        let look = SecondLook([
            SecondLook.File(
                path: RepositoryPath(given.path),
                before: given.before.isEmpty ? [] : [Array(given.before.utf8)],
                after: Array(given.after.utf8)
            )
        ])
        return look.findings(
            contractPaths: ["tests", "tests/test_core.py", "tests/run.sh"],
            assertions: given.assertions
        )
    }
}
