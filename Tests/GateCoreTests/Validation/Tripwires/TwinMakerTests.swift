import Testing

@testable import GateCore

@Suite("twins")
struct TwinMakerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let framework: TestFramework
        let statement: String
        /// The statement with a wrong expectation; `nil` where it can only be made to fail at its start.
        let twin: String?
        var testDescription: String { "\(framework): \(name)" }
    }

    static let python: [Case] = [
        Case(name: "an int", framework: .pytest, statement: "assert f(5, 3) == 2", twin: "assert f(5, 3) == 5"),
        Case(name: "on the left", framework: .pytest, statement: "assert 2 == f(5)", twin: "assert 5 == f(5)"),
        Case(
            name: "a message behind",
            framework: .pytest,
            statement: "assert f() == 2, 'no 2'",
            twin: "assert f() == 5, 'no 2'"
        ),
        Case(name: "a negative", framework: .pytest, statement: "assert f() == -2", twin: "assert f() == -5"),
        Case(name: "text", framework: .pytest, statement: "assert f() == 'a b'", twin: "assert f() == 'a bs'"),
        Case(name: "digits in text", framework: .pytest, statement: "assert f() == '12'", twin: "assert f() == '123'"),
        Case(name: "no text", framework: .pytest, statement: #"assert f() == """#, twin: #"assert f() == "s""#),
        Case(
            name: "long text",
            framework: .pytest,
            statement: "assert f() == '''a\n  b'''",
            twin: "assert f() == '''a\n  bs'''"
        ),
        Case(name: "bytes", framework: .pytest, statement: "assert f() == b'ab'", twin: "assert f() == b'abs'"),
        Case(name: "a list", framework: .pytest, statement: "assert f() == [1, [2]]", twin: "assert f() == [4, [2]]"),
        Case(
            name: "over lines",
            framework: .pytest,
            statement: "assert f() == [\n    1,  # one\n    2,\n]",
            twin: "assert f() == [\n    4,  # one\n    2,\n]"
        ),
        Case(name: "an empty list", framework: .pytest, statement: "assert f() == []", twin: "assert f() == [3]"),
        Case(name: "an empty dict", framework: .pytest, statement: "assert f() == {}", twin: "assert f() == {3: 3}"),
        Case(name: "a constant", framework: .pytest, statement: "assert f() == True", twin: "assert f() == False"),
        Case(name: "none", framework: .pytest, statement: "assert f() == None", twin: "assert f() == 7"),
        Case(
            name: "about",
            framework: .pytest,
            statement: "assert f() == pytest.approx(0.5)",
            twin: "assert f() == pytest.approx(4.5)"
        ),
        Case(
            name: "a tolerance",
            framework: .pytest,
            statement: "assert f() == pytest.approx(0.5, abs=9)",
            twin: "assert f() == (pytest.approx(0.5, abs=9), 3)"
        ),
        Case(
            name: "computed",
            framework: .pytest,
            statement: "assert f(x) == y + 1",
            twin: "assert f(x) == (y + 1, 3)"
        ),
        Case(
            name: "formatted",
            framework: .pytest,
            statement: #"assert f(x) == f"{y}""#,
            twin: #"assert f(x) == (f"{y}", 3)"#
        ),
        Case(
            name: "both of two",
            framework: .pytest,
            statement: "assert f() == 1 and g() == 2",
            twin: "assert f() == 4 and g() == 2"
        ),
        Case(name: "either of two", framework: .pytest, statement: "assert f() == 1 or g()", twin: nil),
        Case(name: "negated", framework: .pytest, statement: "assert not f() == 1", twin: nil),
        Case(name: "unequal", framework: .pytest, statement: "assert f() != 1", twin: nil),
        Case(name: "a range", framework: .pytest, statement: "assert 1 < f() < 3", twin: nil),
        Case(name: "truth", framework: .pytest, statement: "assert f()", twin: nil),
        Case(name: "inside a call", framework: .pytest, statement: "assert all(x == 1 for x in f())", twin: nil),
        Case(
            name: "assertEqual",
            framework: .unittest,
            statement: "self.assertEqual(f(5, 3), 2)",
            twin: "self.assertEqual(f(5, 3), 5)"
        ),
        Case(
            name: "assertEqual, turned",
            framework: .unittest,
            statement: "self.assertEqual(2, f(5, 3))",
            twin: "self.assertEqual(5, f(5, 3))"
        ),
        Case(
            name: "assertEqual with a message",
            framework: .unittest,
            statement: "self.assertEqual(f(), 2, 'why 2')",
            twin: "self.assertEqual(f(), 5, 'why 2')"
        ),
        Case(
            name: "assertEqual of names",
            framework: .unittest,
            statement: "self.assertEqual(f(), y)",
            twin: "self.assertEqual(f(), (y, 3))"
        ),
        Case(
            name: "named arguments",
            framework: .unittest,
            statement: "self.assertEqual(first=f(), second=2)",
            twin: nil
        ),
        Case(
            name: "almost",
            framework: .unittest,
            statement: "self.assertAlmostEqual(f(), 0.5)",
            twin: "self.assertAlmostEqual(f(), 4.5)"
        ),
        Case(
            name: "almost, by far",
            framework: .unittest,
            statement: "self.assertAlmostEqual(f(), 0.5, delta=9)",
            twin: nil
        ),
        Case(
            name: "dicts",
            framework: .unittest,
            statement: "self.assertDictEqual(f(), {'a': 1})",
            twin: "self.assertDictEqual(f(), {'as': 1})"
        ),
        Case(name: "truth", framework: .unittest, statement: "self.assertTrue(f())", twin: nil),
    ]

    static let javaScript: [Case] = [
        Case(
            name: "equal",
            framework: .node,
            statement: "assert.equal(f(5, 3), 2);",
            twin: "assert.equal(f(5, 3), 5);"
        ),
        Case(
            name: "strict",
            framework: .node,
            statement: "assert.strict.equal(f(), 'a');",
            twin: "assert.strict.equal(f(), 'as');"
        ),
        Case(
            name: "bare",
            framework: .node,
            statement: "deepStrictEqual(f(), [1, 2]);",
            twin: "deepStrictEqual(f(), [4, 2]);"
        ),
        Case(
            name: "an object",
            framework: .node,
            statement: "t.assert.deepEqual(f(), { a: 1, 'b': 2 });",
            twin: "t.assert.deepEqual(f(), { a: 4, 'b': 2 });"
        ),
        Case(
            name: "an empty object",
            framework: .node,
            statement: "assert.deepEqual(f(), {});",
            twin: "assert.deepEqual(f(), {wrong: 3});"
        ),
        Case(
            name: "undefined",
            framework: .node,
            statement: "assert.equal(f(), undefined);",
            twin: "assert.equal(f(), 7);"
        ),
        Case(
            name: "a slash that divides",
            framework: .node,
            statement: "assert.equal(f() / 2, 1 /* one */);",
            twin: "assert.equal(f() / 2, 4 /* one */);"
        ),
        Case(
            name: "a pattern with quotes",
            framework: .node,
            statement: #"g(/['"(]/); assert.equal(f(), 1);"#,
            twin: #"g(/['"(]/); assert.equal(f(), 4);"#
        ),
        Case(
            name: "a template",
            framework: .node,
            statement: "assert.equal(f(), `a`);",
            twin: "assert.equal(f(), `as`);"
        ),
        Case(
            name: "computed",
            framework: .node,
            statement: "assert.equal(f(x), y);",
            twin: "assert.equal(f(x), { wrong: 3, value: (y) });"
        ),
        Case(name: "toBe", framework: .node, statement: "expect(f()).toBe(2);", twin: "expect(f()).toBe(5);"),
        Case(name: "not toBe", framework: .node, statement: "expect(f()).not.toBe(2);", twin: nil),
        Case(name: "unequal", framework: .node, statement: "assert.notEqual(f(), 2);", twin: nil),
        Case(name: "ok", framework: .node, statement: "assert.ok(f());", twin: nil),
    ]

    private static func source(_ item: Case, _ statement: String) -> (text: String, names: [String]) {
        switch item.framework {
        case .pytest:
            (
                "import m\n\n\ndef test_other():\n    assert f() == 99\n\n\ndef test_it(x):\n    # f() == 2\n    \(statement)\n\n\ndef test_last():\n    assert f() == 98\n",
                ["test_it"]
            )
        case .unittest:
            (
                "class OtherTests(T):\n    def test_it(self):\n        self.assertEqual(f(), 99)\n\n\nclass ItTests(T):\n    def test_it(self):\n        y = 2\n        \(statement)\n\n    def test_last(self):\n        self.assertEqual(f(), 98)\n",
                ["ItTests", "test_it"]
            )
        case .node:
            (
                "test('other', () => { assert.equal(f(), 99); });\ndescribe(\"all\", function () {\n  it('it\\'s', async (t) => {\n    \(statement)\n  });\n  it('last', () => { assert.equal(f(), 98); });\n});\n",
                ["all", "it's"]
            )
        }
    }

    @Test("a wrong expectation stands in the target's own assertion, and nowhere else", arguments: python + javaScript)
    func twin(_ item: Case) throws {
        let (text, names) = Self.source(item, item.statement)
        let test = TestID("it")
        let maker = TwinMaker(framework: item.framework, content: Array(text.utf8), seed: 7)
        let made = maker.make(.contradiction(shift: 3), of: [TwinMaker.Target(test: test, names: names)])
        let content = String(decoding: made.content, as: UTF8.self)
        if let twin = item.twin {
            #expect(content.hasPrefix(Self.source(item, twin).text), "\(content)")
            #expect(made.changes[test] == .literal || made.changes[test] == .computed)
            let other = maker.make(.contradiction(shift: 8), of: [TwinMaker.Target(test: test, names: names)])
            if item.name != "none", item.name != "undefined" { #expect(other.content != made.content) }
            let reach = maker.make(.reach, of: [TwinMaker.Target(test: test, names: names)])
            #expect(reach.content != made.content && reach.content != Array(text.utf8))
        } else {
            #expect(made.changes[test] == .forced)
            #expect(content.contains(item.framework == .node ? "throw new Error" : "raise AssertionError()"))
        }
        // Everything but the target is as it was.
        #expect(content.contains("98") && content.contains("99"))
    }

    @Test(
        "a test that the file does not hold has no twin",
        arguments: [["test_none"], ["NoTests", "test_it"], ["test_inner"]]
    )
    func absent(_ names: [String]) {
        let text =
            "def test_it():\n    def test_inner():\n        assert f() == 1\n    test_inner()\n\nX = 'def test_none():'\n"
        let maker = TwinMaker(framework: .pytest, content: Array(text.utf8), seed: 1)
        let made = maker.make(.contradiction(shift: 3), of: [TwinMaker.Target(test: TestID("it"), names: names)])
        #expect(made.changes.isEmpty || names == ["test_inner"])
    }

    @Test("a test of one expression has twins of every kind")
    func expression() {
        let text = "test('it', () => assert.equal(f(), 1));\ntest('other', async () => check());\n"
        let maker = TwinMaker(framework: .node, content: Array(text.utf8), seed: 1)
        let targets = [
            TwinMaker.Target(test: TestID("it"), names: ["it"]),
            TwinMaker.Target(test: TestID("other"), names: ["other"]),
        ]
        let made = maker.make(.contradiction(shift: 3), of: targets)
        #expect(made.changes == [TestID("it"): .literal, TestID("other"): .forced])
        let content = String(decoding: made.content, as: UTF8.self)
        #expect(content.contains("() => assert.equal(f(), 4));"))
        #expect(content.contains("async () => (() => { throw new Error('not as expected'); })() || check());"))
    }

    @Test("a test that a class inherits is found in its base")
    func inherited() {
        let text =
            "class Base:\n    def test_it(self):\n        self.assertEqual(f(), 1)\n\n\nclass Mixin(Base):\n    pass\n\n\n"
            + "class ItTests(Mixin, unittest.TestCase):\n    def test_other(self):\n        pass\n"
        let maker = TwinMaker(framework: .unittest, content: Array(text.utf8), seed: 1)
        let target = TwinMaker.Target(test: TestID("it"), names: ["ItTests", "test_it"])
        let made = maker.make(.contradiction(shift: 3), of: [target])
        #expect(made.changes[target.test] == .literal)
        #expect(String(decoding: made.content, as: UTF8.self).contains("assertEqual(f(), 4)"))
    }

    @Test("any bytes at all are read to their end, and come out as they were where nothing is found")
    func anything() {
        var generator = SeededGenerator(seed: 20)
        let alphabet = Array("'\"`\\#/*(){}[]:=,\n \tdef test_x assert == 1 rb f class \u{00E9}".utf8) + [0xFF, 0x00]
        for _ in 0..<400 {
            let bytes = (0..<Int.random(in: 0..<200, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            for framework in [TestFramework.pytest, .node] {
                let source = SourceTokens(bytes, framework.language)
                // Tokens follow one another and lie within the text.
                var end = 0
                for token in source.tokens {
                    #expect(token.range.lowerBound >= end && token.range.upperBound <= bytes.count)
                    end = token.range.upperBound
                }
                let maker = TwinMaker(framework: framework, content: bytes, seed: 1)
                let made = maker.make(.reach, of: [TwinMaker.Target(test: TestID("x"), names: ["no such name"])])
                #expect(made.changes.isEmpty && made.content.starts(with: bytes))
            }
        }
    }

    @Test("names of canaries are new in the file, and others with every run")
    func names() {
        let text = Array("def test_it():\n    assert f() == 1\n".utf8)
        let target = [TwinMaker.Target(test: TestID("it"), names: ["test_it"])]
        let one = TwinMaker(framework: .pytest, content: text, seed: 1).make(.forced, of: target).canaries
        let two = TwinMaker(framework: .pytest, content: text, seed: 2).make(.forced, of: target).canaries
        #expect(one.count == 6 && Set(one.values) == [.passes, .fails, .skips])
        #expect(Set(one.keys) != Set(two.keys))
    }
}
