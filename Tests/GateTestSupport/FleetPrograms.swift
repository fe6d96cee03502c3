import Foundation

/// Buildbot and the checkers of engines' files, where `make fleet` has fetched them.
package enum FleetPrograms {
    /// Absolute path of a program of the virtual environment; `nil` where it is not here.
    package static func find(_ name: String) -> String? {
        let path = "\(folder)/bin/\(name)"
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }

    /// Whether somebody insists: then tests that take a minute are run, and those of programs that are not here fail.
    package static let areRequired = ProcessInfo.processInfo.environment["GIT_GATEKEEPER_FLEET"] == "required"

    /// Whether tests of a few seconds are to be run: where the programs are, and where somebody insists.
    package static let areWanted = find("check-jsonschema") != nil || areRequired

    /// Whether GitHub's own program is here: on the path, or fetched.
    package static var hasGH: Bool { (try? folderOfGH()) != nil }

    /// Absolute path of the folder that has `gh`.
    package static func folderOfGH() throws -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = ["\(folder)/gh/usr/bin"] + path.split(separator: ":").map(String.init)
        guard let found = folders.first(where: { FileManager.default.isExecutableFile(atPath: "\($0)/gh") }) else {
            throw TestRepositoryError(message: "'gh' is not here: 'make fleet' fetches it where Debian's packages are")
        }
        return found
    }

    /// Absolute path of a program.
    ///
    /// - Throws: where it is not here.
    package static func path(of name: String) throws -> String {
        guard let path = find(name) else {
            throw TestRepositoryError(message: "'\(name)' is not here: 'make fleet' fetches it")
        }
        return path
    }

    private static var folder: String {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        return root.appendingPathComponent(".build/fleet").path
    }
}
