/// What `log --format json` prints: version 1 of the wire format.
package struct LogRecord: Codable, Sendable {
    package var version = 1
    /// Finished runs, newest first.
    package var runs: [RunRecord] = []
    /// Ids of runs that are going on or were cut off, newest first.
    package var unfinished: [String] = []

    package init() {}
}

/// What `run-all --format json` prints: version 1 of the wire format.
package struct RunAllRecord: Codable, Sendable {
    package var version = 1
    /// One record for each scenario in order, the suite last.
    package var runs: [RunRecord]

    package init(_ runs: [RunRecord]) { self.runs = runs }
}

/// What `config --format json` prints: version 1 of the wire format.
package struct PolicyRecord: Codable, Sendable {
    package var version = 1
    package var settings: [RunRecord.Setting]
    package var notes: [String]

    package init(_ settings: [EffectiveSetting], notes: [String]) {
        self.settings = settings.map {
            RunRecord.Setting(key: $0.key, value: $0.value, source: $0.source.description)
        }
        self.notes = notes
    }
}

/// What `config --list-keys --format json` prints: version 1 of the wire format.
package struct KeysRecord: Codable, Sendable {
    package var version = 1
    package var keys: [KeyRecord]

    package init() { keys = PolicyKey.all.map(KeyRecord.init) }
}

/// What `list-scenarios --format json` prints: version 1 of the wire format.
package struct ScenariosRecord: Codable, Sendable {
    package var version = 1
    package var scenarios: [ScenarioRecord]

    package init(_ scenarios: [Scenario]) { self.scenarios = scenarios.map(ScenarioRecord.init) }
}

/// What `list-scenarios --records --format json` prints: version 1 of the wire format.
package struct KnowledgeRecords: Codable, Sendable {
    package var version = 1
    package var records: [ScenarioKnowledge]
    package var notes: [String]

    package init(_ registry: ScenarioRegistry) {
        records = registry.entries.map(\.knowledge)
        notes = registry.notes
    }
}

/// What `install` and `uninstall` print with `--format json`: version 1 of the wire format.
package struct HookChangesRecord: Codable, Sendable {
    package var version = 1
    package var changes: [HookChangeRecord]

    package init(_ changes: [HookChange]) { self.changes = changes.map(HookChangeRecord.init) }
}

/// What `trust --format json` prints: version 1 of the wire format.
package struct TrustRecord: Codable, Sendable {
    package var version = 1
    /// Commands that files of the repository name.
    package var commands: [CommandTrust.Command]
    /// Whether all of them may run without isolation in this clone.
    package var trusted: Bool

    package init(_ trust: CommandTrust) {
        commands = trust.commands
        trusted = trust.commands.isEmpty || trust.isGiven
    }
}

/// What `ask --format json` prints: version 1 of the wire format.
package struct AskRecord: Codable, Sendable {
    package var version = 1
    /// The file that has the answer, as it was named.
    package var file: String
    package var bytes: Int
    /// Who answered.
    package var origin: String

    package init(file: String, bytes: Int, origin: String) {
        self.file = file
        self.bytes = bytes
        self.origin = origin
    }
}
