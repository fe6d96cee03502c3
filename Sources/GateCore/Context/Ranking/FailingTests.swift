import GateGit

/// A failing test as it stands in its file.
struct FailingTest: Sendable, Hashable {
    let id: String
    let isTarget: Bool
    let file: String
    /// Lines of its own body; `nil` where they were not found.
    let lines: ClosedRange<Int>?
}

/// Finds the files and lines of failing tests from their ids.
struct TestFinder: Sendable {
    let files: Set<String>
    /// Files that hold tests, by the rules of the contract.
    let isTest: @Sendable (String) -> Bool

    /// A path that an id begins with, and the names behind it, from the outside in.
    func taken(apart id: String) -> (file: String?, names: [String]) {
        if let cut = id.firstRange(of: " > ") {
            let path = String(id[..<cut.lowerBound])
            let names = id[cut.upperBound...].split(separator: " > ").map(String.init)
            if files.contains(path) { return (path, names) }
            return (nil, [path] + names)
        }
        var parts = Self.split(id, on: "::")
        if let first = parts.first, files.contains(first) { parts.removeFirst(); return (first, parts.map(Self.bare)) }
        if files.contains(id) { return (id, []) }
        // unittest: `tests.test_a.TestA.test_b`; a module's path is the longest beginning that is a file.
        let dotted = id.split(separator: ".").map(String.init)
        for count in stride(from: dotted.count, to: 0, by: -1) {
            let path = dotted.prefix(count).joined(separator: "/") + ".py"
            if files.contains(path) { return (path, dotted.dropFirst(count).map(Self.bare)) }
        }
        if parts.count > 1 { return classname(parts) }
        // go: `package/path.TestName/sub`; everything else: the last word is the test.
        let last = id.split(separator: "/").map(String.init)
        if let place = last.firstIndex(where: { $0.contains(".") }), let dot = last[place].lastIndex(of: ".") {
            return (nil, [String(last[place][last[place].index(after: dot)...])] + last[(place + 1)...].map(Self.bare))
        }
        return (nil, last.count > 1 ? last.map(Self.bare) : [Self.bare(id)])
    }

    /// JUnit's `classname::name`, whose class may be a module with dots.
    private func classname(_ parts: [String]) -> (file: String?, names: [String]) {
        let names = parts.map(Self.bare)
        let dotted = parts[0].split(separator: ".").map(String.init)
        guard dotted.count > 1 else { return (nil, names) }
        for count in stride(from: dotted.count, to: 0, by: -1) {
            let path = dotted.prefix(count).joined(separator: "/") + ".py"
            if files.contains(path) { return (path, Array(dotted.dropFirst(count)) + names.dropFirst()) }
        }
        return (nil, names)
    }

    private static func split(_ text: String, on separator: String) -> [String] {
        var parts: [String] = []
        var rest = text[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        parts.append(String(rest))
        return parts
    }

    /// A name without parameters: `test_a[x]`, `test()`.
    static func bare(_ name: String) -> String {
        var name = name[...]
        if let bracket = name.firstIndex(of: "["), bracket != name.startIndex { name = name[..<bracket] }
        if name.hasSuffix("()") { name = name.dropLast(2) }
        return String(name)
    }

    /// Lines of the innermost of some names in a file.
    static func lines(of names: [String], in definitions: [Definition]) -> ClosedRange<Int>? {
        var range: ClosedRange<Int>?
        for name in names {
            let inside = definitions.filter { one in
                one.name == name
                    && (range.map { $0.lowerBound <= one.lines.lowerBound && one.lines.upperBound <= $0.upperBound }
                        ?? true)
            }
            if let last = inside.last { range = last.lines }
        }
        return range
    }
}
