/// Tests that the gate adds to a test file, each of which can only end in one way.
struct Canaries: Sendable, Hashable {
    /// How a test of the gate's own has to end.
    package enum Ending: String, Sendable, Hashable {
        case passes, fails, skips

        /// Whether an outcome is that ending.
        func isMet(by outcome: Outcome) -> Bool {
            switch self {
            case .passes: outcome.holds
            case .fails: outcome.isRed
            case .skips: outcome == .skipped
            }
        }
    }

    /// Text to add at the end of the file.
    let text: String
    /// Endings by the name of the test within the file: `test_rounding`, or `TestRounding.test_rounding`.
    let endings: [String: Ending]

    /// - Parameters:
    ///   - seed: names and values follow from it; unknown to anyone before the run.
    ///   - prefix: what names of tests begin with in the file.
    init(for framework: TestFramework, source: SourceTokens, prefix: String, seed: UInt64) {
        var words = Words(seed: seed, avoiding: String(decoding: source.bytes, as: UTF8.self))
        switch framework {
        case .pytest: (text, endings) = Self.pytest(prefix, &words)
        case .unittest: (text, endings) = Self.unittest(&words)
        case .node: (text, endings) = Self.node(source, &words)
        }
    }

    private static func pytest(_ prefix: String, _ words: inout Words) -> (String, [String: Ending]) {
        var endings: [String: Ending] = [:]
        func name(_ ending: Ending) -> String {
            let name = words.name(prefix)
            endings[name] = ending
            return name
        }
        let (low, high) = words.pair()
        let fixture = words.name("")
        let module = words.name("_")
        let text = """


            import pytest as \(module)


            def \(name(.passes))():
                assert \(low) + 1 == \(low + 1)


            def \(name(.fails))():
                assert \(low) == \(high)


            def \(name(.fails))():
                raise AssertionError(\(low))


            @\(module).fixture
            def \(fixture)():
                raise RuntimeError(\(high))


            def \(name(.fails))(\(fixture)):
                pass


            def \(name(.skips))():
                \(module).skip("\(low)")


            def \(name(.passes))():
                with \(module).raises(AssertionError):
                    assert \(high) == \(low)

            """
        return (text, endings)
    }

    private static func unittest(_ words: inout Words) -> (String, [String: Ending]) {
        var endings: [String: Ending] = [:]
        let type = words.name("Test", isCapitalised: true)
        func name(_ ending: Ending) -> String {
            let name = words.name("test_")
            endings["\(type).\(name)"] = ending
            return name
        }
        let (low, high) = words.pair()
        let module = words.name("_")
        let text = """


            import unittest as \(module)


            class \(type)(\(module).TestCase):
                def \(name(.passes))(self):
                    self.assertEqual(\(low) + 1, \(low + 1))

                def \(name(.fails))(self):
                    self.assertEqual(\(low), \(high))

                def \(name(.fails))(self):
                    self.assertTrue(\(low) == \(high))

                def \(name(.fails))(self):
                    self.fail("\(low)")

                def \(name(.fails))(self):
                    raise RuntimeError(\(high))

                def \(name(.skips))(self):
                    self.skipTest("\(low)")

                def \(name(.passes))(self):
                    with self.assertRaises(AssertionError):
                        self.assertEqual(\(high), \(low))

            """
        return (text, endings)
    }

    private static func node(_ source: SourceTokens, _ words: inout Words) -> (String, [String: Ending]) {
        var endings: [String: Ending] = [:]
        func name(_ ending: Ending) -> String {
            let name = words.sentence()
            endings[name] = ending
            return name
        }
        let (low, high) = words.pair()
        let test = words.name("")
        let assert = words.name("")
        // A module that imports cannot require, and the other way about.
        let isModule = source.tokens.indices.contains { index in
            source.tokens[index].depth == 0 && (source.has("import", at: index) || source.has("export", at: index))
                && !source.has("(", at: index + 1)
        }
        let head =
            isModule
            ? "import \(test) from 'node:test';\nimport \(assert) from 'node:assert';"
            : "const \(test) = require('node:test');\nconst \(assert) = require('node:assert');"
        let text = """

            ;
            \(head)
            \(test)('\(name(.passes))', () => { \(assert).strictEqual(\(low) + 1, \(low + 1)); });
            \(test)('\(name(.fails))', () => { \(assert).strictEqual(\(low), \(high)); });
            \(test)('\(name(.fails))', () => { \(assert).equal(\(low), \(high)); });
            \(test)('\(name(.fails))', () => { \(assert).strict.equal(\(low), \(high)); });
            \(test)('\(name(.fails))', () => { \(assert).deepStrictEqual([\(low)], [\(high)]); });
            \(test)('\(name(.fails))', () => { \(assert).ok(\(low) === \(high)); });
            \(test)('\(name(.fails))', () => { throw new Error('\(high)'); });
            \(test)('\(name(.skips))', { skip: true }, () => { throw new Error('\(low)'); });
            \(test)('\(name(.passes))', () => {
              \(assert).throws(() => { \(assert).strictEqual(\(high), \(low)); });
            });

            """
        return (text, endings)
    }
}

/// Which library a test file is written for.
package enum TestFramework: String, Sendable, Hashable {
    case pytest, unittest, node

    var language: TestLanguage { self == .node ? .javaScript : .python }
}

/// Makes names that look like anybody's, and are not in a text yet.
private struct Words {
    private var state: UInt64
    private let text: String
    private var used: Set<String> = []

    private static let first = [
        "empty", "large", "nested", "single", "mixed", "plain", "second", "short", "quoted", "repeated", "sorted",
        "missing", "default", "partial", "simple", "narrow", "final", "inner", "outer", "double",
    ]
    private static let second = [
        "input", "value", "order", "result", "bounds", "items", "range", "pair", "entry", "total", "index", "limit",
        "prefix", "state", "sample", "number", "layout", "record", "output", "window",
    ]

    init(seed: UInt64, avoiding text: String) {
        state = seed
        self.text = text
    }

    /// splitmix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    private mutating func words() -> (String, String) {
        (Self.first[Int(next() % 20)], Self.second[Int(next() % 20)])
    }

    mutating func name(_ prefix: String, isCapitalised: Bool = false) -> String {
        while true {
            let (first, second) = words()
            let number = used.count > 100 ? "\(next() % 1000)" : ""
            let name =
                isCapitalised
                ? "\(prefix)\(first.capitalised)\(second.capitalised)\(number)" : "\(prefix)\(first)_\(second)\(number)"
            if !text.contains(name), !text.contains(name.replacing("_", with: " ")), used.insert(name).inserted {
                return name
            }
        }
    }

    mutating func sentence() -> String { name("").replacing("_", with: " ") }

    /// Two different numbers.
    mutating func pair() -> (Int, Int) {
        let low = Int(next() % 90) + 2
        return (low, low + 3 + Int(next() % 50))
    }
}

extension String {
    fileprivate var capitalised: String { prefix(1).uppercased() + dropFirst() }
}
