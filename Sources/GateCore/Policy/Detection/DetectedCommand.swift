/// A test command that a repository's files suggest.
package struct DetectedCommand: Sendable, Hashable {
    /// The command, ready to be run at the root; never empty, and one that its adapter can instrument.
    package var command: [String]
    /// Name of the adapter that reads its outcome.
    package var runner: String
    /// What in the repository speaks for it, for people: `'pytest.ini' configures pytest`.
    package var because: String

    package init(command: [String], runner: String, because: String) {
        self.command = command
        self.runner = runner
        self.because = because
    }
}
