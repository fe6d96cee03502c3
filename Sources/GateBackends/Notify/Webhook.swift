package import GateCore
import GateGit

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Delivers what a run came to, through the same curl as models are asked.
package struct Webhook: Sendable {
    private let endpoint: HTTPEndpoint
    private let keys: KeySource?
    private let environment: [String: String]
    private let folder: String
    private let version: String

    /// - Parameters:
    ///   - folder: absolute path of a private folder.
    /// - Returns: `nil` where none is configured.
    /// - Throws: `GateFailure` with `notify.address` where the address is none that is told anything.
    package init?(_ settings: NotifySettings, _ context: GateContext, folder: String) throws {
        guard let webhook = settings.webhook else { return nil }
        func refused(_ why: String) -> GateFailure {
            GateFailure(
                "notify.address",
                "the address of the webhook \(why)",
                hints: ["git config --global gatekeeper.notify.webhook https://host/path"]
            )
        }
        do {
            endpoint = try HTTPEndpoint(webhook.value, of: "notify")
        } catch {
            throw refused("is none without a password, a query and odd characters")
        }
        guard endpoint.isEncrypted || endpoint.isLoopback else {
            throw refused("is in the clear and not on this machine")
        }
        if settings.secretVariable != nil || settings.secretCommand != nil {
            var named = BackendSettings()
            named.keyVariable = settings.secretVariable
            named.keyCommand = settings.secretCommand
            keys = KeySource(
                KeySource.Places(
                    backend: "notify",
                    variables: [],
                    settings: named,
                    environment: context.environment,
                    callerFolder: context.workingDirectory
                )
            )
        } else {
            keys = nil
        }
        environment = context.environment
        version = context.version
        self.folder = folder
    }

    /// Sends one document, within a bound of time, and says what came of it.
    ///
    /// - Throws: `CancellationError` alone: what fails is told in the record.
    package func deliver(_ document: NotificationDocument, at time: Date, within limit: Duration) async throws
        -> DeliveryRecord
    {
        try await deliver(
            document.body,
            delivery: document.delivery,
            timestamp: document.timestamp,
            at: time,
            within: limit
        )
    }

    /// Sends once more what was sent before.
    package func replay(_ last: DeliveryRecord, at time: Date, within limit: Duration) async throws -> DeliveryRecord {
        try await deliver(
            Array(last.payload.utf8),
            delivery: last.delivery,
            timestamp: Int(time.timeIntervalSince1970),
            at: time,
            within: limit
        )
    }

    private func deliver(
        _ body: [UInt8],
        delivery: String,
        timestamp: Int,
        at time: Date,
        within limit: Duration
    ) async throws -> DeliveryRecord {
        var record = DeliveryRecord(
            delivery: delivery,
            time: time,
            host: endpoint.host,
            delivered: false,
            status: nil,
            requests: 0,
            signed: false,
            problem: nil,
            payload: String(decoding: body, as: UTF8.self)
        )
        var headers = [
            (name: "Content-Type", value: "application/json"), (name: "User-Agent", value: "git-gatekeeper/\(version)"),
            (name: "X-Gatekeeper-Delivery", value: delivery),
            (name: "X-Gatekeeper-Timestamp", value: String(timestamp)),
            (name: "X-Gatekeeper-Event", value: JSONValue.read(body)?["event"].string ?? "ended"),
        ]
        do {
            if let keys {
                // What was to be signed and cannot be is not sent.
                guard let key = try await keys.key() else {
                    throw GateFailure("notify.secret", "there is no key to sign with")
                }
                let secret = Array(key.value.utf8)
                headers.append(("X-Hub-Signature-256", "sha256=\(HMAC.sha256Hex(key: secret, body))"))
                let stamped = Array("\(timestamp).".utf8) + body
                headers.append(("X-Gatekeeper-Signature", "t=\(timestamp),v1=\(HMAC.sha256Hex(key: secret, stamped))"))
                record.signed = true
            }
            var exchange = HTTPExchange(call: CurlCall(environment: environment, folder: folder))
            exchange.connect = .seconds(3)
            exchange.bytes = 64 << 10
            let outcome = try await exchange.send(
                HTTPRequest(endpoint: endpoint, headers: headers, body: body),
                deadline: limit
            ) { answer throws(HTTPFailure) -> Int in
                guard answer.isSuccess else {
                    throw HTTPFailure(
                        "notify.status",
                        "the webhook answered \(answer.status)",
                        isTransient: RetryPolicy.mayRetry(answer, isExhausted: false),
                        answer: answer
                    )
                }
                return answer.status
            }
            record.status = outcome.value
            record.requests = outcome.exchanges
            record.delivered = true
        } catch let failure as HTTPFailure {
            record.status = failure.answer?.status
            record.problem = failure.message
        } catch {
            guard let failure = GateFailure.wrapping(error) else { throw error }
            record.problem = failure.message
        }
        return record
    }
}
