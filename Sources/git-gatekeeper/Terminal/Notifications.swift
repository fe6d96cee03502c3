import GateBackends
import GateCore
import GateGit
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Tells others that runs have ended, when the command has given its answer: nobody who waits for it waits for this.
final class Notifications: RunListener {
    /// The one of this process, which its end asks for what is left to tell.
    static let shared = Notifications()

    private struct State {
        var settings = NotifySettings()
        var ended: [(record: RunRecord, redactor: Redactor)] = []
    }

    private let state = Mutex(State())
    /// Longest time for everything that is told.
    private static let patience = Duration.seconds(10)
    /// Most runs of one command that are told of.
    private static let most = 20

    private init() {}

    /// Says who is to be told, as policy has it.
    func prepare(_ settings: NotifySettings) { state.withLock { $0.settings = settings } }

    func hear(_ event: RunEvent, _ redactor: Redactor) {
        switch event {
        case .opened(_, let policy, _, _, _): prepare(policy.notify)
        case .ended(let record):
            state.withLock { state in
                guard !state.settings.isEmpty, state.ended.count < Self.most else { return }
                state.ended.append((record, redactor))
            }
        default: break
        }
    }

    /// Tells what is left. What fails of it is a note; an interruption ends it at once.
    func flush() async {
        let (settings, ended) = state.withLock { state in
            defer { state.ended = [] }
            return (state.settings, state.ended)
        }
        guard !ended.isEmpty, !Task.isCancelled else { return }
        let context = GateContext.current()
        do {
            let repository = try await GitRepository(
                containing: context.workingDirectory,
                environment: context.environment
            )
            try await Session.withTemporaryFolder(of: repository) { folder in
                try await tell(ended, settings, repository, context, folder)
            }
        } catch is CancellationError {
            return
        } catch {
            if let failure = GateFailure.wrapping(error) { Self.note(failure.message) }
        }
    }

    private func tell(
        _ ended: [(record: RunRecord, redactor: Redactor)],
        _ settings: NotifySettings,
        _ repository: GitRepository,
        _ context: GateContext,
        _ folder: String
    ) async throws {
        let end = ContinuousClock.now + Self.patience
        let name = Self.name(of: repository)
        if let least = settings.desktop?.value,
            let longest = ended.map(\.record).max(by: { $0.seconds < $1.seconds }), longest.seconds >= least.seconds,
            let problem = try await DesktopNotice(longest, repository: name).show(context.environment, in: folder)
        {
            Self.note("the desktop was not told: \(problem)")
        }
        guard let webhook = try Webhook(settings, context, folder: folder) else { return }
        for (record, redactor) in ended {
            let left = end - ContinuousClock.now
            guard left > .zero else { return Self.note("the webhook was not told of everything: no time was left") }
            let document = try NotificationDocument(
                delivery: Self.deliveryID(context),
                time: context.now(),
                repository: name,
                record: record,
                redactor
            )
            let delivery = try await webhook.deliver(document, at: context.now(), within: left)
            try DeliveryShelf(repository).keep(delivery)
            if let problem = delivery.problem { Self.note("the webhook was not told: \(problem)") }
        }
    }

    /// Names a delivery in a way that no other has.
    static func deliveryID(_ context: GateContext) -> String { "\(context.stamp())-\(SafeScratch.nonce().prefix(12))" }

    /// Name of the folder that a repository lies in.
    static func name(of repository: GitRepository) -> String {
        let path = repository.workingTree ?? repository.gitDirectory
        return path.split(separator: "/").last.map(String.init) ?? "repository"
    }

    private static func note(_ text: String) { Console.standard.line("note: \(Excerpt.visible(text))") }
}

/// The last delivery of a clone.
struct DeliveryShelf {
    private static let file = RepositoryPath("last.json")
    private let folder: String

    init(_ repository: GitRepository) { folder = "\(repository.commonDirectory)/gatekeeper/notify" }

    func keep(_ delivery: DeliveryRecord) throws {
        try SafeScratch.makeFolders(folder)
        try SafeFolder(path: folder).replace(Self.file, content: try JSON.encode(delivery))
    }

    var last: DeliveryRecord? {
        guard let found = try? SafeFolder(path: folder).read(Self.file, limit: 1 << 20) else { return nil }
        return try? JSON.decode(DeliveryRecord.self, from: found.content)
    }
}
