import Foundation
import GateGit

/// The scripted server of Tests/Support on the loopback interface, as long as `body` runs.
package struct ModelServer: Sendable {
    package let port: Int
    /// Absolute path of the log, one line of JSON for each request.
    package let log: String

    /// Bodies and headers of the requests so far, in the order in which they came.
    package func requests() throws -> [ModelServerRequest] {
        guard let data = FileManager.default.contents(atPath: log) else { return [] }
        return try data.split(separator: 0x0A).map { line in
            let object = try JSONSerialization.jsonObject(with: line) as? [String: Any] ?? [:]
            let body = try JSONSerialization.data(withJSONObject: object["body"] ?? [:], options: [.sortedKeys])
            return ModelServerRequest(
                path: object["path"] as? String ?? "",
                headers: object["headers"] as? [String: String] ?? [:],
                body: String(decoding: body, as: UTF8.self)
            )
        }
    }

    /// - Parameters:
    ///   - script: the steps as JSON; Tests/Support/model_server.py says what they are.
    ///   - scratch: absolute path of a folder of the test's own.
    package static func with<R: Sendable>(
        _ script: String,
        in scratch: String,
        _ body: @Sendable (ModelServer) async throws -> R
    ) async throws -> R {
        let folder = "\(scratch)/model-server-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(script.utf8).write(to: URL(fileURLWithPath: "\(folder)/script.json"))
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<2 { root.deleteLastPathComponent() }
        let request = ProcessRequest(
            executable: "python3",
            arguments: ["-B", root.appendingPathComponent("Support/model_server.py").path]
                + ["script.json", "log", "port"].map { "\(folder)/\($0)" },
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"],
            workingDirectory: folder,
            limits: ProcessLimits(wallTime: .seconds(600), grace: .milliseconds(100))
        )
        let server = Task { _ = try? await ProcessRunner.run(request) }
        defer { server.cancel() }
        var port: Int?
        for _ in 0..<600 where port == nil {
            port = FileManager.default.contents(atPath: "\(folder)/port").flatMap {
                Int(String(decoding: $0, as: UTF8.self))
            }
            if port == nil { try await Task.sleep(for: .milliseconds(25)) }
        }
        guard let port else { throw TestRepositoryError(message: "the scripted server did not start") }
        return try await body(ModelServer(port: port, log: "\(folder)/log"))
    }
}

/// One request that a scripted server saw.
package struct ModelServerRequest: Sendable {
    package let path: String
    /// By lower-case name.
    package let headers: [String: String]
    /// As JSON with sorted keys.
    package let body: String
}
