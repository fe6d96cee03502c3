/// What `init --format json` prints: version 1 of the wire format.
package struct PolicyWritten: Codable, Sendable {
    package var version = 1
    /// Where the policy was written, relative to the repository.
    package var path: String
    /// The test command of the policy, as words.
    package var command: [String]
    /// Why this command, for people.
    package var because: String

    package init(path: String, command: [String], because: String) {
        self.path = path
        self.command = command
        self.because = because
    }
}

/// What `build-context --format json` prints: version 1 of the wire format.
package struct ContextRecord: Codable, Sendable {
    package var version = 1
    package var run: String
    /// Verdict of the tests; where it is `green` or `undecided` there is no context.
    package var verdict: String
    /// Artifact of the run that holds the context.
    package var artifact: String?
    package var bytes: Int
    /// Its size in tokens, estimated; the files that are shown; what was left out.
    package var contents: RunRecord.ContextContents?
    /// The context itself, where `--show` asks for it.
    package var text: String?

    package init(
        run: String,
        verdict: String,
        artifact: String?,
        bytes: Int,
        contents: RunRecord.ContextContents?,
        text: String?
    ) {
        self.run = run
        self.verdict = verdict
        self.artifact = artifact
        self.bytes = bytes
        self.contents = contents
        self.text = text
    }
}

/// One key as `config --list-keys --format json` prints it.
package struct KeyRecord: Codable, Sendable {
    package var key: String
    /// `text`, `command`, `boolean`, `number`, `duration`, `size`, `glob` or `choice`.
    package var takes: String
    /// What may be chosen, where it is a choice.
    package var choices: [String]
    package var multiple: Bool
    /// The value without any setting.
    package var standard: String?
    /// Whether only git's own configuration may set it.
    package var userOnly: Bool
    package var summary: String

    package init(_ key: PolicyKey) {
        self.key = key.pattern
        choices = []
        switch key.kind {
        case .choice(let options):
            takes = "choice"
            choices = options
        case .text: takes = "text"
        case .words: takes = "command"
        case .boolean: takes = "boolean"
        case .integer: takes = "number"
        case .duration: takes = "duration"
        case .size: takes = "size"
        case .glob: takes = "glob"
        }
        multiple = key.isMultiple
        standard = key.standard
        userOnly = key.reach == .userOnly
        summary = key.summary
    }
}
