import ArgumentParser
import GateBackends
import GateCore
import GateGit

/// `git gatekeeper notify`
struct NotifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify",
        abstract: "Show who is told when a run has ended, and what came of it last; try it, or send it again.",
        discussion: """
            Keys are 'gatekeeper.notify.webhook', 'secretVariable', 'secretCommand' and 'desktop', in git's own \
            configuration. Exit 0 where the last delivery was taken, or there was none; otherwise 1.
            """
    )

    @Flag(help: "Send a document that says 'test', signed as any other.")
    var test = false

    @Flag(help: "Send the last delivery again, with its own id.")
    var replay = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if test, replay { throw ValidationError("give --test or --replay") }
    }

    func run() async throws {
        let context = GateContext.current()
        let repository = try await Work.repository(context, common.console)
        let settings = try await HookSwitch.settings(of: repository).notify
        let shelf = DeliveryShelf(repository)
        if test || replay {
            let delivery = try await Session.withTemporaryFolder(of: repository) { folder -> DeliveryRecord in
                guard let webhook = try Webhook(settings, context, folder: folder) else {
                    throw GateFailure(
                        "notify.none",
                        "no webhook is configured",
                        hints: ["git config --global gatekeeper.notify.webhook https://host/path"]
                    )
                }
                guard !replay else {
                    guard let last = shelf.last else {
                        throw GateFailure("notify.no-delivery", "nothing was delivered yet")
                    }
                    return try await webhook.replay(last, at: context.now(), within: .seconds(20))
                }
                let document = try NotificationDocument(
                    delivery: Notifications.deliveryID(context),
                    time: context.now(),
                    repository: Notifications.name(of: repository),
                    record: nil,
                    .none
                )
                return try await webhook.deliver(document, at: context.now(), within: .seconds(20))
            }
            try shelf.keep(delivery)
        }
        let record = NotifyRecord(settings, last: shelf.last)
        switch common.format {
        case .json: try common.console.answer(record, as: .notify)
        case .text: common.console.answer(record.text)
        }
        if record.last?.delivered == false { throw ExitStatus.rejected }
    }
}
