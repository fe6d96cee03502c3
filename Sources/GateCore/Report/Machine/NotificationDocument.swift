#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What a webhook gets of a run that has ended: names, ids and numbers, and no words of code, tests or people.
package struct NotificationDocument: Sendable {
    /// Names the delivery; the same where it is sent again.
    package let delivery: String
    /// Whole seconds since 1970, when it was made.
    package let timestamp: Int
    /// The document as it is sent and signed.
    package let body: [UInt8]

    /// - Parameters:
    ///   - repository: name of the folder; its place is nobody's business.
    ///   - record: the run; `nil` where a delivery is only tried.
    package init(delivery: String, time: Date, repository: String, record: RunRecord?, _ redactor: Redactor) throws {
        self.delivery = delivery
        timestamp = Int(time.timeIntervalSince1970)
        var members: [String: JSONValue] = record.map { EventScript.ending($0, isBrief: true) } ?? [:]
        members["event"] = .text(record == nil ? "test" : "ended")
        members["run"] = record.map { .text($0.id) }
        members["delivery"] = .text(delivery)
        members["repository"] = .text(redactor.redact(repository))
        members["time"] = .text(time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
        members["v"] = 1
        members["schema"] = .text(MachineDocument.notification.id)
        body = try JSON.encode(JSONValue.object(members), pretty: false)
    }
}

/// The last delivery of a webhook, as it is kept beside the ledger, and what `notify --format json` prints: version 1.
package struct DeliveryRecord: Codable, Sendable {
    package var version = 1
    package var delivery: String
    package var time: Date
    /// Host that it was sent to.
    package var host: String
    /// Whether it was taken.
    package var delivered: Bool
    /// Status of the answer; absent where there was none.
    package var status: Int?
    /// Requests that it took.
    package var requests: Int
    /// Whether it was signed.
    package var signed: Bool
    /// Why it was not taken.
    package var problem: String?
    /// What was sent.
    package var payload: String

    package init(
        delivery: String,
        time: Date,
        host: String,
        delivered: Bool,
        status: Int?,
        requests: Int,
        signed: Bool,
        problem: String?,
        payload: String
    ) {
        self.delivery = delivery
        self.time = time
        self.host = host
        self.delivered = delivered
        self.status = status
        self.requests = requests
        self.signed = signed
        self.problem = problem
        self.payload = payload
    }
}

/// What `notify --format json` prints: version 1 of the wire format.
package struct NotifyRecord: Codable, Sendable {
    package var version = 1
    /// Whether a webhook is configured.
    package var webhook: Bool
    /// Whether its deliveries are signed.
    package var signed: Bool
    /// Seconds after which the desktop is told; absent where it is not.
    package var desktopAfter: Double?
    /// The last delivery from this clone; absent where there was none.
    package var last: DeliveryRecord?

    package init(_ settings: NotifySettings, last: DeliveryRecord?) {
        webhook = settings.webhook != nil
        signed = settings.secretVariable != nil || settings.secretCommand != nil
        desktopAfter = settings.desktop?.value.seconds
        self.last = last
    }

    /// The same for people.
    package var text: String {
        var lines = [
            webhook
                ? "webhook: configured, \(signed ? "signed" : "not signed")"
                : "webhook: none (gatekeeper.notify.webhook)",
            desktopAfter.map { "desktop: after runs of \(Int($0)) s and more" }
                ?? "desktop: never (gatekeeper.notify.desktop)",
        ]
        if let last {
            let what = last.delivered ? "delivered" : "NOT delivered: \(Excerpt.visible(last.problem ?? ""))"
            lines.append(
                "last: \(last.delivery), \(last.time.formatted(.iso8601)), to \(Excerpt.visible(last.host)): \(what)"
            )
            if !last.delivered { lines.append("  next: 'git gatekeeper notify --replay' sends it again") }
        }
        return lines.joined(separator: "\n")
    }
}
