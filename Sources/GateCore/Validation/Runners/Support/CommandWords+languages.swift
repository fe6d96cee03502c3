extension CommandWords {
    /// Whether the program is a Python interpreter, or `uv run` in place of one.
    var isPython: Bool {
        if name == "run" { return true }
        guard name.hasPrefix("python") || name.hasPrefix("pypy") else { return false }
        return name.drop { $0.isLetter }.allSatisfy { $0.isNumber || $0 == "." }
    }

    /// Where the command says `-m module` to Python, also through `coverage run`.
    func pythonModule(_ module: String) -> Range<Int>? {
        var start = program + 1
        if name == "coverage" || name == "coverage3" {
            guard words.indices.contains(start), words[start] == "run" else { return nil }
            return words[start...].firstIndex(of: "-m").flatMap { moduleRange(at: $0, module) }
        }
        guard isPython else { return nil }
        while start < words.count, words[start].hasPrefix("-") {
            if let range = moduleRange(at: start, module) { return range }
            if words[start] == "-m" {
                guard start + 2 < words.count, words[start + 1] == "coverage", words[start + 2] == "run" else {
                    return nil
                }
                return words[start...].dropFirst(3).firstIndex(of: "-m").flatMap { moduleRange(at: $0, module) }
            }
            if words[start] == "-c" { return nil }
            start += ["-W", "-X"].contains(words[start]) ? 2 : 1
        }
        return nil
    }

    private func moduleRange(at index: Int, _ module: String) -> Range<Int>? {
        if words[index] == "-m" + module { return index..<(index + 1) }
        guard words[index] == "-m", index + 1 < words.count, words[index + 1] == module else { return nil }
        return index..<(index + 2)
    }

    /// Where a JavaScript tool is named: as the program, or as a script that `node` runs out of `node_modules`.
    func javaScriptTool(_ tool: String) -> Int? {
        if Self.stem(words[program]) == tool { return program }
        guard name == "node" else { return nil }
        var index = program + 1
        while index < words.count, words[index].hasPrefix("-") {
            index += ["-r", "--require", "--import", "--loader"].contains(words[index]) ? 2 : 1
        }
        guard index < words.count, words[index].contains("node_modules/"), Self.stem(words[index]) == tool else {
            return nil
        }
        return index
    }

    private static func stem(_ path: String) -> String {
        let name = baseName(path)
        for ending in [".js", ".cjs", ".mjs", ".cmd"] where name.hasSuffix(ending) {
            return String(name.dropLast(ending.count))
        }
        return name.hasPrefix("_") ? String(name.dropFirst()) : name
    }
}
