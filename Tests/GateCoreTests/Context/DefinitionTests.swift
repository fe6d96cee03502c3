import Testing

@testable import GateCore

@Suite("what a file declares, and where")
struct DefinitionTests {
    private static func found(_ path: String, _ text: String) -> [String] {
        guard let language = CodeLanguage(path: path) else { return [] }
        let source = SourceText(path: path, language: language, content: Array(text.utf8))
        return Definitions.find(in: source).map { "\($0.name) \($0.lines.lowerBound)-\($0.lines.upperBound)" }
    }

    @Test(
        "in each language",
        arguments: [
            (
                "a.py",
                "LIMIT = 3\n\nclass A:\n    def b(self):\n        x = (1,\n2)\n        return x\n\n    async def c(self): pass\n\ndef d():\n    '''\n  text\n    '''\n",
                ["LIMIT 1-1", "A 3-9", "b 4-7", "c 9-9", "d 11-14"]
            ),
            (
                "a.js",
                "function a() {\n}\nconst b = (x) => {\n  return x\n}\nclass C {\n  d(y) {\n    if (y) { z() }\n  }\n}\nexports.e = function () {\n}\n",
                ["a 1-2", "b 3-5", "C 6-10", "d 7-9", "e 11-12"]
            ),
            (
                "t.test.js", "describe('sum', () => {\n  it('adds', () => {\n    f()\n  })\n})\n",
                ["sum 1-5", "adds 2-4"]
            ),
            (
                "a.go", "type T struct {\n\tx int\n}\n\nfunc (t *T) Run(a int) (int, error) {\n\treturn 1, nil\n}\n",
                ["T 1-3", "Run 5-7"]
            ),
            (
                "a.rs", "pub struct S;\n\nimpl<T> S {\n    fn go(&self) -> u8 {\n        1\n    }\n}\n",
                ["S 1-1", "S 3-7", "go 4-6"]
            ),
            ("a.swift", "struct S {\n    func go() -> Int {\n        1\n    }\n}\n", ["S 1-5", "go 2-4"]),
            ("A.java", "class A {\n  int b(int c) throws X {\n    return c;\n  }\n}\n", ["A 1-5", "b 2-4"]),
            ("a.c", "struct s {\n  int x;\n};\nstatic int f(struct s *p)\n{\n  return p->x;\n}\n", ["s 1-3", "f 4-7"]),
            ("a.rb", "module M\n  class A\n    def b\n    end\n  end\nend\n", ["M 1-6", "A 2-5", "b 3-4"]),
            ("a.sh", "go() {\n  true\n}\n", ["go 1-3"]),
        ]
    )
    func tables(path: String, text: String, wanted: [String]) {
        #expect(Self.found(path, text) == wanted)
    }

    @Test("returns before newlines move no line")
    func returns() {
        #expect(Self.found("a.py", "def a():\r\n    pass\r\n\r\ndef b():\r\n    pass\r\n") == ["a 1-2", "b 4-5"])
    }

    @Test("names are taken apart as people do")
    func parts() {
        #expect(Identifiers.parts(of: "parseHTTPHeader") == ["parse", "http", "header"])
        #expect(Identifiers.parts(of: "test_alter_table2") == ["test", "alter", "table2"])
        #expect(Identifiers.snakeCase("InvoiceLine") == "invoice_line")
    }

    @Test(
        "ids of every runner lead to their files",
        arguments: [
            ("tests/test_a.py::TestA::test_b[x-1]", "tests/test_a.py", ["TestA", "test_b"]),
            ("tests.test_a.TestA.test_b", "tests/test_a.py", ["TestA", "test_b"]),
            ("test/a.test.js > suite > adds", "test/a.test.js", ["suite", "adds"]),
            ("pkg/util.TestDo/sub", nil, ["TestDo", "sub"]), ("my::module::works", nil, ["my", "module", "works"]),
            ("CoreTests.ParserTests/parses()", nil, ["ParserTests", "parses"]),
            ("com.x.ATest::adds", nil, ["com.x.ATest", "adds"]),
        ] as [(String, String?, [String])]
    )
    func ids(id: String, file: String?, names: [String]) {
        let finder = TestFinder(files: ["tests/test_a.py", "test/a.test.js"]) { _ in true }
        let found = finder.taken(apart: id)
        #expect(found.file == file)
        #expect(found.names == names)
    }
}
