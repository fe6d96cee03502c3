import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// What several suites of this target need.
extension TestRepository {
    /// Writes an executable program beside the repository, and returns its absolute path.
    func install(_ name: String, _ text: String) throws -> String {
        let file = "\(scratch)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
        return file
    }

    /// Every file below the repository with its git directory, without what the gate keeps for itself.
    ///
    /// Asks no git, so that it also serves where git refuses the repository.
    func allFiles() -> [String: Data] {
        var files: [String: Data] = [:]
        for name in FileManager.default.enumerator(atPath: path)?.compactMap({ $0 as? String }) ?? []
        where !name.hasPrefix(".git/gatekeeper") && !name.hasPrefix("gatekeeper") {
            files[name] = FileManager.default.contents(atPath: "\(path)/\(name)") ?? Data()
        }
        return files
    }

    /// Runs a command that answers with a record, and reads it.
    func record(
        _ arguments: String...,
        input: String? = nil,
        environment: [String: String] = [:],
        status: Int32,
        _ location: SourceLocation = #_sourceLocation
    ) async throws -> RunRecord {
        let result = try await gatekeeper(
            arguments: arguments + ["--format", "json"],
            input: input,
            environment: environment
        )
        #expect(
            result.exitCode == status,
            "\(result.standardError.text)\(result.standardOutput.text)",
            sourceLocation: location
        )
        return try JSON.decode(RunRecord.self, from: result.standardOutput.bytes)
    }

    /// Ids of the runs in the ledger, oldest first.
    func runs() async throws -> [String] {
        let folder = try await git("rev-parse", "--path-format=absolute", "--git-common-dir") + "/gatekeeper/runs"
        return (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []
    }

    /// The same folder under another name.
    func moved(to other: String) throws -> TestRepository {
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: other).deletingLastPathComponent().path,
            withIntermediateDirectories: true
        )
        try FileManager.default.moveItem(atPath: path, toPath: other)
        return TestRepository(at: other, scratch: scratch)
    }
}

/// Waits until a file is there; a test that waits in vain fails at what it asks next.
func waitForFile(_ path: String) async throws {
    for _ in 0..<600 where !FileManager.default.fileExists(atPath: path) {
        try await Task.sleep(for: .milliseconds(100))
    }
}

/// A scratch folder outside the temporary folders, which sandboxes replace by empty ones.
func withScratchFolderOutsideTemporary<R>(_ body: (String) async throws -> R) async throws -> R {
    let path = "\(Program.folder)/gatekeeper-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}
