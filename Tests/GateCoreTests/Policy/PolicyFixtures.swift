import Foundation
import GateCore
import GateGit
import GateTestSupport

/// Reads a policy file's text as a run would read it from commit `abc1234`.
func policyFile(_ text: String, bytes: [UInt8]? = nil) async throws -> PolicyFile {
    try await withScratchFolder("policy") { folder in
        try PolicyFile(bytes: bytes ?? Array(text.utf8), place: "abc1234", temporaryFolder: folder)
    }
}

/// The policy that one tracked file makes on its own.
func policy(_ text: String) async throws -> ResolvedPolicy {
    var resolver = PolicyResolver(knownFormats: ["pytest", "tap"])
    resolver.add(try await policyFile(text))
    return try resolver.resolve()
}
