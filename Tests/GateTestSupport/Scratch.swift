import Foundation

/// A fresh folder for one test, removed at the end unless `GIT_GATEKEEPER_KEEP_SCRATCH=1`.
package func withScratchFolder<R>(_ name: String, _ body: (String) async throws -> R) async throws -> R {
    let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    let path = "\(parent)/gatekeeper-\(name)-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let keep = ProcessInfo.processInfo.environment["GIT_GATEKEEPER_KEEP_SCRATCH"] == "1"
    let result: R
    do {
        result = try await body(URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    } catch {
        if !keep { try? FileManager.default.removeItem(atPath: path) }
        throw error
    }
    if !keep { try FileManager.default.removeItem(atPath: path) }
    return result
}
