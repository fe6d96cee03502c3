internal import CGit2

/// Something git or libgit2 could not do, with what was attempted and what to do about it.
package struct GitError: Error, Sendable {
    /// Stable codes; new ones may come, none changes its meaning.
    package enum Code: String, Sendable {
        case notARepository = "git.not-a-repository"
        case unsupportedRepository = "git.unsupported-repository"
        case dubiousOwnership = "git.dubious-ownership"
        case unknownRevision = "git.unknown-revision"
        case missingObject = "git.missing-object"
        case referenceMoved = "git.reference-moved"
        case invalidPath = "git.invalid-path"
        case commandFailed = "git.command-failed"
        case library = "git.library"
        case file = "git.file"
        case quarantine = "git.quarantine"
    }

    package let code: Code
    /// What was attempted and what stood in the way: lower case, no full stop.
    package let message: String
    package let hints: [String]
    /// libgit2's own return code, where the failure came from there.
    package let libraryCode: Int32?

    package init(_ code: Code, _ message: String, hints: [String] = [], libraryCode: Int32? = nil) {
        self.code = code
        self.message = message
        self.hints = hints
        self.libraryCode = libraryCode
    }

    /// The only reader of a libgit2 status: code and thread-local message are taken on the thread of the call.
    static func check(_ status: Int32, _ attempt: @autoclosure () -> String) throws(GitError) {
        guard status < 0 else { return }
        let detail: String
        if let last = git_error_last(), let text = last.pointee.message, last.pointee.klass != 0 {
            detail = String(cString: text)
        } else {
            detail = "libgit2 status \(status)"
        }
        let code: Code = status == GIT_ENOTFOUND.rawValue ? .missingObject : .library
        throw GitError(code, "\(attempt()): \(detail)", libraryCode: status)
    }
}
