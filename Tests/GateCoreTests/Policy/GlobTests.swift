import GateCore
import GateGit
import Testing

@Suite("Globs")
struct GlobTests {
    @Test(
        "a pattern matches what it says",
        arguments: [
            ("*.py", "a.py", true), ("*.py", "deep/a.py", true), ("*.py", "a.pyc", false),
            ("*.py", "a.py/inside", true),
            ("/a.py", "a.py", true), ("/a.py", "deep/a.py", false), ("src/a.py", "src/a.py", true),
            ("src/a.py", "x/src/a.py", false),
            ("tests/", "tests/a", true), ("tests/", "deep/tests/a", true), ("tests/", "mytests/a", false),
            ("src/**", "src/a/b", true),
            ("src/**", "src", false), ("**/x", "x", true), ("**/x", "a/b/x", true), ("a/**/b", "a/b", true),
            ("a/**/b", "a/x/y/b", true),
            ("a/**/b", "a/x/c", false), ("a?c", "abc", true), ("a?c", "a/c", false), ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[^a-c]x", "dx", true), ("[]]x", "]x", true), ("a\\*b", "a*b", true), ("a\\*b", "axb", false),
            ("**", "any/thing", true),
            ("*", "any/thing", true), ("src/*", "src/a/b", true), ("src/*.py", "src/a/b.py", false),
            ("test_*.*", "src/test_a.py", true),
        ] as [(String, String, Bool)]
    )
    func table(_ pattern: String, _ path: String, _ expected: Bool) throws {
        #expect(try Glob(pattern).matches(RepositoryPath(path)) == expected)
    }

    @Test(
        "what is no pattern is refused",
        arguments: ["", "/", "a//b", "a/../b", "./a", "[a", "a\\", "[z-a]", "a\u{0}b"]
    )
    func refused(_ pattern: String) {
        #expect(throws: GlobError.self) { _ = try Glob(pattern) }
    }

    @Test("a pattern matches exactly what a plain recursive matcher says")
    func reference() throws {
        var generator = SystemRandomNumberGenerator()
        func pick(_ from: [String], _ most: Int) -> String {
            (0..<Int.random(in: 1...most, using: &generator)).map { _ in
                from[Int.random(in: 0..<from.count, using: &generator)]
            }.joined()
        }
        var matched = 0
        for _ in 0..<20_000 {
            var parts = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                pick(["a", "b", "*", "?", "[ab]", "[!a]"], 4)
            }
            if Int.random(in: 0..<3, using: &generator) == 0 {
                parts.insert("**", at: Int.random(in: 0...parts.count, using: &generator))
            }
            let pattern = parts.joined(separator: "/")
            let path = (0..<Int.random(in: 1...4, using: &generator)).map { _ in pick(["a", "b", "c"], 4) }.joined(
                separator: "/"
            )
            let expected = Reference.matches(pattern, path)
            matched += expected ? 1 : 0
            #expect(try Glob(pattern).matches(RepositoryPath(path)) == expected, "\(pattern) on \(path)")
        }
        #expect(matched > 500)
    }

    @Test("a pattern of many stars is still answered")
    func manyStars() throws {
        let glob = try Glob(String(repeating: "*a", count: 60) + "b")
        #expect(!glob.matches(RepositoryPath(String(repeating: "a", count: 5000))))
    }
}

/// The slowest and plainest way to say what a pattern means.
private enum Reference {
    static func matches(_ pattern: String, _ path: String) -> Bool {
        var parts = pattern.split(separator: "/").map(Array.init)
        if parts.count == 1 { parts.insert(Array("**"), at: 0) }
        return folders(parts[...], path.split(separator: "/").map(Array.init)[...])
    }

    private static func folders(_ pattern: ArraySlice<[Character]>, _ path: ArraySlice<[Character]>) -> Bool {
        guard let first = pattern.first else { return true }
        if first == Array("**") {
            if pattern.allSatisfy({ $0 == Array("**") }) { return !path.isEmpty }
            return folders(pattern.dropFirst(), path) || (!path.isEmpty && folders(pattern, path.dropFirst()))
        }
        guard let name = path.first else { return false }
        return component(first[...], name[...]) && folders(pattern.dropFirst(), path.dropFirst())
    }

    private static func component(_ pattern: ArraySlice<Character>, _ name: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        switch first {
        case "*": return component(pattern.dropFirst(), name) || (!name.isEmpty && component(pattern, name.dropFirst()))
        case "?": return !name.isEmpty && component(pattern.dropFirst(), name.dropFirst())
        case "[":
            guard let end = pattern.firstIndex(of: "]"), let head = name.first else { return false }
            let inside = pattern[(pattern.startIndex + 1)..<end]
            let isIn = inside.first == "!" ? !inside.contains(head) : inside.contains(head)
            return isIn && component(pattern[(end + 1)...], name.dropFirst())
        default: return name.first == first && component(pattern.dropFirst(), name.dropFirst())
        }
    }
}
