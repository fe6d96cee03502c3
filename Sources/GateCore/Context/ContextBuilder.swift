import GateGit

/// Builds what a backend is shown: the failure first, then what is known about it, within a budget.
package struct ContextBuilder: Sendable {
    /// The text, and what there was no room for.
    package struct Context: Sendable, Hashable {
        package let text: String
        package let omitted: [String]

        /// What is shown where nobody is asked.
        package static let none = Context(text: "", omitted: [])
    }

    private let session: Session
    /// Largest context, in bytes; about four to a token.
    private let budget: Int
    private static let fileLimit = 64 << 10
    private static let diffLimit = 16 << 10

    package init(session: Session, budget: Int = 128 << 10) {
        self.session = session
        self.budget = budget
    }

    /// The context of a failure; the same input gives the same bytes.
    ///
    /// - Parameter knowledge: what is known of failures like this one, in the order in which it is shown.
    package func build(
        _ record: FailureRecord,
        targets: Targets,
        knowledge: [ContextSection] = []
    ) async throws -> Context {
        var sections: [(title: String, body: String)] = []
        sections.append(("# FAILURE_RECORD", Self.describe(record)))
        sections.append(("# FAILURE_OUTPUT", Excerpt.visible(record.output)))
        let relevant = session.proposal.delta.filter { change in
            (record.likelyFiles.contains(change.path) || !session.contract.isProtected(change.path))
                && !Self.isDenied(change.path)
        }
        if !session.proposal.delta.isEmpty {
            sections.append(
                (
                    "# RECENT_REPO_DELTA",
                    session.proposal.delta.map { "\(Self.mark($0)) \($0.path)" }.joined(separator: "\n")
                )
            )
        }
        if !relevant.isEmpty {
            let diff = try await session.repository.unifiedDiff(
                from: session.proposal.baseTree,
                to: session.proposal.headTree,
                paths: relevant.map(\.path)
            )
            let text = String(decoding: diff.prefix(Self.diffLimit), as: UTF8.self)
            sections.append(
                ("# RECENT_REPO_DELTA_DIFF", Excerpt.visible(text) + (diff.count > Self.diffLimit ? "\n[… cut …]" : ""))
            )
        }
        sections += knowledge.map { ($0.title, $0.body) }
        var shown: Set<RepositoryPath> = []
        for path in record.likelyFiles + relevant.map(\.path) where shown.insert(path).inserted {
            guard !Self.isDenied(path), let file = try await read(path) else { continue }
            sections.append(("FILE: \(path)", file))
        }
        return Self.fit(
            sections.map { ($0.title, session.redactor.redact($0.body)) },
            into: budget
        )
    }

    private func read(_ path: RepositoryPath) async throws -> String? {
        guard let entry = try await session.repository.entry(path, in: session.proposal.headTree),
            entry.mode.isRegularFile
        else { return nil }
        let content = try await session.repository.blob(entry.id)
        guard content.count <= Self.fileLimit, !content.contains(0) else { return nil }
        return String(decoding: content, as: UTF8.self)
    }

    private static func describe(_ record: FailureRecord) -> String { FailureRecordText.describe(record) }

    /// Files that usually hold credentials are shown to nobody, whatever they hold.
    private static func isDenied(_ path: RepositoryPath) -> Bool {
        guard Defence.redaction.isOn, let name = path.components.last else { return false }
        return SecretEnvironment.isDenied(fileName: String(decoding: name, as: UTF8.self))
    }

    private static func mark(_ change: TreeChange) -> String {
        switch (change.old, change.new) {
        case (nil, _): "A"
        case (_, nil): "D"
        default: "M"
        }
    }

    private static func fit(_ sections: [(title: String, body: String)], into budget: Int) -> Context {
        var text = ""
        var omitted: [String] = []
        for section in sections {
            let block = "\(section.title)\n\(section.body)\n\n"
            if text.utf8.count + block.utf8.count > budget {
                omitted.append(section.title)
            } else {
                text += block
            }
        }
        if !omitted.isEmpty { text += "# LEFT_OUT\n" + omitted.joined(separator: "\n") + "\n" }
        return Context(text: text, omitted: omitted)
    }
}
