import Foundation
import GateGit

extension TestRepository {
    /// Makes a folder that holds nothing but the named programs, and the built one.
    ///
    /// - Returns: a `PATH` on which, for example, no sandbox can be found.
    package func path(with programs: [String]) async throws -> String {
        let tools = "\(scratch)/tools"
        try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: true)
        for name in programs {
            let found = try await ProcessRunner.run(
                ProcessRequest(
                    executable: "/bin/sh",
                    arguments: ["-c", "command -v \(name)"],
                    environment: environment,
                    workingDirectory: "/"
                )
            )
            let path = found.standardOutput.text.split(separator: "\n").first.map(String.init) ?? ""
            try FileManager.default.createSymbolicLink(atPath: "\(tools)/\(name)", withDestinationPath: path)
        }
        return "\(Program.folder):\(tools)"
    }
}
