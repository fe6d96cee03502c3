import GateCore
import GateGit
import Synchronization

/// A bench over a real repository whose tests are a rule about the lines of a tree, and which counts its trials.
final class FakeBench: TrialBench {
    let repository: GitRepository
    private let head: ObjectID
    private let contract: Set<String>
    private let rule: @Sendable (Set<Substring>) -> Trial
    private let log = Mutex<[ObjectID]>([])

    /// Creates a bench.
    ///
    /// - Parameters:
    ///   - contract: paths that may not differ from the head.
    ///   - rule: what the tests give for the lines of all texts of a tree.
    init(
        repository: GitRepository,
        head: ObjectID,
        contract: Set<String> = [],
        rule: @escaping @Sendable (Set<Substring>) -> Trial
    ) {
        self.repository = repository
        self.head = head
        self.contract = contract
        self.rule = rule
    }

    /// Trees that were tried, in order, each as often as it was asked for.
    var tried: [ObjectID] { log.withLock { $0 } }

    func admits(_ tree: ObjectID) async throws -> Bool {
        try await repository.changes(from: head, to: tree).allSatisfy { !contract.contains($0.path.description) }
    }

    func trial(_ tree: ObjectID) async throws -> Trial {
        log.withLock { $0.append(tree) }
        return rule(Set(try await text(of: tree).split(separator: "\n")))
    }

    /// Every text of a tree, in path order.
    func text(of tree: ObjectID) async throws -> String {
        var all = ""
        for (_, entry) in try await repository.files(in: tree).sorted(by: { $0.key < $1.key }) {
            all += String(decoding: try await repository.blob(entry.id), as: UTF8.self)
        }
        return all
    }
}
