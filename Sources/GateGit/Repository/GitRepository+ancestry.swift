extension GitRepository {
    /// Whether history ends before its beginning here.
    package func isShallow() async throws -> Bool {
        let output = try await command.output(["rev-parse", "--is-shallow-repository"])
        return String(decoding: output, as: UTF8.self).hasPrefix("true")
    }

    /// Whether one commit is the other, or comes before it.
    package func isAncestor(_ first: ObjectID, of second: ObjectID) async throws -> Bool {
        let result = try await command.run(["merge-base", "--is-ancestor", "--end-of-options", first.hex, second.hex])
        switch result.exitCode {
        case 0: return true
        case 1: return false
        default:
            throw GitError(.commandFailed, "git merge-base failed: \(GitCommand.complaint(of: result))")
        }
    }
}
