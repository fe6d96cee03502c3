import GateCore
import Synchronization

/// Serves one client until it goes away, and ends then what it had started.
final class MCPServer: Sendable {
    private let wire: Wire
    private let tools: ToolBox
    /// Calls that are going on, and the last one that tests something: the next waits for it.
    private struct Load {
        var calls: [RPCID: Task<Void, Never>] = [:]
        var lastHeavy: Task<Void, Never>?
        var heavyCount = 0
    }
    private let work = Mutex(Load())
    /// Most calls at one time, and most of those that test something: one works, the others wait.
    private static let mostCalls = 16
    private static let mostHeavy = 4

    init(_ wire: Wire, _ tools: ToolBox) {
        self.wire = wire
        self.tools = tools
    }

    /// - Throws: `CancellationError` where the process is to end.
    func serve() async throws {
        do {
            try await listen()
        } catch {
            await endAll()
            throw error
        }
        await endAll()
    }

    private func listen() async throws {
        var framer = MessageFramer()
        var conversation = MCPConversation(tools)
        while let bytes = try await wire.receive() {
            for frame in framer.add(bytes) {
                switch conversation.take(RPCMessage(frame)) {
                case .send(let message): wire.send(message)
                case .call(let call): begin(call)
                case .cancel(let id): work.withLock { $0.calls[id] }?.cancel()
                case .nothing: break
                }
            }
        }
    }

    private func endAll() async {
        let tasks = work.withLock { Array($0.calls.values) }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    private func begin(_ call: MCPConversation.Call) {
        let isHeavy = ToolBox.isHeavy(call.tool)
        let refusal: JSONValue? = work.withLock { work in
            guard work.calls[call.id] == nil else {
                return RPCMessage.failure(call.id, .invalidRequest("a request of this id is going on"))
            }
            guard work.calls.count < Self.mostCalls, !isHeavy || work.heavyCount < Self.mostHeavy else {
                return call.answer(
                    Self.failed(
                        GateFailure(
                            "mcp.busy",
                            "\(isHeavy ? work.heavyCount : work.calls.count) calls are going on already",
                            hints: ["wait for their answers"]
                        )
                    )
                )
            }
            let earlier = isHeavy ? work.lastHeavy : nil
            if isHeavy { work.heavyCount += 1 }
            let task = Task {
                await earlier?.value
                let answer = await self.answer(call)
                self.work.withLock { work in
                    work.calls[call.id] = nil
                    if isHeavy { work.heavyCount -= 1 }
                }
                if let answer { self.wire.send(answer) }
            }
            work.calls[call.id] = task
            if isHeavy { work.lastHeavy = task }
            return nil
        }
        if let refusal { wire.send(refusal) }
    }

    /// What is sent; `nil` for a call that was cancelled, which nobody waits for.
    private func answer(_ call: MCPConversation.Call) async -> JSONValue? {
        do {
            try Task.checkCancellation()
            let listener = ProgressListener(wire, token: call.progressToken)
            let outcome = try await tools.use(call.tool, call.arguments, listener)
            guard !Task.isCancelled else { return nil }
            return call.answer([
                "content": [["type": "text", "text": .text(outcome.text)]],
                "structuredContent": outcome.structure, "isError": false,
            ])
        } catch {
            guard !Task.isCancelled else { return nil }
            let failure = GateFailure.wrapping(error) ?? GateFailure("mcp.failed", "the gate could not work: \(error)")
            return call.answer(Self.failed(failure))
        }
    }

    /// An error as the model reads it: what stood in the way, and what to do.
    private static func failed(_ failure: any GateError) -> JSONValue {
        let redactor = ToolBox.redactor(.current())
        let lines =
            ["error: \(AgentAnswer.line(redactor.redact(failure.message))) [\(failure.code)]"]
            + failure.hints.prefix(5).map { "next: \(AgentAnswer.line(redactor.redact($0)))" }
        return ["content": [["type": "text", "text": .text(lines.joined(separator: "\n"))]], "isError": true]
    }
}

/// Tells a client that asked for it what a call is at.
private final class ProgressListener: RunListener {
    private let wire: Wire
    private let token: JSONValue?
    private let count = Mutex(0)
    private static let mostNotices = 200

    init(_ wire: Wire, token: JSONValue?) {
        self.wire = wire
        self.token = token
    }

    func hear(_ event: RunEvent, _ redactor: Redactor) {
        guard let token, !Task.isCancelled else { return }
        var line = ProgressLine.text(for: event)
        if case .stepStarted(let step, let phase) = event { line = "\(phase): \(step)" }
        guard let line else { return }
        let number = count.withLock { count in
            count += 1
            return count
        }
        guard number <= Self.mostNotices else { return }
        let message = AgentAnswer.line(redactor.redact(line))
        wire.send(
            RPCMessage.notice(
                "notifications/progress",
                ["progressToken": token, "progress": .number(number), "message": .text(message)]
            )
        )
    }
}
