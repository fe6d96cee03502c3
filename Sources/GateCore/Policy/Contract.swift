package import GateGit

/// The closure of files that decide what the tests mean; no candidate may touch it.
///
/// Paths are compared in folded form, because on some file systems `Tests/A.py` and `tests/a.py` are one file.
package struct Contract: Sendable {
    /// Why a path belongs to the contract.
    package enum Cover: Sendable, Hashable {
        /// A pattern, as it was written.
        case pattern(String)
        /// A command of the plan names the file.
        case command
        /// A link of the contract points at the file, or at a folder above it.
        case link(RepositoryPath)
        /// A runner reported tests of the file.
        case reported
        /// Its name is one that a runner takes for a file of tests.
        case named(String)
    }

    /// Patterns as written: built-in ones first, then the policy's.
    package let patterns: [String]
    private let globs: [Glob]
    private let openings: [Glob]
    /// Files that the plan's own commands name.
    private let commandFiles: Set<RepositoryPath>
    /// What links of the contract point at, with the link.
    private var linked: [RepositoryPath: RepositoryPath] = [:]
    /// Files of which runners reported tests.
    private var reported: Set<RepositoryPath> = []
    /// Names that runners of this repository take for files of tests.
    private var runnerGlobs: [Glob] = []

    /// - Parameters:
    ///   - protecting: globs that policy adds.
    ///   - opening: globs that policy opens to candidates, whatever covers them.
    ///   - commandFiles: files that the commands of the plan name, such as `tests/run.sh`.
    /// - Throws: `GlobError` for a pattern that is none.
    package init(protecting: [String], opening: [String], commandFiles: [RepositoryPath]) throws(GlobError) {
        patterns = Self.standard + protecting
        globs = try patterns.map { pattern throws(GlobError) in try Glob(Self.folded(pattern)) }
        openings = try opening.map { pattern throws(GlobError) in try Glob(Self.folded(pattern)) }
        self.commandFiles = Set(commandFiles.map(Self.folded))
    }

    /// Whether a path belongs to the contract.
    package func isProtected(_ path: RepositoryPath) -> Bool { cover(of: path) != nil }

    /// Why a path belongs to the contract; `nil` where it does not.
    package func cover(of path: RepositoryPath) -> Cover? {
        let folded = Self.folded(path)
        if openings.contains(where: { $0.matches(folded) }) { return nil }
        if commandFiles.contains(folded) { return .command }
        if let index = globs.firstIndex(where: { $0.matches(folded) }) { return .pattern(patterns[index]) }
        if let glob = Self.capitalised.first(where: { $0.matches(path) }) { return .pattern(glob.pattern) }
        if reported.contains(folded) { return .reported }
        if let glob = runnerGlobs.first(where: { $0.matches(folded) }) { return .named(glob.pattern) }
        guard !linked.isEmpty else { return nil }
        return (folded.ancestors + [folded]).lazy.compactMap { linked[$0] }.first.map { .link($0) }
    }

    /// The same contract with files of tests whose names say nothing to us.
    ///
    /// - Parameters:
    ///   - files: files of which runners reported tests.
    ///   - patterns: names that runners look for, such as `check_*.py`. One that takes every file for a test says
    ///     nothing, and is left out.
    package func covering(_ files: Set<RepositoryPath>, patterns: [String]) -> Contract {
        var contract = self
        contract.reported.formUnion(files.map(Self.folded))
        for pattern in patterns where Self.isTelling(pattern) {
            guard let glob = try? Glob(Self.folded(pattern)), !contract.runnerGlobs.contains(glob) else { continue }
            contract.runnerGlobs.append(glob)
        }
        return contract
    }

    private static func isTelling(_ pattern: String) -> Bool {
        let stem = pattern.split(separator: "/").last.map { $0.hasSuffix(".py") ? $0.dropLast(3) : $0 } ?? ""
        return stem.contains { $0.isLetter || $0.isNumber }
    }

    /// The same contract with everything that its links in a tree point at, through as many links as there are.
    ///
    /// A link to a folder that the link itself lies in protects nothing more: it would be the whole repository.
    package func following(_ links: [ContractLink]) -> Contract {
        var contract = self
        func protect(_ target: RepositoryPath, because link: RepositoryPath) -> Bool {
            guard !link.hasPrefix(target), contract.linked[Self.folded(target)] == nil else { return false }
            contract.linked[Self.folded(target)] = link
            return true
        }
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for link in links {
                guard let target = link.target else { continue }
                if contract.cover(of: link.path) != nil, protect(target, because: link.path) { isGrowing = true }
                // A protected path that leads through this link means the path behind it.
                for (path, origin) in contract.linked where path != link.path && path.hasPrefix(link.path) {
                    let rest = path.bytes.dropFirst(link.path.bytes.count)
                    if protect(RepositoryPath(bytes: target.bytes + rest), because: origin) { isGrowing = true }
                }
            }
        }
        return contract
    }

    /// Everything that makes this contract what it is, in a form that two equal contracts share; its digest is the id of
    /// a blob of these bytes.
    package var listing: [UInt8] {
        let protected = globs.map { "protect \($0.pattern)" } + Self.capitalised.map { "written \($0.pattern)" }
        let opened = openings.map { "open \($0.pattern)" }
        let named = commandFiles.map { "command \($0)" }
        let pointed = linked.keys.map { "link \($0)" }
        let tests = reported.map { "reported \($0)" } + runnerGlobs.map { "runner \($0.pattern)" }
        return Array(
            (["contract 1"] + (protected + opened + named + pointed + tests).sorted()).joined(separator: "\n").utf8
        )
            + [0x0A]
    }

    /// What a candidate's changes do to the contract, and which of its new names would shadow something.
    package func findings(_ changes: [TreeChange]) -> [AdmissionFinding] {
        changes.flatMap { change -> [AdmissionFinding] in
            var findings: [AdmissionFinding] = []
            if Defence.contract.isOn, let cover = cover(of: change.path) {
                let (code, verb) =
                    switch (change.old, change.new) {
                    case (nil, _): ("contract.added", "adds")
                    case (_, nil): ("contract.removed", "removes")
                    default: ("contract.modified", "changes")
                    }
                findings.append(
                    AdmissionFinding(
                        code: code,
                        path: change.path,
                        message:
                            "the candidate \(verb) '\(change.path)', which belongs to the contract: \(Self.words(cover))"
                    )
                )
            }
            if Defence.shadowNames.isOn, change.old == nil, let what = Shadowing.reason(Self.folded(change.path)) {
                findings.append(
                    AdmissionFinding(
                        code: "shadow.added",
                        path: change.path,
                        message: "the candidate creates '\(change.path)', \(what)"
                    )
                )
            }
            return findings
        }
    }

    /// A path as a file system that folds case and composes characters would compare it.
    package static func folded(_ path: RepositoryPath) -> RepositoryPath {
        guard let text = path.text else { return path }
        return RepositoryPath(folded(text))
    }

    /// There and back through capitals, because some letters are only equal there: the long s and s, ß and ss.
    private static func folded(_ text: String) -> String {
        Composition.composed(Composition.composed(text).lowercased().uppercased().lowercased())
    }

    /// Why a path is covered, as the end of a sentence.
    package static func words(_ cover: Cover) -> String {
        switch cover {
        case .pattern(let pattern): "it matches '\(pattern)'"
        case .command: "a command of the plan names it"
        case .link(let link): "the link '\(link)' points at it"
        case .reported: "it holds tests that were run"
        case .named(let pattern): "the test runner takes '\(pattern)' for tests"
        }
    }
}
