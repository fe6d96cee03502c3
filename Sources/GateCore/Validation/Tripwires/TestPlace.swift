/// Where a test stands: its file, and its name in it.
struct TestPlace: Hashable {
    /// Path relative to the repository.
    let file: String
    /// From the outside in.
    let names: [String]
    /// What the ids of the file's tests begin with, up to the name of a test at its outermost level.
    let idPrefix: String

    /// - Parameters:
    ///   - file: the path that the runner gives, relative to the repository or absolute.
    ///   - root: absolute path that the run saw as the repository.
    init?(_ test: TestID, file: String?, framework: TestFramework, root: String) {
        let named = file.map { $0.hasPrefix("\(root)/") ? String($0.dropFirst(root.count + 1)) : $0 }
        switch framework {
        case .pytest:
            // Parameters may hold anything, so they are cut off first.
            let plain = String(test.name.prefix { $0 != "[" })
            let parts = plain.split(separator: "::", omittingEmptySubsequences: false).map(String.init)
            guard parts.count >= 2 else { return nil }
            self.file = parts[0]
            names = Array(parts.dropFirst())
            idPrefix = "\(parts[0])::"
        case .unittest:
            let plain = test.name.split(separator: " ").first.map(String.init) ?? test.name
            let parts = plain.split(separator: ".").map(String.init)
            guard parts.count >= 3, let named else { return nil }
            self.file = named
            names = Array(parts.suffix(2))
            idPrefix = parts.dropLast(2).joined(separator: ".") + "."
        case .node:
            guard let named, test.name.hasPrefix("\(named) > ") else { return nil }
            self.file = named
            names = test.name.dropFirst(named.count + 3).split(separator: " > ").map(String.init)
            idPrefix = "\(named) > "
        }
        guard !self.file.hasPrefix("/"), !self.file.isEmpty else { return nil }
    }
}
