/// Which versions a requirement takes, in whatever tongue it is written.
enum VersionRange: Sendable, Hashable {
    case semantic(SemanticRange)
    case python(PythonRange)
    /// Whatever is there is taken: a folder beside it, or a branch.
    case whatever
    /// One word and no other, such as a revision.
    case exactly(String)
    /// Nothing is known of what it takes, and why.
    case unclear(String)

    enum Acceptance: Sendable, Hashable {
        case yes, no
        case unclear(String)
    }

    func accepts(_ version: String) -> Acceptance {
        switch self {
        case .semantic(let range):
            guard let parsed = SemanticVersion(version) else { return .unclear("'\(version)' is no semantic version") }
            return range.accepts(parsed) ? .yes : .no
        case .python(let range): return range.accepts(version)
        case .whatever: return .yes
        case .exactly(let one): return one == version ? .yes : .no
        case .unclear(let why): return .unclear(why)
        }
    }
}
