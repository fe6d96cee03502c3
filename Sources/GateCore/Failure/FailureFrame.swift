package import GateGit

/// One place in the repository that a trace, a diagnostic or an assertion names.
package struct FailureFrame: Sendable, Hashable {
    /// A file of the head tree.
    package let path: RepositoryPath
    /// Counted from 1, where the text says.
    package let line: Int?
    /// The function around it, in the words of its language, where the text says.
    package let function: String?

    package init(path: RepositoryPath, line: Int? = nil, function: String? = nil) {
        self.path = path
        self.line = line
        self.function = function
    }
}

extension FailureFrame: CustomStringConvertible {
    /// For people: `calc/core.py:12 in total`.
    package var description: String {
        path.description + (line.map { ":\($0)" } ?? "") + (function.map { " in \(Excerpt.visible($0))" } ?? "")
    }
}
