import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// What the real gh takes for GitHub: a server on this machine, behind TLS, that answers as its interface does and writes
/// down what it was asked.
struct GitHubStandIn {
    private let folder: String
    private let port: String

    /// Starts one for as long as the body runs.
    ///
    /// - Parameters:
    ///   - folder: where its certificate, its port and its log lie.
    ///   - repository: whose environment its programs get.
    static func with(
        in folder: String,
        _ repository: TestRepository,
        _ body: (GitHubStandIn) async throws -> Void
    ) async throws {
        let made = try await repository.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "\(folder)/key.pem", "-out",
                "\(folder)/cert.pem", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            ]
        )
        try #require(made.isSuccess, "\(made.standardError.text)")
        let request = ProcessRequest(
            executable: "python3",
            arguments: ["-B", "\(ManualTests.root)/Tests/Support/github_server.py"]
                + ["cert.pem", "key.pem", "log", "port"].map { "\(folder)/\($0)" },
            environment: repository.environment,
            workingDirectory: folder,
            limits: ProcessLimits(wallTime: .seconds(300), grace: .milliseconds(100))
        )
        let server = Task { _ = try? await ProcessRunner.run(request) }
        defer { server.cancel() }
        try await waitForFile("\(folder)/port")
        try await body(
            GitHubStandIn(folder: folder, port: try String(contentsOfFile: "\(folder)/port", encoding: .utf8))
        )
    }

    /// What leads gh here, with a token, in the environment of a repository.
    func environment(_ repository: TestRepository, token: String) throws -> [String: String] {
        [
            "PATH": "\(try FleetPrograms.folderOfGH()):\(Program.folder):\(repository.environment["PATH"] ?? "")",
            "SSL_CERT_FILE": "\(folder)/cert.pem", "GH_HOST": "localhost:\(port)",
            "GH_REPO": "localhost:\(port)/owner/calc", "GH_ENTERPRISE_TOKEN": token, "GH_NO_UPDATE_NOTIFIER": "1",
        ]
    }

    /// What it was asked, in order.
    var log: [JSONValue] {
        (FileManager.default.contents(atPath: "\(folder)/log") ?? Data())
            .split(separator: 0x0A).compactMap { JSONValue.read(Array($0)) }
    }

    /// The last request that posts a comment.
    var posted: JSONValue? { log.last { $0["body"]["query"].string?.contains("addComment") == true } }
}
