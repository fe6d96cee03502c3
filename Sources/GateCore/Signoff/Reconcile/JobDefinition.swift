/// One job of a CI engine as its file defines it: what it is called, and what it runs.
struct JobDefinition: Sendable, Hashable {
    enum Engine: String, Sendable, Hashable {
        case github, gitlab, policy
    }

    /// One thing the job does.
    struct Step: Sendable, Hashable {
        /// What the engine calls it; the first is shown.
        var names: [String]
        var work: Work
        /// Whether the job goes on where it fails.
        var mayFail = false
        /// What it brings, of one version.
        var tool: JobTool?
    }

    enum Work: Sendable, Hashable {
        case run(JobScript)
        /// What this machine has instead; shown, and no reason for doubt.
        case given(String)
        /// What cannot be done here, and why.
        case leftOut(String)
    }

    var engine: Engine
    /// The file that defines it, or who names its command.
    var file: String
    /// Every name it goes by; the first is shown.
    var names: [String]
    var steps: [Step]
    /// Why the job as a whole cannot be run here.
    var obstacles: [String] = []
    /// What this machine stands in for.
    var notes: [String] = []
    /// What the job's image is about, of one version.
    var tool: JobTool?

    var name: String { names.first ?? "" }
}

/// A script of a CI step with everything that bears on how it runs.
struct JobScript: Sendable, Hashable {
    /// The shell before the script, as in `bash -e -c`.
    var shell: [String]
    var text: String
    /// Below the repository; empty for its top.
    var folder: String
    var environment: [String: String]

    /// What a person types to run it, from the top of the repository.
    var typed: String {
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let words = (variables.isEmpty ? [] : ["env"] + variables) + shell + [text]
        let command = words.map(Self.quoted).joined(separator: " ")
        return folder.isEmpty ? command : "(cd \(Self.quoted(folder)) && \(command))"
    }

    /// A word that a shell reads back as it is.
    static func quoted(_ word: String) -> String { PolicyValue.quoted([word]) }
}
