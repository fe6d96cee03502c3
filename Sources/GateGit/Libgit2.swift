internal import CGit2

/// The process-wide state of libgit2: set up once, never torn down.
enum Libgit2 {
    private static let initialised: Result<Void, GitError> = {
        let count = git_libgit2_init()
        guard count >= 0 else {
            return .failure(GitError(.library, "cannot start libgit2", libraryCode: count))
        }
        // Everything the gate decides hangs on ids, so content is checked against the id it is read by.
        _ = gk_set_strict_hash_verification(1)
        return .success(())
    }()

    static func initialise() throws(GitError) {
        try initialised.get()
    }

    static var version: String {
        var major: Int32 = 0
        var minor: Int32 = 0
        var revision: Int32 = 0
        git_libgit2_version(&major, &minor, &revision)
        return "\(major).\(minor).\(revision)"
    }
}

/// The version of the libgit2 that is loaded, which distributions may have patched beyond what it says.
package var libgit2Version: String { Libgit2.version }
